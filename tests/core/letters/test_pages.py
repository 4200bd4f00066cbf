"""The pages, the commands and the interface for programs, in the demo company."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from core.base.actor import Actor
from core.cli.root import remit
from core.demo import story
from core.identity import services as identity
from core.letters import verifying
from core.letters.actions import ISSUE, READ, REVOKE
from core.web import ports
from tests.core.letters import papers
from tests.visitor import Visitor, visitor, words


def come(company: Flask, login: str) -> Visitor:
    return visitor(company, login, f"lingke-{login}-2026")


def number_on(page: str) -> str:
    """The first number of a letter on a page."""
    return next(word for word in page.split() if word.startswith("LK-"))


def test_an_employee_has_his_certificate_in_two_taps(company: Flask) -> None:
    employee = come(company, "liuyang")
    assert 'action="/letters/mine/letters.employment"' in employee.get("/").text
    shown = employee.post("/letters/mine/letters.employment", language="zh_CN")
    assert shown.status_code == 200
    assert "有效" in words(shown)
    data = employee.post(f"{shown.request.path}/pdf")
    assert data.mimetype == "application/pdf"
    assert data.headers["Content-Disposition"].encode("latin-1").startswith(b'attachment; filename="LK-')  # as sent
    assert "刘洋" in papers.text(data.data)
    again = employee.post("/letters/mine/letters.employment", language="zh_CN")
    assert again.request.path == shown.request.path
    assert employee.post("/letters/mine/payroll.income", language="zh_CN").status_code == 403
    assert employee.post("/letters/mine/letters.employment", language="fr").status_code == 422


def test_an_employee_issues_for_nobody_else(company: Flask) -> None:
    employee = come(company, "liuyang")
    employee.get("/letters/issue")
    assert employee.post("/letters/issue", employee="LK014", kind="letters.employment", language="zh_CN",
                         purpose="visa").status_code == 403  # fmt: skip
    assert employee.get("/letters/1").status_code == 404
    assert employee.post("/letters/1/pdf", purpose="x y").status_code == 404
    assert employee.post("/letters/1/revoke", reason="x y").status_code == 403
    assert employee.get("/admin/letters").status_code == 403
    assert employee.get("/admin/numbers").status_code == 403
    assert "陈静" not in employee.text("/letters")


def test_personnel_issues_and_revokes(company: Flask) -> None:
    hr = come(company, "wangfang")
    hr.get("/letters/issue?person=14")
    asked = {"kind": "payroll.income", "language": "both", "purpose": "办理住房贷款", "addressee": ""}
    unknown = hr.post("/letters/issue", employee="LK999", **asked)
    assert unknown.status_code == 422
    assert "LK999" in words(unknown)
    assert hr.post("/letters/issue", employee="LK003", **{**asked, "purpose": ""}).status_code == 422
    shown = hr.post("/letters/issue", employee="LK003", **asked)
    assert shown.status_code == 200
    path, number = shown.request.path, number_on(words(shown))
    assert hr.post(f"{path}/pdf").status_code == 422, "amounts of somebody else want a purpose"
    assert "Certificate of Income" in papers.text(hr.post(f"{path}/pdf", purpose="核对").data)
    assert number in hr.text("/letters?q=LK003")
    assert hr.post(f"{path}/revoke", reason="").status_code == 422
    assert "已撤销" in words(hr.post(f"{path}/revoke", reason="金额口径有误"))
    assert number in hr.text("/letters?state=revoked")
    assert number not in hr.text("/letters?state=valid")
    assert number in hr.text("/people/3")


def test_the_text_is_changed_with_a_preview_first(company: Flask) -> None:
    hr = come(company, "wangfang")
    page = hr.get("/admin/letters/letters.employment")
    assert "李小明" in page.text
    text = {"title.zh_CN": "工作证明", "title.en": "Certificate", "body.zh_CN": "{person.name}在职。",
            "body.en": "{person.name} works here.", "version": "0"}  # fmt: skip
    wrong = hr.post("/admin/letters/letters.employment", **{**text, "body.zh_CN": "好\n{person.nam}在职。"})
    assert wrong.status_code == 422
    assert "中文，第 2 行：没有字段 {person.nam}，可能应为 {person.name}。" in words(wrong)
    looked = hr.post("/admin/letters/letters.employment", **text, do="preview")
    assert (looked.status_code, "李小明在职。" in looked.text, "尚未保存" in looked.text) == (200, True, True)
    sample = hr.post("/admin/letters/letters.employment", **text, do="en")
    assert "Li Xiaoming (李小明) works here." in papers.text(sample.data)
    assert "Sample, not valid" in papers.text(sample.data)
    assert "系统自带" in hr.text("/admin/letters")
    saved = hr.post("/admin/letters/letters.employment", **text)
    assert "第 1 版" in words(saved)
    stale = hr.post("/admin/letters/letters.employment", **text)
    assert stale.status_code == 422
    assert "恢复系统自带模板" in hr.text("/admin/letters/letters.employment")
    assert "系统自带模板" in words(hr.post("/admin/letters/letters.employment/restore"))


def test_the_pattern_is_changed(company: Flask) -> None:
    hr = come(company, "wangfang")
    hr.get("/admin/numbers/payroll.income")
    wrong = hr.post("/admin/numbers/payroll.income", pattern="{entity}{number}")
    assert wrong.status_code == 422
    assert "两个部分之间加一个符号" in words(wrong)
    assert "SZ-2026-0001" in words(hr.post("/admin/numbers/payroll.income", pattern="SZ-{year}-{number:04}"))
    assert "已修改" in hr.text("/admin/numbers")
    hr.post("/admin/numbers/payroll.income", pattern="")
    assert "已修改" not in hr.text("/admin/numbers")
    assert hr.get("/admin/numbers/nothing").status_code == 404


def test_whoever_holds_the_paper_asks_without_an_account(company: Flask) -> None:
    hr = come(company, "wangfang")
    shown = words(hr.get("/letters/2")).split()
    number, code = number_on(" ".join(shown)), next(word for word in shown if len(word) == 9 and word[4] == "-")
    client = company.test_client()
    genuine = client.get("/letters/verify", query_string={"number": number, "code": code})
    assert "真实有效" in words(genuine)
    assert "陈静" not in genuine.text
    assert "陈*" in genuine.text
    for _time in range(verifying.TRIES):
        forged = client.get("/letters/verify", query_string={"number": number, "code": "2222-2222"})
        assert (forged.status_code, "查无此证明" in words(forged)) == (200, True)
    blocked = client.get("/letters/verify", query_string={"number": number, "code": code})
    assert blocked.status_code == 429
    assert "陈*" not in blocked.text


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_command_line_issues_finds_and_revokes(company: Flask, tmp_path: Path, language: str) -> None:
    house = ports.of(company).house
    out = tmp_path / "letter.pdf"

    def run(*words_: str, who: str = "wangfang") -> tuple[int, str]:
        done = CliRunner().invoke(remit, ["letters", *words_, "--as", who], obj=house)
        return done.exit_code, done.output

    asked = ("--lang", language, "--purpose", "签证", "--out", str(out), "--json")
    code, said = run("issue", "employment", "LK010", *asked)
    assert code == 0, said
    told = json.loads(said)
    assert told["code"] in papers.text(out.read_bytes())
    assert told["number"] in run("list", "LK010")[1]
    assert run("issue", "income", "LK014", "--purpose", "x y", who="liuyang")[0] != 0
    assert run("issue", "nothing", "LK014", "--purpose", "x y")[0] != 0
    assert run("revoke", told["number"], "--reason", "a mistake")[0] == 0
    assert run("revoke", told["number"], "--reason", "a mistake")[0] != 0


def test_programs_have_the_same_register(company: Flask) -> None:
    house = ports.of(company).house
    identity_actor = _actor(company, "wangfang")
    with house.session(identity_actor, write=True) as session:
        scopes = [ISSUE, READ, REVOKE, "person.record:read"]
        token = identity.create_token(session, identity_actor, name="t", scopes=scopes)[1]
    client, head = company.test_client(), {"Authorization": f"Bearer {token}"}
    body = {"kind": "letters.employment", "employee": "LK012", "language": "en", "purpose": "a visa"}
    made = client.post("/api/v1/letters", json=body, headers=head)
    assert made.status_code == 403, "the text shows the identity number, which this token does not cover"
    with house.session(identity_actor, write=True) as session:
        scopes.append("person.identity:reveal")
        token = identity.create_token(session, identity_actor, name="t", scopes=scopes)[1]
    head = {"Authorization": f"Bearer {token}"}
    made = client.post("/api/v1/letters", json=body, headers=head)
    assert made.status_code == 201, made.text
    told: dict[str, Any] = json.loads(made.text)
    assert told["number"] in client.get("/api/v1/letters?limit=500", headers=head).text
    path = f"/api/v1/letters/{told['id']}"
    assert json.loads(client.get(path, headers=head).text)["revoked_at"] is None
    paper = client.post(f"{path}/pdf", json={"purpose": "archive"}, headers=head)
    assert paper.mimetype == "application/pdf"
    revoked = client.post(f"{path}/revoke", json={"reason": "a mistake"}, headers=head)
    assert json.loads(revoked.text)["revoked_because"] == "a mistake"
    assert client.get("/api/v1/letters").status_code == 401


def _actor(company: Flask, login: str) -> Actor:
    house = ports.of(company).house
    with house.session(Actor.system("tests")) as session:
        return identity.actor_of(identity.by_login(session, login))


def test_the_demo_company_has_letters(company: Flask) -> None:
    register = come(company, "wangfang").text("/letters")
    for _login, number, _language, purpose, _to in story.LETTERS:
        assert number in register
        assert purpose in register
