"""What a reader may choose from when he looks through the lists: units, matters and actions that stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.authority.models import AuthorityEntry, Duty, PublishedList
from core.authority.readable import readable
from core.authority.reading import in_force
from core.base.actor import Actor
from core.base.text import Text
from core.db.dated import as_of
from core.db.types import Translation, in_order, sort_key
from core.kernel.registry import Registry
from core.org.models import Unit, UnitOrder, UnitVersion


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit with its numbers in the tree of the day."""

    id: int
    code: str
    title: Translation
    depth: int
    lft: int
    rgt: int


def units(session: Session, actor: Actor, day: date) -> list[UnitChoice]:
    """The units whose lists somebody may read, as the tree has them: one statement."""
    rows = session.execute(
        select(
            UnitVersion.unit_id, Unit.code, UnitVersion.title, UnitOrder.depth, UnitOrder.lft, UnitOrder.rgt
        )
        .join(Unit, Unit.id == UnitVersion.unit_id)
        .join(UnitOrder, (UnitOrder.unit_id == UnitVersion.unit_id) & as_of(UnitOrder, day))
        .where(as_of(UnitVersion, day), readable(session, actor, UnitVersion))
        .order_by(UnitOrder.lft)
    )
    return [UnitChoice(*row) for row in rows]


def matters(session: Session, day: date, may: ColumnElement[bool]) -> list[tuple[str, Translation]]:
    """The matters that duties of readable lists name, each with the sentence of a duty that answers for it, else of
    the first one; one statement, a row a matter.
    """
    place = func.row_number().over(
        partition_by=Duty.matter,
        order_by=((Duty.raci == "A").desc(), Duty.position_id.is_(None).desc(), Duty.id),
    )
    ranked = (
        select(Duty.id.label("id"), place.label("place"))
        .join(PublishedList, PublishedList.id == Duty.list_id)
        .where(in_force(day), may, Duty.matter.is_not(None))
        .subquery()
    )
    rows = session.execute(
        select(Duty.matter, Duty.text).join(ranked, ranked.c.id == Duty.id).where(ranked.c.place == 1)
        .order_by(Duty.matter, in_order(Duty.text))
    )
    return [(matter, text) for matter, text in rows if matter]


def patterns(session: Session, day: date, may: ColumnElement[bool]) -> list[str]:
    """The actions as entries of readable lists write them, wildcards included: one statement."""
    rows = session.scalars(
        select(AuthorityEntry.action).distinct()
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(in_force(day), may)
    )
    return sorted(rows)


def actions(registry: Registry, written: list[str]) -> list[tuple[str, Text | str]]:
    """Actions with their titles, in the reader's order; what nothing declares, or a wildcard, by its key."""
    found: list[tuple[str, Text | str]] = [
        (one, registry.actions[one].title if one in registry.actions else one) for one in written
    ]
    return sorted(found, key=lambda one: (one[1] == one[0], sort_key(str(one[1])), one[0]))
