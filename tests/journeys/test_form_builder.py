"""A form is built row by row without a script, filled in, and stays as it was for whoever has asked already."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.journeys.test_processes import address, ask
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]
FORM = "/processes/workflow.form:room/form"


def inputs(page: TestResponse) -> MultiDict[str, str]:
    """What a browser would send of the form of the fields, in its order."""
    form = page.text.partition('id="fields"')[2].partition("</form>")[0]
    found: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>|<select.*?</select>", form, re.S):
        name = re.search(r'name="([^"]+)"', tag)
        chosen = re.search(r'<option value="([^"]*)" selected', tag) if tag.startswith("<select") else None
        value = chosen or re.search(r'value="([^"]*)"', tag)
        if name and not ("checkbox" in tag and " checked" not in tag):
            found.add(name[1], value[1] if value else "")
    return found


def press(visitor: Visitor, page: TestResponse, do: str, **typed: str) -> TestResponse:
    """Press a button of the builder after something was typed; the page that comes back."""
    sent = inputs(page)
    for name, value in typed.items():
        sent[name] = value
    sent["do"] = do
    return visitor.client.post(FORM, data=sent, follow_redirects=True)


def begin(visitor: Visitor) -> TestResponse:
    """A new form; its builder with one field."""
    visitor.get("/processes/new")
    visitor.post("/processes/new", name="room", category="other", begin="", **{
        "title.zh_CN": "会议室申请", "title.en": "Use of a room"})  # fmt: skip
    return visitor.get(FORM)


def rows(page: TestResponse) -> list[str]:
    """The keys of the rows, in their order."""
    return re.findall(r'name="row" value="([^"]+)"', page.text)


def test_a_form_is_built_published_and_filled_in(company: Flask, visit: Visit) -> None:
    wang = visit("wangfang")
    page = begin(wang)
    assert rows(page) == ["reason"]
    page = press(wang, page, "add:choice")
    assert rows(page) == ["reason", "new1"]
    wrong = press(wang, page, "save", **{"new1-title.en": ""})
    assert wrong.status_code == 422
    assert "写出该字段的名称" in words(wrong)
    assert "有 1 个字段需要更正" in words(wrong)
    page = press(wang, page, "value:new1", **{
        "new1-title.zh_CN": "会议室", "new1-title.en": "Room", "new1-v1-title.zh_CN": "大会议室",
        "new1-v1-title.en": "Large", "new1-v2-title.zh_CN": "小会议室", "new1-needed": "1"})  # fmt: skip
    page = press(wang, page, "up:new1:v2")
    page = press(wang, page, "up:new1")
    assert rows(page) == ["new1", "reason"]
    page = press(wang, page, "add:period")
    page = press(wang, page, "save", **{"new2-title.zh_CN": "使用日期", "new2-title.en": "Days of use"})
    assert "表单已存为草稿" in words(page)
    source = wang.get("/processes/workflow.form:room/source").text
    assert source.index("name: room") < source.index("name: reason") < source.index("name: days_of_use")
    assert source.index("xiao_hui_yi_shi:") < source.index("large:")
    seen = address(wang.get("/processes/workflow.form:room").text, r'name="seen" value="([0-9a-f]{64})"')
    assert "第 1 版已生效" in words(wang.post("/processes/workflow.form:room/publish", seen=seen))

    zhou = visit("zhoulei")
    backwards = zhou.post("/requests/new/workflow.form:room", room="large", reason="周会", **{
        "days_of_use-from": "2026-12-03", "days_of_use-to": "2026-12-01"})  # fmt: skip
    assert backwards.status_code == 422
    assert "结束日期早于开始日期" in words(backwards)
    request = ask(zhou, "room", room="large", reason="周会", **{
        "days_of_use-from": "2026-12-01", "days_of_use-to": "2026-12-03"})  # fmt: skip
    assert "2026-12-01 至 2026-12-03" in words(zhou.get(request))

    page = press(wang, wang.get(FORM), "remove:days_of_use")
    page = press(wang, page, "save", **{"room-title.zh_CN": "房间", "room-title.en": "Place"})
    assert "name: room" in wang.get("/processes/workflow.form:room/source").text, "the name stays"
    seen = address(wang.get("/processes/workflow.form:room").text, r'name="seen" value="([0-9a-f]{64})"')
    wang.post("/processes/workflow.form:room/publish", seen=seen)
    assert "会议室 大会议室" in words(zhou.get(request)), "what was asked for keeps its fields"
    again = zhou.post(f"{request}/again")
    assert "房间" in words(again)
    assert 'value="large" selected' in again.text


def test_two_who_build_at_once(company: Flask, visit: Visit) -> None:
    """The second is told, and what he has typed stands there still."""
    wang = visit("wangfang")
    page = wang.get(FORM)
    first = press(wang, page, "save", **{f"{rows(page)[0]}-title.en": "First"})
    assert first.status_code == 200
    page = wang.get(FORM)
    press(wang, page, "save", **{f"{rows(page)[0]}-title.en": "Second"})
    late = press(wang, page, "save", **{f"{rows(page)[0]}-title.en": "Third"})
    assert late.status_code == 422
    assert "Third" in late.text


def test_only_forms_of_ones_own_are_built_and_only_by_whom_the_list_lets(company: Flask, visit: Visit) -> None:
    assert visit("wangfang").get("/processes/crm.spend/form").status_code == 404
    assert visit("zhoulei").get(FORM).status_code == 403
