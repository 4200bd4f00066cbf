"""One punch at a time: kept as a line of its own first, as the lines of a terminal are, so that it is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from attendance.models import Import, Punch, PunchLine, Source
from attendance.services.importing import digest_of
from remit.base import Actor, clock
from remit.services import of, record_bulk

#: What a terminal calls coming in and going out; 255 is nothing in particular.
STATES: Mapping[str, int] = {"in": 0, "out": 1, "": 255}


def deliver(
    session: Session, actor: Actor, code: str, *, employment_id: int, second: int, zone: str, raw: str, way: str,
    action: str,
) -> tuple[Punch, bool]:  # fmt: skip
    """A punch of the source ``code`` at a second since 1970 UTC; ``raw`` is its evidence. Returns it and whether it is
    new: the same evidence comes to one punch, however often it is delivered.

    The caller holds a writing session inside ``system``, and the employment, so that one comes after the other.
    """
    source, digest = _source(session, code), digest_of(raw)
    line = session.scalars(
        select(PunchLine).where(PunchLine.source_id == source.id, PunchLine.digest == digest)
    ).one_or_none()
    if line is not None:
        return session.scalars(select(Punch).where(Punch.line_id == line.id)).one(), False
    delivery = Import(source_id=source.id, file_name=code, digest=sha256(raw.encode()).hexdigest(), at=clock.now(),
                      account_id=actor.account_id, lines=1, accepted=1, repeated=0, rejected=0)  # fmt: skip
    session.add(delivery)
    session.flush()
    local = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    line = PunchLine(source_id=source.id, import_id=delivery.id, number=1, digest=digest, raw=raw, pin=None,
                     wall=int(local.timestamp()), reason=None)  # fmt: skip
    session.add(line)
    session.flush()
    punch = Punch(line_id=line.id, employment_id=employment_id, second=second, zone=zone, state=STATES[way])
    session.add(punch)
    session.flush()
    record_bulk(session, Punch.__tablename__, f"import:{delivery.id}", 1, delivery.digest, action=action)
    return punch, True


def _source(session: Session, code: str) -> Source:
    """The source of that code, made by whoever is the first; a second one who was as quick takes the first's."""
    statement = select(Source).where(Source.code == code)
    found = session.scalars(statement).one_or_none()
    if found is not None:
        return found
    made = Source(code=code, kind=code, zone=of(session).config.zone)
    made_of: dict[str, Any] = {"code": made.code}
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        return session.scalars(select(Source).where(Source.code == made_of["code"])).one()
    return made
