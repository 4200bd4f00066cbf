"""What changed about a position or a unit, from their dated versions, and who wrote it, from the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import allowed, visible
from core.audit.actions import READ as READ_LOG
from core.audit.history import authors
from core.base.actor import Actor
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.org.models import Assignment, Person, PositionVersion, UnitVersion
from core.org.resources import READ

_ = catalogue("org")

SHOWN = 6


@dataclass(slots=True)
class Change:
    """One change: the day it took effect, what it was, and who wrote it, where the reader may know."""

    day: date
    text: Text
    object_type: str
    object_id: int
    kind: str = "insert"
    who: str = ""


def of_position(session: Session, actor: Actor, position_id: int, *, limit: int = SHOWN) -> list[Change]:
    """The latest changes of a position and of who holds it, newest first: four statements at most."""
    above, home = aliased(PositionVersion), aliased(UnitVersion)
    since: Any = PositionVersion.valid_from
    versions = session.execute(
        select(PositionVersion, home.title, above.title)
        .outerjoin(home, and_(home.unit_id == PositionVersion.unit_id, as_of(home, since)))
        .outerjoin(above, and_(above.position_id == PositionVersion.reports_to_id, as_of(above, since)))
        .where(PositionVersion.position_id == position_id)
        .order_by(PositionVersion.valid_from)
    ).all()
    found = _in_time(versions, "core_position_version", _("Position set up"), _("Position ended"), _position_words)
    statement: Any = (
        select(Assignment.id, Assignment.kind, Assignment.valid_from, Assignment.valid_to, Person.name)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.position_id == position_id)
        .order_by(Assignment.valid_from.desc(), Assignment.id.desc())
        .limit(limit * 2)
    )
    for row in session.execute(visible(session, actor, READ, statement)):
        acting = row.kind == "acting"
        took = _("{name} begins to act", name=row.name) if acting else _("{name} takes the post", name=row.name)
        found.append(Change(row.valid_from, took, "core_assignment", row.id))
        if row.valid_to < FOREVER:
            found.append(Change(row.valid_to, _("{name} leaves the post", name=row.name), "core_assignment", row.id,
                                "update"))
    return _signed(session, actor, found, ("core_position", position_id), limit)


def of_unit(session: Session, actor: Actor, unit_id: int, *, limit: int = SHOWN) -> list[Change]:
    """The latest changes of a unit, newest first: three statements at most."""
    parent = aliased(UnitVersion)
    since: Any = UnitVersion.valid_from
    versions = session.execute(
        select(UnitVersion, parent.title)
        .outerjoin(parent, and_(parent.unit_id == UnitVersion.parent_id, as_of(parent, since)))
        .where(UnitVersion.unit_id == unit_id)
        .order_by(UnitVersion.valid_from)
    ).all()
    found = _in_time(versions, "core_unit_version", _("Unit set up"), _("Unit ended"), _unit_words)
    return _signed(session, actor, found, ("core_unit", unit_id), limit)


def _in_time(rows: Sequence[Any], table: str, begun: Text, ended: Text, words: Any) -> list[Change]:
    """Beginning, changes and end, from the versions in order of time."""
    found: list[Change] = []
    before: Any = None
    for row in rows:
        version = row[0]
        if before is None or before[0].valid_to < version.valid_from:
            found.append(Change(version.valid_from, begun, table, version.id))
        else:
            found += [Change(version.valid_from, text, table, version.id) for text in words(before, row)]
        before = row
        following = next((other[0] for other in rows if other[0].valid_from == version.valid_to), None)
        if version.valid_to < FOREVER and following is None:
            found.append(Change(version.valid_to, ended, table, version.id, "update"))
    return found


def _position_words(before: Any, after: Any) -> list[Text]:
    old, new = before[0], after[0]
    said = []
    if old.title != new.title:
        said.append(_("Renamed from “{old}” to “{new}”", old=old.title, new=new.title))
    if old.unit_id != new.unit_id:
        said.append(_("Moved from {old} to {new}", old=before[1] or "–", new=after[1] or "–"))
    if old.reports_to_id != new.reports_to_id:
        said.append(_("Reports to {new} instead of {old}", old=before[2] or "–", new=after[2] or "–"))
    if old.headcount != new.headcount:
        said.append(_("Headcount changed from {old} to {new}", old=old.headcount, new=new.headcount))
    if old.grade != new.grade:
        said.append(_("Grade changed from {old} to {new}", old=old.grade or "–", new=new.grade or "–"))
    if old.is_head != new.is_head:
        said.append(_("Made head of the unit") if new.is_head else _("No longer head of the unit"))
    if old.requirements != new.requirements:
        said.append(_("Requirements changed"))
    return said


def _unit_words(before: Any, after: Any) -> list[Text]:
    old, new = before[0], after[0]
    said = []
    if old.title != new.title:
        said.append(_("Renamed from “{old}” to “{new}”", old=old.title, new=new.title))
    if old.parent_id != new.parent_id:
        said.append(_("Moved from {old} to {new}", old=before[1] or "–", new=after[1] or "–"))
    if old.mission != new.mission:
        said.append(_("Mission changed"))
    if old.contribution_place != new.contribution_place:
        said.append(_("Contribution place changed from {old} to {new}",
                      old=old.contribution_place or "–", new=new.contribution_place or "–"))
    return said


def _signed(
    session: Session, actor: Actor, found: list[Change], root: tuple[str, int], limit: int
) -> list[Change]:
    """The newest, with the names of those who wrote them for whoever may read the log."""
    newest = sorted(found, key=lambda change: (change.day, change.object_id), reverse=True)[:limit]
    if newest and allowed(session, actor, READ_LOG):
        roots = {root, *((one.object_type, one.object_id) for one in newest if one.object_type == "core_assignment")}
        who = authors(session, actor, roots)
        for one in newest:
            one.who = who.get((one.object_type, str(one.object_id), one.kind), "")
    return newest
