"""Payslips of random small companies against a slow reference: one person at a time, in fractions, from the law."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from payroll.models import Contribution, Deduction, PayGroup, Salary
from payroll.rules.proration import POLICIES
from payroll.services.slip import slips_of
from remit.base import FOREVER
from tests.payroll.conftest import Company
from tests.plugins.country_cn.test_insurance import half_up
from tests.plugins.country_cn.test_withholding import reference_tax, to_fen

#: From July 2026: floor and cap of insurance, floor and cap of the fund, yuan of medical insurance besides, medical
#: rate of the employer in thousandths.
BOUNDS = {
    "CN-SH": (754_600, 3_773_100, 274_000, 3_773_100, 0, 90),
    "CN-BJ": (727_000, 3_634_800, 254_000, 3_634_800, 300, 98),
}
INJURY = 4_000
PAID_DAYS = Fraction("21.75")
#: A Sunday that is worked for the holidays after it (国办发明电〔2025〕7号); Friday the 25th is a paid holiday.
MAKE_UP = date(2026, 9, 20)
MONTHS = (8, 9)


@dataclass(frozen=True)
class Worker:
    """What is agreed with one person; amounts in fen, ``left`` is the first day without employment."""

    place: str
    hired: date
    left: date
    base: int
    performance: int
    phone: int
    raised_on: date
    raised_to: int
    si_base: int
    hf_base: int
    fund_percent: int
    deduction: int
    first_job: bool

    def base_on(self, day: date) -> int:
        return self.raised_to if day >= self.raised_on else self.base

    def days(self, month: int) -> list[date]:
        return [day for day in days_of(month) if self.hired <= day < self.left]


def days_of(month: int) -> list[date]:
    return [date(2026, month, number + 1) for number in range(monthrange(2026, month)[1])]


def is_paid(day: date) -> bool:
    return day.weekday() < 5 or day == MAKE_UP


def part_of_month(policy: str, month: int, agreed: dict[date, int]) -> int:
    """What is paid of amounts agreed day by day, by the sentence that describes each policy."""
    if len(set(agreed.values())) == 1 and len(agreed) == len(days_of(month)):
        return next(iter(agreed.values()))
    worked = [amount for day, amount in agreed.items() if is_paid(day)]
    paid_days = sum(is_paid(day) for day in days_of(month))
    if policy == "calendar":
        return half_up(Fraction(sum(agreed.values()), len(days_of(month))))
    if policy == "thirty":
        return half_up(Fraction(sum(amount for day, amount in agreed.items() if day.day <= 30), 30))
    if policy == "working_day":
        return half_up(Fraction(sum(worked), paid_days))
    if not worked:
        return 0
    average = Fraction(sum(worked), len(worked))
    if len(agreed) == len(days_of(month)):
        return half_up(average)
    if policy == "additive_21_75":
        return half_up(average * len(worked) / PAID_DAYS)
    missed = paid_days - len(worked)
    return half_up(average * max(PAID_DAYS - missed, Fraction(0)) / PAID_DAYS)


def shares(worker: Worker) -> tuple[int, int]:
    """Contributions of a month: the employee's and the employer's."""
    floor, cap, fund_floor, fund_cap, fixed, medical = BOUNDS[worker.place]
    employee = employer = 0
    if worker.si_base:
        paid_on = min(max(worker.si_base, floor), cap)
        employee = sum(half_up(Fraction(paid_on * rate, 1000)) for rate in (80, 20, 5)) + fixed
        employer = sum(half_up(Fraction(paid_on * rate, 1000)) for rate in (160, medical, 5))
        employer += half_up(Fraction(paid_on * INJURY, 1_000_000))
    if worker.hf_base:
        fund = half_up(Fraction(min(max(worker.hf_base, fund_floor), fund_cap) * worker.fund_percent, 100), 100)
        employee, employer = employee + fund, employer + fund
    return employee, employer


def basic_months(worker: Worker, tax_month: int) -> int:
    """Months the basic deduction counts for: those with a day of employment, or all for a first job of the year."""
    if worker.first_job and worker.hired.year == 2026:
        return tax_month
    return sum(
        worker.hired < date(2026, month + 1, 1) and worker.left > date(2026, month, 1)
        for month in range(1, tax_month + 1)
    )


def payslips(worker: Worker, policy: str) -> dict[int, tuple[int, int, int, int]]:
    """Gross, tax, net and employer cost by work month; wages are paid and taxed in the month after."""
    found = {}
    income = special = additional = withheld = 0
    for month in MONTHS:
        days = worker.days(month)
        if not days:
            continue
        gross = part_of_month(policy, month, {day: worker.base_on(day) for day in days})
        gross += part_of_month(policy, month, dict.fromkeys(days, worker.performance)) + worker.phone
        employee, employer = shares(worker)
        income, special, additional = income + gross, special + employee, additional + worker.deduction
        basic = 500_000 * basic_months(worker, month + 1)
        taxable = Fraction(max(income - basic - special - additional, 0), 100)
        tax = max(to_fen(reference_tax(taxable)) - withheld, 0)
        withheld += tax
        found[month] = (gross, tax, gross - employee - tax, gross + employer)
    return found


@st.composite
def workers(draw: st.DrawFn) -> Worker:
    hired = draw(st.one_of(
        st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.dates(date(2026, 1, 1), date(2026, 7, 31)),
        st.dates(date(2026, 8, 1), date(2026, 9, 30)),
    ))  # fmt: skip
    first_day = max(hired, date(2026, 8, 1))
    left = draw(st.one_of(st.just(FOREVER), st.dates(first_day.replace(day=1), date(2026, 10, 1))))
    amounts = st.integers(1, 12_000_000)
    return Worker(
        place=draw(st.sampled_from(sorted(BOUNDS))), hired=hired,
        left=max(left, date.fromordinal(hired.toordinal() + 1)),
        base=draw(amounts), performance=draw(amounts), phone=draw(st.sampled_from([20_000, 12_345])),
        raised_on=draw(st.dates(date(2026, 8, 1), date(2026, 10, 1))), raised_to=draw(amounts),
        si_base=draw(st.one_of(st.just(0), st.integers(1, 6_000_000))),
        hf_base=draw(st.one_of(st.just(0), st.integers(1, 6_000_000))),
        fund_percent=draw(st.integers(5, 12)), deduction=draw(st.sampled_from([0, 150_000, 700_000])),
        first_job=draw(st.booleans()),
    )  # fmt: skip


def employ(company: Company, number: str, worker: Worker) -> None:
    one = company.hire(number, worker.hired, worker.left, place=worker.place, first_job=worker.first_job)
    change = min(max(worker.raised_on, worker.hired), worker.left)
    stretches = [("base_pay", worker.base, worker.hired, change), ("base_pay", worker.raised_to, change, FOREVER),
                 ("performance_pay", worker.performance, worker.hired, FOREVER),
                 ("phone_allowance", worker.phone, worker.hired, FOREVER)]  # fmt: skip
    session = company.session
    who = {"employment_id": one.id, "person_id": one.person_id}
    session.add_all(
        Salary(**who, component_id=company.components[code], valid_from=start, valid_to=end, amount=amount)
        for code, amount, start, end in stretches if start < end
    )
    session.add(
        Contribution(**who, valid_from=date(2020, 1, 1), si_base=worker.si_base, hf_base=worker.hf_base,
                     hf_rate=worker.fund_percent * 10_000, injury_only=False, injury_rate=INJURY)
    )  # fmt: skip
    if worker.deduction:
        session.add(Deduction(**who, kind="elderly", kind_key=5, valid_from=date(2020, 1, 1), amount=worker.deduction))
    session.flush()


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(workers(), min_size=1, max_size=4), policy=st.sampled_from(POLICIES))
def test_every_payslip_is_the_reference_s(company: Company, people: list[Worker], policy: str) -> None:
    """Two months on end, so that the second one also stands on the year so far that the first one left."""
    world = company.session.begin_nested()
    try:
        company.session.scalars(select(PayGroup)).one().proration = policy
        numbers = {str(at): worker for at, worker in enumerate(people)}
        for number, worker in numbers.items():
            employ(company, number, worker)
        expected = {number: payslips(worker, policy) for number, worker in numbers.items()}
        by_id = {company.employments[number].id: number for number in numbers}
        for month in MONTHS:
            run = company.finish(f"2026-{month:02d}", to="approved")
            got = {
                by_id[slip.employment_id]: (slip.gross, slip.tax, slip.net, slip.employer_cost)
                for slip in slips_of(company.session, run)
            }
            assert got == {number: told[month] for number, told in expected.items() if month in told}
    finally:
        company.employments.clear()
        world.rollback()
