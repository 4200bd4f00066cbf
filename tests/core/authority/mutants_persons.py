"""The engine with one rule about persons broken at a time: relatives, interests; see ``mutants.py``."""

# ruff: noqa: ARG005 - a mutant answers whatever it is asked
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import true

from core.authority import dormant, engine, recusal, relations, saying, separation
from core.authority.held import Holder
from core.authority.relations import Relations
from core.base import clock
from tests.core.authority.mutants import Patch, mutant
from tests.core.authority.mutants_conditions import MUTANTS

__all__ = ["MUTANTS"]


# -- stepping back -----------------------------------------------------------------------------------------------------


def _reading(patch: Patch, change: Any) -> None:
    """Rows of relations are read otherwise than they are: (one, other, kind, confirmed, who declared it)."""
    kept = relations.of_rows

    def of_rows(rows: Iterable[Any]) -> Relations:
        return kept([change(*row) for row in rows])

    patch.setattr(relations, "of_rows", of_rows)


def _looking(patch: Patch, **forget: Any) -> None:
    """Some of whom something concerns is not looked at."""
    kept = recusal.recused
    patch.setattr(recusal, "recused", lambda snapshot, action, facts, person_id: kept(
        snapshot, action, replace(facts, **forget), person_id
    ))  # fmt: skip


@mutant
def one_decides_for_a_relative(patch: Patch) -> None:
    patch.setattr(recusal, "recused", lambda snapshot, action, facts, person_id: False)


@mutant
def who_asked_is_not_looked_at(patch: Patch) -> None:
    _looking(patch, creator_person_id=None)


@mutant
def whom_it_benefits_is_not_looked_at(patch: Patch) -> None:
    _looking(patch, beneficiary_person_id=None)


@mutant
def whom_it_is_about_is_not_looked_at(patch: Patch) -> None:
    _looking(patch, person_ids=())


@mutant
def any_relation_will_do(patch: Patch) -> None:
    kept = Relations.whom
    patch.setattr(Relations, "whom", lambda self, person_id, groups: kept(self, person_id, ("relative", "interest")))


@mutant
def a_child_is_no_relative(patch: Patch) -> None:
    _reading(patch, lambda one, other, kind, *more: (one, other, "interest" if kind == "child" else kind, *more))


@mutant
def a_declaration_binds_both(patch: Patch) -> None:
    _reading(patch, lambda one, other, kind, confirmed, declared_by: (one, other, kind, True, declared_by))


@mutant
def a_declaration_binds_nobody(patch: Patch) -> None:
    _reading(patch, lambda one, other, kind, confirmed, declared_by: (one, other, kind, confirmed, None))


@mutant
def a_relation_never_ends(patch: Patch) -> None:
    patch.setattr(relations, "as_of", lambda model, day: true())


@mutant
def whoever_is_nobody_is_no_relative(patch: Patch) -> None:
    kept = recusal.recused
    patch.setattr(recusal, "recused", lambda snapshot, action, facts, person_id: (
        person_id is not None and kept(snapshot, action, facts, person_id)
    ))  # fmt: skip


@mutant
def lists_show_what_one_steps_back_from(patch: Patch) -> None:
    patch.setattr(recusal, "rows", lambda rows, action, person_id: [])


@mutant
def lists_show_what_one_would_decide_for_a_relative_s_relative(patch: Patch) -> None:
    kept = recusal.rows
    patch.setattr(
        recusal, "rows",
        lambda rows, action, person_id: kept(rows, action, person_id) if person_id == rows.actor.person_id else [],
    )


# -- the yes of several ------------------------------------------------------------------------------------------------


@mutant
def one_yes_is_always_enough(patch: Patch) -> None:
    kept = saying.permission
    patch.setattr(saying, "permission", lambda *allowed: replace(kept(*allowed), needs=1))


# -- rules of lists ----------------------------------------------------------------------------------------------------


@mutant
def what_came_before_does_not_count(patch: Patch) -> None:
    patch.setattr(separation, "lineage", lambda session, rules, action, resource, obj, own: own)


@mutant
def only_the_parent_counts(patch: Patch) -> None:
    kept = separation._ancestors
    patch.setattr(separation, "_ancestors", lambda session, resource, obj: list(kept(session, resource, obj))[:1])


@mutant
def the_whole_line_counts_for_one_object(patch: Patch) -> None:
    kept = separation.did
    patch.setattr(separation, "did", lambda asked, person_id: kept(replace(asked, acts=asked.lineage), person_id))


@mutant
def a_list_recuses_nobody(patch: Patch) -> None:
    patch.setattr(recusal, "groups", lambda rules, action, person_id: frozenset(action.recuse))


@mutant
def a_mitigation_lets_nobody_help_a_relative(patch: Patch) -> None:
    kept = recusal.groups
    patch.setattr(recusal, "groups", lambda rules, action, person_id: kept(
        replace(rules, mitigated=frozenset()), action, person_id
    ))  # fmt: skip


# -- emergencies -------------------------------------------------------------------------------------------------------


@mutant
def what_is_dormant_is_awake(patch: Patch) -> None:
    patch.setattr(Holder, "awake", lambda self, hat, entry: True)


@mutant
def what_is_dormant_never_wakes(patch: Patch) -> None:
    patch.setattr(Holder, "awake", lambda self, hat, entry: entry.break_hours is None)


@mutant
def what_was_opened_stays_open(patch: Patch) -> None:
    """Read as if it were long ago, and compared as if it were."""
    patch.setattr(dormant, "clock", _Then)
    patch.setattr(Holder, "awake", lambda self, hat, entry: (
        entry.break_hours is None or (hat.assignment_id, entry.code) in self.opened
    ))  # fmt: skip


class _Then:
    @staticmethod
    def now() -> Any:
        return clock.NEVER.replace(year=2020)


@mutant
def it_is_open_under_any_hat(patch: Patch) -> None:
    patch.setattr(Holder, "awake", lambda self, hat, entry: entry.break_hours is None or any(
        code == entry.code for _assignment, code in self.opened
    ))  # fmt: skip


@mutant
def what_is_for_emergencies_is_used_first(patch: Patch) -> None:
    kept = engine._rank
    patch.setattr(engine, "_rank", lambda route: (not kept(route)[0], *kept(route)[1:]))
