"""Companies, units and positions: making them, changing them from a day on, ending them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.db import dated, guard
from core.db.types import Translation
from core.kernel import state
from core.org import tree
from core.org.models import Assignment, LegalEntity, Position, PositionVersion, Unit, UnitVersion
from core.org.models.unit import UNIT_KINDS
from core.org.resources import STRUCTURE, Place
from core.org.rules import find_cycle

_ = catalogue("org")


def create_legal_entity(
    session: Session, actor: Actor, *, code: str, name: Mapping[str, str], country: str = "CN",
    currency: str = "CNY", credit_code: str | None = None, external_id: str | None = None,
) -> LegalEntity:
    """A company in law. Raises ``DomainError`` when the code is taken.

    A new company belongs to no place there is, so only an entry for everywhere allows it.
    """
    require(session, actor, STRUCTURE, Place())
    _refuse_taken(session, LegalEntity, code)
    entity = LegalEntity(
        code=code, name=Translation(name), country=country, currency=currency, credit_code=credit_code,
        external_id=external_id,
    )
    session.add(entity)
    session.flush()
    return entity


def change_legal_entity(session: Session, actor: Actor, entity: LegalEntity, **values: Any) -> LegalEntity:
    """Change name, country, currency or credit code of a company."""
    require(session, actor, STRUCTURE, Place(legal_entity_id=entity.id))
    for name, value in values.items():
        setattr(entity, name, Translation(value) if name == "name" else value)
    session.flush()
    return entity


def create_unit(
    session: Session, actor: Actor, *, code: str, title: Mapping[str, str], valid_from: date,
    parent: Unit | None = None, legal_entity: LegalEntity | None = None, kind: str = "department",
    mission: Mapping[str, str] | None = None, order: int = 100, is_withholding_agent: bool = False,
    credit_code: str | None = None, contribution_place: str | None = None, external_id: str | None = None,
) -> Unit:
    """A unit that exists from a day on; without ``legal_entity`` it belongs to that of its parent."""
    entity_id = legal_entity.id if legal_entity else None
    if parent is not None:
        above = unit_at(session, parent, valid_from)
        entity_id = entity_id or above.legal_entity_id
    if entity_id is None:
        raise DomainError("unit.entity", _("Name the company of the unit {code}, or its parent.", code=code), "parent")
    _check_kind(kind)
    require(session, actor, STRUCTURE, Place(parent.id if parent else None, entity_id))
    _refuse_taken(session, Unit, code)
    unit = Unit(code=code, external_id=external_id)
    session.add(unit)
    session.flush()
    session.add(
        UnitVersion(
            unit_id=unit.id, valid_from=valid_from, parent_id=parent.id if parent else None,
            legal_entity_id=entity_id, title=Translation(title), mission=Translation(mission) if mission else None,
            kind=kind, order=order, is_withholding_agent=is_withholding_agent, credit_code=credit_code,
            contribution_place=contribution_place,
        )
    )
    renumber(session)
    return unit


def change_unit(
    session: Session, actor: Actor, unit: Unit, day: date, *, until: date | None = None, **values: Any
) -> UnitVersion:
    """Let values hold for a unit from a day on; moving it is ``parent=UNIT`` or ``parent=None``.

    Raises ``DomainError`` when the unit would come to stand under itself.
    """
    before = unit_at(session, unit, day)
    require(session, actor, STRUCTURE, Place(unit.id, before.legal_entity_id))
    if "parent" in values:
        parent: Unit | None = values.pop("parent")
        values["parent_id"] = parent.id if parent is not None else None
        if parent is not None:
            above = unit_at(session, parent, day)
            require(session, actor, STRUCTURE, Place(parent.id, above.legal_entity_id))
            values.setdefault("legal_entity_id", above.legal_entity_id)
    if "kind" in values:
        _check_kind(values["kind"])
    changed = dated.change_from(session, UnitVersion, {"unit_id": unit.id}, day, until=until, **_translated(values))
    if "parent_id" in values:
        refuse_unit_cycles(session, day)
    renumber(session)
    return changed


def close_unit(session: Session, actor: Actor, unit: Unit, day: date) -> None:
    """End a unit: it is there no more from ``day`` on. Refused while units or positions stand in it."""
    before = unit_at(session, unit, day)
    require(session, actor, STRUCTURE, Place(unit.id, before.legal_entity_id))
    below = session.scalar(
        select(func.count()).select_from(UnitVersion)
        .where(UnitVersion.parent_id == unit.id, UnitVersion.valid_to > day)
    )
    posts = session.scalar(
        select(func.count()).select_from(PositionVersion)
        .where(PositionVersion.unit_id == unit.id, PositionVersion.valid_to > day)
    )
    if below or posts:
        raise DomainError(
            "unit.in_use",
            _("{unit} still has {units} and {positions} after {day}. Move or end them first.",
              unit=before.title, day=day, units=_("{count} unit", "{count} units", count=below),
              positions=_("{count} position", "{count} positions", count=posts)),
        )
    dated.close(session, UnitVersion, {"unit_id": unit.id}, day)
    renumber(session)


def create_position(
    session: Session, actor: Actor, *, code: str, unit: Unit, title: Mapping[str, str], valid_from: date,
    reports_to: Position | None = None, grade: str | None = None, family: str | None = None, headcount: int = 1,
    is_head: bool = False, order: int = 100, requirements: Mapping[str, str] | None = None,
    external_id: str | None = None,
) -> Position:
    """A position in a unit from a day on."""
    home = unit_at(session, unit, valid_from)
    require(session, actor, STRUCTURE, Place(unit.id, home.legal_entity_id))
    _check_headcount(headcount)
    _refuse_taken(session, Position, code)
    position = Position(code=code, external_id=external_id)
    session.add(position)
    session.flush()
    session.add(
        PositionVersion(
            position_id=position.id, valid_from=valid_from, unit_id=unit.id,
            reports_to_id=reports_to.id if reports_to else None, title=Translation(title), grade=grade,
            family=family, headcount=headcount, is_head=is_head, order=order,
            requirements=Translation(requirements) if requirements else None,
        )
    )
    session.flush()
    return position


def change_position(
    session: Session, actor: Actor, position: Position, day: date, *, until: date | None = None, **values: Any
) -> PositionVersion:
    """Let values hold for a position from a day on; ``unit=`` moves it, ``reports_to=`` changes who is above.

    Raises ``DomainError`` when the line of reporting would lead back to the position.
    """
    before = position_at(session, position, day)
    require(session, actor, STRUCTURE, _place_of(session, before, day))
    if "unit" in values:
        unit: Unit = values.pop("unit")
        values["unit_id"] = unit.id
        require(session, actor, STRUCTURE, Place(unit.id, unit_at(session, unit, day).legal_entity_id))
    if "reports_to" in values:
        above: Position | None = values.pop("reports_to")
        values["reports_to_id"] = above.id if above is not None else None
    if "headcount" in values:
        _check_headcount(values["headcount"])
    changed = dated.change_from(
        session, PositionVersion, {"position_id": position.id}, day, until=until, **_translated(values)
    )
    if "reports_to_id" in values:
        refuse_position_cycles(session, day)
    return changed


def close_position(session: Session, actor: Actor, position: Position, day: date) -> None:
    """End a position. Refused while somebody holds it."""
    before = position_at(session, position, day)
    require(session, actor, STRUCTURE, _place_of(session, before, day))
    held = session.scalar(
        guard.mark(
            select(func.count()).select_from(Assignment)
            .where(Assignment.position_id == position.id, Assignment.valid_to > day),
            [(STRUCTURE, "core_assignment")],
        )
    )
    if held:
        raise DomainError(
            "position.held", _("{position} is still held after {day}. Transfer its holders first.",
                               position=before.title, day=day)
        )
    dated.close(session, PositionVersion, {"position_id": position.id}, day)


# -- looking ---------------------------------------------------------------------------------------------------------


def unit_by_code(session: Session, code: str) -> Unit:
    """The unit of that code; ``DomainError`` naming it otherwise."""
    found: Unit = _by_code(session, Unit, code)
    return found


def position_by_code(session: Session, code: str) -> Position:
    """The position of that code; ``DomainError`` naming it otherwise."""
    found: Position = _by_code(session, Position, code)
    return found


def unit_at(session: Session, unit: Unit, day: date) -> UnitVersion:
    """What a unit is on a day; ``DomainError`` when it is not there then."""
    found = dated.at(session, UnitVersion, {"unit_id": unit.id}, day)
    if found is None:
        raise DomainError("unit.not_then", _("The unit {code} does not exist on {day}.", code=unit.code, day=day))
    return found


def position_at(session: Session, position: Position, day: date) -> PositionVersion:
    """What a position is on a day; ``DomainError`` when it is not there then."""
    found = dated.at(session, PositionVersion, {"position_id": position.id}, day)
    if found is None:
        raise DomainError(
            "position.not_then", _("The position {code} does not exist on {day}.", code=position.code, day=day)
        )
    return found


# -- rules over the whole --------------------------------------------------------------------------------------------


def renumber(session: Session) -> None:
    """Number the tree anew and tell every process that the organisation changed."""
    session.flush()
    tree.renumber(session)
    state.bump_epoch(session)


def refuse_unit_cycles(session: Session, day: date) -> None:
    """Raise ``DomainError`` with the titles when units stand under themselves on ``day`` or later."""
    session.flush()
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.parent_id, UnitVersion.valid_from, UnitVersion.valid_to)
        .where(UnitVersion.valid_to > day)
    ).all()
    for _start, links in stretches(rows, day):
        ring = find_cycle(links)
        if ring:
            titles = _titles(session, UnitVersion, UnitVersion.unit_id, ring)
            raise DomainError(
                "unit.cycle",
                _("{ring}: a unit cannot stand under itself. Choose another parent.", ring=" → ".join(titles)),
                "parent",
            )


def refuse_position_cycles(session: Session, day: date) -> None:
    """Raise ``DomainError`` with the titles when a line of reporting leads back to its start on ``day`` or later."""
    session.flush()
    rows = session.execute(
        select(
            PositionVersion.position_id, PositionVersion.reports_to_id, PositionVersion.valid_from,
            PositionVersion.valid_to,
        ).where(PositionVersion.valid_to > day)
    ).all()
    for _start, links in stretches(rows, day):
        ring = find_cycle(links)
        if ring:
            titles = _titles(session, PositionVersion, PositionVersion.position_id, ring)
            raise DomainError(
                "position.cycle",
                _("{ring}: a position cannot report to itself. Choose another one above.", ring=" → ".join(titles)),
                "reports_to",
            )


def stretches(rows: Iterable[Any], day: date) -> Iterable[tuple[date, dict[int, int | None]]]:
    """The links (one thing to the one above) of each stretch of days from ``day`` on in which none changes.

    ``rows`` are (thing, above, valid_from, valid_to).
    """
    rows = list(rows)
    cuts = {day, *(row[2] for row in rows if row[2] > day), *(row[3] for row in rows if day < row[3] < FOREVER)}
    for start in sorted(cuts):
        yield start, {row[0]: row[1] for row in rows if row[2] <= start < row[3]}


def _titles(session: Session, version: Any, key: Any, ids: list[int]) -> list[str]:
    rows = session.execute(
        select(key, version.title).where(key.in_(ids)).order_by(version.valid_from)
    )
    titles = {one: str(title) for one, title in rows}
    return [titles[one] for one in ids]


def _by_code(session: Session, model: Any, code: str) -> Any:
    found = session.scalars(select(model).where(model.code == code)).one_or_none()
    if found is None:
        raise DomainError("code.unknown", _("There is nothing with the code {code}.", code=code), "code")
    return found


def _place_of(session: Session, version: PositionVersion, day: date) -> Place:
    home = dated.at(session, UnitVersion, {"unit_id": version.unit_id}, day)
    return Place(version.unit_id, home.legal_entity_id if home else None, version.position_id)


def _translated(values: dict[str, Any]) -> dict[str, Any]:
    titles = ("title", "mission", "requirements")
    return {name: Translation(value) if name in titles and value is not None else value
            for name, value in values.items()}


def _refuse_taken(session: Session, model: Any, code: str) -> None:
    if session.scalar(select(model.id).where(model.code == code)) is not None:
        raise DomainError("code.taken", _("The code {code} is taken. Choose another one.", code=code), "code")


def _check_kind(kind: str) -> None:
    if kind not in UNIT_KINDS:
        raise DomainError("unit.kind", _("{kind} is no kind of unit.", kind=kind), "kind")


def _check_headcount(headcount: int) -> None:
    if headcount < 0:
        raise DomainError("position.headcount", _("A headcount is not negative."), "headcount")
