"""How a process starts is set on its page; it starts by itself, and what cannot start is put right there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from core.base import clock
from core.base.actor import Actor
from core.web import ports
from core.workflow import starting
from core.workflow.processes.models import ProcessVersion
from tests.journeys.test_processes import address
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]
NAME = "/processes/workflow.form:drill"


def begin(visitor: Visitor) -> None:
    """A form that is to start by itself."""
    visitor.get("/processes/new")
    visitor.post("/processes/new", name="drill", category="other", begin="", **{
        "title.zh_CN": "消防演练", "title.en": "Fire drill"})  # fmt: skip


def publish(visitor: Visitor) -> str:
    """Put its draft in force; what the page says."""
    seen = address(visitor.get(NAME).text, r'name="seen" value="([0-9a-f]{64})"')
    return words(visitor.post(f"{NAME}/publish", seen=seen))


def test_a_schedule_is_set_and_starts(company: Flask, visit: Visit) -> None:
    wang = visit("wangfang")
    begin(wang)
    assert "由人提交后发起" in words(wang.get(NAME))
    wrong = wang.post(f"{NAME}/trigger", how="schedule", schedule="monthly", at="09:00", day="", post="")
    assert wrong.status_code == 422
    kept = wang.post(f"{NAME}/trigger", how="schedule", schedule="monthly", at="09:00", day="1", post="P-NONE",
                     weekday="1")  # fmt: skip
    assert "请设置各字段的取值" in words(kept)
    page = words(wang.get(NAME))
    assert "没有代码为 P-NONE 的岗位" in page
    assert "字段“事由”为必填" in page
    post = code_of(company, "chenjing")
    done = wang.post(f"{NAME}/trigger", how="schedule", schedule="monthly", at="09:00", day="1", post=post, weekday="1",
                     **{"from.reason": "fixed", "fixed.reason": "季度演练"})  # fmt: skip
    assert done.status_code == 200
    assert "没有发现问题" in words(wang.get(NAME)), words(wang.get(NAME))
    assert 'value="季度演练"' in wang.get(f"{NAME}/trigger").text
    assert "已生效" in publish(wang)
    assert f"每月 1 日 09:00、以岗位 {post} 的名义" in words(wang.get("/processes/"))

    house = ports.of(company).house
    due(company)
    starting.tick(house)
    starting.tick(house)
    seen = wang.get(NAME)
    [request] = re.findall(r'href="(/requests/\d+)"', seen.text)
    assert "季度演练" in words(visit("chenjing").get(request))


def test_an_event_is_chosen_and_its_fields_fill_the_form(company: Flask, visit: Visit) -> None:
    wang = visit("wangfang")
    wang.get(NAME)
    post = code_of(company, "chenjing")
    first = wang.post(f"{NAME}/trigger", how="event", event="personnel.change_approved", process="", post=post,
                      when='kind == "hire"', schedule="monthly", weekday="1")  # fmt: skip
    assert "该事件包含" in words(first)
    assert "person_id" in first.text
    wang.post(f"{NAME}/trigger", how="event", event="personnel.change_approved", process="", post=post,
              when='kind == "hire"', schedule="monthly", weekday="1", **{"from.reason": "event:person_id"})  # fmt: skip
    page = words(wang.get(NAME))
    assert "发起事件" in page
    assert "没有发现问题" in page
    back = wang.post(f"{NAME}/trigger", how="hand")
    assert "由人提交后发起" in words(back)
    assert visit("zhoulei").get(f"{NAME}/trigger").status_code == 403
    assert wang.get("/processes/crm.spend/trigger").status_code == 404


def test_what_waits_is_tried_again_or_left_out(company: Flask, visit: Visit) -> None:
    """Nobody holds the post when it is due: the page says so, and lets somebody go on."""
    wang = visit("wangfang")
    post = code_of(company, "chenjing")
    wang.get(NAME)
    wang.post(f"{NAME}/trigger", how="schedule", schedule="monthly", at="09:00", day="1", post=post, weekday="1",
              **{"from.reason": "fixed", "fixed.reason": "演练"})  # fmt: skip
    publish(wang)
    house = ports.of(company).house
    due(company, 2)
    with house.session(Actor.system("a test takes the post away"), write=True) as session:
        row = session.scalars(_in_force()).one()
        source = {**row.source, "trigger": {**row.source["trigger"], "post": "GONE"}}
        changed = update(ProcessVersion).where(ProcessVersion.id == row.id)
        session.execute(changed.values(source=source, digest="0" * 64))
    starting.tick(house)
    page = wang.get(NAME)
    assert "没有代码为 GONE 的岗位" in words(page)
    again = address(page.text, r'action="(/processes/[^"]+/starts/\d+/again)"')
    assert "仍未能发起" in words(wang.post(again))
    assert visit("zhoulei").post(again).status_code == 403
    assert "已放弃" in words(wang.post(again.replace("again", "leave")))
    assert wang.post(again).status_code == 404


def _in_force() -> Any:
    return select(ProcessVersion).where(
        ProcessVersion.process == "workflow.form:drill", ProcessVersion.state == "published"
    )


def due(company: Flask, minutes: int = 1) -> None:
    """The moment of the schedule has come, some minutes ago."""
    with ports.of(company).house.session(Actor.system("a test lets time pass"), write=True) as session:
        for row in session.scalars(_in_force()):
            row.next_at = clock.now() - timedelta(minutes=minutes)


def code_of(company: Flask, login: str) -> str:
    """The code of the post of somebody of the story."""
    from core.identity.models import Account
    from core.org.models import Assignment, Position
    from remit.services import system

    with ports.of(company).house.session(Actor.system("a test looks")) as session, system(session, "a test looks"):
        found = session.scalar(
            select(Position.code).join(Assignment, Assignment.position_id == Position.id)
            .join(Account, Account.person_id == Assignment.person_id)
            .where(Account.login == login, Assignment.is_primary).order_by(Assignment.id.desc()).limit(1)
        )
        return str(found)
