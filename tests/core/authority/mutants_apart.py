"""The engine with one rule about incompatible duties broken at a time; see ``mutants.py``."""

# ruff: noqa: ARG005 - a mutant answers whatever it is asked
from __future__ import annotations

from dataclasses import replace

from core.authority import rules, separation
from core.authority.held import matches
from tests.core.authority.mutants import MUTANTS, Patch, mutant

__all__ = ["MUTANTS"]


@mutant
def what_was_done_before_does_not_count(patch: Patch) -> None:
    patch.setattr(separation, "did", lambda asked, person_id: None)


@mutant
def a_delegate_does_what_who_delegated_may_not(patch: Patch) -> None:
    kept = separation.did
    patch.setattr(
        separation, "did",
        lambda asked, person_id: kept(asked, person_id) if person_id == asked.actor.person_id else None,
    )


@mutant
def the_same_step_twice_is_kept_apart(patch: Patch) -> None:
    patch.setattr(
        separation, "apart", lambda patterns, one, other: any(matches(p, one) for p in patterns)
        and any(matches(p, other) for p in patterns),
    )


@mutant
def any_earlier_step_counts(patch: Patch) -> None:
    patch.setattr(separation, "apart", lambda patterns, one, other: one != other)


@mutant
def a_mitigation_is_not_looked_at(patch: Patch) -> None:
    kept = rules.read
    patch.setattr(rules, "read", lambda session, day: replace(kept(session, day), mitigated=frozenset()))


@mutant
def whoever_is_nobody_did_nothing(patch: Patch) -> None:
    kept = separation.did
    patch.setattr(separation, "did", lambda asked, person_id: kept(asked, person_id) if person_id else None)


@mutant
def one_hand_may_hold_both(patch: Patch) -> None:
    patch.setattr(separation, "holds", lambda snapshot, actor, action, holder: None)


@mutant
def what_is_delegated_is_not_held(patch: Patch) -> None:
    kept = separation.held
    patch.setattr(separation, "held", lambda holder, pattern: kept(replace(holder, delegated=()), pattern))


@mutant
def two_hands_far_apart_are_one(patch: Patch) -> None:
    patch.setattr(separation, "_of_route", lambda snapshot, hat, entry: frozenset({None}))


@mutant
def wildcards_hold_nothing(patch: Patch) -> None:
    patch.setattr(separation, "overlap", lambda one, other: one == other)
