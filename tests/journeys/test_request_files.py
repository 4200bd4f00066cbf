"""Files handed in with a request: kept with it, shown where it is decided, and open to whoever may read it alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.base.actor import Actor
from core.files.models import File
from core.web import ports
from tests.journeys.test_processes import address
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]
PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"
NEW = "/requests/new/workflow.form:quote"
SOURCE = """
title: {zh_CN: 报价审批, en: Quote}
category: purchase
form:
- {name: reason, kind: text, needed: true, title: {zh_CN: 事由, en: Reason}}
- {name: papers, kind: file, needed: true, title: {zh_CN: 报价单, en: Quotes}}
steps:
- {key: badge, type: assign, to: {relation: superior}, task: {zh_CN: 核对报价单, en: Check the quotes}}
"""


@pytest.fixture
def form(company: Flask, visit: Visit) -> None:
    """A form that wants a file, in force; made once for the module."""
    wang = visit("wangfang")
    if wang.get("/processes/workflow.form:quote").status_code == 200:
        return
    wang.get("/processes/new")
    wang.post("/processes/new", name="quote", category="purchase", begin="", **{
        "title.zh_CN": "报价审批", "title.en": "Quote"})  # fmt: skip
    seen = address(wang.get("/processes/workflow.form:quote/source").text, r'name="seen" value="([0-9a-f]{64})"')
    assert wang.post("/processes/workflow.form:quote/source", text=SOURCE, seen=seen).status_code == 200
    seen = address(wang.get("/processes/workflow.form:quote").text, r'name="seen" value="([0-9a-f]{64})"')
    assert "已生效" in words(wang.post("/processes/workflow.form:quote/publish", seen=seen))


def send(visitor: Visitor, path: str, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    """A form with files, as a browser sends it."""
    data = {"csrf_token": visitor.token, **fields, "papers": [(io.BytesIO(body), name) for name, body in files]}
    return visitor.client.post(path, data=data, follow_redirects=True, content_type="multipart/form-data")


def kept(company: Flask) -> int:
    """How many files of requests there are."""
    with ports.of(company).house.session(Actor.system("a test looks")) as session:
        return session.scalar(select(func.count()).select_from(File).where(File.kind == "submission")) or 0


@pytest.mark.usefixtures("form")
def test_a_file_goes_with_its_request(company: Flask, visit: Visit) -> None:
    zhou, chen = visit("zhoulei"), visit("chenjing")
    before = kept(company)
    zhou.get(NEW)
    missing = send(zhou, NEW, reason="三家比价")
    assert missing.status_code == 422
    assert "请填写" in words(missing)
    wrong = send(zhou, NEW, ("报价.pdf", b"MZ not a pdf"), reason="三家比价")
    assert wrong.status_code == 422
    assert kept(company) == before, "nothing is kept of what is refused"
    page = send(zhou, NEW, ("报价甲.pdf", PDF), ("报价乙.pdf", PDF), reason="三家比价")
    assert "报价甲.pdf" in words(page)
    request = address(page.text, r'action="(/requests/\d+)/submit"')
    first, second = re.findall(rf'href="({request}/files/\d+)"', page.text)

    edit = zhou.get(f"{request}/edit")
    ids = re.findall(r'name="stay-papers" value="(\d+)" checked', edit.text)
    assert len(ids) == 2
    page = send(zhou, f"{request}/edit", ("报价丙.pdf", PDF), reason="三家比价", **{"stay-papers": ids[1]})
    assert "报价甲.pdf" not in words(page)
    assert "报价乙.pdf" in words(page)
    assert "报价丙.pdf" in words(page)
    assert kept(company) == before + 2
    assert zhou.get(first).status_code == 404
    opened = zhou.get(second)
    assert opened.data == PDF
    assert opened.mimetype == "application/pdf"

    assert visit("liuyang").get(second).status_code == 404, "nobody else's business"
    assert chen.get(second).status_code in (200, 404)
    zhou.get(request)
    zhou.post(f"{request}/submit")
    task = address(zhou.get("/tasks/?show=asked").text, r'href="(/tasks/\d+)"')
    page = chen.get(task)
    assert "核对报价单" in words(page)
    assert "报价乙.pdf" in words(page)
    assert f'href="{second}"' in page.text
    assert chen.get(second).data == PDF, "whoever is asked may read it"
    assert visit("liuyang").get(second).status_code == 404
    paper = zhou.client.get(f"{request}/paper")
    assert paper.data.startswith(b"%PDF")

    assert "核对报价单（" in words(chen.get("/tasks/"))
    assert 'value="refuse"' not in page.text
    digest = address(page.text, r'name="seen" value="([0-9a-f]{64})"')
    assert chen.post(task, answer="approve", seen=digest, comment="").status_code == 422
    assert "已完成" in words(chen.post(task, answer="done", seen=digest, comment=""))
    assert "已办" in words(zhou.get(request))
    again = zhou.post(f"{request}/again")
    assert 'value="三家比价"' in again.text
    assert "like=" in again.request.path + (again.request.query_string.decode() or "")


@pytest.mark.usefixtures("form")
def test_more_files_than_a_field_takes_are_refused(company: Flask, visit: Visit) -> None:
    zhou = visit("zhoulei")
    before = kept(company)
    zhou.get(NEW)
    page = send(zhou, NEW, *[(f"{number}.pdf", PDF) for number in range(6)], reason="多份")
    assert page.status_code == 422
    assert "最多提交 5 个文件" in words(page)
    assert kept(company) == before
