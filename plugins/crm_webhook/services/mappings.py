"""Mappings as people write them, try them out and look at what did not get across."""

from __future__ import annotations

import json
from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm_webhook.actions import EDIT, READ
from plugins.crm_webhook.models import Letter, Mapping, State
from plugins.crm_webhook.rules import FIELDS_IN, apply_in, apply_out, read_rules, written
from plugins.crm_webhook.services import incoming
from plugins.crm_webhook.services.incoming import parsed
from plugins.crm_webhook.services.outgoing import words_of
from plugins.crm_webhook.services.work import WHY
from plugins.crm_webhook.text import IN, OUT, _
from remit.base import Actor, DomainError, clock
from remit.contracts import LEAD_WON, LeadView
from remit.models import UnitVersion, dated
from remit.services import require, system, visible
from remit.text import Text, from_json
from remit.webhooks import reach_of, read_url

PAGE = 50
_PLAIN = ("title", "way", "unit_id", "is_on")


@dataclass(frozen=True, slots=True)
class LetterRow:
    """Something that did not get across, as its line shows it."""

    key: str
    why: Text | str
    field: str
    tries: int
    at: datetime


def mappings(session: Session, actor: Actor) -> list[tuple[Mapping, int, bool]]:
    """The mappings one may see, each with how many letters lie open, and whether its receiver does not answer."""
    rows = session.scalars(visible(session, actor, READ, select(Mapping).order_by(Mapping.id).limit(PAGE))).all()
    with system(session, WHY):
        found = {key: count for key, count in session.execute(
            select(Letter.mapping_id, func.count()).where(
                Letter.mapping_id.in_([one.id for one in rows]), Letter.done_at.is_(None)).group_by(Letter.mapping_id)
        )}  # fmt: skip
        away = set(session.scalars(select(State.mapping_id).where(
            State.mapping_id.in_([one.id for one in rows]), State.failures > 0)))  # fmt: skip
    return [(one, found.get(one.id, 0), one.id in away) for one in rows]


def units(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The units of today for a form."""
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.title).where(dated.as_of(UnitVersion, clock.today(actor.zone)))
        .order_by(UnitVersion.order, UnitVersion.unit_id)
    )
    return [(row.unit_id, str(row.title)) for row in rows]


def letters_of(session: Session, row: Mapping) -> list[LetterRow]:
    """What did not get across and is still open, the latest first."""
    return [LetterRow(one.key, from_json(one.why[0]), one.field, one.tries, one.at) for one in _open(session, row)]


def _open(session: Session, row: Mapping) -> Sequence[Letter]:
    with system(session, WHY):
        return session.scalars(
            select(Letter).where(Letter.mapping_id == row.id, Letter.done_at.is_(None))
            .order_by(Letter.at.desc(), Letter.id.desc()).limit(PAGE)
        ).all()


def state_of(session: Session, row: Mapping) -> State | None:
    """How far a mapping that sends has come."""
    with system(session, WHY):
        return session.get(State, row.id)


def next_at(state: State | None) -> datetime | None:
    """When a receiver that did not answer is tried again; None where the next run does."""
    waits = state is not None and state.next_at is not None and state.next_at > clock.now()
    return state.next_at if state is not None and waits else None


def try_out(way: str, rules: str, sample: str) -> str:
    """What would come of a sample: the fields of a lead, or the body that is sent for one; as text.

    A mapping that sends is tried on a lead that is made up. Raises ``DomainError`` with the field to blame.
    """
    if way == IN:
        found: dict[str, Any] = apply_in(read_rules(rules, FIELDS_IN), parsed(sample))
    else:
        lead = LeadView(1, "甲科技有限公司", "王先生", "13800001234", "wang@example.com", LEAD_WON, "", "1",
                        datetime(2026, 1, 5, 1).astimezone(), 120_000)  # fmt: skip
        found = apply_out(read_rules(rules, None), words_of(lead))
    return json.dumps(found, ensure_ascii=False, indent=1)


def values_of(row: Mapping | None) -> dict[str, Any]:
    """What the form begins with; never the secret."""
    if row is None:
        return {"way": IN, "is_on": True}
    return {**{name: getattr(row, name) for name in _PLAIN}, "endpoint_id": row.endpoint_id, "url": row.url,
            "rules": row.rules}  # fmt: skip


def save(session: Session, actor: Actor, row: Mapping | None, values: Values[str, Any]) -> Mapping:
    """Keep a mapping. Raises ``DomainError`` for lines that cannot be read, an address that is missing, taken or out of
    reach, a first one without secret; ``Denied``.
    """
    way = values["way"]
    rules = read_rules(values["rules"], FIELDS_IN if way == IN else None)
    if row is not None:
        require(session, actor, EDIT, row)
    _check_address(session, row, values)
    made = row or Mapping()
    with session.no_autoflush:
        for name in _PLAIN:
            setattr(made, name, values[name])
        made.endpoint_id = values["endpoint_id"] if way == IN else None
        made.url = values["url"] if way == OUT else ""
        made.rules, made.legal_entity_id = written(rules), _entity(session, values["unit_id"])
        if values["secret"]:
            made.secret = values["secret"]
        require(session, actor, EDIT, made)
    session.add(made)
    session.flush()
    if way == OUT and state_of(session, made) is None:
        session.add(State(mapping_id=made.id, cursor=0, failures=0))
        session.flush()
    return made


def _check_address(session: Session, row: Mapping | None, values: Values[str, Any]) -> None:
    if values["way"] == OUT:
        read_url(values["url"], reach_of(session))
        if not values["secret"] and (row is None or not row.secret or row.url != values["url"]):
            raise DomainError("crm_webhook.secret", _("Write the secret that what is sent is signed with."), "secret")
        return
    if values["endpoint_id"] is None:
        raise DomainError("crm_webhook.endpoint", _("Write the number of the receiving address."), "endpoint_id")
    with system(session, WHY):
        other = session.scalar(select(Mapping.id).where(Mapping.endpoint_id == values["endpoint_id"]))
    if other is not None and (row is None or other != row.id):
        raise DomainError("crm_webhook.endpoint", _("Another mapping has this address."), "endpoint_id")


def _entity(session: Session, unit_id: int) -> int:
    found = session.scalar(select(UnitVersion.legal_entity_id).where(
        UnitVersion.unit_id == unit_id, dated.as_of(UnitVersion, clock.today())))  # fmt: skip
    if found is None:
        raise DomainError("crm_webhook.unit", _("Choose a unit that exists today."), "unit_id")
    return found


def again(session: Session, actor: Actor, row: Mapping) -> tuple[int, int]:
    """Map what was received anew, and let what is to be sent be told anew with the next run: how many got across or are
    told anew, of how many.
    """
    require(session, actor, EDIT, row)
    found = _open(session, row)
    if row.way == IN:
        return sum(incoming.replay(session, row, one) for one in found), len(found)
    state = state_of(session, row)
    if state is not None and found:
        state.cursor, state.next_at = 0, None  # what was told already is left out by its digest
    return len(found), len(found)
