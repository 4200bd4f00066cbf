"""What stands beside a decision: the phrases one keeps, and files with comments and answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.journeys.test_processes import address, ask
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]
PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"


def post(visitor: Visitor, path: str, **fields: Any) -> TestResponse:
    """A form with files; a list of (content, name) is an input of several."""
    sent = {name: [(BytesIO(content), called) for content, called in value] if isinstance(value, list) else value
            for name, value in fields.items()}  # fmt: skip
    return visitor.client.post(path, data={"csrf_token": visitor.token, **sent}, follow_redirects=True,
                               content_type="multipart/form-data")  # fmt: skip


def asked(visit: Visit) -> tuple[Visitor, str]:
    """Somebody has asked for the use of a seal; he, and the address of the task."""
    zhou = visit("zhoulei")
    ask(zhou, "seal_use", seal="contract", document="采购合同", copies="2", reason="")
    return zhou, address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')


def trip(visit: Visit) -> tuple[Visitor, Visitor, str]:
    """Somebody has asked for a trip, which his superior decides; both, and the address of the task."""
    zhou, chen = visit("zhoulei"), visit("chenjing")
    ask(zhou, "trip", destination="青岛", first_day="2026-12-01", last_day="2026-12-02", cost="900.00", reason="参展")
    return zhou, chen, address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')


def test_phrases_are_kept_ordered_and_offered(company: Flask, visit: Visit) -> None:
    _zhou, chen, task = trip(visit)
    assert ">同意。</button>" in chen.get(task).text
    assert "/tasks/phrases" in chen.get("/account").text
    page = chen.get("/tasks/phrases")
    assert "我的常用语" in words(page)
    assert "恢复自带" not in words(page)
    added = chen.post("/tasks/phrases", text="请走线下流程")
    assert "请走线下流程" in words(added)
    assert chen.post("/tasks/phrases", text="请走线下流程").status_code == 422
    assert chen.post("/tasks/phrases", text="").status_code == 422
    for _step in range(4):
        chen.post("/tasks/phrases/move", text="请走线下流程", to="up")
    changed = chen.post("/tasks/phrases/1", old="请走线下流程", text="请改走线下流程")
    assert re.findall(r'class="hr-ink" href="/tasks/phrases/1">([^<]+)<', changed.text) == ["请改走线下流程"]
    gone = chen.post("/tasks/phrases/remove", text="同意。")
    assert "同意。" not in re.findall(r'href="/tasks/phrases/\d+">([^<]+)<', gone.text)
    chips = re.findall(r'data-phrase="([^"]+)"', chen.get(task).text)
    assert chips[0] == "请改走线下流程"
    assert "同意。" not in chips
    assert re.findall(r'data-phrase="([^"]+)"', chen.get("/tasks/batch").text) == chips
    assert "同意。" in words(visit("gaofei").get("/tasks/phrases")), "his own list"
    assert chen.get("/tasks/phrases/99").status_code == 404
    assert chen.post("/tasks/phrases/remove", text="没有过").status_code == 422
    assert "同意。" in words(chen.post("/tasks/phrases/restore"))


def test_a_comment_with_files_is_read_by_whoever_sees_the_request(company: Flask, visit: Visit) -> None:
    zhou, task = asked(visit)
    zhou.get(task)
    page = post(zhou, f"{task}/comments", text="合同如下", comment_files=[(PDF, "采购合同.pdf"), (PDF, "附件二.pdf")])
    assert page.status_code == 200, words(page)[-400:]
    assert "合同如下" in words(page)
    assert "采购合同.pdf" in words(page)
    assert f"{len(PDF)} Bytes" in words(page)
    link = address(page.text, rf'href="({task}/files/\d+)"')
    assert zhou.get(link).data == PDF
    hop = zhou.client.get(link)
    assert hop.status_code == 303
    assert "/files/" in hop.headers["Location"]
    assert visit("liuyang").get(link).status_code == 404, "who may not see the request opens no file of it"
    stranger = Visitor(company.test_client())
    assert 'name="password"' in stranger.get(link).text
    other = asked(visit)[1]
    assert zhou.get(link.replace(task, other)).status_code == 404, "a file belongs to its request"


def test_a_bad_file_loses_nothing_that_was_typed(company: Flask, visit: Visit) -> None:
    zhou, task = asked(visit)
    zhou.get(task)
    bad = post(zhou, f"{task}/comments", text="这是很长的说明", comment_files=[(b"MZ" + bytes(300), "setup.exe")])
    assert bad.status_code == 422
    assert "setup.exe：" in words(bad)
    assert "这是很长的说明</textarea>" in bad.text
    none = post(zhou, f"{task}/comments", text=" ", comment_files=[])
    assert none.status_code == 422
    assert "setup.exe" not in words(zhou.get(task))


def test_an_answer_with_files_stands_beside_the_request(company: Flask, visit: Visit) -> None:
    zhou, chen, task = trip(visit)
    page = chen.get(task)
    seen = address(page.text, r'name="seen" value="([0-9a-f]{64})"')
    bad = post(chen, task, answer="approve", seen=seen, comment="附预算表", answer_files=[(b"", "预算.pdf")])
    assert bad.status_code == 422
    assert "预算.pdf：" in words(bad)
    assert "附预算表</textarea>" in bad.text
    bare = post(chen, task, answer="refuse", seen=seen, comment="", answer_files=[(PDF, "理由.pdf")])
    assert bare.status_code == 422
    done = post(chen, task, answer="approve", seen=seen, comment="附预算表", answer_files=[(PDF, "预算.pdf")])
    assert done.status_code == 200, words(done)[:300]
    after = zhou.get(task)
    assert "预算.pdf" in words(after)
    assert "随答复" in words(after)
    assert "理由.pdf" not in words(after), "what was refused left nothing"
    assert zhou.get(address(after.text, rf'href="({task}/files/\d+)"')).data == PDF


def test_a_batch_is_approved_with_one_comment(company: Flask, visit: Visit) -> None:
    zhou, chen, task = trip(visit)
    seen = address(chen.get(task).text, r'name="seen" value="([0-9a-f]{64})"')
    chen.get("/tasks/batch")
    done = chen.post("/tasks/batch", task=f"{task.rpartition('/')[2]}:{seen}", comment="按预算执行")
    assert "已同意 1 件" in words(done)
    assert "按预算执行" in words(zhou.get(task))
