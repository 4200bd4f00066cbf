"""The calculation of a line in a few words, as somebody would write it beside the amount."""

from __future__ import annotations

from datetime import date

import pytest

from payroll.services import explain
from payroll.services.present import MASK, explained, short_of
from remit.text import use_locale
from tests.payroll.conftest import Company

MARCH = {
    "base_pay": ("按定薪，全月", "Agreed for the whole month"),
    "si_pension_ee": ("社保缴费基数 20,000.00 × 8%", "Social insurance base 20,000.00 × 8%"),
    "si_medical_ee": ("社保缴费基数 20,000.00 × 2%", "Social insurance base 20,000.00 × 2%"),
    "si_unemployment_ee": ("社保缴费基数 20,000.00 × 0.5%", "Social insurance base 20,000.00 × 0.5%"),
    "hf_ee": ("公积金缴存基数 20,000.00 × 7%", "Housing fund base 20,000.00 × 7%"),
    "hf_er": ("住房公积金（个人） 1,400.00", "Housing fund, employee 1,400.00"),
}


def lines(company: Company, month: str) -> dict[str, explain.Explained]:
    run = company.run(month)
    return {line.code: line for line in explain.explain(company.session, run, company.slip(run, "1"))}


@pytest.mark.parametrize("code", MARCH)
def test_what_a_line_says_in_both_languages(company: Company, code: str) -> None:
    company.hire("1")
    company.agree("1", 2_000_000)
    company.insure("1", 2_000_000, 2_000_000)
    line = lines(company, "2026-03")[code]
    said = []
    for locale in ("zh_CN", "en"):
        with use_locale(locale):
            said.append(short_of(line))
    assert tuple(said) == MARCH[code]


def test_a_bound_that_applies_is_named(company: Company) -> None:
    """Above the highest base it is the highest base that counts, and that is what the line says."""
    company.hire("1")
    company.agree("1", 6_000_000)
    company.insure("1", 6_000_000, 6_000_000)
    line = lines(company, "2026-03")["si_pension_ee"]
    cap = next(one for one in line.basis if one.code == "si_pension_cap")
    assert line.short["zh_CN"] == f"养老保险缴费基数上限 {cap.shown} × 8%"


def test_a_raise_inside_the_month_tells_both_stretches(company: Company) -> None:
    """Each stretch with its days, what of it was paid and the agreed month."""
    company.hire("1")
    company.agree("1", 2_200_000, end=date(2026, 6, 15))
    company.agree("1", 3_300_000, start=date(2026, 6, 15))
    line = lines(company, "2026-06")["base_pay"]
    assert len(line.slices) == 2
    with use_locale("en"):
        said = short_of(line)
    assert said.startswith("Days 1 to 14: ")
    assert "of 22,000.00; Days 15 to 30: " in said
    assert said.endswith("of 33,000.00")


def test_a_masked_line_opens_without_a_figure_of_its_person(company: Company) -> None:
    company.hire("1")
    company.agree("1", 2_345_678)
    company.insure("1", 2_345_600, 2_345_600)
    run = company.run("2026-03")
    told = explained(explain.outline(company.session, run, company.slip(run, "1")), masked=True)
    assert {one["value"] for one in told} == {MASK}
    pension = next(one for one in told if one["label"] == "养老保险（个人）")
    by_label = {one["label"]: one for one in pension["children"]}
    assert by_label["社保缴费基数"]["value"] == MASK
    assert "社会保险法" in pension["source"]
    assert any(one.get("note") for one in pension["children"]), "rates stand with their notice"
    text = repr(told)
    assert "23,45" not in text
    assert "2345" not in text
