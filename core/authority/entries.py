"""One entry of a list and its versions: what stands at its permanent address, where audit rows and refusals point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.held import EVERYBODY
from core.authority.lines import Changed, Line, Words, changed
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.readable import readable
from core.authority.reading import publishers
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.db.types import Translation
from core.kernel import state
from core.kernel.house import of as house_of
from core.org.models import Position

_ = catalogue("authority")


@dataclass(frozen=True, slots=True)
class Version:
    """An entry as one version of its list has it."""

    entry: AuthorityEntry
    published: PublishedList


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of an entry shows. ``lines`` is the row in words; ``changes`` compares it with the version before,
    and is None where the entry is new. ``asked`` is false when nothing that is on asks about its action."""

    code: str
    title: Translation
    published: PublishedList
    holder: Text | str
    unit: Text | str
    lines: list[Line]
    changes: list[Changed] | None
    before: int | None
    versions: list[PublishedList]
    publisher: Text | str
    published_at: datetime
    until: date | None
    asked: bool
    prohibits: bool


def show(session: Session, actor: Actor, code: str, version: int | None, day: date) -> Shown:
    """One version of an entry, by default the one in force on a day, else the last. Raises ``NotFound``."""
    rows = session.execute(
        _versions().where(_is(code), readable(session, actor)).order_by(PublishedList.version, PublishedList.id)
    ).all()
    found = [Version(entry, published) for entry, published, _position in rows]
    chosen = _chosen(found, version, day)
    if chosen is None:
        raise NotFound("not_found", _("There is no such entry, or it is not yours to see."))
    same = [one for one in found if one.published.unit_id == chosen.published.unit_id]
    earlier = [one for one in same if one.published.version < chosen.published.version]
    words = Words(session, [one.published.id for one in same], [one.entry for one in same],
                  _day_of(chosen.published, day), units=[one.published.unit_id for one in same])
    lines = words.entry(chosen.entry)
    registry = house_of(session).registry
    return Shown(
        code=code, title=chosen.entry.title, published=chosen.published,
        holder=words.holder(chosen.entry), unit=words.unit(chosen.published.unit_id), lines=lines,
        changes=changed(words.entry(earlier[-1].entry), lines) if earlier else None,
        before=earlier[-1].published.version if earlier else None,
        versions=[one.published for one in reversed(same)],
        publisher=publishers(session, [chosen.published])[chosen.published.id] or _("Set up with the installation"),
        published_at=chosen.published.published_at,
        until=chosen.published.effective_to - timedelta(days=1) if chosen.published.effective_to.year < 9999 else None,
        asked=checks.is_asked(registry, state.read(session), chosen.entry.action),
        prohibits=chosen.entry.effect == "prohibit",
    )


def _versions() -> Any:
    return (
        select(AuthorityEntry, PublishedList, Position.code)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
    )


def _is(citation: str) -> ColumnElement[bool]:
    """The rows a citation such as ``MKT-ACQ-H.A1`` can mean, wherever its dot is."""
    found: list[ColumnElement[bool]] = []
    for place, sign in enumerate(citation):
        if sign == ".":
            post, code = citation[:place], citation[place + 1:]
            holder = AuthorityEntry.position_id.is_(None) if post == EVERYBODY else Position.code == post
            found.append(and_(holder, AuthorityEntry.code == code))
    return or_(false(), *found)


def _chosen(found: list[Version], version: int | None, day: date) -> Version | None:
    if version is not None:
        return next((one for one in reversed(found) if one.published.version == version), None)
    in_force = [one for one in found if one.published.effective_from <= day < one.published.effective_to]
    return (in_force or found)[-1] if found else None


def _day_of(published: PublishedList, day: date) -> date:
    """The day whose titles are used: today while the list is in force, else the nearest day it was."""
    return min(max(day, published.effective_from), published.effective_to - timedelta(days=1))
