"""Claims from the draft to the answer: who decides, what a line must prove, budgets, invoices and their checks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core.access.decision import Denied
from core.workflow.models import Task
from plugins.expense.models import Claim, Invoice, Line
from plugins.expense.services import budgets, claims, invoices
from remit.base import DomainError
from remit.files import File
from remit.services import load, system
from remit.workflow import withdraw
from tests.core.authority.company import SYSTEM
from tests.plugins.expense import papers
from tests.plugins.expense.conftest import Office


def code_of(work: Any) -> tuple[str, str | None]:
    """The code and the field of a refusal."""
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value.code, refused.value.field


def waits_for(office: Office, task: Task) -> str | None:
    """Who is to decide, by name."""
    people = {one.person_id: name for name, one in office.company.people.items()}
    return people.get(office.see(Task, task.id).next_person_id)


@pytest.mark.parametrize(("amount", "category", "decider"), [
    (500_000, "travel", "wang"), (500_001, "travel", "li"), (5_000_000, "travel", "li"), (5_000_001, "travel", "zhao"),
    (100, "entertainment", "li"),
])  # fmt: skip
def test_amount_and_category_find_who_decides(office: Office, amount: int, category: str, decider: str) -> None:
    _claim, task = office.asked(amount, category=category)
    assert waits_for(office, task) == decider


def test_nobody_decides_his_own(office: Office) -> None:
    _claim, task = office.asked(10_000, who="wang")
    assert waits_for(office, task) == "li"
    with pytest.raises(Denied) as refused:
        office.say(task, "wang")
    assert refused.value.decision.code == "SOD_SELF"


def test_a_trip_split_into_two_claims_counts_together(office: Office) -> None:
    first, task = office.asked(300_000)
    office.say(task, "wang")
    _second, task = office.asked(300_000)
    assert waits_for(office, task) == "li"
    with pytest.raises(Denied) as refused:
        office.say(task, "wang")
    assert refused.value.decision.code == "AGGREGATE"
    assert office.see(Claim, first).number in str(refused.value.decision.message)
    assert waits_for(office, office.asked(300_000, who="chen")[1]) == "wang", "of somebody else it does not"


def test_the_total_of_a_month_is_used_up(office: Office) -> None:
    """Four of 5,000 by four kinds of claims are 20,000; what comes then is the director's."""
    for category in ("travel", "event", "office", "training"):
        office.say(office.asked(500_000, category=category)[1], "wang")
    assert waits_for(office, office.asked(100, category="other")[1]) == "li"


def test_a_claim_is_handed_in_with_an_invoice_and_approved(office: Office) -> None:
    claim = office.claim()
    invoice = office.invoice(claim)
    office.line(claim, 84_800, kind="hotel", invoice_id=invoice, without=None, city="北京", quantity=2)
    assert office.state(claim) == ("draft", 84_800, 0, 0)
    assert office.see(Invoice, invoice).held is None, "a draft holds nothing"
    task = office.submit(claim)
    assert office.see(Invoice, invoice).held == papers.NUMBER
    office.say(task, "wang")
    assert office.state(claim) == ("approved", 84_800, 0, 84_800)
    kept = office.see(File, office.see(Invoice, invoice).file_id)
    assert (kept.kind, kept.encrypted, kept.expires_at, kept.content_type) == (
        "expense.invoice", True, None, "application/xml")  # fmt: skip
    assert kept.subject_id == office.company.people["sun"].person_id


@pytest.mark.parametrize(("told", "code"), [
    ({"buyer": "上海别家有限公司"}, "expense.buyer"), ({"buyer": "个人"}, "expense.buyer"),
    ({"buyer_code": "91110105MA01ABCD00"}, "expense.buyer_number"), ({"buyer_code": ""}, "expense.buyer_number"),
    ({"issued": "2026-03-23"}, "expense.future"), ({"seller_code": "91110105MA01ABCD01"}, "expense.seller"),
    ({"issued": "2025-09-22"}, "expense.old"),
])  # fmt: skip
def test_an_invoice_that_cannot_be_claimed(office: Office, told: dict[str, str], code: str) -> None:
    office.rule("invoice_age", "", 180)
    claim = office.claim()
    assert code_of(lambda: office.invoice(claim, papers.xml(**told))) == (code, "file")
    assert not office.act(SYSTEM, lambda session, _actor: [
        *session.scalars(select(Invoice)), *session.scalars(select(File))]), "nothing is kept"  # fmt: skip


def test_the_oldest_day_is_counted(office: Office) -> None:
    """180 days before 22 March 2026 is 23 September 2025: 8 + 31 + 30 + 31 + 31 + 28 + 22 = 181 from the 22nd on."""
    office.rule("invoice_age", "", 180)
    assert office.invoice(office.claim(), papers.xml(issued="2025-09-23"))


@pytest.mark.parametrize("title", ["上海灵客 信息技术有限公司", "上海灵客信息技术有限公司\n"])
def test_blanks_in_a_title_do_not_matter(office: Office, title: str) -> None:
    assert office.invoice(office.claim(), papers.xml(buyer=title))


def test_brackets_of_both_widths_are_the_same() -> None:
    assert invoices.same_title("灵客科技（上海）有限公司", "灵客科技(上海)有限公司")
    assert not invoices.same_title("灵客科技（上海）有限公司", "灵客科技（北京）有限公司")


def test_check_characters_of_tax_numbers() -> None:
    """GB 32100-2015 computed here by its own words: the sum of character times 3^i mod 31, 31 minus that mod 31."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    def last(first17: str) -> str:
        return letters[-sum(letters.index(one) * 3**place for place, one in enumerate(first17)) % 31]

    for number in ("91110000802100433B", "91330100799655058B", papers.SELLER_CODE, papers.BUYER_CODE):
        assert number[-1] == last(number[:17])
        assert invoices.can_be(number)
        for other in set(letters) - {number[-1]}:
            assert not invoices.can_be(number[:17] + other), (number, other)
    assert invoices.can_be("110105700101001")  # 15 characters, from before
    assert invoices.can_be("")
    assert invoices.can_be("11010519491231002X")  # GB 11643-1999's own example


def test_an_invoice_counts_once(office: Office) -> None:
    """In no other claim of anybody while the first stands; refused or taken back, it is free."""

    def ready(who: str) -> int:
        claim = office.claim(who)
        office.line(claim, 84_800, who=who, kind="hotel", city="北京", without=None,
                    invoice_id=office.invoice(claim, who=who))  # fmt: skip
        return claim

    first, second = ready("sun"), ready("chen")
    task = office.submit(first)
    assert code_of(lambda: office.submit(second, "chen")) == ("expense.invoice_used", "file")
    assert code_of(lambda: office.invoice(office.claim("li", unit="MKT"), who="li")) == (
        "expense.invoice_used", "file")  # fmt: skip
    office.say(task, "wang", "refused")
    task = office.submit(second, "chen")
    office.act("chen", lambda session, actor: withdraw(session, actor, task.id))
    assert office.state(second)[0] == "withdrawn"
    office.act("sun", lambda session, actor: claims.reopen(session, actor, load(
        session, actor, "expense.claim:request", Claim, first)))  # fmt: skip
    office.say(office.submit(first), "wang")
    assert office.state(first)[0] == "approved"


def test_the_same_invoice_as_pdf_and_ofd_is_the_same(office: Office) -> None:
    claim = office.claim()
    office.invoice(claim)
    for data, name in ((papers.ofd(), "a.ofd"), (papers.pdf(), "a.pdf")):
        assert code_of(lambda data=data, name=name: office.invoice(claim, data, name=name)) == (
            "expense.invoice_twice", "file")  # fmt: skip


def test_uploads_are_looked_into(office: Office) -> None:
    claim = office.claim()
    for data, name, code in (
        (b"GIF89a" + bytes(20), "a.gif", "file.type"), (papers.xml(), "a.pdf", "file.type"),
        (papers.zipped({"x.zip": b"x", "OFD.xml": "<a/>"}), "a.ofd", "file.bomb"), (b"", "a.xml", "file.empty"),
        (papers.pdf(), "a.ofd", "file.name"), (b"MZ" + bytes(60), "a.xml", "file.program"),
        (papers.pdf() + papers.ofd(), "a.pdf", "file.two_in_one"),
    ):
        assert code_of(lambda data=data, name=name: office.invoice(claim, data, name=name)) == (code, "file"), name


@pytest.mark.parametrize(("told", "code", "field"), [
    ({"without": None}, "expense.proof", "without"), ({"without": "allowance"}, "expense.no_allowance", "without"),
    ({"kind": "booth"}, "expense.kind_of_line", "kind"), ({"spent_on": date(2026, 3, 23)}, "expense.spent_later",
                                                          "spent_on"),
    ({"kind": "hotel"}, "expense.city", "city"), ({"currency": "USD"}, "expense.claimed", "claimed"),
    ({"invoice_id": 999, "without": None}, "expense.invoice", "invoice_id"),
])  # fmt: skip
def test_what_a_line_cannot_say(office: Office, told: dict[str, Any], code: str, field: str) -> None:
    claim = office.claim()
    assert code_of(lambda: office.line(claim, **told)) == (code, field)
    assert office.state(claim)[1] == 0


def test_a_line_in_another_currency_counts_as_what_it_cost(office: Office) -> None:
    claim = office.claim()
    line = office.line(claim, 10_000, currency="USD", claimed=71_230, without="abroad")
    assert (office.see(Line, line).amount, office.state(claim)[1]) == (10_000, 71_230)


def test_the_lines_of_an_invoice_never_exceed_it(office: Office) -> None:
    claim = office.claim()
    invoice = office.invoice(claim)
    told: dict[str, Any] = {"kind": "hotel", "city": "北京", "invoice_id": invoice, "without": None}
    office.line(claim, 50_000, **told)
    assert code_of(lambda: office.line(claim, 34_801, **told)) == ("expense.more_than_invoice", "amount")
    office.line(claim, 34_800, **told)


def test_an_invoice_without_a_line_and_a_claim_without_lines(office: Office) -> None:
    claim = office.claim()
    assert code_of(lambda: office.submit(claim))[0] == "expense.empty"
    office.invoice(claim)
    office.line(claim)
    assert code_of(lambda: office.submit(claim))[0] == "expense.idle_invoice"


def test_what_is_sent_back_is_a_draft_again(office: Office) -> None:
    claim = office.claim()
    invoice = office.invoice(claim)
    office.line(claim, 84_800, kind="hotel", invoice_id=invoice, without=None, city="北京")
    office.submit(claim)

    def back(session: Any, actor: Any) -> None:
        with system(session, "a test sends it back"):
            claims.answered(session, actor, session.get_one(Claim, claim), "returned")

    office.act(SYSTEM, back)
    assert (office.state(claim)[0], office.see(Invoice, invoice).held) == ("draft", None)
    office.line(claim, 100)
    assert office.state(claim)[1] == 84_900


def test_an_approved_claim_never_changes(office: Office) -> None:
    claim, task = office.asked(10_000)
    office.say(task, "wang")
    assert code_of(lambda: office.act("sun", lambda session, actor: claims.draft(session, actor, load(
        session, actor, "expense.claim:request", Claim, claim), {
            "unit_id": office.company.units["ACQ"].id, "category": "travel", "purpose": "x"}))) == (
        "expense.closed", None)  # fmt: skip

    def behind(session: Any, _actor: Any) -> None:
        with system(session, "a test changes it behind everybody's back"):
            session.get_one(Claim, claim).amount = 1_000_000

    assert code_of(lambda: office.act(SYSTEM, behind))[0] == "expense.approved"


def test_a_claim_of_somebody_else_is_not_touched(office: Office) -> None:
    claim = office.claim()
    with pytest.raises(DomainError):
        office.line(claim, who="chen")
    with pytest.raises(DomainError):
        office.submit(claim, "xu")


def test_a_budget_is_looked_at_when_asked_and_when_decided(office: Office) -> None:
    """10,000 for travel; 6,000 fits, another 6,000 fitted when asked and does not when decided."""

    def budget(session: Any, actor: Any) -> None:
        budgets.save(session, actor, None, {
            "unit_id": office.company.units["ACQ"].id, "category": "travel", "title": "trips", "amount": 1_000_000,
            "starts_on": date(2026, 3, 1), "last_day": date(2026, 3, 31)})  # fmt: skip

    office.act("li", budget)
    (first, one), (second, two) = office.asked(600_000), office.asked(600_000, who="chen")
    assert office.see(Claim, first).in_budget
    assert office.see(Claim, second).in_budget
    office.say(one, "li")
    with pytest.raises(DomainError) as refused:
        office.say(two, "li")
    assert refused.value.code == "expense.budget"
    assert "4,000.00" in str(refused.value.message)
    assert not office.see(Claim, office.asked(400_001, who="chen")[0]).in_budget
    _other, task = office.asked(99_900, category="office")
    assert office.say(task, "wang").state == "approved"


def test_the_number_runs_by_company_and_year(office: Office, march: time_machine.Traveller) -> None:
    assert [office.see(Claim, office.claim()).number for _one in range(2)] == ["LK-BX-2026-0001", "LK-BX-2026-0002"]
    march.move_to(datetime(2027, 1, 4, 4, tzinfo=UTC))
    assert office.see(Claim, office.claim()).number == "LK-BX-2027-0001"
