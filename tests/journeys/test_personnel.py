"""A personnel change, page by page and for programs: what it would do is shown, both heads and personnel look at it,
and once it is approved the org chart and the file show it from its first day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.base.actor import Actor
from core.db.guard import system
from core.events.deliverer import Deliverer
from core.identity import services as identity
from core.identity.models import Account
from core.org.models import Person
from core.personnel.actions import APPROVE, READ, REQUEST
from core.personnel.models import PersonnelChange
from core.web import ports
from tests.journeys.test_spending_api import Program
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]
SYSTEM = Actor.system("tests")
NUMBER = "11010519491231002X"


def task_of(visitor: Visitor, page: str) -> str:
    found = re.search(r'href="(/tasks/\d+)"', visitor.get(page).text)
    assert found
    return found[1]


def answer(visitor: Visitor, task: str, said: str) -> str:
    digest = re.search(r'name="seen" value="([0-9a-f]{64})"', visitor.get(task).text)
    assert digest, words(visitor.get(task))[:600]
    return words(visitor.post(task, answer=said, seen=digest[1], comment="同意"))


def open_change(visitor: Visitor, kind: str = "concurrent") -> str:
    found = re.search(r'href="(/personnel/\d+)"', visitor.get(f"/personnel/?kind={kind}").text)
    assert found
    return found[1]


def test_somebody_of_marketing_joins_sales_two_days_a_week(company: Flask, visit: Visit) -> None:
    """The change of the story: 周蕾 asked, both heads see it, 王芳 decides, and from 1 December the chart shows it."""
    zhou, lin, zhang, wang = visit("zhoulei"), visit("linan"), visit("zhangwei"), visit("wangfang")
    address = open_change(zhou)
    for visitor in (zhou, lin, zhang, wang):
        seen = words(visitor.get(address))
        assert "自 2026-12-01 至 2027-05-31，周蕾兼任客户调研专员，占全职工时的 40 %" in seen
        assert "届时各岗位工时合计 100 %，公司上限为 100 %" in seen
        assert "客户调研专员在 2026-12-01 空缺" in seen
        assert re.search(r"放人 林安，市场总监 接收 张伟，销售总监", seen)
    assert visit("liuyang").get(address).status_code == 404
    assert "由你决定" not in words(wang.get(task_of(zhou, address))), "both heads are asked first"
    for head in (lin, zhang):
        waits = re.findall(r'href="(/tasks/\d+)"', head.get("/tasks/").text)
        mine = next(one for one in waits if '<h2 class="hr-big">兼岗：周蕾' in head.get(one).text)
        assert "已同意" in answer(head, mine, "approve")
    task = task_of(zhou, address)
    assert "由你决定" in words(wang.get(task))
    assert "已同意" in answer(wang, task, "approve")
    told = words(zhou.get(address))
    assert "已通过" in told
    assert "HR-DIR.A56" in told
    file = words(zhou.get("/people/me"))
    assert re.search(r"客户调研专员 销售部 兼岗 40% 2026-12-01 2027-06-01", file), file[:900]
    assert re.search(r"投放专员 线索获取组 主岗 60% 2026-12-01 2027-06-01", file)
    Deliverer(ports.of(company).house).run_waiting()
    told_of = [(lin, True), (zhang, True), (visit("chenjing"), True), (zhou, False), (visit("gaofei"), False)]
    for visitor, said in told_of:
        assert ("与你有关的人事异动已获批" in words(visitor.get("/notifications"))) is said


def test_a_form_says_what_is_wrong_and_keeps_a_draft(company: Flask, visit: Visit) -> None:
    liu = visit("liuyang")
    kinds = words(liu.get("/personnel/new"))
    assert all(kind in kinds for kind in ("调岗", "兼岗", "离职"))
    assert all(kind not in kinds for kind in ("入职", "晋升", "用工条件变更")), "others ask for these"
    liu.get("/personnel/new/transfer")
    wrong = liu.post("/personnel/new/transfer", employee="LK020", position="NO-POST", first_day="2026-12-01")
    assert wrong.status_code == 422
    assert "没有代码为 NO-POST 的岗位，请从列表中选择" in words(wrong)
    unknown = liu.post("/personnel/new/transfer", employee="XX1", position="SAL-OPS", first_day="2026-12-01")
    assert unknown.status_code == 422
    drafted = liu.post("/personnel/new/transfer", employee="LK020", position="SAL-OPS", first_day="2026-12-01",
                       reason="想做数据", draft="1")  # fmt: skip
    seen = words(drafted)
    assert "刘洋由销售代表改任销售运营" in seen
    assert "将由谁决定" in seen
    address = re.search(r'action="(/personnel/\d+)/submit"', drafted.text)
    assert address
    liu.token = re.search(r'name="csrf_token" value="([^"]+)"', drafted.text)[1]  # type: ignore[index]
    assert liu.get(f"{address[1]}/edit").status_code == 200
    again = liu.post(f"{address[1]}/edit", employee="LK020", position="SAL-OPS", first_day="2026-12-07", draft="1")
    assert "自 2026-12-07 起，刘洋由销售代表改任销售运营" in words(again)
    assert visit("wangfang").get(f"{address[1]}/edit").status_code == 404, "a draft is its writer's"
    liu.get(address[1])
    assert "已提交" in words(liu.post(f"{address[1]}/submit"))
    assert "申请已提交，请另写一份" in words(liu.post(f"{address[1]}/submit"))
    lists = words(visit("zhangwei").get("/personnel/"))
    assert "调岗 刘洋 销售运营 2026-12-07" in lists


def test_approved_and_cancelled_before_it_begins(company: Flask, visit: Visit) -> None:
    """The trainee's change of the story: who asked cannot undo it, who approved it can; afterwards it is over."""
    wang, luo = visit("wangfang"), visit("luoyi")
    address = open_change(wang, "terms&show=approved")
    assert "取消异动" not in words(wang.get(address))
    assert "申请取消" in words(wang.get(address))
    form = words(wang.get(f"/personnel/new/cancellation?cancels={address.rsplit('/', 1)[1]}"))
    assert "取消异动" in form
    assert "取消异动" in words(luo.get(address))
    assert "已取消，写入的内容已撤销" in words(luo.post(f"{address}/cancel"))
    assert "只有已通过的异动才能取消" in words(luo.post(f"{address}/cancel"))


@pytest.fixture
def program(company: Flask) -> Callable[..., Program]:
    """A token of an account of the demo company for some actions."""

    def make(login: str, *scopes: str) -> Program:
        with ports.of(company).house.session(SYSTEM, write=True) as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            _row, token = identity.create_token(session, identity.actor_of(account), name="tests", scopes=scopes)
        return Program(company.test_client(), token)

    return make


def test_somebody_new_is_asked_for_by_a_program(company: Flask, program: Callable[..., Program]) -> None:
    """His number is sealed at once, shown to nobody in whole, and stands with the person in the end."""
    wang = program("wangfang", REQUEST, READ, "person.record:read")
    body = {"kind": "hire", "name": "赵新", "new_number": "LK801", "position": "SAL-OPS", "first_day": "2026-12-01",
            "identity_number": NUMBER, "phone": "17000009999", "sex": "F"}  # fmt: skip
    assert program("zhoulei", REQUEST, READ).send("/personnel", body).status_code == 403
    made = wang.send("/personnel", body)
    assert made.status_code == 201, made.text
    draft: dict[str, Any] = made.json or {}
    assert draft["identity_shown"] == "••••••002X"
    assert draft["effects"] == ["自 2026-12-01 起，赵新入职，任销售运营。"]
    assert draft["notices"][0] == {"kind": "ok", "text": "销售运营在 2026-12-01 空缺。"}
    task = (wang.send(f"/personnel/{draft['id']}/submit").json or {})["task_id"]
    for path in (f"/personnel/{draft['id']}", "/personnel", f"/tasks/{task}"):
        assert NUMBER not in wang.get(path).text
        assert "17000009999" not in wang.get(path).text
    luo = program("luoyi", APPROVE, READ)
    seen = luo.get(f"/tasks/{task}").json or {}
    assert NUMBER not in luo.get(f"/tasks/{task}").text
    done = luo.send(f"/tasks/{task}/answer", {"answer": "approve", "seen": seen["digest"]})
    assert done.status_code == 200, done.text
    with ports.of(company).house.session(SYSTEM) as session, system(session, "a test looks"):
        change = session.get_one(PersonnelChange, draft["id"])
        assert (change.identity_number, change.phone) == (None, None)
        person = session.get_one(Person, change.person_id)
        assert (person.identity_number, person.phone) == (NUMBER, "17000009999")
    assert wang.send(f"/personnel/{draft['id']}/submit").status_code == 422
    cancelled = luo.send(f"/personnel/{draft['id']}/cancel")
    assert (cancelled.json or {})["state"] == "cancelled", cancelled.text
    other = wang.send("/personnel", {**body, "new_number": "LK802"}).json or {}
    changed = wang.send(f"/personnel/{other['id']}", {**body, "grade": "P5", "name": "赵欣"}, method="put")
    assert changed.status_code == 422, "its kind stays"
    body.pop("kind")
    changed = wang.send(f"/personnel/{other['id']}", {**body, "new_number": "LK802", "grade": "P5"}, method="put")
    assert (changed.json or {})["grade"] == "P5"
    assert (wang.send(f"/personnel/{other['id']}/discard").json or {})["state"] == "withdrawn"


def test_the_company_says_how_much_one_person_may_work(company: Flask, visit: Visit) -> None:
    """Whoever keeps the structure sets it; who asks for more is refused with both numbers."""
    wang, liu = visit("wangfang"), visit("liuyang")
    assert liu.get("/personnel/companies").status_code == 403
    assert "灵客科技（上海）有限公司 100%" in words(wang.get("/personnel/companies"))
    wanted = {"employee": "LK020", "position": "SAL-OPS", "share": "20", "first_day": "2026-12-01", "draft": "1"}
    liu.get("/personnel/new/concurrent")
    assert "合计将达到全职工时的 120 %，公司上限为 100 %" in words(liu.post("/personnel/new/concurrent", **wanted))
    wang.get("/personnel/companies/LK")
    assert wang.post("/personnel/companies/LK", fte_bound="0").status_code == 422
    assert "灵客科技（上海）有限公司 120%" in words(wang.post("/personnel/companies/LK", fte_bound="120"))
    assert "公司上限为 120 %" in words(liu.post("/personnel/new/concurrent", **wanted))
    wang.post("/personnel/companies/LK", fte_bound="100")
