"""Salary files: dated rows, refusals by row and column, and a second import that changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select

from core.kernel.house import House
from payroll.exchange import EXCHANGES
from payroll.models import Component, ComponentVersion, Contribution, Opening, Salary
from remit.base import InputErrors
from remit.exchange import import_file
from remit.services import system
from remit.testing.statements import counting
from tests.payroll.conftest import SYSTEM, found

SALARIES, DEDUCTIONS, OPENINGS = EXCHANGES
GOOD = """工号,生效日期,失效日期,基本工资,社保基数,公积金基数,公积金比例
LK1,2026-01-01,2026-09-16,10000.00,10000,10000,7%
LK1,2026-09-16,9999-01-01,12000.00,10000,10000,7%
LK2,2026-01-01,,8000,8000,8000,0.07
"""


@pytest.fixture
def staffed(house: House) -> House:
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        company.hire("LK1")
        company.hire("LK2")
    return house


def bring(house: House, exchange: object, text: str, *, dry: bool = False) -> object:
    return import_file(house, SYSTEM, exchange, text.encode(), name="file.csv", dry=dry)  # type: ignore[arg-type]


def test_salaries_come_with_their_history(staffed: House) -> None:
    assert bring(staffed, SALARIES, GOOD, dry=True).ok  # type: ignore[attr-defined]
    first = bring(staffed, SALARIES, GOOD)
    assert first.state == "done"  # type: ignore[attr-defined]
    assert (first.counts["new"], first.counts["unchanged"]) == (3, 0)  # type: ignore[attr-defined]
    with staffed.session(SYSTEM) as session, system(session, "tests"):
        rows = session.execute(
            select(Salary.valid_from, Salary.valid_to, Salary.amount).order_by(Salary.employment_id, Salary.valid_from)
        ).all()
        bases = session.execute(select(Contribution.si_base, Contribution.hf_rate)).all()
    assert [tuple(row) for row in rows] == [
        (date(2026, 1, 1), date(2026, 9, 16), 1_000_000),
        (date(2026, 9, 16), date(9999, 1, 1), 1_200_000),
        (date(2026, 1, 1), date(9999, 1, 1), 800_000),
    ]
    assert [tuple(row) for row in bases] == [(1_000_000, 70_000), (800_000, 70_000)]
    again = bring(staffed, SALARIES, GOOD)
    assert again.state == "unchanged"  # type: ignore[attr-defined]


def test_the_first_file_of_a_company_asks_no_more_for_many_rows_than_for_few(staffed: House) -> None:
    """The components are written with it, whose numbers the rows have to be given."""

    def statements(years: int) -> int:
        with staffed.session(SYSTEM, write=True) as session, system(session, "tests"):
            for model in (Salary, ComponentVersion, Component):
                session.execute(delete(model))
        rows = "".join(f"LK1,{year}-01-01,{year + 1}-01-01,{year}.00\n" for year in range(2026 - years, 2026))
        with counting(staffed.database) as asked:
            bring(staffed, SALARIES, "工号,生效日期,失效日期,基本工资\n" + rows)
        with staffed.session(SYSTEM) as session, system(session, "tests"):
            codes = session.scalars(select(Component.code).join(Salary, Salary.component_id == Component.id)).all()
        assert codes == ["base_pay"] * years
        return len(asked)

    assert statements(4) == statements(80)


def test_a_negative_salary_is_refused_by_row_and_column(staffed: House) -> None:
    with pytest.raises(InputErrors) as refused:
        bring(staffed, SALARIES, GOOD.replace("8000,8000,8000", "-8000,8000,8000"))
    problem = refused.value.problems[0]
    assert (problem.row, problem.column) == (4, "基本工资")
    with staffed.session(SYSTEM) as session, system(session, "tests"):
        assert not session.scalars(select(Salary.id)).all()


def test_all_that_is_wrong_with_a_row_is_told_at_once(staffed: House) -> None:
    """A bad amount hides neither an unknown employee nor days that overlap; a bad day brings no overlap."""
    with pytest.raises(InputErrors) as refused:
        bring(staffed, SALARIES, GOOD.replace("LK2,2026-01-01,,8000", "LK9,2026-01-01,,-8000"))
    assert [(one.row, one.column) for one in refused.value.problems] == [(4, "工号"), (4, "基本工资")]
    with pytest.raises(InputErrors) as refused:
        bring(staffed, SALARIES, GOOD.replace("LK1,2026-09-16", "LK1,2026-09-01").replace(",12000.00,10000", ",1,-1"))
    assert [(one.row, one.column) for one in refused.value.problems] == [(3, "生效日期"), (3, "社保基数")]
    with pytest.raises(InputErrors) as refused:
        bring(staffed, SALARIES, GOOD.replace("LK1,2026-09-16", "LK1,31/02/2026"))
    assert [(one.row, one.column) for one in refused.value.problems] == [(3, "生效日期")]


def test_an_unknown_employee_and_overlapping_days(staffed: House) -> None:
    with pytest.raises(InputErrors) as refused:
        bring(staffed, SALARIES, GOOD.replace("LK2", "LK9").replace("2026-09-16,9999-01-01", "2026-09-01,9999-01-01"))
    assert [problem.row for problem in refused.value.problems] == [3, 4] or {
        problem.row for problem in refused.value.problems
    } >= {4}


def test_openings(staffed: House) -> None:
    text = "工号,纳税年度,截至月份,累计收入额,累计已预扣税额\nLK1,2026,8,160000,3600\n"
    bring(staffed, OPENINGS, text)
    with staffed.session(SYSTEM) as session, system(session, "tests"):
        rows = {code: amount for code, amount in session.execute(select(Opening.code, Opening.amount))}
    assert rows == {"cum_income": 16_000_000, "cum_withheld": 360_000}
    assert bring(staffed, OPENINGS, text).state == "unchanged"  # type: ignore[attr-defined]
