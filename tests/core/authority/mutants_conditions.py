"""The engine with one rule about conditions broken at a time; see ``mutants.py``."""

# ruff: noqa: ARG005 - a mutant answers whatever it is asked
from __future__ import annotations

from typing import Any

from sqlalchemy import and_, false, func, not_, or_

from core.authority import conditions
from tests.core.authority.mutants import Patch, mutant
from tests.core.authority.mutants_apart import MUTANTS

__all__ = ["MUTANTS"]


@mutant
def conditions_are_not_asked(patch: Patch) -> None:
    patch.setattr(conditions, "hold", lambda *asked: True)


@mutant
def conditions_of_a_prohibition_are_not_asked(patch: Patch) -> None:
    kept = conditions.truth
    patch.setattr(conditions, "truth", lambda *asked: True if kept(*asked) else None)


@mutant
def what_is_unknown_spares_one_a_prohibition(patch: Patch) -> None:
    kept = conditions.truth
    patch.setattr(conditions, "truth", lambda *asked: bool(kept(*asked)))


@mutant
def lists_ask_no_conditions_of_prohibitions(patch: Patch) -> None:
    patch.setattr(conditions, "outside", lambda *asked: false())


@mutant
def lists_spare_what_is_unknown_a_prohibition(patch: Patch) -> None:
    def outside(resource: Any, when: Any, model: Any) -> Any:
        return not_(func.coalesce(and_(*conditions.rows(resource, when, model)), false()))

    patch.setattr(conditions, "outside", outside)


@mutant
def lists_ask_no_conditions(patch: Patch) -> None:
    patch.setattr(conditions, "rows", lambda *asked: [])


@mutant
def a_missing_value_meets_a_condition(patch: Patch) -> None:
    kept = conditions.Condition.met
    patch.setattr(
        conditions.Condition, "met", lambda self, value, currency: value is None or kept(self, value, currency)
    )


@mutant
def one_condition_of_several_is_enough(patch: Patch) -> None:
    def rows_of(resource: Any, when: Any, model: Any) -> list[Any]:
        found = conditions._read_all(resource, when)
        return [false()] if found is None else [or_(*(one.rows(model) for one in found))]

    patch.setattr(conditions, "rows", rows_of)
