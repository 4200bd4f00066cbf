"""Cases that other programs were hit by: part months, raises, double slips, state leaking between employees."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.kernel.house import House
from payroll.models import PayGroup, Slip
from payroll.services.slip import slips_of
from remit.services import system
from tests.payroll.conftest import SYSTEM, Company, found

#: Published results of TC1: 15,500.00, joined Monday 2026-08-17.
JOINER = [("calendar", 750_000), ("working_day", 811_905), ("additive_21_75", 783_908),
          ("subtractive_21_75", 837_356)]  # fmt: skip


def under(company: Company, policy: str) -> None:
    company.session.scalars(select(PayGroup)).one().proration = policy
    company.session.flush()


@pytest.mark.parametrize(("policy", "expected"), JOINER)
def test_a_joiner_in_mid_month(company: Company, policy: str, expected: int) -> None:
    under(company, policy)
    company.hire("1", date(2026, 8, 17))
    company.agree("1", 1_550_000)
    company.agree("1", 30_000, code="phone_allowance")
    company.insure("1", 0, 0)
    run = company.run("2026-08")
    assert company.slip(run, "1").gross == expected + 30_000


@pytest.mark.parametrize("policy", [policy for policy, _amount in JOINER])
@pytest.mark.parametrize("month", ["2026-02", "2026-07"])
def test_a_full_month_is_exactly_what_was_agreed(company: Company, policy: str, month: str) -> None:
    under(company, policy)
    company.hire("1")
    company.agree("1", 1_550_000)
    assert company.slip(company.run(month), "1").gross == 1_550_000


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_raise_inside_the_month(company: Company, newest_first: bool) -> None:
    """10,000 to 21 June, 12,000 from 22 June on a thirty-day month are 10,600; May still pays 10,000."""
    under(company, "thirty")
    company.hire("1")
    rows = [(1_000_000, date(2020, 1, 1), date(2026, 6, 22)), (1_200_000, date(2026, 6, 22), date(9999, 1, 1))]
    for amount, start, end in reversed(rows) if newest_first else rows:
        company.agree("1", amount, start, end)
    assert company.slip(company.run("2026-06"), "1").gross == 1_060_000
    assert company.slip(company.run("2026-05"), "1").gross == 1_000_000


def test_a_leaver_is_paid_to_the_last_day(company: Company) -> None:
    under(company, "calendar")
    company.hire("1", end=date(2026, 10, 25))
    company.agree("1", 3_100_000)
    assert company.slip(company.run("2026-10"), "1").gross == 2_400_000
    assert company.run("2026-11").slip_count == 0


@pytest.mark.parametrize("order", [("1", "2", "3"), ("3", "2", "1"), ("2", "1", "3")])
def test_nobody_is_paid_by_his_neighbours_dates(company: Company, order: tuple[str, ...]) -> None:
    """One hired in 2020, one on 16 March, one in 2019: only the second has half a month."""
    hired = {"1": date(2020, 1, 1), "2": date(2026, 3, 16), "3": date(2019, 1, 1)}
    for number in order:
        company.hire(number, hired[number])
        company.agree(number, 2_200_000)
    run = company.run("2026-03")
    assert {number: company.slip(run, number).gross for number in hired} == {
        "1": 2_200_000, "2": 1_200_000, "3": 2_200_000,
    }  # fmt: skip


def test_the_database_refuses_a_second_slip(company: Company) -> None:
    company.hire("1")
    company.agree("1", 800_000)
    run = company.run("2026-03")
    slip = company.slip(run, "1")
    twin = Slip(**{
        column.name: getattr(slip, column.name) for column in Slip.__table__.columns if column.name != "id"
    })  # fmt: skip
    company.session.add(twin)
    with pytest.raises(IntegrityError):
        company.session.flush()
    company.session.rollback()


def test_a_new_calculation_replaces_the_slips(company: Company) -> None:
    company.hire("1")
    company.agree("1", 800_000)
    first = company.run("2026-03")
    second = company.run("2026-03")
    assert first.id == second.id
    assert [slip.id for slip in slips_of(company.session, first)] == [company.slip(second, "1").id]


SCRIPT = """
import sys
from importlib import import_module
from pathlib import Path
from core.db.keys import KeyRing
from core.db.session import Database
from tests.payroll.conftest import SYSTEM, make_house
from payroll.services import run as runs
from remit.base import Month
house = make_house(Database(sys.argv[1], keys=KeyRing.generate()), Path(sys.argv[2]))
with house.session(SYSTEM, write=True) as session:
    runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, Month.parse("2026-03")))
"""


def test_two_processes_at_once_leave_one_slip_each(house: House, tmp_path: Path) -> None:
    def fill(session: Session) -> None:
        company = found(session)
        for number in range(20):
            company.hire(str(number))
            company.agree(str(number), 800_000)

    with house.session(SYSTEM, write=True) as session:
        fill(session)
    url = house.database.url.render_as_string(hide_password=False)
    root = Path(__file__).resolve().parents[2]
    both = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, url, str(tmp_path)], cwd=root, stderr=subprocess.PIPE)
        for _turn in range(2)
    ]
    outcomes = [(process.wait(timeout=120), process.communicate()[1]) for process in both]
    # Whoever comes second either calculates again or is refused by the one-run-per-month index; never two slips.
    assert any(code == 0 for code, _error in outcomes), outcomes
    with house.session(SYSTEM) as session, system(session, "tests"):
        employments = session.scalars(select(Slip.employment_id)).all()
    assert len(employments) == len(set(employments)) == 20
