"""The compiled form with one rule broken at a time; the engine beside it is whole."""

# ruff: noqa: ARG005 - a mutant answers whatever it is asked
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.authority import compiled
from core.authority.compiled import Area, Bound, Full, Grant, Ground
from core.authority.rates.table import Rates
from core.kernel.specs import ActionDef, Facts

Patch = pytest.MonkeyPatch
MUTANTS: dict[str, Callable[[Patch], None]] = {}


def mutant(make: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Put a mutant on the list, under the name of its function."""
    MUTANTS[f"compiled_{make.__name__}"] = make
    return make


# -- the plain form ----------------------------------------------------------------------------------------------------


@mutant
def a_stretch_is_a_unit_too_long(patch: Patch) -> None:
    kept = compiled.plainly

    def plainly(grant: Grant) -> Any:
        low, high, *limit = kept(grant)
        return (low, high + (low >= 0), *limit)

    patch.setattr(compiled, "plainly", plainly)


@mutant
def a_plain_limit_is_lost(patch: Patch) -> None:
    kept = compiled.plainly
    patch.setattr(compiled, "plainly", lambda grant: (*kept(grant)[:2], None, None))


@mutant
def a_plain_limit_is_in_any_currency(patch: Patch) -> None:
    kept = compiled.plainly

    def plainly(grant: Grant) -> Any:
        *where, limit, currency = kept(grant)
        return (*where, limit, "CNY" if currency else None)

    patch.setattr(compiled, "plainly", plainly)


@mutant
def only_the_first_of_several_grants_is_kept(patch: Patch) -> None:
    patch.setattr(Bound, "_shared", lambda self, grants: (compiled.plainly(grants[0]),))


@mutant
def what_is_restricted_is_taken_for_plain(patch: Patch) -> None:
    patch.setattr(Grant, "plain", property(lambda self: self.area.kind in ("all", "unit", "subtree")))


@mutant
def an_amount_in_another_currency_is_taken_as_it_is(patch: Patch) -> None:
    patch.setattr(Rates, "minor", lambda self, amount, currency, wanted: amount if currency and wanted else None)


@mutant
def an_amount_in_another_currency_is_not_compared(patch: Patch) -> None:
    patch.setattr(Rates, "minor", lambda self, amount, currency, wanted: amount if currency == wanted else None)


# -- the full form -----------------------------------------------------------------------------------------------------


def _reaching(patch: Patch, unknown: bool) -> None:
    kept = compiled.reach

    def reach(ground: Ground, area: Area, facts: Facts, himself: int | None) -> bool:
        found = kept(ground, area, facts, himself)
        return unknown if found is None else found

    patch.setattr(compiled, "reach", reach)


@mutant
def what_is_unknown_lies_outside(patch: Patch) -> None:
    _reaching(patch, unknown=False)


@mutant
def what_is_unknown_lies_inside(patch: Patch) -> None:
    _reaching(patch, unknown=True)


@mutant
def a_company_is_told_by_the_unit_alone(patch: Patch) -> None:
    kept = compiled.reach
    patch.setattr(compiled, "reach", lambda ground, area, facts, himself: kept(
        ground, area, replace(facts, legal_entity_id=None) if area.kind == "company" else facts, himself
    ))  # fmt: skip


@mutant
def prohibitions_are_forgotten(patch: Patch) -> None:
    kept = Bound._judge
    patch.setattr(Bound, "_judge", lambda self, plan, facts, obj: kept(self, replace(plan, bars=()), facts, obj))


def _granting(patch: Patch, **instead: Any) -> None:
    kept = Bound._grant
    patch.setattr(Bound, "_grant", lambda self, hat, entry, *, asks: replace(
        kept(self, hat, entry, asks=asks), **instead
    ))  # fmt: skip


@mutant
def a_total_is_not_handed_back(patch: Patch) -> None:
    _granting(patch, capped=False)


@mutant
def conditions_are_not_asked(patch: Patch) -> None:
    _granting(patch, when=None)


@mutant
def the_unit_of_a_delegation_is_ignored(patch: Patch) -> None:
    _granting(patch, within=None)


@mutant
def one_decides_for_whom_one_stands_in(patch: Patch) -> None:
    _granting(patch, principal=None)


@mutant
def one_s_own_request_is_decided(patch: Patch) -> None:
    kept = Bound._compile

    def compile_(self: Bound, key: str) -> Any:
        plan = kept(self, key)
        return replace(plan, action=replace(plan.action, no_self=False)) if isinstance(plan, Full) else plan

    patch.setattr(Bound, "_compile", compile_)


@mutant
def a_hat_that_was_not_chosen_counts(patch: Patch) -> None:
    def routes(self: Bound, action: ActionDef) -> Any:
        return tuple(self._holder.routes(action.key, action.power, effect) for effect in ("grant", "prohibit"))

    patch.setattr(Bound, "_routes", routes)


# -- without an object -------------------------------------------------------------------------------------------------


@mutant
def a_part_is_taken_for_the_whole(patch: Patch) -> None:
    patch.setattr(Bound, "_covers", lambda self, hat, entry: True)


@mutant
def a_prohibition_of_a_part_spares_the_whole(patch: Patch) -> None:
    kept = Bound._routes

    def routes(self: Bound, action: ActionDef) -> Any:
        grants, barring = kept(self, action)
        return grants, [route for route in barring if action.resource or route[1].scope == "all"]

    patch.setattr(Bound, "_routes", routes)
