"""From a mail to a decision: through sign-in, with one press, and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from flask import Flask

from core.demo import story
from tests.journeys.mailbox import mailbox
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]


def trip(visitor: Visitor, where: str) -> str:
    """Somebody asks for a trip; the address of the request."""
    page = visitor.post("/requests/new/workflow.form:trip", destination=where, first_day="2026-12-01",
                        last_day="2026-12-02", cost="1,200.00", reason="参展")  # fmt: skip
    found = re.search(r'action="(/requests/\d+)/submit"', page.text)
    assert found, words(page)[:400]
    visitor.post(f"{found[1]}/submit")
    return found[1]


def chen_of(company: Flask) -> Visitor:
    """Her browser, in which nobody is signed in."""
    return Visitor(company.test_client())


def sign_in(visitor: Visitor, path: str, login: str = "chenjing") -> str:
    """Follow a link as a stranger, sign in where one is led, and come back; the page."""
    account = next(one for one in story.ACCOUNTS if one.login == login)
    page = visitor.get(path)
    assert 'name="password"' in page.text
    form = page.request.full_path if page.request.query_string else page.request.path
    back = visitor.post(form, login=login, password=account.password)
    assert back.request.path == path, back.request.path
    visitor.get(path)
    return back.text


def test_from_a_mail_to_a_yes(company: Flask, visit: Visit) -> None:
    with mailbox(company) as mails:
        zhou = visit("zhoulei")
        request = trip(zhou, "成都")
        mails.send()
        yes, no = mails.answers("chenjing")
    sent = mails.newest("chenjing").get_body(("plain",))
    assert sent is not None
    assert "成都" not in sent.get_content(), "what it is about stays in the house"
    chen = chen_of(company)
    with structlog.testing.capture_logs() as logged:
        page = sign_in(chen, yes)
        assert chen.client.head(yes).status_code == 200
        answer = chen.get(yes)
    assert "你的答复：同意" in words(answer)
    assert "成都" in page
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert {one["route"] for one in logged if one.get("event") == "answered"} >= {"/tasks/mail/<token>"}
    token = yes.rpartition("/")[2]
    assert token not in str(logged)
    assert "待处理" in words(zhou.get(request)), "looking decides nothing"
    assert chen.client.post(yes, data={"comment": "x"}).status_code == 400, "without the token of the form"
    done = chen.post(yes, comment="去吧")
    assert done.request.path == "/tasks/"
    assert "已同意" in words(done)
    assert "已同意" in words(zhou.get(request))
    for link in (yes, no):
        again = chen.get(link)
        assert "只能使用一次" in words(again)
        assert "成都" not in again.text.split("<main")[1]
        assert re.search(r'href="/tasks/\d+"', again.text.split("<main")[1])
        assert 'name="comment"' not in again.text


def test_a_no_wants_a_word_first(company: Flask, visit: Visit) -> None:
    with mailbox(company) as mails:
        zhou = visit("zhoulei")
        request = trip(zhou, "拉萨")
        mails.send()
        _yes, no = mails.answers("chenjing")
    chen = chen_of(company)
    sign_in(chen, no)
    bare = chen.post(no, comment=" ")
    assert bare.status_code == 422
    assert "请写明拒绝理由" in words(bare)
    assert "你的答复：拒绝" in words(bare)
    chen.post(no, comment="预算已用完")
    assert "预算已用完" in words(zhou.get(request))


def test_somebody_else_reads_nothing_of_it(company: Flask, visit: Visit) -> None:
    with mailbox(company) as mails:
        zhou, liu = visit("zhoulei"), visit("liuyang")
        trip(zhou, "乌鲁木齐")
        mails.send()
        yes, _no = mails.answers("chenjing")
    for somebody in (liu, zhou):
        page = somebody.get(yes)
        assert page.status_code == 403
        assert "发给他人" in words(page)
        main = page.text.split("<main")[1]
        assert "乌鲁木齐" not in main
        assert "出差" not in main
        assert not re.search(r'href="/tasks/\d+"', main)
        assert somebody.post(yes, comment="").status_code == 403
    chen = visit("chenjing")
    cut = chen.get(yes[:-3])
    assert cut.status_code == 404
    assert "链接不完整" in words(cut)
    assert "你的答复：同意" in words(chen.get(yes)), "it still waits for her"


def test_what_was_answered_meanwhile_is_said(company: Flask, visit: Visit) -> None:
    with mailbox(company) as mails:
        zhou = visit("zhoulei")
        request = trip(zhou, "大理")
        mails.send()
        yes, _no = mails.answers("chenjing")
    chen = visit("chenjing")
    zhou.get("/tasks/?show=asked")
    task = re.search(r'href="(/tasks/\d+)"', zhou.get(request).text)
    assert task
    page = chen.get(task[1])
    digest = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    assert digest
    chen.post(task[1], answer="approve", seen=digest[1], comment="")
    assert "陈静已经答复" in words(chen.get(yes))
