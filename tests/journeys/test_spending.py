"""A request to spend, page by page: who asks sees who will decide, and who decides sees why it is he."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from core.web import ports
from core.workflow import routes
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]


def ask(visitor: Visitor, amount: str, payee: str, **more: str) -> str:
    """Write a request down and hand it in; returns the words of the page before that."""
    visitor.get("/crm/spending/new")
    unit = re.search(r'<option value="(\d+)" selected', visitor.get("/crm/spending/new").text)
    assert unit
    page = visitor.post("/crm/spending/new", amount=amount, category="ads", payee=payee, needed_on="2026-11-27",
                        unit_id=unit[1], purpose="投放", **more)  # fmt: skip
    assert page.status_code == 200, words(page)[:600]
    address = re.search(r'action="(/crm/spending/\d+)/submit"', page.text)
    assert address, words(page)
    visitor.token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    done = visitor.post(f"{address[1]}/submit")
    assert "已提交" in words(done)
    return words(page)


def latest_task(visitor: Visitor) -> str:
    """The address of the newest task in the list of what somebody asked."""
    found = re.search(r'href="(/tasks/\d+)"', visitor.get("/tasks/?show=asked").text)
    assert found
    return found[1]


def test_the_amount_decides_who_decides(company: Flask, visit: Visit) -> None:
    zhou, chen, lin = visit("zhoulei"), visit("chenjing"), visit("linan")
    before = ask(zhou, "9,000.00", "抖音")
    assert re.search(r"将由谁决定.*线索获取组组长 陈静", before), "it is shown before it is handed in"
    task = latest_task(zhou)
    seen = words(chen.get(task))
    assert "由你决定" in seen
    assert "ACQ-HEAD.A1" in seen
    assert "¥9,000.00，付给抖音" in seen
    page = chen.get(task)
    digest = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    assert digest
    refused = chen.post(task, answer="refuse", seen=digest[1], comment="")
    assert refused.status_code == 422
    assert "请写明拒绝理由" in words(refused)
    assert "已同意" in words(chen.post(task, answer="approve", seen=digest[1], comment="按计划投放"))
    told = words(zhou.get(task))
    assert "按计划投放" in told
    assert "ACQ-HEAD.A1，清单第 3 版" in told

    above = ask(zhou, "12,000.00", "快手")
    assert "¥12,000.00" in above
    assert re.search(r"线索获取组组长 陈静.*市场总监 林安", above), "the head is passed over, with the reason"
    assert "由你决定" in words(lin.get(latest_task(zhou)))


def test_nobody_else_sees_it(company: Flask, visit: Visit) -> None:
    zhou = visit("zhoulei")
    ask(zhou, "100.00", "小红书")
    task = latest_task(zhou)
    assert visit("liuyang").get(task).status_code == 404
    assert visit("liuyang").get(task.replace("/tasks/", "/crm/spending/")).status_code in (403, 404)
    assert visit("zhoulei").get("/tasks/999999").status_code == 404


def test_the_inbox_says_what_waits_and_for_whom(company: Flask, visit: Visit) -> None:
    routes.refresh(ports.of(company).house)
    seen = words(visit("chenjing").get("/tasks/"))
    assert "待我审批" in seen
    assert "哔哩哔哩" in seen
    home = visit("chenjing").get("/")
    assert "待我审批" in words(home), "and the home page shows it"
    waiting = len(re.findall(r'href="/tasks/\d+"', visit("chenjing").get("/tasks/").text))
    assert waiting, "and the menu counts it, on the desk and on the phone"
    assert re.findall(r'"(?:hr-count|hr-tab-count) hr-num">(\d+)<', home.text) == [str(waiting)] * 2
    assert "hr-tab-count" not in visit("liuyang").get("/").text
    assert "没有待你审批的事项" in words(visit("liuyang").get("/tasks/"))
    assert "等待林安处理" in words(visit("zhoulei").get("/tasks/?show=asked"))
    assert "¥8,000.00" in words(visit("chenjing").get("/tasks/?show=decided"))


def test_budgets_and_campaigns_show_what_moves(company: Flask, visit: Visit) -> None:
    lin = visit("linan")
    seen = words(lin.get("/crm/budgets"))
    assert "线上投放，11 至 12 月" in seen
    assert "80,000.00" in seen
    assert "年终获客季" in words(lin.get("/crm/campaigns"))
    assert visit("liuyang").get("/crm/budgets").status_code == 403
    bad = lin.post("/crm/budgets/new", title="x", unit_id="3", category="ads", amount="-1", starts_on="2026-11-01",
                   last_day="2026-10-01")  # fmt: skip
    assert bad.status_code == 422


def test_whoever_asked_reminds_and_sees_it(company: Flask, visit: Visit) -> None:
    """The desk shows the list beside the task, on the side where one finds it again."""
    zhou = visit("zhoulei")
    ask(zhou, "300.00", "豆瓣")
    task = latest_task(zhou)
    seen = words(zhou.get(task))
    assert "催办" in seen
    assert "我发起" in seen
    assert "已催办审批人" in words(zhou.post(f"{task}/nudge"))
    assert "今天已催办。" in words(zhou.get(task))
    assert zhou.post(f"{task}/nudge").status_code == 422
    assert visit("liuyang").post(f"{task}/nudge").status_code == 404
    assert "催办" not in words(visit("chenjing").get(task)).split("待我审批", 1)[1]
