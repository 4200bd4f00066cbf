"""Cumulative withholding: against an independent reference, in any order of months, over the turn of the year."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import accumulate, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.country_cn.country import country
from plugins.country_cn.rules import amounts, one_off, withholding
from tests.plugins.country_cn.payroll_year import PayrollYear, next_month

ANNUAL = country().tables(work_month=date(2026, 1, 1))["iit_annual"]
JANUARY = date(2026, 1, 1)

#: The bands of the law's table as slices: what lies between two bounds is taxed at that rate (yuan, percent).
SLICES = ((36_000, 3), (144_000, 10), (300_000, 20), (420_000, 25), (660_000, 30), (960_000, 35), (None, 45))


def reference_tax(taxable: Fraction) -> Fraction:
    """The tax of a year slice by slice, exactly, without quick deductions."""
    tax, below = Fraction(0), Fraction(0)
    for bound, percent in SLICES:
        top = taxable if bound is None else min(taxable, Fraction(bound))
        if top > below:
            tax += (top - below) * Fraction(percent, 100)
            below = top
    return tax


def to_fen(yuan: Fraction) -> int:
    """Rounded half up; never negative here."""
    return int(yuan * 100 + Fraction(1, 2))


def reference_series(months: list[tuple[int, int, int]]) -> list[int]:
    """Withholding per month of (income, special, additional) in fen, from January, by plain fractions."""
    income = deductions = withheld = 0
    series = []
    for number, (pay, special, additional) in enumerate(months, start=1):
        income += pay
        deductions += special + additional
        taxable = Fraction(income - deductions, 100) - 5_000 * number
        due = to_fen(reference_tax(max(taxable, Fraction(0)))) - withheld
        series.append(max(due, 0))
        withheld += series[-1]
    return series


fens = st.integers(0, 30_000_000)
month_lists = st.lists(st.tuples(fens, st.integers(0, 1_000_000), st.integers(0, 600_000)), min_size=1, max_size=12)


@given(st.lists(month_lists, min_size=1, max_size=8).map(lambda rows: [row[: min(map(len, rows))] for row in rows]))
def test_formulas_equal_the_reference(people: list[list[tuple[int, int, int]]]) -> None:
    """People stand in one column; nobody's month may depend on who stands beside him."""
    year, month, series = PayrollYear(len(people)), JANUARY, []
    for position in range(len(people[0])):
        slip = year.pay(
            month,
            month,
            {
                "gross_taxable": [person[position][0] for person in people],
                "other_deductions_month": [person[position][1] for person in people],
                "special_additional_month": [person[position][2] for person in people],
                "basic_deduction_months": position + 1,
            },
        )
        series.append(slip["tax_period"].tolist())
        month = next_month(month)
    by_person = [list(taxes) for taxes in zip(*series, strict=True)]
    assert by_person == [reference_series(person) for person in people]


@given(st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=50))
def test_band_tax_equals_the_reference(taxable: list[int]) -> None:
    expected = [to_fen(reference_tax(Fraction(max(amount, 0), 100))) for amount in taxable]
    assert amounts.band_tax(np.array(taxable, dtype=np.int64), ANNUAL).tolist() == expected


@pytest.mark.parametrize("bound", [bound * 100 for bound, _percent in SLICES if bound is not None])
def test_a_bound_belongs_to_the_band_below(bound: int) -> None:
    around = np.array([bound - 1, bound, bound + 1], dtype=np.int64)
    index = amounts.band_index(around, ANNUAL)
    assert index[0] == index[1] == index[2] - 1
    assert amounts.band_tax(around, ANNUAL).tolist() == [
        to_fen(reference_tax(Fraction(int(amount), 100))) for amount in around
    ]


@given(fens, fens, fens, st.integers(0, 10_000_000))
def test_more_income_never_means_less_tax(income: int, special: int, withheld: int, more: int) -> None:
    def period(pay: int, deducted: int) -> int:
        result = withholding.withhold(
            income=pay, basic=500_000, special=deducted, additional=0, withheld_before=withheld, table=ANNUAL
        )
        assert int(result.period) >= 0
        assert int(result.withheld) == withheld + int(result.period)
        return int(result.period)

    assert period(income, special) <= period(income + more, special) <= period(income, special) + more
    assert period(income, special + more) <= period(income, special)


def test_any_order_of_months_ends_at_the_same_tax() -> None:
    """All 720 orders of six months, none below its deduction, as 720 people in one column."""
    wages = [600_000, 1_250_000, 3_000_000, 500_000, 9_999_999, 730_001]
    orders = list(permutations(wages))
    year, month = PayrollYear(len(orders)), JANUARY
    for position in range(len(wages)):
        pay = [order[position] for order in orders]
        year.pay(month, month, {"gross_taxable": pay, "basic_deduction_months": position + 1})
        month = next_month(month)
    expected = to_fen(reference_tax(Fraction(sum(wages), 100) - 5_000 * len(wages)))
    assert set(year.slip["cum_withheld"].tolist()) == {expected}
    assert set(year.slip["cum_tax"].tolist()) == {expected}


def test_negative_months_withhold_nothing_and_are_absorbed() -> None:
    """With months below the deduction, what was withheld is the highest cumulative tax so far, in every order."""
    wages = [0, 2_800_000, 120_000, 5_000_000, 300_000, 1_000_000]
    orders = list(permutations(wages))
    year, month = PayrollYear(len(orders)), JANUARY
    for position in range(len(wages)):
        pay = [order[position] for order in orders]
        slip = year.pay(month, month, {"gross_taxable": pay, "basic_deduction_months": position + 1})
        assert slip["tax_period"].min() >= 0
        month = next_month(month)

    def highest(order: tuple[int, ...]) -> int:
        taxable = [total - 500_000 * number for number, total in enumerate(accumulate(order), start=1)]
        return max(to_fen(reference_tax(Fraction(max(amount, 0), 100))) for amount in taxable)

    assert year.slip["cum_withheld"].tolist() == [highest(order) for order in orders]


def test_december_wages_paid_in_january_open_the_new_tax_year() -> None:
    year, work, taxes = PayrollYear(1), date(2025, 10, 1), []
    employed = {date(2025, 11, 1): 11, date(2025, 12, 1): 12, date(2026, 1, 1): 1, date(2026, 2, 1): 2}
    for tax_month, months in employed.items():
        slip = year.pay(work, tax_month, {"gross_taxable": 3_000_000, "basic_deduction_months": months})
        taxes.append((int(slip["cum_income"][0]), int(slip["cum_basic"][0])))
        work = next_month(work)
    # October's and November's wages belong to 2025; December's, paid in January, are the first income of 2026.
    assert taxes == [(3_000_000, 5_500_000), (6_000_000, 6_000_000), (3_000_000, 500_000), (6_000_000, 1_000_000)]
    assert int(year.slip["cum_withheld"][0]) == to_fen(reference_tax(Fraction(50_000)))


def test_a_new_agent_starts_at_zero() -> None:
    first = PayrollYear(1)
    first.pay(JANUARY, JANUARY, {"gross_taxable": 9_000_000, "basic_deduction_months": 1})
    second = PayrollYear(1)
    february = next_month(JANUARY)
    slip = second.pay(february, february, {"gross_taxable": 1_000_000, "basic_deduction_months": 1})
    assert int(slip["cum_income"][0]) == 1_000_000
    assert int(slip["tax_period"][0]) == 15_000  # (10,000 - 5,000) x 3 %


def test_the_tax_client_s_cumulative_deductions_lead() -> None:
    """What the client says replaces our own sum; without it the months add up."""
    year = PayrollYear(2)
    slip = year.pay(
        JANUARY,
        JANUARY,
        {"gross_taxable": 2_000_000, "special_additional_month": 200_000, "basic_deduction_months": 1},
    )
    assert slip["cum_additional"].tolist() == [200_000, 200_000]
    february = next_month(JANUARY)
    slip = year.pay(
        february,
        february,
        {"gross_taxable": 2_000_000, "special_additional_cum": [900_000, 0], "basic_deduction_months": 2},
    )
    assert slip["cum_additional"].tolist() == [900_000, 0]


def test_relief_lowers_the_tax_and_not_below_zero() -> None:
    slip = PayrollYear(2).pay(
        JANUARY,
        JANUARY,
        {"gross_taxable": 2_000_000, "tax_relief_month": [20_000, 1_000_000], "basic_deduction_months": 1},
    )
    assert slip["tax_period"].tolist() == [25_000, 0]  # 15,000 x 3 % = 450.00


def test_relief_in_the_rule() -> None:
    result = withholding.withhold(
        income=2_000_000, basic=500_000, special=0, additional=0, withheld_before=0, table=ANNUAL, relief=20_000
    )
    assert (int(result.taxable), int(result.tax), int(result.period)) == (1_500_000, 25_000, 25_000)


@pytest.mark.parametrize(
    ("tax_month", "hired", "left", "months"),
    [
        (date(2026, 7, 1), date(2026, 6, 15), None, 2),  # June's joiner, first paid in July
        (date(2026, 1, 1), date(2025, 12, 8), None, 1),  # December's wages paid in January
        (date(2026, 12, 1), date(2020, 3, 1), None, 12),
        (date(2026, 11, 1), date(2026, 1, 1), date(2026, 10, 16), 10),  # October's leaver paid in November
        (date(2027, 1, 1), date(2026, 5, 1), date(2026, 12, 31), 0),  # paid after the year of leaving
        (date(2026, 3, 1), date(2026, 4, 1), None, 0),  # paid before the first day of work
        (date(2026, 3, 1), date(2027, 1, 1), None, 0),
        (date(2026, 9, 1), date(2026, 9, 30), date(2027, 2, 1), 1),
    ],
)
def test_months_employed(tax_month: date, hired: date, left: date | None, months: int) -> None:
    assert withholding.months_employed(tax_month, hired, left) == months


@given(st.integers(0, 200_000_000))
def test_the_bonus_band_is_found_exactly(bonus: int) -> None:
    """The twelfth is compared as a fraction; rounding it first would put 36,000.05 into the band of 36,000."""
    twelfth = Fraction(bonus, 1200)
    monthly = country().tables(work_month=JANUARY)["iit_bonus"]
    band = next(row for row in monthly if row.up_to is None or twelfth <= Fraction(row.up_to, 100))
    expected = int(Fraction(bonus * band.rate, 1_000_000) + Fraction(1, 2)) - band.quick
    assert int(one_off.bonus_tax(bonus, monthly)) == expected


def test_amounts_beyond_any_wage_are_refused() -> None:
    with pytest.raises(OverflowError):
        amounts.band_tax(10**12 + 1, ANNUAL)


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1), st.integers(1, 10**6))
def test_half_up(numerators: list[int], denominator: int) -> None:
    def one(numerator: int) -> int:
        magnitude = int(Fraction(abs(numerator), denominator) + Fraction(1, 2))
        return magnitude if numerator >= 0 else -magnitude

    got = amounts.half_up(np.array(numerators, dtype=np.int64), denominator)
    assert got.tolist() == [one(numerator) for numerator in numerators]
