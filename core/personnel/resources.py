"""How the authority list looks at personnel changes: where the person is, which unit lets him go, which takes him."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, inspect, or_
from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.formula.types import BOOL, enum
from core.kernel.specs import Anchor, Attribute, Facts, FieldGroup, ResourceType, Side, by_column
from core.org.resources import IDENTITY
from core.personnel.actions import APPROVE, GIVING, HOME, KIND, READ, REQUEST, RESOURCE, TAKING
from core.personnel.models import KINDS, PersonnelChange
from core.workflow import several, tasks

_ = catalogue("personnel")

#: What whoever decides has decided about: the employee by his number, the sealed identity number as far as it is shown.
#: Person and employment of somebody new come to be when it is approved.
MATERIAL = (
    "kind", "position_id", "from_position_id", "unit_id", "from_unit_id", "to_unit_id",
    "valid_from", "valid_to", "fte", "main_fte", "grade", "employment_kind", "contribution_place", "reason", "name",
    "number", "sex", "born_on", "email", "identity_shown", "cancels_id",
)  # fmt: skip


def _known(*ids: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def _facts(units: tuple[str, ...], positions: tuple[str, ...]) -> Any:
    """The facts of a change by columns of it: they stay what they were when it was handed in, whoever moves."""

    def facts(session: Session, change: PersonnelChange) -> Facts:
        del session
        return Facts(
            person_ids=_known(change.person_id), unit_ids=_known(*(getattr(change, one) for one in units)),
            position_ids=_known(*(getattr(change, one) for one in positions)),
            creator_person_id=change.created_by_person_id, beneficiary_person_id=change.person_id,
        )

    return facts


def _either(columns: tuple[str, ...]) -> Anchor:
    def predicate(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
        return or_(*(by_column(name)(entity, ids, at) for name in columns))

    return predicate


def _anchors(units: tuple[str, ...], positions: tuple[str, ...]) -> dict[str, Anchor]:
    return {
        "person": by_column("person_id"), "unit": _either(units), "position": _either(positions),
        "creator": by_column("created_by_person_id"), "beneficiary": by_column("person_id"),
    }


def _side(units: tuple[str, ...], positions: tuple[str, ...]) -> Side:
    return Side(_facts(units, positions), _anchors(units, positions))


_POSTS = ("from_position_id", "position_id")
_UNITS = ("unit_id", "from_unit_id", "to_unit_id")


def _acts(session: Session, change: PersonnelChange) -> Mapping[str, Collection[int]]:
    """Who asked, and everybody who approved what it says."""
    done: dict[str, tuple[int, ...]] = {REQUEST: _known(change.created_by_person_id)}
    task = tasks.answer_of(session, KIND, change) if not inspect(change).transient else None
    if task is not None and task.state == "approved":
        done[APPROVE] = tuple(sorted(several.deciders(session, task)))
    return done


RESOURCE_TYPES = (
    ResourceType(
        name=RESOURCE,
        model=PersonnelChange,
        facts=_facts(_UNITS, _POSTS),
        anchors=_anchors(_UNITS, _POSTS),
        groups=(FieldGroup("newcomer", _("Identity number and phone of somebody new"), ("identity_number", "phone"),
                           IDENTITY),),
        read=READ,
        attributes={
            "kind": Attribute(_("Kind of change"), enum(*KINDS), "kind"),
            "crosses": Attribute(_("Between two units"), BOOL, "crosses"),
            "grade_changes": Attribute(_("Changes the grade"), BOOL, "grade_changes"),
        },
        material=MATERIAL,
        acts=_acts,
        sides={
            # Whoever looks after a post that somebody holds besides may ask to end that, wherever his main post is.
            HOME: _side(("unit_id", "from_unit_id"), _POSTS[:1]),
            GIVING: _side(("from_unit_id",), _POSTS[:1]),
            TAKING: _side(("to_unit_id",), _POSTS[1:]),
        },
    ),
)
