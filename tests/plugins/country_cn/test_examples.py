"""Every worked example of the tax office and its kin comes out to the cent, by the rules and by the formulas."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.base.period import Month
from core.contracts.country import Band
from plugins.country_cn import identifiers
from plugins.country_cn.country import country, retirement_groups
from plugins.country_cn.rules import one_off, pay, retirement, withholding
from tests.plugins.country_cn.cases import document, fen, millionths, of_kind
from tests.plugins.country_cn.payroll_year import PayrollYear

HERE = {
    "cumulative", "payslip", "pay", "labour", "author", "bonus", "bonus_trap", "nonres_wage", "severance_tax",
    "early_retirement", "equity", "retirement", "check_digit", "uscc", "luhn", "annual_leave_days",
}  # fmt: skip
#: Partial months are the same everywhere and belong to payroll.
ELSEWHERE = {"prorate"}


def _named(case: Any) -> str:
    return str(case["id"])


def _tables() -> dict[str, tuple[Band, ...]]:
    return country().tables(work_month=date(2026, 7, 1))


def _value(code: str, day: date = date(2026, 7, 1), place: str = "CN") -> int:
    value = country().select(place, work_month=day)[code].parameter.value
    assert value is not None
    return value


def _labour() -> dict[str, int]:
    return {
        "threshold": _value("labour_expense_threshold"),
        "fixed": _value("labour_expense_fixed"),
        "rate": _value("labour_expense_rate"),
    }


def _months(case: Any) -> list[dict[str, int]]:
    given = case["input"]
    months = given.get("months") or [given["each_month"]] * given["count"]
    return [{name: fen(amount) for name, amount in month.items()} for month in months]


def test_no_kind_of_example_is_left_out() -> None:
    assert {case["kind"] for case in document()["examples"]} == HERE | ELSEWHERE


@pytest.mark.parametrize("case", of_kind("cumulative"), ids=_named)
def test_cumulative_by_rules(case: Any) -> None:
    start, mode = case["input"].get("start_month", 1), case["input"].get("mode")
    income = special = additional = withheld = 0
    series = []
    for position, month in enumerate(_months(case)):
        income += month["income"]
        special += month.get("special", 0)
        additional += month.get("additional", 0)
        months = withholding.basic_months(
            position + 1, start + position, first_job=mode == "first_job", flat_60000=mode == "flat60000"
        )
        result = withholding.withhold(
            income=income,
            basic=months * _value("basic_deduction_amount"),
            special=special,
            additional=additional,
            withheld_before=withheld,
            table=_tables()["iit_annual"],
        )
        withheld = int(result.withheld)
        series.append(int(result.period))
    assert series == [fen(amount) for amount in case["expect"]]


@pytest.mark.parametrize("case", of_kind("cumulative"), ids=_named)
def test_cumulative_by_formulas(case: Any) -> None:
    """The three insurances and the fund of the examples are given sums, so they enter as other deductions."""
    start, mode = case["input"].get("start_month", 1), case["input"].get("mode")
    year = PayrollYear(1)
    series = []
    for position, month in enumerate(_months(case)):
        tax_month = date(2026, start + position, 1)
        slip = year.pay(
            tax_month,
            tax_month,
            {
                "gross_taxable": month["income"],
                "other_deductions_month": month.get("special", 0),
                "special_additional_month": month.get("additional", 0),
                "basic_deduction_months": position + 1,
                "first_job_in_year": mode == "first_job",
                "flat_60000": mode == "flat60000",
            },
        )
        series.append(int(slip["tax_period"][0]))
    assert series == [fen(amount) for amount in case["expect"]]


@pytest.mark.parametrize("case", of_kind("payslip"), ids=_named)
def test_payslip_by_formulas_and_the_dated_parameters(case: Any) -> None:
    """The example names its rates and bases; the pack must know the same ones for that city and month."""
    given = case["input"]
    place, month = {
        "CN-PAY-SH-1": ("CN-SH", date(2025, 12, 1)),
        "CN-PAY-SH-2": ("CN-SH", date(2025, 12, 1)),
        "CN-PAY-BJ-1": ("CN-BJ", date(2026, 7, 1)),
    }[case["id"]]
    for scheme in ("pension", "medical", "unemployment"):
        assert _value(f"si_{scheme}_rate_er", month, place) == millionths(given[scheme][0])
        assert _value(f"si_{scheme}_rate_ee", month, place) == millionths(given[scheme][1])
        assert _value(f"si_{scheme}_floor", month, place) == fen(given["floor"])
        assert _value(f"si_{scheme}_cap", month, place) == fen(given["cap"])
    assert _value("hf_floor", month, place) == fen(given["hf_floor"])
    assert _value("hf_cap", month, place) == fen(given["hf_cap"])
    assert _value("si_medical_fixed_ee", month, place) == fen(given.get("ee_fixed", "0"))
    slip = PayrollYear(1, place).pay(
        month,
        month,
        {
            "gross_taxable": fen(given["gross"]),
            "si_base": fen(given["base"]),
            "hf_base": fen(given["hf_base"]),
            "hf_rate": millionths(given["hf_rate"]),
            "injury_rate": millionths(given["injury"]),
            "basic_deduction_months": 1,
        },
    )
    employee = sum(int(slip[code][0]) for code in ("si_pension_ee", "si_medical_ee", "si_unemployment_ee", "hf_ee"))
    employer = sum(
        int(slip[code][0])
        for code in ("si_pension_er", "si_medical_er", "si_unemployment_er", "si_injury_er", "hf_er")
    )
    tax = int(slip["tax_period"][0])
    assert {
        "employee_si_hf": employee,
        "employer_si_hf": employer,
        "iit_first_month": tax,
        "net": fen(given["gross"]) - employee - tax,
    } == {name: fen(amount) for name, amount in case["expect"].items()}


@pytest.mark.parametrize("case", of_kind("labour", "author"), ids=_named)
def test_labour_and_author(case: Any) -> None:
    amount = fen(case["input"]["amount"])
    if case["kind"] == "labour":
        tax = one_off.labour_tax(amount, _tables()["iit_labour"], **_labour())
    else:
        tax = one_off.royalty_tax(
            amount, tax_rate=_value("royalty_rate"), income_rate=_value("author_income_rate"), **_labour()
        )
    assert int(tax) == fen(case["expect"])


@pytest.mark.parametrize("case", of_kind("bonus", "bonus_trap"), ids=_named)
def test_bonus(case: Any) -> None:
    table = _tables()["iit_bonus"]
    if case["kind"] == "bonus":
        assert int(one_off.bonus_tax(fen(case["input"]["bonus"]), table)) == fen(case["expect"])
    else:
        assert one_off.bonus_trap(fen(case["input"]["threshold"]), table) == fen(case["expect"])


@pytest.mark.parametrize("case", of_kind("nonres_wage", "severance_tax", "early_retirement", "equity"), ids=_named)
def test_other_taxes(case: Any) -> None:
    given = {name: fen(str(amount)) for name, amount in case["input"].items() if name != "years"}
    annual, basic = _tables()["iit_annual"], _value("basic_deduction_amount")
    match case["kind"]:
        case "nonres_wage":
            tax = int(one_off.nonresident_wage_tax(given["wage"], _tables()["iit_monthly"], basic=basic))
        case "severance_tax":
            average = given["local_average_year"]
            tax = int(one_off.severance_tax(given["amount"], annual, local_average_year=average))
        case "early_retirement":
            years = case["input"]["years"]
            tax = one_off.early_retirement_tax(given["lump"], annual, years=years, basic_year=12 * basic)
        case _:
            tax = int(one_off.equity_tax(given["income"], _tables()["iit_equity"]))
    assert tax == fen(case["expect"])


@pytest.mark.parametrize("case", of_kind("pay"), ids=_named)
def test_overtime(case: Any) -> None:
    given = case["input"]
    wage, days = fen(given["month_wage"]), _value("paid_days_month")
    rates = {"150": "overtime_workday_rate", "200": "overtime_rest_rate", "300": "overtime_holiday_rate"}
    computed = {
        f"ot_{percent}": pay.overtime_pay(wage, given[f"h{percent}"] * 60, _value(code), paid_days=days)
        for percent, code in rates.items()
    }
    computed |= {"day": pay.day_wage(wage, paid_days=days), "hour": pay.hour_wage(wage, paid_days=days)}
    assert computed == {name: fen(amount) for name, amount in case["expect"].items()}


@pytest.mark.parametrize("case", of_kind("retirement"), ids=_named)
def test_retirement(case: Any) -> None:
    given = case["input"]
    group = next(
        group for group in retirement_groups().values() if group.old_age_months == given["old_age_months"]
    )
    assert (str(group.from_birth), group.step_months, group.cap_delay) == (
        given["from_birth"],
        given["step"],
        given["cap"],
    )
    found = retirement.retirement(Month.parse(given["birth"]), group)
    years, months = divmod(found.age_months, 12)
    assert {"delay_months": str(found.delay_months), "age": f"{years}y{months}m", "month": str(found.month)} == case[
        "expect"
    ]


@pytest.mark.parametrize("case", of_kind("check_digit", "uscc", "luhn"), ids=_named)
def test_check_digits(case: Any) -> None:
    given = case["input"]
    if case["kind"] == "luhn":
        assert identifiers.luhn_valid(given["number"]) is (case["expect"] == "true")
    elif case["kind"] == "uscc":
        assert identifiers.uscc_check(given["first17"]) == case["expect"]
        assert identifiers.check_uscc(given["first17"] + case["expect"]) is None
    else:
        assert identifiers.check_digit(given["first17"]) == case["expect"]
        assert identifiers.check_resident_id(given["first17"] + case["expect"]) is None
