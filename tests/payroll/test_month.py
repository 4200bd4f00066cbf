"""A month and the next: slices, the year so far, states, explanations, files."""

from __future__ import annotations

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from payroll.models import Component, ComponentVersion
from payroll.services import explain, files
from payroll.services import run as runs
from payroll.services import slip as slips
from payroll.services.slip import columns_of
from remit.base import DomainError, Month
from remit.models import Translation
from tests.payroll.conftest import SYSTEM, Company


def amounts(company: Company, month: str, number: str) -> dict[str, int]:
    run = runs.run_of(company.session, SYSTEM, Month.parse(month))
    columns = slips.columns_of(company.session, run.id)
    return {line.code: line.value for line in slips.lines(company.slip(run, number), columns)}


def test_a_raise_on_the_sixteenth_pays_two_slices(company: Company) -> None:
    """September 2026 counts 23 paid days: 11 from the 1st to the 15th, 12 after (20 September is a make-up workday,
    Friday the 25th a statutory holiday).
    """
    company.hire("1")
    company.agree("1", 1_000_000, end=date(2026, 9, 16))
    company.agree("1", 1_200_000, start=date(2026, 9, 16))
    run = company.run("2026-09")
    found = {line.code: line for line in explain.explain(company.session, run, company.slip(run, "1"))}
    line = found["base_pay"]
    assert [(one.first, one.last, one.amount) for one in line.slices] == [(1, 15, 1_000_000), (16, 30, 1_200_000)]
    working = run.frozen["month"]["working"]  # type: ignore[index]
    before, after = sum(working[:15]), sum(working[15:])
    exact = (1_000_000 * before + 1_200_000 * after) * 2 + before + after
    assert line.value == exact // (2 * (before + after)) == sum(one.share for one in line.slices)
    assert (before, after) == (11, 12)


def test_the_year_goes_on_from_the_last_approved_slip(company: Company) -> None:
    """20,000 a month less 5,000: 15,000 x 3 %, again, then 45,000 x 10 % - 2,520 - 900 withheld before."""
    company.hire("1", date(2025, 12, 1))
    company.agree("1", 2_000_000)
    company.insure("1", 0, 0)
    assert company.finish("2025-12").tax == 45_000
    assert company.finish("2026-01").tax == 45_000
    assert company.finish("2026-02").tax == 4_500_000 // 10 - 252_000 - 90_000
    assert amounts(company, "2026-02", "1")["cum_income"] == 6_000_000


def test_december_paid_in_january_opens_the_tax_year(company: Company) -> None:
    company.hire("1", date(2025, 1, 1))
    company.agree("1", 2_000_000)
    company.insure("1", 0, 0)
    company.finish("2025-11")
    run = company.finish("2025-12")
    found = amounts(company, "2025-12", "1")
    assert run.tax == 45_000
    assert (found["cum_income"], found["cum_basic"]) == (2_000_000, 500_000)
    assert amounts(company, "2025-11", "1")["cum_basic"] == 12 * 500_000


def test_an_earlier_month_that_is_not_approved_stops_the_approval(company: Company) -> None:
    company.hire("1")
    company.agree("1", 2_000_000)
    company.insure("1", 0, 0)
    company.run("2026-03")
    run = company.run("2026-04")
    runs.review(company.session, SYSTEM, run)
    with pytest.raises(DomainError) as refused:
        runs.approve(company.session, SYSTEM, run)
    assert refused.value.code == "payroll.errors"


def test_a_locked_run_never_changes(company: Company) -> None:
    company.hire("1")
    company.agree("1", 800_000)
    company.insure("1", 0, 0)
    run = company.finish("2026-03")
    for word, (_action, step) in runs.STEPS.items():
        with pytest.raises(DomainError) as refused:
            step(company.session, SYSTEM, run)
        assert refused.value.code == "payroll.state", word
    with pytest.raises(DomainError):
        runs.calculate(company.session, SYSTEM, run)


def test_one_bad_slip_does_not_stop_the_others(company: Company) -> None:
    """No agreed salary, and insured at an unknown place: two errors, and a slip for the third."""
    company.hire("1")
    company.hire("2", place=None)
    company.hire("3")
    company.agree("2", 800_000)
    company.insure("2", 800_000, 800_000)
    company.agree("3", 800_000)
    company.insure("3", 0, 0)
    run = company.run("2026-03")
    assert (run.slip_count, run.error_count) == (1, 2)
    assert company.slip(run, "3").gross == 800_000


def test_net_below_zero_is_a_warning(company: Company) -> None:
    company.hire("1")
    company.agree("1", 10_000)
    company.insure("1", 2_000_000, 2_000_000)
    run = company.run("2026-03")
    assert run.net < 0
    assert run.error_count == 0
    assert run.warning_count == 1


def test_every_line_computes_again_to_what_is_stored(company: Company) -> None:
    company.hire("1", date(2026, 3, 9))
    company.agree("1", 2_345_678)
    company.agree("1", 12_345, code="phone_allowance")
    company.insure("1", 2_345_600, 2_000_000)
    run = company.run("2026-03")
    found = explain.explain(company.session, run, company.slip(run, "1"))
    assert found
    assert all(line.agrees for line in found)
    by_code = {line.code: line for line in found}
    assert by_code["phone_allowance"].value == 12_345
    pension = by_code["si_pension_ee"]
    assert pension.source
    rate = next(one for one in pension.basis if one.code == "si_pension_rate_ee")
    assert rate.kind == "parameter"
    assert rate.source
    assert rate.valid_from
    assert "养老" in pension.words["zh_CN"]


def test_a_run_keeps_the_headings_of_its_components(company: Company) -> None:
    """The company's come from its own components, insurance, fund and tax from the country; each line has one."""
    company.hire("1")
    company.agree("1", 2_000_000)
    made = Component(code="meal")
    company.session.add(made)
    company.session.flush()
    company.session.add(
        ComponentVersion(component_id=made.id, valid_from=date(2020, 1, 1), title=Translation(zh_CN="餐补", en="Meals"),
                         kind="earning", formula="200.00", order=48)
    )  # fmt: skip
    company.session.flush()
    run = company.run("2026-03")
    assert run.frozen is not None
    groups = {one["code"]: one for one in run.frozen["groups"]}
    assert list(groups) == [
        "base", "performance", "allowances", "overtime", "absence", "other_earning", "social_insurance",
        "housing_fund", "income_tax",
    ]  # fmt: skip
    assert groups["base"]["codes"] == ["base_pay", "position_pay"]
    assert groups["other_earning"]["codes"] == ["meal"]
    assert groups["social_insurance"]["codes"] == ["si_pension_ee", "si_medical_ee", "si_unemployment_ee"]
    assert groups["income_tax"]["title"] == {"zh_CN": "个税", "en": "Tax"}
    kept = [code for one in groups.values() for code in one["codes"]]
    columns = columns_of(company.session, run.id)
    assert sorted(kept) == sorted(one.code for one in columns if one.kind in ("earning", "deduction"))


def test_a_changed_amount_is_said(company: Company) -> None:
    """What somebody wrote into the table by hand no longer agrees with its explanation."""
    company.hire("1")
    company.agree("1", 800_000)
    company.insure("1", 0, 0)
    run = company.run("2026-03")
    slip = company.slip(run, "1")
    column = next(one for one in slips.columns_of(company.session, run.id) if one.code == "base_pay")
    setattr(slip, f"a{column.position:02d}", 800_001)
    found = {line.code: line for line in explain.explain(company.session, run, slip)}
    assert not found["base_pay"].agrees
    assert found["overtime_pay"].agrees


def test_bank_and_tax_files(company: Company) -> None:
    for number, net in (("1", 800_000), ("2", 900_000)):
        one = company.hire(number)
        company.agree(number, net)
        company.insure(number, 0, 0)
        from remit.models import Person

        person = company.session.get_one(Person, one.person_id)
        person.bank_name, person.bank_account = "招商银行", f"62220200000000000{number}"
        person.identity_kind, person.identity_number = "resident_id", f"11010119900307{number}{number}{number}X"
    company.finish("2026-03")
    run = runs.run_of(company.session, SYSTEM, Month.parse("2026-03"))
    made = files.export(company.session, SYSTEM, run, "bank")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made.data)).get_sheet_by_index(0).to_python()
    assert (made.count, made.total) == (2, run.net)
    assert rows[0][:3] == ["序号", "户名", "账号"]
    assert rows[1][2] == "622202000000000001"
    tax = files.export(company.session, SYSTEM, run, "tax")
    assert tax.total == 1_700_000


def test_files_need_an_approved_run(company: Company) -> None:
    company.hire("1")
    company.agree("1", 800_000)
    run = company.run("2026-03")
    with pytest.raises(DomainError) as refused:
        files.export(company.session, SYSTEM, run, "bank")
    assert refused.value.code == "payroll.not_approved"
