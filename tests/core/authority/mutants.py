"""The engine with one rule broken at a time: what a slip of the hand would make of it.

Each mutant replaces a piece of the engine by one that differs in a single rule. The random worlds must tell every one
of them from the literal reference; a mutant that survives says that a rule is not tested.
"""

# ruff: noqa: ARG005 - a mutant answers whatever it is asked
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import and_

from core.authority import engine, held, limits, rows, snapshot
from core.authority.engine import ListEngine
from core.authority.held import STEPS, Entry, Handed, Holder, matches
from core.authority.rows import Rows, Truth
from core.authority.snapshot import Snapshot

Patch = pytest.MonkeyPatch
MUTANTS: dict[str, Callable[[Patch], None]] = {}


def mutant(make: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Put a mutant on the list, under the name of its function."""
    MUTANTS[make.__name__] = make
    return make


# -- time --------------------------------------------------------------------------------------------------------------


@mutant
def a_period_includes_its_last_day(patch: Patch) -> None:
    patch.setattr(snapshot, "as_of", lambda model, day: and_(model.valid_from <= day, model.valid_to >= day))


@mutant
def a_period_begins_a_day_late(patch: Patch) -> None:
    patch.setattr(snapshot, "as_of", lambda model, day: and_(model.valid_from < day, model.valid_to > day))


# -- hats --------------------------------------------------------------------------------------------------------------


def _routes(self: Holder, action: str, power: str, effect: str, *, any_hat: bool, acting: bool) -> list[Any]:
    found: list[Any] = []
    for entry in self.entries:
        if entry.effect != effect or not entry.covers(action, power):
            continue
        if entry.of_account:
            found.append((None, entry))
            continue
        found.extend(
            (hat, entry) for hat in self.hats
            if (any_hat or entry.position_id in (None, hat.position_id))
            and (acting or entry.by_acting or hat.kind != "acting") and self.awake(hat, entry)
        )
    handed = [route for route in self.delegated if route[1].effect == effect and route[1].covers(action, power)]
    return [*found, *handed]


@mutant
def hats_are_mixed(patch: Patch) -> None:
    patch.setattr(Holder, "routes", lambda *asked: _routes(*asked, any_hat=True, acting=False))


@mutant
def who_acts_has_what_is_not_for_him(patch: Patch) -> None:
    patch.setattr(Holder, "routes", lambda *asked: _routes(*asked, any_hat=False, acting=True))


@mutant
def what_was_delegated_does_not_count(patch: Patch) -> None:
    patch.setattr(Handed, "narrowed", lambda self, entry: None)


@mutant
def a_prohibition_is_not_handed_over(patch: Patch) -> None:
    kept = Handed.narrowed
    patch.setattr(Handed, "narrowed", lambda self, entry: kept(self, entry) if entry.effect == "grant" else None)


def _handing(patch: Patch, **loose: bool) -> None:
    def narrowed(self: Handed, entry: Entry) -> Entry | None:
        if entry.effect == "prohibit":
            return entry if entry.position_id in (None, self.hat.position_id) and not entry.of_account else None
        code = entry.code.removeprefix(f"{self.hat.position_code}.")
        if entry.position_id != self.hat.position_id:
            return None
        if (not entry.delegable and "delegable" not in loose) or (code not in self.codes and "codes" not in loose):
            return None
        within = None if "unit" in loose else self.unit_id
        if self.limit_minor is None or "limit" in loose:
            return replace(entry, within_id=within)
        if entry.currency not in (None, self.currency) and "currency" not in loose:
            return None
        limits = [one for one in (entry.limit_minor, self.limit_minor) if one is not None]
        limit = max(limits) if "wider" in loose else min(limits)
        return replace(entry, within_id=within, limit_minor=limit, currency=self.currency)

    patch.setattr(Handed, "narrowed", narrowed)


@mutant
def what_may_not_be_delegated_is(patch: Patch) -> None:
    _handing(patch, delegable=True)


@mutant
def a_delegation_hands_over_the_whole_post(patch: Patch) -> None:
    _handing(patch, codes=True)


@mutant
def the_limit_of_a_delegation_is_ignored(patch: Patch) -> None:
    _handing(patch, limit=True)


@mutant
def the_wider_of_two_limits_holds(patch: Patch) -> None:
    _handing(patch, wider=True)


@mutant
def limits_in_two_currencies_are_compared(patch: Patch) -> None:
    _handing(patch, currency=True)


@mutant
def the_unit_of_a_delegation_is_ignored(patch: Patch) -> None:
    _handing(patch, unit=True)


@mutant
def himself_is_the_delegate(patch: Patch) -> None:
    for module in (engine, rows):
        if hasattr(module, "principal"):
            patch.setattr(module, "principal", lambda hat, actor: actor.person_id)


@mutant
def himself_is_the_delegate_in_lists(patch: Patch) -> None:
    patch.setattr(rows, "principal", lambda hat, actor: actor.person_id)


@mutant
def the_chosen_hat_is_ignored(patch: Patch) -> None:
    patch.setattr(engine, "_in_order", lambda routes, actor: sorted(routes, key=engine._rank))


# -- who is concerned --------------------------------------------------------------------------------------------------


@mutant
def one_s_own_request_is_decided(patch: Patch) -> None:
    patch.setattr(engine, "_concerns", lambda facts, person_id: False)


@mutant
def who_benefits_may_decide(patch: Patch) -> None:
    patch.setattr(engine, "_concerns", lambda facts, person_id: facts.creator_person_id == person_id)


@mutant
def a_delegate_decides_for_who_delegated(patch: Patch) -> None:
    kept = snapshot.bind

    def bind(*asked: Any) -> Holder:
        found = kept(*asked)
        hats = tuple(replace(hat, principal_id=None) for hat in found.hats)
        delegated = tuple((replace(hat, principal_id=None), entry) for hat, entry in found.delegated)
        return Holder(hats, found.entries, delegated)

    patch.setattr(engine, "bind", bind)
    patch.setattr(engine, "principal", snapshot.principal)


@mutant
def a_stand_in_decides_for_whom_he_stands_in(patch: Patch) -> None:
    kept = snapshot.bind

    def bind(*asked: Any) -> Holder:
        found = kept(*asked)
        return replace(found, hats=tuple(replace(hat, principal_id=None) for hat in found.hats))

    patch.setattr(engine, "bind", bind)


# -- scopes ------------------------------------------------------------------------------------------------------------


@mutant
def a_subtree_reaches_one_unit_too_far(patch: Patch) -> None:
    def below(asked: Any, node: Any) -> bool | None:
        nodes = asked.snapshot.nodes
        places = [nodes[unit].lft for unit in asked.facts.unit_ids if unit in nodes]
        return any(node.lft <= lft <= node.rgt for lft in places) if places else None

    patch.setattr(engine, "_below", below)


@mutant
def a_subtree_leaves_out_its_own_unit(patch: Patch) -> None:
    def below(asked: Any, node: Any) -> bool | None:
        nodes = asked.snapshot.nodes
        places = [nodes[unit].lft for unit in asked.facts.unit_ids if unit in nodes]
        return any(node.lft < lft < node.rgt for lft in places) if places else None

    patch.setattr(engine, "_below", below)


@mutant
def reports_are_followed_all_the_way_down(patch: Patch) -> None:
    def reports(self: Snapshot, position_id: int) -> list[int]:
        found = [position for position, above in self.reports_to.items() if above == position_id]
        return [*found, *(below for one in found for below in reports(self, one))]

    patch.setattr(Snapshot, "reports", reports)


def _judging(patch: Patch, **instead: bool) -> None:
    """What is unknown about grants and prohibitions counts as told."""
    kept = ListEngine._in_scope

    def in_scope(self: ListEngine, asked: Any, hat: Any, entry: Entry) -> bool | None:
        found = kept(self, asked, hat, entry)
        return instead.get(entry.effect) if found is None else found

    patch.setattr(ListEngine, "_in_scope", in_scope)


@mutant
def a_prohibition_spares_what_it_cannot_judge(patch: Patch) -> None:
    _judging(patch, prohibit=False)


@mutant
def a_grant_allows_what_it_cannot_judge(patch: Patch) -> None:
    _judging(patch, grant=True)


@mutant
def a_list_shows_what_a_prohibition_cannot_judge(patch: Patch) -> None:
    patch.setattr(Truth, "spares", property(lambda self: ~self.holds))


@mutant
def a_part_is_taken_for_the_whole(patch: Patch) -> None:
    patch.setattr(Snapshot, "covered", lambda self, node, scope: node is not None)


@mutant
def a_company_is_told_by_the_unit_alone(patch: Patch) -> None:
    kept = ListEngine._in_own_scope

    def in_scope(self: ListEngine, asked: Any, hat: Any, entry: Entry) -> bool | None:
        if entry.scope == "company":
            asked = replace(asked, facts=replace(asked.facts, legal_entity_id=None))
        return kept(self, asked, hat, entry)

    patch.setattr(ListEngine, "_in_own_scope", in_scope)


@mutant
def a_list_of_a_company_looks_at_the_row_alone(patch: Patch) -> None:
    kept = Rows._company

    def company(self: Rows, legal_entity_id: int) -> Truth:
        found = kept(self, legal_entity_id)
        return replace(found, holds=self._anchored("legal_entity", [legal_entity_id]))

    patch.setattr(Rows, "_company", company)


# -- actions and powers ------------------------------------------------------------------------------------------------


@mutant
def a_wildcard_ignores_the_verb_s_noun(patch: Patch) -> None:
    def loosely(pattern: str, action: str) -> bool:
        return matches(pattern, action) or pattern.partition(":")[2] == action.partition(":")[2]

    patch.setattr(held, "matches", loosely)


@mutant
def a_step_before_a_decision_decides(patch: Patch) -> None:
    def covers(self: Entry, action: str, power: str) -> bool:
        if self.bootstrap and self.action == "*":
            return power != "reveal"
        return matches(self.action, action)

    patch.setattr(Entry, "covers", covers)


@mutant
def the_first_account_reveals(patch: Patch) -> None:
    def covers(self: Entry, action: str, power: str) -> bool:
        del power
        if self.effect == "grant" and self.power in STEPS:
            return False
        return (self.bootstrap and self.action == "*") or matches(self.action, action)

    patch.setattr(Entry, "covers", covers)


# -- limits, totals --------------------------------------------------------------------------------------------------


@mutant
def a_limit_excludes_its_own_number(patch: Patch) -> None:
    kept = limits.over

    def over(session: Any, action: Any, entry: Entry, facts: Any, obj: Any, rates: Any) -> Any:
        if entry.limit_minor is not None and facts.amount == entry.limit_minor and facts.currency == entry.currency:
            facts = replace(facts, amount=facts.amount + 1)
        return kept(session, action, entry, facts, obj, rates)

    patch.setattr(limits, "over", over)


@mutant
def any_currency_will_do(patch: Patch) -> None:
    kept = limits.over

    def over(session: Any, action: Any, entry: Entry, facts: Any, obj: Any, rates: Any) -> Any:
        return kept(session, action, entry, replace(facts, currency=entry.currency), obj, rates)

    patch.setattr(limits, "over", over)


@mutant
def a_total_is_not_counted(patch: Patch) -> None:
    patch.setattr(limits, "_over_cap", lambda *asked: None)


@mutant
def a_total_forgets_the_amount_itself(patch: Patch) -> None:
    kept = limits._over_cap
    patch.setattr(
        limits, "_over_cap",
        lambda session, action, entry, amount, obj, rates: kept(session, action, entry, 0, obj, rates),
    )


# -- what is cited -----------------------------------------------------------------------------------------------------


@mutant
def the_widest_scope_is_cited(patch: Patch) -> None:
    kept = engine._rank
    patch.setattr(engine, "_rank", lambda route: (-engine.RANK[route[1].scope], *kept(route)))


@mutant
def what_was_delegated_is_used_before_one_s_own(patch: Patch) -> None:
    kept = engine._rank
    patch.setattr(engine, "_rank", lambda route: (kept(route)[0], not kept(route)[1], *kept(route)[2:]))


@mutant
def the_higher_limit_is_cited(patch: Patch) -> None:
    kept = engine._rank

    def rank(route: Any) -> tuple[Any, ...]:
        dormant, delegated, scope, unlimited, limit, *rest = kept(route)
        return dormant, delegated, scope, not unlimited, -limit, *rest

    patch.setattr(engine, "_rank", rank)
