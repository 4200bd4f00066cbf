"""The engine with one rule about currencies broken at a time; see ``mutants.py``."""

# ruff: noqa: ARG005 - a mutant answers whatever it is asked
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from core.authority import limits
from core.authority.rates import table
from core.authority.rates.table import Rate, Rates
from core.base.money import div_round
from tests.core.authority.mutants import Patch, mutant
from tests.core.authority.mutants_persons import MUTANTS

__all__ = ["MUTANTS"]


def _rounding(patch: Patch, mode: str) -> None:
    patch.setattr(table, "div_round", lambda numerator, denominator, _mode: div_round(numerator, denominator, mode))


@mutant
def what_an_amount_comes_to_is_not_rounded_up(patch: Patch) -> None:
    _rounding(patch, "floor")


@mutant
def what_an_amount_comes_to_is_rounded_as_taxes_are(patch: Patch) -> None:
    _rounding(patch, "half_up")


@mutant
def a_rate_that_is_too_old_will_do(patch: Patch) -> None:
    patch.setattr(table, "stale", lambda of, day, max_age_days: max_age_days is None)


@mutant
def a_rate_is_good_for_a_day_more(patch: Patch) -> None:
    patch.setattr(table, "stale", lambda of, day, age: age is None or (day - of).days > age + 1)


@mutant
def a_rate_is_good_for_a_day_less(patch: Patch) -> None:
    patch.setattr(table, "stale", lambda of, day, age: age is None or (day - of).days >= age)


def _making(patch: Patch, change: Any) -> None:
    """The table of a day is made of other rows than are there."""
    kept = table.made_of
    patch.setattr(table, "made_of", lambda day, age, rows: kept(day, age, change(day, list(rows))))


@mutant
def the_first_rate_of_a_pair_stays(patch: Patch) -> None:
    def first(_day: date, rows: list[Rate]) -> Iterable[Rate]:
        return [row for row in rows if row.day == min(
            one.day for one in rows if (one.base, one.quote) == (row.base, row.quote)
        )]  # fmt: skip

    _making(patch, first)


@mutant
def the_rate_of_tomorrow_is_taken(patch: Patch) -> None:
    kept = table.rows_of
    patch.setattr(table, "rows_of", lambda session, since, day: kept(session, since, day + timedelta(days=1)))


@mutant
def a_rate_never_ends(patch: Patch) -> None:
    _making(patch, lambda day, rows: [replace(row, until=date(9999, 1, 1)) for row in rows])


@mutant
def every_rate_is_of_one_unit(patch: Patch) -> None:
    _making(patch, lambda day, rows: [replace(row, units=1) for row in rows])


@mutant
def every_currency_has_two_decimals(patch: Patch) -> None:
    patch.setattr(table, "minor_per_major", lambda currency: 100)


@mutant
def a_rate_is_read_upside_down(patch: Patch) -> None:
    _making(patch, lambda day, rows: [replace(row, base=row.quote, quote=row.base) for row in rows])


@mutant
def a_rate_works_one_way_only(patch: Patch) -> None:
    kept = table.made_of

    def made_of(day: date, age: int | None, rows: Iterable[Rate]) -> Rates:
        found = kept(day, age, rows)
        return replace(found, ways={pair: way for pair, way in found.ways.items() if pair[0] == way.rate.base})

    patch.setattr(table, "made_of", made_of)


@mutant
def the_opposite_rate_goes_first(patch: Patch) -> None:
    kept = table.made_of

    def made_of(day: date, age: int | None, rows: Iterable[Rate]) -> Rates:
        found = kept(day, age, rows)
        turned = {(way.rate.quote, way.rate.base): table._way(way.rate, turned=True) for way in found.ways.values()}
        return replace(found, ways={**found.ways, **turned})

    patch.setattr(table, "made_of", made_of)


@mutant
def no_policy_is_needed(patch: Patch) -> None:
    kept = table.policy_of

    class Anything:
        max_age_days = 366

    patch.setattr(table, "policy_of", lambda session, day: kept(session, day) or Anything())


@mutant
def a_policy_that_ended_goes_on(patch: Patch) -> None:
    kept = table.policy_of

    def policy_of(session: Any, day: date) -> Any:
        found = kept(session, day)
        while found is not None and found.max_age_days is None:
            found = kept(session, found.valid_from - timedelta(days=1))
        return found

    patch.setattr(table, "policy_of", policy_of)


@mutant
def totals_count_one_currency(patch: Patch) -> None:
    patch.setattr(limits, "counted", lambda found, currency, rates: found.get(currency, 0))


@mutant
def totals_leave_out_what_is_unknown(patch: Patch) -> None:
    patch.setattr(limits, "counted", lambda found, currency, rates: sum(
        rates.minor(amount, one, currency) or 0 for one, amount in found.items()
    ))  # fmt: skip
