"""Deals: won after the first contact, discounted by authority, renewed, lost; customers who leave and recommend."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from plugins.crm.models import Customer, Deal, Discount
from plugins.crm.services.deals import customers, discounts, opening
from plugins.crm.services.following import contacting
from remit.base import DomainError
from remit.services import system
from remit.specs import Denied
from remit.workflow import decide, open_tasks
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales

WORK = "crm.deal:work"
TODAY = date(2026, 3, 22)


def touch(sales: Sales, lead: int) -> None:
    """qian has contacted his lead."""
    sales.do("qian", "crm.lead:work", lead, contacting.follow_up, {
        "outcome": "contacted", "next_on": TODAY, "revision": sales.see(lead).revision})  # fmt: skip


def get(sales: Sales, model: type[Any], identity: int) -> Any:
    """A row as it stands."""
    with sales.house.session(SYSTEM) as session, system(session, "a test looks"):
        found = session.get_one(model, identity)
        session.expunge_all()
        return found


def win(sales: Sales, deal: int, **more: Any) -> Customer:
    """qian wins his deal."""
    told = {"won_on": TODAY, "term_start": None, "revision": get(sales, Deal, deal).revision, **more}
    found: Customer = sales.do("qian", WORK, deal, opening.win, told, model=Deal)
    return found


def test_a_deal_is_won_after_the_first_contact(sales: Sales) -> None:
    """Not before anybody spoke to them, not on a day before that, not on a day to come."""
    lead = sales.lead()
    deal = sales.deal(lead)
    with pytest.raises(DomainError, match="Nobody has contacted this lead yet"):
        win(sales, deal)
    touch(sales, lead)
    with pytest.raises(DomainError, match="first contact was on 2026-03-22"):
        win(sales, deal, won_on=TODAY - timedelta(days=1))
    with pytest.raises(DomainError, match="not on a day to come"):
        win(sales, deal, won_on=TODAY + timedelta(days=1))
    customer = win(sales, deal)
    assert (customer.company, customer.term_start, customer.term_end) == ("恒远机电", TODAY, date(2027, 3, 22))
    found = sales.see(lead)
    assert (found.state, found.next_on, found.won_at is not None) == ("won", None, True)
    assert sales.kinds(lead) == ["touched", "won"]
    with pytest.raises(DomainError, match="closed already"):
        win(sales, deal)


def test_of_two_who_win_at_once_one_gets_through(sales: Sales) -> None:
    lead = sales.lead()
    touch(sales, lead)
    deal = sales.deal(lead)
    seen = get(sales, Deal, deal).revision
    win(sales, deal, revision=seen)
    with pytest.raises(DomainError, match="changed meanwhile"):
        win(sales, deal, revision=seen)


def ask(sales: Sales, deal: int, amount: int) -> Any:
    """qian asks for a discount; the task that waits."""

    def put(session: Any, actor: Any, found: Deal) -> Any:
        return open_tasks(session, discounts.request(session, actor, found, amount, "老客户介绍"))[0]

    return sales.do("qian", WORK, deal, put, model=Deal)


def say(sales: Sales, task: Any, who: str, said: Any = "approved") -> None:
    """Somebody answers."""
    actor = sales.company.actor(who)
    sales.write(lambda session: decide(session, actor, task.id, said, seen=task.digest, comment="不"), who)


def test_discounts_are_decided_by_authority(sales: Sales) -> None:
    """wang may give 5,000 away; a second discount counts together with the first, so nothing is split below that."""
    lead = sales.lead()
    touch(sales, lead)
    deal = sales.deal(lead, list_amount=10_000_000)
    task = ask(sales, deal, 300_000)
    with pytest.raises(DomainError, match="waits for its decision"):
        win(sales, deal)
    with pytest.raises(DomainError, match="waits for its decision"):
        ask(sales, deal, 1)
    say(sales, task, "wang")
    assert get(sales, Deal, deal).amount == 9_700_000
    task = ask(sales, deal, 300_000)
    with pytest.raises(Denied):
        say(sales, task, "wang")
    say(sales, task, "zhao")
    assert get(sales, Deal, deal).amount == 9_400_000
    with sales.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert list(session.scalars(select(Discount.rate).order_by(Discount.id))) == [30_000, 60_000]
    win(sales, deal)
    assert get(sales, Deal, deal).amount == 9_400_000


def test_a_discount_leaves_something_to_pay(sales: Sales) -> None:
    deal = sales.deal(sales.lead(), list_amount=10_000)
    with pytest.raises(DomainError, match="leaves something to be paid"):
        ask(sales, deal, 10_000)
    task = ask(sales, deal, 9_999)
    say(sales, task, "wang", "refused")
    assert get(sales, Deal, deal).amount == 10_000
    assert [discounts.percent(rate) for rate in (999_900, 30_000, 125_500)] == ["99.99%", "3%", "12.55%"]


def test_a_renewal_goes_on_where_the_term_ended(sales: Sales) -> None:
    lead = sales.lead()
    touch(sales, lead)
    customer = win(sales, sales.deal(lead))
    with pytest.raises(DomainError, match="renewals and extensions are for customers"):
        sales.deal(sales.lead("蓝湾物流"), kind="renewal")
    renewal = sales.do("qian", "crm.customer:read", customer.id, opening.open_deal, {
        "title": "续费一年", "kind": "renewal", "list_amount": 900_000, "expected_on": TODAY, "months": 12,
    }, model=Customer)  # fmt: skip
    win(sales, renewal.id)
    found = get(sales, Customer, customer.id)
    assert (found.term_start, found.term_end) == (TODAY, date(2028, 3, 22))


def test_who_leaves_is_no_longer_due_and_may_come_back(sales: Sales) -> None:
    lead = sales.lead()
    touch(sales, lead)
    customer = win(sales, sales.deal(lead, months=2))
    actor = sales.company.actor("wang")
    with sales.house.session(actor) as session:
        assert customers.counts(session, actor) == {"active": 1, "due": 1, "left": 0}
        assert [one.id for one in customers.customers(session, actor, "due")] == [customer.id]
    with pytest.raises(DomainError, match="choose a reason"):
        sales.do("qian", "crm.customer:work", customer.id, customers.churn, "", 2, model=Customer)
    sales.do("qian", "crm.customer:work", customer.id, customers.churn, "price", 2, model=Customer)
    with sales.house.session(actor) as session:
        assert customers.counts(session, actor) == {"active": 0, "due": 0, "left": 1}
    back = sales.do("qian", "crm.customer:read", customer.id, opening.open_deal, {
        "title": "回来了", "kind": "renewal", "list_amount": 900_000, "expected_on": TODAY, "months": 12,
    }, model=Customer)  # fmt: skip
    win(sales, back.id)
    assert get(sales, Customer, customer.id).state == "active"


def test_recommendations(sales: Sales) -> None:
    lead, other = sales.lead(), sales.lead("蓝湾物流")
    touch(sales, lead)
    customer = win(sales, sales.deal(lead))
    work = "crm.customer:work"
    with pytest.raises(DomainError, match="recommends us to himself"):
        sales.do("qian", work, customer.id, customers.refer, lead, model=Customer)
    with pytest.raises(DomainError, match="leads you see"):
        sales.do("qian", work, customer.id, customers.refer, sales.lead("青禾食品", "zhou"), model=Customer)
    sales.do("qian", work, customer.id, customers.refer, other, model=Customer)
    with pytest.raises(DomainError, match="known already"):
        sales.do("qian", work, customer.id, customers.refer, other, model=Customer)
    assert sales.kinds(other) == ["referred"]


def test_marketing_sees_what_became_of_its_leads_and_changes_nothing(sales: Sales) -> None:
    """li sees the deal of a lead that marketing brought; only its owner works on it."""
    lead = sales.lead()
    deal = sales.deal(lead)
    assert sales.do("li", "crm.deal:read", deal, lambda _session, _actor, found: found.id, model=Deal) == deal
    with pytest.raises(Exception, match="nothing here"):
        sales.do("li", WORK, deal, opening.lose, "price", 1, model=Deal)
    sales.do("qian", WORK, deal, opening.lose, "price", 1, model=Deal)
    assert (get(sales, Deal, deal).state, sales.see(lead).state) == ("lost", "new")
