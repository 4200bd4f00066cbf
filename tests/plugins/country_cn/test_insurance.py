"""Social insurance and housing fund by the formulas and the dated parameters of Beijing and Shanghai."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contracts.country import MissingParameter
from plugins.country_cn.country import country
from tests.plugins.country_cn.payroll_year import PayrollYear

EMPLOYEE = ("si_pension_ee", "si_medical_ee", "si_unemployment_ee", "hf_ee")
EMPLOYER = ("si_pension_er", "si_medical_er", "si_unemployment_er", "si_injury_er", "hf_er")


def half_up(value: Fraction, unit: int = 1) -> int:
    """To whole units of fen."""
    return int(value / unit + Fraction(1, 2)) * unit


@pytest.mark.parametrize(
    ("place", "base", "fund_unit", "rates"),
    [
        # Shanghai 2026-07: bounds 7,546 and 37,731, fund 2,740 and 37,731; rates in 10^-3, no fixed amount.
        ("CN-SH", (754_600, 3_773_100, 274_000, 3_773_100), 100, (80, 20, 5, 160, 90, 5, 2, 0)),
        # Beijing 2026-07: bounds 7,270 and 36,348, fund 2,540 and 36,348; three yuan of medical besides.
        ("CN-BJ", (727_000, 3_634_800, 254_000, 3_634_800), 100, (80, 20, 5, 160, 98, 5, 2, 300)),
    ],
)
@given(wage=st.integers(1, 6_000_000), percent=st.integers(5, 12))
def test_shares(
    place: str, base: tuple[int, ...], fund_unit: int, rates: tuple[int, ...], wage: int, percent: int
) -> None:
    month = date(2026, 8, 1)
    slip = PayrollYear(1, place).pay(
        month,
        month,
        {
            "gross_taxable": wage,
            "si_base": wage,
            "hf_base": wage,
            "hf_rate": percent * 10_000,
            "basic_deduction_months": 1,
        },
    )
    floor, cap, fund_floor, fund_cap = base
    paid_on = min(max(wage, floor), cap)
    fund = half_up(Fraction(min(max(wage, fund_floor), fund_cap) * percent, 100), fund_unit)
    shares = [half_up(Fraction(paid_on * rate, 1000)) for rate in rates[:7]]
    expected = dict(zip(EMPLOYEE, (shares[0], shares[1] + rates[7], shares[2], fund), strict=True))
    expected |= dict(zip(EMPLOYER, (*shares[3:], fund), strict=True))
    assert {code: int(slip[code][0]) for code in expected} == expected
    assert int(slip["cum_special"][0]) == sum(expected[code] for code in EMPLOYEE)


def test_published_limits_of_the_shanghai_housing_fund() -> None:
    """沪公积金管委会〔2026〕3号 prints 384 and 5,282 yuan for both sides together at 7 %."""
    month = date(2026, 7, 1)
    slip = PayrollYear(2).pay(
        month,
        month,
        {"gross_taxable": 0, "hf_base": [100, 99_999_900], "hf_rate": 70_000, "basic_deduction_months": 1},
    )
    assert (slip["hf_ee"] + slip["hf_er"]).tolist() == [38_400, 528_200]


def test_published_employer_totals_of_beijing() -> None:
    """26.7 % (with 0.4 % work injury) of 7,270 and 36,348 are 1,941.09 and 9,704.92 in the city's notice.

    The notice rounds the sum once; each share rounds by itself, so one fen may lie between.
    """
    month = date(2026, 7, 1)
    slip = PayrollYear(2, "CN-BJ").pay(
        month,
        month,
        {"gross_taxable": 0, "si_base": [100, 99_999_900], "injury_rate": 4_000, "basic_deduction_months": 1},
    )
    totals = sum(slip[code] for code in EMPLOYER if code != "hf_er")
    assert np.abs(totals - np.array([194_109, 970_492])).max() <= 1


def test_who_is_not_insured_pays_nothing() -> None:
    """An intern without base, and a re-hired retiree for whom only work injury insurance is due."""
    month = date(2026, 8, 1)
    slip = PayrollYear(2).pay(
        month,
        month,
        {
            "gross_taxable": [400_000, 900_000],
            "si_base": [0, 900_000],
            "injury_only": [0, 1],
            "basic_deduction_months": 1,
        },
    )
    for code in (*EMPLOYEE, *EMPLOYER):
        assert slip[code].tolist() == ([0, 1_800] if code == "si_injury_er" else [0, 0])


def test_rows_change_in_july() -> None:
    pack = country()
    june = pack.select("CN-SH", work_month=date(2026, 6, 1))
    july = pack.select("CN-SH", work_month=date(2026, 7, 1))
    assert june["si_pension_floor"].parameter.value == 746_000
    assert july["si_pension_floor"].parameter.value == 754_600
    assert not june["si_pension_floor"].carried


def test_a_notice_that_is_not_published_yet_leaves_the_old_row_in_force() -> None:
    """A run of July made on 10 August 2026 did not know the notice of 18 August and must come out the same again."""
    chosen = country().select("CN-SH", work_month=date(2026, 7, 1), known_on=date(2026, 8, 10))
    assert chosen["si_pension_floor"].parameter.value == 746_000
    assert chosen["si_pension_floor"].carried
    after = country().select("CN-SH", work_month=date(2026, 7, 1), known_on=date(2026, 8, 18))
    assert after["si_pension_floor"].parameter.value == 754_600


def test_a_month_beyond_the_last_row_is_carried_and_says_so() -> None:
    chosen = country().select("CN-BJ", work_month=date(2027, 8, 1))
    assert chosen["si_pension_cap"].parameter.value == 3_634_800
    assert chosen["si_pension_cap"].carried
    assert not chosen["si_pension_rate_ee"].carried


def test_tax_parameters_follow_the_month_of_payment() -> None:
    """The bonus table ends with 2027; wages of December 2027 paid in January 2028 no longer find it in force."""
    tables = country().select("CN", work_month=date(2027, 12, 1), tax_month=date(2028, 1, 1))
    assert tables["iit_bonus"].carried
    assert not country().select("CN", work_month=date(2027, 12, 1))["iit_bonus"].carried


def test_columns_take_the_value_of_each_person_s_place() -> None:
    columns = country().columns(
        ["CN-BJ", "CN-SH"], np.array([1, 0, 1], dtype=np.int64), work_month=date(2026, 8, 1)
    )
    assert columns["si_medical_fixed_ee"].tolist() == [0, 300, 0]
    assert columns["hf_rate_max"].tolist() == [70_000, 120_000, 70_000]


def test_a_place_without_rows_is_named() -> None:
    with pytest.raises(MissingParameter) as refusal:
        country().columns(["CN-SH", "CN-TJ"], np.array([0, 1], dtype=np.int64), work_month=date(2026, 8, 1))
    assert refusal.value.place == "CN-TJ"
    assert refusal.value.code == "hf_cap"


def test_months_before_the_first_row_have_no_value() -> None:
    assert "si_pension_floor" not in country().select("CN-SH", work_month=date(2025, 6, 1))
