"""Simple requests and processes, page by page: a form that was made here, its way, and what else one may do."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]


def address(text: str, pattern: str) -> str:
    """An address of a page, by its form."""
    found = re.search(pattern, text)
    assert found, text[:500]
    return found[1]


def ask(visitor: Visitor, form: str, **values: str) -> str:
    """Fill a form in and hand it in; the address of the request."""
    page = visitor.post(f"/requests/new/workflow.form:{form}", **values)
    assert page.status_code == 200, words(page)[:600]
    assert "将由谁决定" in words(page)
    request = address(page.text, r'action="(/requests/\d+)/submit"')
    assert "已提交" in words(visitor.post(f"{request}/submit"))
    return request


def test_a_trip_goes_to_the_superior_and_is_printed(company: Flask, visit: Visit) -> None:
    zhou, chen = visit("zhoulei"), visit("chenjing")
    request = ask(zhou, "trip", destination="北京", first_day="2026-12-01", last_day="2026-12-02", cost="1,200.00",
                  reason="参展")  # fmt: skip
    seen = words(zhou.get(request))
    assert "¥1,200.00" in seen
    task = address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')
    page = chen.get(task)
    assert "由你决定" in words(page)
    digest = address(page.text, r'name="seen" value="([0-9a-f]{64})"')
    assert "出差申请" in words(chen.get("/tasks/batch"))
    back = chen.post(f"{task}/move", move="return", move_to="", move_person="", move_comment="", move_seen=digest)
    assert back.status_code == 422, "without a word why"
    done = chen.post(f"{task}/move", move="return", move_to="", move_person="", move_comment="写明展会",
                     move_seen=digest)  # fmt: skip
    assert "已退回" in words(done)
    assert "写明展会" in words(zhou.get(task))
    edited = zhou.post(f"{request}/edit", destination="北京", first_day="2026-12-01", last_day="2026-12-02",
                       cost="1,200.00", reason="参加企服展")  # fmt: skip
    assert edited.status_code == 200
    zhou.post(f"{request}/submit")
    task = address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')
    digest = address(chen.get(task).text, r'name="seen" value="([0-9a-f]{64})"')
    number = task.rpartition("/")[2]
    assert "已同意 1 件" in words(chen.post("/tasks/batch", task=f"{number}:{digest}"))
    assert "已同意" in words(zhou.get(request))
    paper = zhou.client.get(f"{request}/paper")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    again = zhou.post(f"{request}/again")
    assert "北京" in again.text


def test_what_nobody_may_decide_is_helped_on_by_whoever_looks_after_it(company: Flask, visit: Visit) -> None:
    """Nobody is above the general manager: his request says so, and whoever may help refuses it with a word why."""
    chief, wang = visit("luoyi"), visit("wangfang")
    assert "没有卡住的申请" in words(wang.get("/stuck/"))
    request = ask(chief, "trip", destination="北京", first_day="2026-12-01", last_day="2026-12-02", cost="1,200.00",
                  reason="参展")  # fmt: skip
    listed = wang.get("/stuck/")
    assert "出差" not in words(chief.get("/stuck/")), "his list does not say that he helps"
    stuck = address(listed.text, r'href="(/stuck/\d+)"')
    run = stuck.rpartition("/")[2]
    page = wang.get(f"/tasks/way/{run}")
    assert "没有人可以审批" in words(page), "the address of the notice leads to it"
    assert "跳过此步继续" not in words(page), "people are not passed over"
    bad = wang.post(stuck, how="refuse", comment="")
    assert bad.status_code == 422
    assert "请由董事会批准" not in words(chief.get(request))
    done = wang.post(stuck, how="again", comment="再试一次")
    assert "仍然卡住" in words(done)
    assert "已拒绝" in words(wang.post(stuck, how="refuse", comment="请由董事会批准"))
    assert "已拒绝" in words(chief.get(request))
    assert "没有卡住" in words(wang.get(stuck))


def test_comments_name_people_who_may_read_it_then(company: Flask, visit: Visit) -> None:
    zhou = visit("zhoulei")
    ask(zhou, "seal_use", seal="contract", document="合同", copies="2", reason="")
    task = address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')
    liu = visit("liuyang")
    assert liu.get(task).status_code == 404
    zhou.get(task)
    assert zhou.post(f"{task}/comments", text="@刘洋 客户那边确认了吗").status_code == 200
    assert "客户那边确认了吗" in words(liu.get(task))
    assert "用印申请" in words(liu.get("/tasks/?show=copied"))
    assert zhou.post(f"{task}/comments", text="").status_code == 422


def test_wrong_values_of_a_form_stand_beside_their_fields(company: Flask, visit: Visit) -> None:
    zhou = visit("zhoulei")
    bad = zhou.post("/requests/new/workflow.form:seal_use", seal="other", document="", copies="-1")
    assert bad.status_code == 422
    assert 'id="f-document-e"' in bad.text
    assert 'id="f-seal-e"' in bad.text
    assert visit("zhoulei").get("/requests/new/workflow.form:nothing").status_code == 404
    assert visit("liuyang").get("/requests/1/edit").status_code in (403, 404)


def test_a_form_is_made_changed_tried_and_published(company: Flask, visit: Visit) -> None:
    wang = visit("wangfang")
    made = wang.post("/processes/new", name="car", category="asset", begin="", **{
        "title.zh_CN": "用车申请", "title.en": "Use of a car"})  # fmt: skip
    assert "用车申请" in words(made)
    name = "/processes/workflow.form:car"
    assert wang.post("/processes/new", name="car", category="asset", begin="", **{
        "title.zh_CN": "用车申请", "title.en": "Use of a car"}).status_code == 422  # fmt: skip
    step = dict(key="driver", type="decide", asked="position", asked_value="ADM-HEAD", level="1", need="all",
                when="", next="", otherwise="", detail="", **{"title.zh_CN": "车队", "title.en": "Cars"})
    assert wang.post(f"{name}/steps", **step).status_code == 200
    assert "岗位" in words(wang.post(f"{name}/steps/driver", **{**step, "asked_value": "NOBODY"}))
    page = wang.get(name)
    assert "没有代码为 NOBODY 的岗位" in words(page)
    seen = address(page.text, r'name="seen" value="([0-9a-f]{64})"')
    assert "不能发布" in words(wang.post(f"{name}/publish", seen=seen))
    wang.get(f"{name}/steps/driver")
    wang.post(f"{name}/steps/driver", **step)
    bad = wang.post(f"{name}/steps/driver", **{**step, "key": "Über"})
    assert bad.status_code == 422
    wang.get(name)
    wang.post(f"{name}/steps/driver/up")
    seen = address(wang.get(name).text, r'name="seen" value="([0-9a-f]{64})"')
    assert "第 1 版已生效" in words(wang.post(f"{name}/publish", seen=seen))
    request = ask(visit("zhoulei"), "car", reason="送设备")
    assert "用车申请" in words(visit("zhoulei").get(request))
    assert "用车申请" in words(wang.get("/processes/"))
    assert "步骤用时" in words(wang.get("/processes/figures"))
    assert visit("zhoulei").get("/processes/").status_code == 403


def test_a_definition_as_text_says_where_it_is_wrong(company: Flask, visit: Visit) -> None:
    wang = visit("wangfang")
    name = "/processes/crm.spend/source"
    page = wang.get(name)
    assert "steps:" in page.text
    assert "第 2 行" in words(wang.post(name, text="title: {en: A}\nsteps: [", seen=""))
    wrong = wang.post(name, text="title: {en: A}\nsteps:\n- {key: one, type: nothing}\n", seen="")
    assert "steps.1.type" in words(wrong)
    circle = "title: {zh_CN: 甲, en: A}\nsteps:\n- {key: one, next: two}\n- {key: two, next: one}\n"
    assert wang.post(name, text=circle, seen="").status_code == 200
    assert "首尾相接成环" in words(wang.get("/processes/crm.spend"))
    assert "草稿已丢弃" in words(wang.post("/processes/crm.spend/discard"))


def test_a_process_within_a_process(company: Flask, visit: Visit) -> None:
    """The step waits for the end of the other; then the next one is asked."""
    wang, zhou = visit("wangfang"), visit("zhoulei")
    wang.get("/processes/new")
    wang.post("/processes/new", name="fair", category="trip", begin="trip", **{
        "title.zh_CN": "参展申请", "title.en": "Fair"})  # fmt: skip
    text = wang.get("/processes/workflow.form:fair/source").text
    seen = address(text, r'name="seen" value="([0-9a-f]{64})"')
    source = """
title: {zh_CN: 参展申请, en: Fair}
category: trip
form: [{name: reason, kind: long, needed: true, title: {zh_CN: 事由, en: Reason}}]
steps:
- {key: inner, type: subprocess, process: "workflow.form:trip", title: {zh_CN: 出差审批, en: Trip}}
- {key: above, type: decide, by: {relation: superior, level: 2}, title: {zh_CN: 总监审批, en: Director}}
"""
    assert wang.post("/processes/workflow.form:fair/source", text=source, seen=seen).status_code == 200
    seen = address(wang.get("/processes/workflow.form:fair").text, r'name="seen" value="([0-9a-f]{64})"')
    assert "已生效" in words(wang.post("/processes/workflow.form:fair/publish", seen=seen))
    request = ask(zhou, "fair", reason="年度展会")
    for login in ("chenjing", "linan"):
        task = address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')
        page = visit(login).get(task)
        assert "由你决定" in words(page), login
        decider = visit(login)
        digest = address(decider.get(task).text, r'name="seen" value="([0-9a-f]{64})"')
        assert "已同意" in words(decider.post(task, answer="approve", seen=digest, comment="去吧"))
    assert "已同意" in words(zhou.get(request))
