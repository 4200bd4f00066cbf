"""The income certificate: the average of the last twelve months, in words, for whoever may open the amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import select

from core.authority.document import parse
from core.authority.publish import publish
from core.kernel import state
from core.kernel.house import House
from core.letters import register, templates
from core.letters.issuing import Request, issue, offered_for
from core.letters.models import Letter
from core.org import tree
from payroll.models import Run, Slip
from payroll.services import setup
from payroll.services.income import income_of
from remit.base import Actor, DomainError, Month
from remit.models import Employment, LegalEntity
from remit.services import system
from remit.specs import Denied
from remit.text import use_locale
from tests.core.letters import papers
from tests.payroll.conftest import SYSTEM, Company

LIST = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  DEV:
    authority:
      A1: {can: "payroll.letter:issue", in: all, title: {zh: 开具, en: Issues}}
      A2: {can: "letters.letter:read", in: all, power: read, title: {zh: 查看, en: Sees}}
      A3: {can: "person.identity:reveal", in: all, power: read, title: {zh: 证件, en: Reveals}}
      A4: {can: "payroll.slip:reveal", in: SCOPE, power: read, title: {zh: 打开, en: Opens}}
"""
#: (work month, gross in fen) of the last fourteen months: what lies before December 2025 does not count.
PAID = [(Month(2025, 9), 99_999_999), (Month(2025, 10), 88_888_888)] + [
    (Month(2025, 11).shift(number), gross) for number, gross in enumerate(
        (1_234_567, 1_200_000, 1_200_001, 980_050, 1_500_000, 1_500_000, 1_500_000, 1_500_000, 2_000_033, 1_234_500,
         1_100_000, 1_100_007))
]  # fmt: skip


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    with use_locale("en"):
        yield


def pay(company: Company, number: str, paid: list[tuple[Month, int]], *, run_state: str = "published") -> None:
    """Payslips of somebody, written as runs leave them."""
    one, work = company.employments[number], company.session
    group = setup.ensure_groups(work)[0]
    for month, gross in paid:
        period = setup.period_of(work, group, month)
        run = Run(group_id=group.id, pay_period_id=period.id, legal_entity_id=company.entity.id, currency="CNY",
                  known_on=date(2026, 1, 1), state=run_state, kind="extra")  # fmt: skip
        work.add(run)
        work.flush()
        work.add(Slip(run_id=run.id, employment_id=one.id, person_id=one.person_id, unit_id=company.unit.id,
                      position_id=company.position.id, withholding_agent_id=company.unit.id, pay_period_id=period.id,
                      tax_month=month.number, kind="extra", gross=gross, net=gross, tax=0, deductions=0,
                      employer_cost=gross))  # fmt: skip
    work.flush()


def in_words(amount: Decimal) -> str:
    """An amount in formal numerals, digit by digit: a second way to the same words, for amounts below 100,000,000."""
    digits = "零壹贰叁肆伍陆柒捌玖"
    yuan, fraction = divmod(int((amount * 100).to_integral_value()), 100)
    words = "".join(
        f"{digits[int(sign)]}{place}"
        for sign, place in zip(f"{yuan:08d}", ("仟", "佰", "拾", "万", "仟", "佰", "拾", "元"), strict=True)
    )
    words = re.sub("零[仟佰拾]", "零", words)
    words = re.sub("零+", "零", words)
    words = words.replace("零万", "万").replace("零元", "元").lstrip("零").removeprefix("万").lstrip("零")
    jiao, fen = divmod(fraction, 10)
    if not fraction:
        return words + "整"
    between = "零" if (not jiao or yuan % 10 == 0) else ""
    return words + between + (f"{digits[jiao]}角" if jiao else "") + (f"{digits[fen]}分" if fen else "整")


def certificate(company: Company, number: str, actor: Actor = SYSTEM, language: str = "zh_CN") -> Letter:
    session = company.session
    kind = templates.kind_of(session, "payroll.income")
    return issue(session, actor, company.employments[number], kind, Request(language, "办理贷款"))


def test_the_average_of_twelve_months_stands_in_figures_and_words(company: Company) -> None:
    company.hire("anna")
    pay(company, "anna", PAID)
    twelve = [Decimal(gross) / 100 for _month, gross in PAID[2:]]
    total = sum(twelve, Decimal(0))
    average = (total / 12).quantize(Decimal("0.01"), ROUND_HALF_UP)
    found = income_of(company.session, company.employments["anna"], date(2026, 11, 23))
    assert (found.first, found.last, found.months) == (Month(2025, 11), Month(2026, 10), 12)
    assert (found.total, found.average) == (int(total * 100), int(average * 100))
    letter = certificate(company, "anna")
    said = papers.text(register.stored(company.session, letter)).replace(" ", "")
    assert "2025年11月至2026年10月（共12个月）的月均税前收入为" in said
    assert f"收入为人民币{average:,.2f}元（大写：{in_words(average)}）" in said
    assert f"合计税前收入为人民币{total:,.2f}元（大写：{in_words(total)}）" in said
    assert letter.groups == ["identity", "pay"]
    english = papers.text(register.stored(company.session, certificate(company, "anna", language="en")))
    assert f"the average monthly income before tax was RMB {average:,.2f}, in all RMB {total:,.2f}." in english
    assert "From November 2025 to October 2026 (12 months of pay)" in english


def test_who_has_worked_for_less_has_the_average_of_his_months(company: Company) -> None:
    company.hire("ben", date(2026, 8, 1))
    pay(company, "ben", [(Month(2026, 8), 1_000_000), (Month(2026, 9), 1_000_000), (Month(2026, 9), 500_001)])
    found = income_of(company.session, company.employments["ben"], date(2026, 11, 23))
    assert (found.months, found.total, found.average) == (2, 2_500_001, 1_250_001)


@pytest.mark.parametrize("run_state", ["calculated", "reviewed", "approved", "paid"])
def test_what_is_not_published_is_no_income_yet(company: Company, run_state: str) -> None:
    company.hire("ben")
    pay(company, "ben", [(Month(2026, 10), 1_000_000)], run_state=run_state)
    with pytest.raises(DomainError, match="There is no published payslip of ben to sum up"):
        certificate(company, "ben")


def actor_of(company: Company, number: str) -> Actor:
    return Actor("person", number, account_id=7, person_id=company.employments[number].person_id)


def test_the_amounts_are_for_those_who_may_open_them(company: Company) -> None:
    for number in ("anna", "ben"):
        company.hire(number)
        pay(company, number, PAID[-2:])
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST.replace("SCOPE", "self")))
    anna = actor_of(company, "anna")
    with pytest.raises(Denied) as refused:
        certificate(company, "ben", anna)
    assert refused.value.decision.action == "payroll.slip:reveal"
    with system(company.session, "look"):
        assert company.session.scalars(select(Letter)).all() == []
    assert certificate(company, "anna", anna).entry == "DEV.A1"


def test_each_look_at_the_amounts_is_on_record(company: Company) -> None:
    from core.audit.models import AuditEntry
    from core.db.guard import mark

    for number in ("anna", "ben"):
        company.hire(number)
        pay(company, number, PAID[-2:])
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST.replace("SCOPE", "all")))
    anna, session = actor_of(company, "anna"), company.session
    session.info["actor"] = anna
    letter = certificate(company, "ben", anna)
    with pytest.raises(DomainError, match="Say what you need the letter for"):
        register.pdf_of(session, anna, letter)
    assert register.pdf_of(session, anna, letter, "复核") == register.stored(session, letter)
    rows = session.scalars(
        mark(select(AuditEntry).where(AuditEntry.kind == "reveal").order_by(AuditEntry.id), [("r", "core_audit")])
    ).all()
    ben = company.employments["ben"].person_id
    assert [(row.reason, row.subject_id, (row.after or {})["group"], row.entry) for row in rows] == [
        (why, ben, group, entry) for why in ("办理贷款", "复核")
        for group, entry in (("identity", "DEV.A3"), ("pay", "DEV.A4"))
    ]


def test_without_payroll_there_is_no_income_certificate(company: Company, house: House) -> None:
    company.hire("ben")
    pay(company, "ben", PAID[-1:])
    letter = certificate(company, "ben")
    state.switch(company.session, SYSTEM, "payroll", on=False)
    company.session.commit()
    with house.session(SYSTEM) as session, system(session, "look"):
        kinds = [kind.name for kind in offered_for(session, SYSTEM, session.get_one(Employment, letter.employment_id))]
        assert kinds == ["letters.employment"]
        with pytest.raises(DomainError, match="There is no letter called income"):
            templates.kind_of(session, "income")
        with pytest.raises(DomainError, match="The module this letter came from is off"):
            register.pdf_of(session, SYSTEM, session.get_one(Letter, letter.id), "x y")
        assert session.scalars(select(LegalEntity.id)).first()
