"""Paying: the bank file, exactly once whatever is interrupted, and with the payroll."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.events.deliverer import Deliverer
from core.events.models import EventRow
from core.kernel.house import House
from payroll.events import RunPaid
from payroll.models import Contribution, RunColumn, Salary, Slip
from payroll.services import run as runs
from payroll.services import setup
from plugins.expense.models import Claim, Payment, PaymentItem
from plugins.expense.services import payments, payroll
from remit.base import FOREVER, Actor, DomainError, InputErrors, Month
from remit.calendar import sync_calendars
from remit.models import Person
from remit.services import load, system
from tests.core.authority.company import SYSTEM
from tests.plugins.expense.conftest import Office

ROOT = Path(__file__).parents[3]
MARCH = Month(2026, 3)


def approved(office: Office, amount: int, who: str = "sun") -> int:
    """A claim that li approved."""
    claim, task = office.asked(amount, who)
    office.say(task, "li")
    return claim


def bank_file(office: Office, payment: int, extension: str = "csv") -> payments.BankFile:
    found: payments.BankFile = office.act("xu", lambda session, actor: payments.bank_file(
        session, actor, load(session, actor, "expense.payment:make", Payment, payment), extension=extension,
    ))  # fmt: skip
    return found


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def told(office: Office, name: str) -> int:
    """How often an event was told."""
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        return len(session.scalars(select(EventRow.id).where(EventRow.name == name)).all())


def test_the_bank_file_pays_everybody_once(office: Office) -> None:
    """Two claims of sun and his advance in one row; chen in another; what is not approved in none."""
    approved(office, 12_345)
    approved(office, 100)
    approved(office, 50_000, "chen")
    office.advance(20_000, paid=False)
    office.asked(99_999)
    payment = office.payment()
    made = bank_file(office, payment)
    header, *lines = rows(made.data)
    assert header == ["序号", "户名", "账号", "开户行", "金额", "备注"]
    number = office.see(Payment, payment).number
    sun, chen = (office.company.people[name].person_id for name in ("sun", "chen"))
    assert lines == [
        ["1", "sun", f"62220000000000{sun:05}", "bank of sun", "324.45", number],
        ["2", "chen", f"62220000000000{chen:05}", "bank of chen", "500.00", number],
    ]
    assert (made.count, made.total) == (2, 82_445)
    sheet: Any = load_workbook(io.BytesIO(bank_file(office, payment, "xlsx").data)).active
    assert [cell.value for cell in sheet[2]] == [1, "sun", f"62220000000000{sun:05}", "bank of sun", 324.45, number]


def test_the_file_says_the_same_each_time_and_is_audited(office: Office) -> None:
    approved(office, 12_345)
    payment = office.payment()
    for kind in ("xlsx", "csv"):
        assert bank_file(office, payment, kind).data == bank_file(office, payment, kind).data
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        kept = session.scalars(select(AuditEntry).where(AuditEntry.origin == f"payment:{payment}")).all()
    assert len(kept) == 4
    assert office.see(Payment, payment).digest


def test_what_is_missing_for_the_bank_is_named(office: Office) -> None:
    approved(office, 12_345)

    def forget(session: Session, _actor: Actor) -> None:
        with system(session, "a test forgets an account"):
            session.get_one(Person, office.company.people["sun"].person_id).bank_account = None

    office.act(SYSTEM, forget)
    payment = office.payment()
    with pytest.raises(InputErrors) as refused:
        bank_file(office, payment)
    assert "The account number of sun is missing." in str(refused.value.problems[0].message)


def test_paid_once_and_told_once(office: Office) -> None:
    claim = approved(office, 12_345)
    payment = office.payment()
    with pytest.raises(DomainError) as refused:
        office.payment()
    assert refused.value.code == "expense.nothing_due"
    assert [office.pay(payment), office.pay(payment), office.pay(payment)] == [True, False, False]
    assert (office.state(claim)[0], told(office, "expense.claim_paid")) == ("paid", 1)


def test_what_is_taken_apart_is_due_again(office: Office) -> None:
    claim = approved(office, 12_345)
    first = office.payment()
    office.act("xu", lambda session, actor: payments.cancel(
        session, actor, load(session, actor, "expense.payment:make", Payment, first)))  # fmt: skip
    with pytest.raises(DomainError) as refused:
        office.pay(first)
    assert refused.value.code == "expense.cancelled"
    second = office.payment()
    assert office.pay(second)
    with pytest.raises(DomainError) as refused:
        office.act("xu", lambda session, actor: payments.cancel(
            session, actor, load(session, actor, "expense.payment:make", Payment, second)))  # fmt: skip
    assert refused.value.code == "expense.not_open"
    assert office.state(claim)[0] == "paid"


def test_only_finance_pays(office: Office) -> None:
    approved(office, 100)
    for who in ("sun", "li", "zhao"):
        with pytest.raises(Denied):
            office.payment(who=who)
    payment = office.payment()
    with pytest.raises(DomainError):
        office.pay(payment, "sun")


# -- killed ------------------------------------------------------------------------------------------------------------


def killed(office: Office, folder: Path, where: str, number: int) -> None:
    """A process of its own that dies there."""
    house = office.company.house
    keys = folder / "keys.json"
    assert house.database.keys is not None
    if not keys.exists():
        house.database.keys.save(keys)
    words = (house.database.url.render_as_string(hide_password=False), keys, folder, where,
             office.company.people["xu"].person_id, number)  # fmt: skip
    done = subprocess.run([sys.executable, "-m", "tests.plugins.expense.cashier", *map(str, words)], cwd=ROOT,
                          capture_output=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


def test_killed_between_the_file_and_the_confirmation(office: Office, tmp_path: Path) -> None:
    """The payment is open and holds what it pays; the file can be had again and is the same; it is paid once."""
    claims = [approved(office, 12_345), approved(office, 700, "chen")]
    killed(office, tmp_path, "file", office.company.entity.id)
    sent = (tmp_path / "bank.csv").read_bytes()
    assert [office.state(claim)[0] for claim in claims] == ["approved", "approved"]
    later = approved(office, 555)
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        (payment,) = session.scalars(select(Payment.id)).all()
    assert bank_file(office, payment).data == sent
    second = office.payment()
    held = office.act(SYSTEM, lambda session, _actor: session.execute(
        select(PaymentItem.claim_id, PaymentItem.payment_id).order_by(PaymentItem.id)).all())  # fmt: skip
    assert held == [(claims[0], payment), (claims[1], payment), (later, second)]
    assert [office.pay(payment), office.pay(payment)] == [True, False]
    assert [office.state(claim)[0] for claim in claims] == ["paid", "paid"]
    assert told(office, "expense.claim_paid") == 2


def test_killed_just_before_the_commit_of_the_confirmation(office: Office, tmp_path: Path) -> None:
    claim, advance = approved(office, 12_345), office.advance(5_000, paid=False)
    payment = office.payment()
    for _time in range(2):
        killed(office, tmp_path, "commit", payment)
        assert (office.see(Payment, payment).state, office.state(claim)[0]) == ("open", "approved")
        assert (office.open_of(advance), told(office, "expense.claim_paid")) == (0, 0)
    assert office.pay(payment)
    assert (office.state(claim)[0], office.open_of(advance)) == ("paid", 5_000)
    assert (told(office, "expense.claim_paid"), told(office, "expense.advance_paid")) == (1, 1)


# -- with the payroll --------------------------------------------------------------------------------------------------


def on_the_payroll(office: Office) -> None:
    """30,000.00 a month for everybody, uninsured."""
    house: House = office.company.house

    def agree(session: Session, _actor: Actor) -> None:
        sync_calendars(session, house.registry.countries(frozenset(["country_cn"])).values())
        component = setup.ensure_components(session)["base_pay"]
        setup.ensure_groups(session)
        for one in office.company.people.values():
            told = {"employment_id": one.id, "person_id": one.person_id, "valid_from": date(2025, 1, 1),
                    "valid_to": FOREVER}  # fmt: skip
            session.add_all([
                Salary(component_id=component, amount=3_000_000, **told),
                Contribution(si_base=0, hf_base=0, hf_rate=0, injury_only=False, **told),
            ])  # fmt: skip

    with house.session(SYSTEM, write=True) as session, system(session, "pay for tests"):
        agree(session, SYSTEM)


def calculated(office: Office) -> tuple[int, dict[str, tuple[int, int, int]]]:
    """The run of March, and gross, tax and net by name."""

    def work(session: Session, actor: Actor) -> tuple[int, dict[str, tuple[int, int, int]]]:
        run = runs.calculate(session, actor, runs.open_run(session, actor, MARCH))
        names = {one.person_id: name for name, one in office.company.people.items()}
        with system(session, "a test looks"):
            slips = session.scalars(select(Slip).where(Slip.run_id == run.id)).all()
        return run.id, {names[slip.person_id]: (slip.gross, slip.tax, slip.net) for slip in slips}

    found: tuple[int, dict[str, tuple[int, int, int]]] = office.act(SYSTEM, work)
    return found


def test_paid_back_with_the_payroll_and_not_taxed(office: Office) -> None:
    """March is paid in April, the fourth month of the tax year: 30,000.00 less 4 x 5,000.00 is 10,000.00, of which 3 %
    are 300.00 (公告2018年第61号). With 800.00 paid back the net is 800.00 more and the tax the same.
    """
    on_the_payroll(office)
    before = calculated(office)[1]
    assert before["sun"] == before["chen"] == (3_000_000, 30_000, 2_970_000)
    claim = approved(office, 80_000)
    payment = office.payment("payroll", MARCH)
    assert office.see(Payment, payment).state == "open"
    run, after = calculated(office)
    gross, tax, net = before["sun"]
    assert after["sun"] == (gross + 80_000, tax, net + 80_000)
    assert after["chen"] == before["chen"]
    assert (office.see(Payment, payment).state, office.see(Payment, payment).run_id) == ("included", run)
    with pytest.raises(DomainError) as refused:
        office.pay(payment)
    assert refused.value.code == "expense.by_payroll"
    assert calculated(office)[1] == after, "calculated again it is in it once"
    late = approved(office, 111)
    later = office.payment("payroll", MARCH)

    def to_paid(session: Session, actor: Actor) -> None:
        found = runs.open_run(session, actor, MARCH)
        for step in (runs.review, runs.approve, runs.pay):
            step(session, actor, found)

    office.act(SYSTEM, to_paid)
    Deliverer(office.company.house).run_waiting()
    for _time in range(2):  # an event may come again
        office.act(SYSTEM, lambda session, _actor: payroll.run_paid(session, RunPaid(run, MARCH)))
    assert (office.see(Claim, claim).state, office.see(Payment, payment).state) == ("paid", "paid")
    assert told(office, "expense.claim_paid") == 1
    assert (office.see(Claim, late).state, office.see(Payment, later).state) == ("approved", "open"), (
        "what came after the calculation is in no payslip and not paid")  # fmt: skip


def test_without_anything_to_pay_back_a_payslip_has_no_such_line(office: Office) -> None:
    on_the_payroll(office)
    run, _slips = calculated(office)
    codes = select(RunColumn.code).where(RunColumn.run_id == run)
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert "expense_paid_back" not in session.scalars(codes).all()
    approved(office, 80_000)
    office.payment("payroll", MARCH)
    calculated(office)
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert "expense_paid_back" in session.scalars(codes).all()


def test_a_month_is_needed_for_the_payroll_and_advances_do_not_go_with_it(office: Office) -> None:
    office.advance(5_000, paid=False)
    with pytest.raises(DomainError) as refused:
        office.payment("payroll")
    assert refused.value.field == "month"
    with pytest.raises(DomainError) as refused:
        office.payment("payroll", MARCH)
    assert refused.value.code == "expense.nothing_due"

