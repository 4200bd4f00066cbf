"""Published payslips of Shanghai and Beijing, from agreed pay to the slip, to the cent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from payroll.models import SLIP_COLUMNS
from payroll.services import slip as slips
from tests.payroll.conftest import Company

FILE = Path(__file__).parents[1] / "data" / "cn_examples.yaml"
#: Place, work month: with wages paid in the month after, the first tax month of a joiner holds one month of work.
WHERE = {
    "CN-PAY-SH-1": ("CN-SH", "2025-12"),
    "CN-PAY-SH-2": ("CN-SH", "2025-12"),
    "CN-PAY-BJ-1": ("CN-BJ", "2026-07"),
}
EMPLOYEE = ("si_pension_ee", "si_medical_ee", "si_unemployment_ee", "hf_ee")
EMPLOYER = ("si_pension_er", "si_medical_er", "si_unemployment_er", "si_injury_er", "hf_er")


def examples() -> list[Any]:
    return [case for case in yaml.safe_load(FILE.read_text(encoding="utf-8"))["examples"] if case["kind"] == "payslip"]


def fen(amount: str) -> int:
    whole, _point, fraction = amount.partition(".")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def millionths(rate: str) -> int:
    return int(rate.partition(".")[2].ljust(6, "0"))


@pytest.mark.parametrize("case", examples(), ids=lambda case: str(case["id"]))
def test_a_published_payslip(company: Company, case: Any) -> None:
    place, month = WHERE[case["id"]]
    given = case["input"]
    first, last = date.fromisoformat(f"{month}-01"), date(2026, 8, 1)
    # Employed in the work month alone, so that its tax month counts one month of basic deduction.
    if month == "2025-12":
        company.hire("1", first, place=place)
    else:
        company.hire("1", first, last, place=place)
    company.agree("1", fen(given["gross"]))
    company.insure(
        "1", fen(given["base"]), fen(given["hf_base"]), millionths(given["hf_rate"]),
        injury_rate=millionths(given["injury"]),
    )
    run = company.run(month)
    assert run.problems == []
    slip = company.slip(run, "1")
    columns = slips.columns_of(company.session, run.id)
    amounts = {line.code: line.value for line in slips.lines(slip, columns)}
    assert {
        "employee_si_hf": sum(amounts[code] for code in EMPLOYEE),
        "employer_si_hf": sum(amounts[code] for code in EMPLOYER),
        "iit_first_month": amounts["tax_period"],
        "net": slip.net,
    } == {name: fen(amount) for name, amount in case["expect"].items()}
    assert slip.tax == amounts["tax_period"]
    assert slip.gross - slip.deductions == slip.net
    assert slip.employer_cost == slip.gross + sum(amounts[code] for code in EMPLOYER)
    assert len(SLIP_COLUMNS) >= len(columns)
