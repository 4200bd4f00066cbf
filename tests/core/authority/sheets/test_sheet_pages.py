"""岗位说明书 by pages: sent, shown, corrected, and made into posts and drafts; all of it or nothing."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, update
from werkzeug.test import TestResponse

from core.app import create_app
from core.authority.document import parse
from core.authority.lifecycle.models import ListDraftRow
from core.authority.models import AuthorityEntry
from core.authority.sheets import uploads, word
from core.base.errors import DomainError
from core.files.models import QUARANTINED, READY, File
from core.identity import services
from core.org.models import Position, PositionVersion
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.sheets.test_word_sheets import BOMB, W, document, packed
from tests.core.authority.test_pages import quick_hashes
from tests.core.identity.conftest import PASSWORD, Browser

__all__ = ["quick_hashes"]

PATH = "/authority/sheets"
ACCOUNTANT = document(
    [["单位名称", "FIN部", "岗位名称", "会计"], ["岗位类别", "专业技术", "岗位等级", "十级"],
     ["岗位数量", "2个", "直接上级", "财务经理"], ["职责任务", "1.记账\n2.对账", None, None],
     ["工作标准", "1.日清\n2.月结", None, None], ["任职条件", "会计专业", None, None],
     ["岗位风险", "高", None, None]],
    [["姓名", "电话"], ["张三", "123"]],
)  # fmt: skip
#: The post above stands in another document, and after it.
MANAGER = document([["单位名称", "FIN部", "岗位名称", "财务经理"], ["岗位等级", "总监级", "", ""],
                    ["职责任务", "审核报表", None, None]])  # fmt: skip


@pytest.fixture
def app(company: Company) -> Flask:
    """zhao keeps all lists and may make posts; li keeps all lists; sun keeps none."""
    with company.house.session(SYSTEM, write=True) as session:
        for number, (post, action) in enumerate((
            ("CEO", "authority.list:import"), ("CEO", "org.structure:change"), ("MD", "authority.list:import"),
        )):  # fmt: skip
            session.add(AuthorityEntry(
                list_id=1, code=f"L{number}", position_id=company.positions[post].id, scope="all", action=action,
                title={"zh_CN": "权限", "en": "Right"}))  # fmt: skip
        for login in ("zhao", "li", "sun"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    return create_app(house=company.house)


def words(answer: TestResponse) -> str:
    """The words of a page, one blank between them."""
    main = answer.text.split("<main", 1)[1]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def come(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    assert browser.sign_in(login).status_code == 303
    return browser


def send(browser: Browser, *files: tuple[str, bytes]) -> TestResponse:
    browser.get(PATH)
    return browser.client.post(PATH, content_type="multipart/form-data", data={
        "csrf_token": browser.token, "file": [(io.BytesIO(data), name) for name, data in files],
    })  # fmt: skip


def sent(browser: Browser, *files: tuple[str, bytes]) -> str:
    """Where the documents are checked."""
    answer = send(browser, *files)
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["Location"])


def shown(text: str) -> dict[str, str]:
    """What the inputs of the page hold, by name."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = value[1]
    found.update(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', text))
    own = re.compile(r"first_day|p\d+-.*")
    return {name: html.unescape(value) for name, value in found.items() if own.fullmatch(name)}


def post(browser: Browser, path: str, fields: Mapping[str, str]) -> TestResponse:
    browser.get(path)
    return browser.client.post(path, content_type="multipart/form-data", data={
        "csrf_token": browser.token, **fields})  # fmt: skip


def made(company: Company) -> tuple[set[str], int, int]:
    """Codes of posts, and how many drafts and documents are kept."""
    with company.house.session(SYSTEM) as session:
        return (set(session.scalars(select(Position.code))), session.scalar(select(func.count(ListDraftRow.id))) or 0,
                session.scalar(select(func.count(File.id))) or 0)  # fmt: skip


def test_several_documents_are_shown_corrected_and_made(app: Flask, company: Company) -> None:
    before, _drafts, _files = made(company)
    zhao = come(app, "zhao")
    path = sent(zhao, ("会计.docx", ACCOUNTANT), ("经理.docx", MANAGER))
    assert made(company) == (before, 0, 2), "kept to be checked, nothing made"
    page = zhao.get(path)
    told = words(page)
    for text in ("会计.docx, table 1, row 1", "经理.docx, table 1, row 1", "The grade 总监级 is none that is known.",
                 "It would get the code FIN-01.", "Table 1, row 7: 岗位风险", "Table 1, row 7: 高",
                 "会计.docx · Table 2, row 2: 张三", "1 post has to be corrected or left out."):  # fmt: skip
        assert text in told, text
    fields = shown(page.text)
    assert fields["p0-duties"] == "记账（工作标准：日清）\n对账（工作标准：月结）"
    assert (fields["p0-grade"], fields["p0-headcount"], fields["p0-reports_to"]) == ("专技十级", "2", "财务经理")
    refused = post(zhao, path, fields)
    assert refused.status_code == 422
    assert "1 post has a problem; nothing was made." in words(refused)
    assert made(company) == (before, 0, 2)

    fields |= {"p1-grade": "管理七级", "p0-duties": "记账，日清\n\n  对账  \n", "p1-reports_to": "CEO"}
    looked = post(zhao, path, {**fields, "do": "check"})
    assert looked.status_code == 200
    assert "To correct" not in words(looked)
    assert shown(looked.text)["p1-grade"] == "管理七级"
    assert made(company) == (before, 0, 2), "looked at again, not made"

    done = post(zhao, path, {**fields, "first_day": "2026-04-01"})
    assert (done.status_code, done.headers["Location"]) == (303, "/authority/drafts/1"), words(done)
    assert made(company) == (before | {"FIN-01", "FIN-02"}, 1, 0), "the documents are gone"
    with company.house.session(SYSTEM) as session:
        row = session.scalars(select(ListDraftRow)).one()
        draft = parse(row.text)
        assert (draft.unit, draft.version, row.source) == ("FIN", 1, "会计.docx, 经理.docx")
        assert [(one.position, one.text["zh_CN"]) for one in draft.duties] == [
            ("FIN-01", "记账，日清"), ("FIN-01", "对账"), ("FIN-02", "审核报表")]
        versions = {code: version for code, version in session.execute(
            select(Position.code, PositionVersion).join(Position, Position.id == PositionVersion.position_id)
            .where(Position.code.startswith("FIN-")))}  # fmt: skip
        assert (versions["FIN-01"].grade, versions["FIN-01"].headcount) == ("专技十级", 2)
        assert versions["FIN-01"].reports_to_id == versions["FIN-02"].position_id, "although it came first"
        assert versions["FIN-02"].reports_to_id == company.positions["CEO"].id
    assert zhao.get(path).status_code == 404, "they are used up"


def test_a_post_that_is_left_out_is_not_made(app: Flask, company: Company) -> None:
    zhao = come(app, "zhao")
    path = sent(zhao, ("经理.docx", MANAGER), ("会计.docx", ACCOUNTANT))
    fields = shown(zhao.get(path).text)
    del fields["p0-take"]
    told = words(post(zhao, path, {**fields, "do": "check"}))
    assert "Left out" in told
    assert "There is no post 财务经理 to report to." in told, "it is not made, so nobody reports to it"
    done = post(zhao, path, {**fields, "p1-reports_to": ""})
    assert done.status_code == 303
    assert {code for code in made(company)[0] if code.startswith("FIN-")} == {"FIN-01"}
    with company.house.session(SYSTEM) as session:
        assert "审核报表" not in session.scalars(select(ListDraftRow.text)).one()


@pytest.mark.proves("sheets-whole")
def test_nothing_is_left_where_the_last_step_is_refused(app: Flask, company: Company) -> None:
    """The post is made before its draft is refused; neither is there afterwards, and what was typed is."""
    zhao = come(app, "zhao")
    path = sent(zhao, ("经理.docx", MANAGER))
    before = made(company)
    fields = {**shown(zhao.get(path).text), "p0-grade": "", "p0-duties": "审核报表，按月"}
    there: list[set[str]] = []

    def refuse(_mapper: object, connection: Connection, _row: object) -> None:
        there.append(set(connection.scalars(select(Position.code))))
        raise DomainError("test", "The draft cannot be kept.")

    event.listen(ListDraftRow, "before_insert", refuse)
    try:
        refused = post(zhao, path, fields)
    finally:
        event.remove(ListDraftRow, "before_insert", refuse)
    assert (refused.status_code, "The draft cannot be kept." in words(refused)) == (422, True)
    assert there == [before[0] | {"FIN-01"}], "it was there"
    assert made(company) == before
    assert shown(refused.text)["p0-duties"] == fields["p0-duties"]


def test_what_the_unit_does_not_let_somebody_do_is_said_before(app: Flask, company: Company) -> None:
    li = come(app, "li")
    path = sent(li, ("经理.docx", MANAGER))
    fields = {**shown(li.get(path).text), "p0-grade": ""}
    told = words(post(li, path, {**fields, "do": "check"}))
    assert "Your list does not let you make posts in this unit." in told
    assert post(li, path, fields).status_code == 422
    assert made(company)[1] == 0
    there = {**fields, "p0-title": "岗位ACQ-H", "p0-unit": "ACQ"}
    told = words(post(li, path, {**there, "do": "check"}))
    assert "ACQ-H is there already; only its duties are taken over." in told
    assert post(li, path, there).status_code == 303, "duties of a post that is there need no new post"
    path = sent(li, ("经理.docx", MANAGER))
    told = words(post(li, path, {**there, "do": "check"}))
    assert "Version 1 of the list of this unit is kept as a draft already" in told
    assert post(li, path, there).status_code == 422


@pytest.mark.proves("sheets-own")
def test_documents_are_the_senders_alone(app: Flask, company: Company) -> None:
    zhao, li, sun = (come(app, login) for login in ("zhao", "li", "sun"))
    path = sent(zhao, ("会计.docx", ACCOUNTANT))
    assert zhao.get(path).status_code == 200
    assert li.get(path).status_code == 404
    assert sun.get(path).status_code == 403
    assert sun.get(PATH).status_code == 403
    assert zhao.get(f"{PATH}/review").headers["Location"] == PATH
    with company.house.session(SYSTEM, write=True) as session:
        session.execute(update(File).values(kind="import"))
    assert zhao.get(path).status_code == 404, "another file of his is none of these"


MACROS = packed(f"<w:document {W}/>", "[Content_Types].xml", "word/vbaProject.bin")


@pytest.mark.parametrize(("data", "told"), [
    (b"hello", "x.docx Not accepted here: plain text. Accepted: Word document."),
    (b"", "x.docx The file is empty."),
    (MACROS, "x.docx The file holds macros. Save it without them"),
    (document([["姓名", "电话"], ["张三", "1"]]), "x.docx No table of the document names a post (岗位名称). Write "),
    (packed(BOMB, "[Content_Types].xml"), "x.docx This is no Word document, or it is damaged. Open it in a word"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.docx Not accepted here: Office file of the old"),
    (b"%PDF-1.4\nstartxref\n0\n%%EOF\n",
     "x.docx Not accepted here: PDF. Accepted: Word document. Save it as .docx and send that."),
])  # fmt: skip
def test_one_bad_file_of_several_keeps_none(app: Flask, company: Company, data: bytes, told: str) -> None:
    zhao = come(app, "zhao")
    answer = send(zhao, ("会计.docx", ACCOUNTANT), ("x.docx", data))
    assert answer.status_code == 422
    page = words(answer)
    assert "1 document cannot be used; none was kept." in page
    assert told in page
    assert made(company)[2] == 0
    assert list(company.house.config.instance.rglob("*/??/*-????????????")) == [], "nor their bytes"


def test_limits_are_said(app: Flask, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    zhao = come(app, "zhao")
    assert "Choose one document or several." in words(send(zhao))
    monkeypatch.setattr(uploads, "FILES", 1)
    assert "At most 1 documents are read at a time" in words(send(zhao, ("a.docx", MANAGER), ("b.docx", MANAGER)))
    monkeypatch.setattr(uploads, "POSTS", 0)
    assert "At most 0 posts are checked at a time" in words(send(zhao, ("a.docx", MANAGER)))
    monkeypatch.setattr(uploads, "POSTS", 50)
    monkeypatch.setattr(uploads, "TEXT", 3)
    assert "say more than can be checked at a time" in words(send(zhao, ("a.docx", MANAGER)))
    monkeypatch.setattr(word, "CELLS", 5)
    told = words(send(zhao, ("a.docx", document([["岗位名称", "甲"]], [["岗位名称", "乙"]] * 3))))
    assert "a.docx Table 2 holds more than 5 cells. Send it in parts." in told
    assert made(company)[2] == 0


def test_a_document_waits_for_the_virus_scan(app: Flask, company: Company) -> None:
    zhao = come(app, "zhao")
    path = sent(zhao, ("会计.docx", ACCOUNTANT))
    with company.house.session(SYSTEM, write=True) as session:
        session.execute(update(File).values(state=QUARANTINED))
    waits = zhao.get(path)
    assert (waits.status_code, "has not been checked for viruses yet" in waits.text) == (422, True)
    with company.house.session(SYSTEM, write=True) as session:
        session.execute(update(File).values(state=READY))
    assert zhao.get(path).status_code == 200


def test_what_is_corrected_into_nothing_is_refused(app: Flask, company: Company) -> None:
    """No post taken over, a post without a name, one too long, a unit that is not there or not one's own."""
    with company.house.session(SYSTEM, write=True) as session:
        session.add(AuthorityEntry(
            list_id=1, code="L9", position_id=company.positions["ACQ-S"].id, scope="subtree", title={"en": "Right"},
            scope_unit_id=company.units["ACQ"].id, action="authority.list:import"))  # fmt: skip
    sun = come(app, "sun")
    path = sent(sun, ("经理.docx", MANAGER))
    fields = {**shown(sun.get(path).text), "p0-grade": ""}
    assert "You do not look after the list of this unit." in words(post(sun, path, {**fields, "do": "check"}))
    zhao = come(app, "zhao")
    path = sent(zhao, ("经理.docx", MANAGER))
    fields = {**shown(zhao.get(path).text), "p0-grade": ""}
    none = post(zhao, path, {name: value for name, value in fields.items() if name != "p0-take"})
    assert (none.status_code, "Take over one post at least." in words(none)) == (422, True)
    for said, told in (
        ({"p0-title": ""}, "The post has no name."),
        ({"p0-title": "长" * 101}, "The title has more than 100 characters."),
        ({"p0-unit": "NOWHERE"}, "There is no unit"),
        ({"p0-requirements": "长" * 20_001}, "1 post has a problem; nothing was made."),
    ):
        refused = post(zhao, path, {**fields, **said})
        assert (refused.status_code, told in words(refused)) == (422, True), words(refused)
    assert made(company)[1] == 0


def test_posts_of_two_units_are_two_drafts(app: Flask, company: Company) -> None:
    zhao = come(app, "zhao")
    other = document([["单位名称", "SALES部", "岗位名称", "内勤"], ["职责任务", "归档", None, None]])
    path = sent(zhao, ("经理.docx", MANAGER), ("内勤.docx", other))
    done = post(zhao, path, {**shown(zhao.get(path).text), "p0-grade": ""})
    assert (done.status_code, done.headers["Location"]) == (303, "/authority/drafts")
    assert made(company)[1] == 2
