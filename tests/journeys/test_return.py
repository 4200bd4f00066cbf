"""What leads brought in beside what they cost, as the general manager and the head of acquisition read it."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from flask import Flask
from sqlalchemy import select

from core.web import ports
from payroll.models import PayPeriod, Run, Slip
from plugins.crm.models import Budget, BudgetTransfer, Lead
from plugins.crm.pages.funnel import money
from remit.base import Actor, Period
from remit.contracts import PeopleCostAsk
from remit.services import give, system
from tests.journeys.test_spending import Visit, latest_task
from tests.visitor import words

SYSTEM = Actor.system("a test counts")


def counted(company: Flask) -> tuple[int, set[int], int]:
    """What October cost in the units of its leads that pay five people or more, slip by slip; all units; its leads."""
    house = ports.of(company).house
    with house.session(SYSTEM) as session, system(session, "a test counts"):
        leads = [one for one in session.scalars(select(Lead)) if one.captured_at.strftime("%Y-%m") == "2026-10"
                 and one.state not in ("merged", "void")]  # fmt: skip
        units = {unit for one in leads for unit in (one.captured_unit_id, one.unit_id)}
        paid = defaultdict(list)
        for slip, run, period in session.execute(
            select(Slip, Run, PayPeriod).join(Run, Run.id == Slip.run_id)
            .join(PayPeriod, PayPeriod.id == Slip.pay_period_id)
        ):
            approved = run.state in ("approved", "paid", "published", "locked")
            if approved and period.work_month == 202610 and not slip.void and slip.unit_id in units:
                paid[slip.unit_id].append((slip.person_id, slip.gross + slip.employer_cost))
        cost = sum(amount for rows in paid.values() if len({person for person, _amount in rows}) >= 5
                   for _person, amount in rows)  # fmt: skip
        return cost, units, len(leads)


def test_people_count_for_whoever_may_read_payrolls(company: Flask, visit: Visit) -> None:
    cost, _units, leads = counted(company)
    assert cost > 0
    seen = words(visit("luoyi").get("/crm/funnel/return?period=last_month"))
    assert f"人力成本：2026-10 共 {money(cost)}，由相关部门的 {leads} 条线索平均分摊" in seen
    assert "含人力的投入产出（ROI）" in seen
    head = words(visit("chenjing").get("/crm/funnel/return?period=last_month"))
    assert "投入产出（ROI）" in head
    assert "人力" not in head


def test_part_of_the_cost_is_not_put_beside_all_of_the_revenue(visit: Visit) -> None:
    """November runs and is not paid yet, so the quarter says nothing of people but that."""
    seen = words(visit("luoyi").get("/crm/funnel/return?period=quarter"))
    assert "未计人力成本：2026-11 没有可查看的已批准薪资核算。" in seen
    assert "含人力" not in seen


def test_the_guard_fills_in_what_is_left_and_why(visit: Visit) -> None:
    """3,000 are left of October's budget: 15,000 less 10,000 spent and 2,000 moved by the demo."""
    lin = visit("linan")
    watched = re.findall(r'href="(/crm/campaigns/\d+/guard)"', lin.get("/crm/guard").text)
    pages = [lin.get(one).text for one in dict.fromkeys(watched)]
    link = next(found for text in pages if "微信广告，10 月" in text
                and (found := re.search(r'href="(/crm/budgets/transfers/new\?[^"]+)"', text)))
    form = lin.get(link[1].replace("&amp;", "&")).text
    amount = re.search(r'value="([^"]*)"[^>]* name="amount"', form)
    assert amount is not None
    assert amount[1].replace(",", "") == "3000.00"
    assert "微信广告，10 月：" in form
    assert visit("chenjing").get("/crm/budgets/transfers/new?because=guard&campaign=99999").status_code == 404


def test_a_unit_of_few_is_left_out_alone_and_beside_others(company: Flask) -> None:
    """Whatever is asked together: the sum is that of the units told by themselves, so no difference tells of a few."""
    _cost, units, _leads = counted(company)
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    house = ports.of(company).house
    with house.session(SYSTEM) as session:
        with system(session, "a test counts"):
            every = sorted({one for one in session.scalars(select(Slip.unit_id)) if one is not None} | units)

        def told(ids: list[int]) -> tuple[int, int]:
            (one,) = give(session, "give_people_costs", actor=SYSTEM, ask=PeopleCostAsk(ids, october))
            return (one.cost, one.silent) if one is not None else (0, 0)

        alone = [told([unit]) for unit in every]
        together = told(every)
    assert together == (sum(cost for cost, _silent in alone), sum(silent for _cost, silent in alone))
    assert together[1] > 0, "the demo company has units of few"
    assert all(cost == 0 for cost, silent in alone if silent)


def test_whoever_knows_no_costs_is_told_so(company: Flask, visit: Visit) -> None:
    seen = words(visit("wangfang").get("/crm/funnel/return"))
    assert "你无权查看营销活动成本" in seen
    assert "¥" not in seen


def test_a_hint_becomes_a_transfer_that_moves_the_money(company: Flask, visit: Visit) -> None:
    """From the sentence over the filled form and the way to the director's yes."""
    chen = visit("chenjing")
    page = chen.get("/crm/funnel/return")
    assert "微信广告每支出 1 元成交 3.8 元（26 家客户），知乎专栏为 45.2 元（19 家客户）" in words(page)
    link = re.search(r'href="(/crm/budgets/transfers/new\?[^"]+)"', page.text)
    assert link is not None
    assert "00" not in link[1], "no amount stands in an address"
    form = chen.get(link[1].replace("&amp;", "&"))
    amount = re.search(r'value="([^"]*)"[^>]* name="amount"', form.text)
    chosen = re.findall(r'<option value="(\d+)" selected', form.text)
    assert len(chosen) == 2
    assert amount is not None
    assert amount[1].replace(",", "") == "5000.00"
    answer = chen.post("/crm/budgets/transfers/new", from_budget_id=chosen[0], to_budget_id=chosen[1],
                       amount="5000.00", reason="知乎专栏每元带来的收入更高")  # fmt: skip
    draft = re.search(r'action="(/crm/budgets/transfers/\d+)/submit"', answer.text)
    assert draft is not None, words(answer)
    assert "林安" in words(answer)
    chen.get(draft[1])
    assert "已提交" in words(chen.post(f"{draft[1]}/submit"))
    task, lin = latest_task(chen), visit("linan")
    digest = re.search(r'name="seen" value="([0-9a-f]{64})"', lin.get(task).text)
    assert digest is not None
    assert "已同意" in words(lin.post(task, answer="approve", seen=digest[1], comment="同意"))
    house = ports.of(company).house
    with house.session(SYSTEM) as session, system(session, "a test looks"):
        moved = session.scalars(select(BudgetTransfer).order_by(BudgetTransfer.id.desc()).limit(1)).one()
        amounts = [session.get_one(Budget, number).amount for number in (moved.from_budget_id, moved.to_budget_id)]
        state = moved.state
    # 12,000 and 8,000 before: the demo's own transfer brought the second from 6,000 to 8,000.
    assert (state, amounts) == ("approved", [700_000, 1_300_000])


def test_a_wrong_transfer_is_refused_beside_its_field(visit: Visit) -> None:
    chen = visit("chenjing")
    form = chen.get("/crm/budgets/transfers/new?because=guard&campaign=99999999999999999999")
    assert form.status_code == 200
    one = re.findall(r'<option value="(\d+)"', form.text)[0]
    new = "/crm/budgets/transfers/new"
    assert chen.post(new, from_budget_id=one, to_budget_id=one, amount="0", reason="").status_code == 422
    bad = chen.post(new, from_budget_id=one, to_budget_id=one, amount="1", reason="x")
    assert "请选择另一项预算：不能调剂给自身。" in words(bad)
    assert visit("liuyang").get("/crm/budgets/transfers/new").status_code == 403
