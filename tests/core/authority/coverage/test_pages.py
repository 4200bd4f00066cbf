"""The report as pages and for programs: both languages, filters, accepting by the form, and who is refused."""

from __future__ import annotations

import html
import json
import re

import pytest
from argon2 import PasswordHasher
from flask import Flask

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.identity import passwords, services
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.test_report import READERS
from tests.core.identity.conftest import PASSWORD, Browser

PATH = "/authority/coverage"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2id at its lowest cost: what is tested here is not how long a hash takes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(company: Company) -> Flask:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(READERS))
        for login in ("zhao", "li", "wang"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    return create_app(house=company.house)


def visit(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    assert browser.sign_in(login).status_code == 303
    return browser


def read(browser: Browser, path: str) -> str:
    """The words of a page, one blank between them."""
    response = browser.get(path)
    assert response.status_code == 200, path
    main = response.text.split("<main", 1)[1]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def test_the_report_by_severity_code_and_unit(app: Flask) -> None:
    zhao = visit(app, "zhao")
    assert f'href="{PATH}"' in zhao.get("/").text, "a line of the menu"
    page = read(zhao, PATH)
    for words in ("Coverage report", "on 2026-03-10", "To settle", "To know", "(1,000,000.00; unlimited)",
                  "Here the ladder ends", "put right by: Post CEO",
                  "C15 Headcount quota or working time exceeded 3"):  # fmt: skip
        assert words in page, words
    assert "Serious" not in page
    only = read(zhao, f"{PATH}?code=C16&unit=EAST")
    assert "Unit EAST (EAST) has positions and no head." in only
    assert "Unit MKT" not in only.split("By code")[0].split("All units", 1)[1].split("Apply", 1)[1]
    assert "Nothing is left open" in read(zhao, f"{PATH}?day=2020-01-01")
    assert "Nothing is open." not in page
    assert zhao.get(f"{PATH}?unit=NOWHERE").status_code == 404
    assert zhao.get(f"{PATH}/C05-0").status_code == 404


def test_a_finding_is_accepted_by_the_form_and_opened_again(app: Flask) -> None:
    zhao = visit(app, "zhao")
    found = re.search(rf'href="({PATH}/C05-[0-9a-f]+)', zhao.get(f"{PATH}?code=C05").text)
    assert found
    page = read(zhao, found[1])
    assert "Post CEO CNY (0.00; 1,000,000.00] CEO.A3" in page
    empty = zhao.post(found[1], reason="", until="2026-06-30")
    assert empty.status_code == 422
    far = zhao.post(found[1], reason="the board decides", until="2028-01-01")
    assert far.status_code == 422
    assert "An acceptance ends between 2026-03-10 and 2027-03-11" in far.text
    assert "the board decides" in far.text
    assert zhao.post(found[1], reason="the board decides", until="2026-06-30").status_code == 303
    index = read(zhao, PATH)
    opened, folded = index.split("Accepted 1", 1)
    assert "(1,000,000.00; unlimited)" not in opened
    assert "Accepted until 2026-06-30 by Zhao: the board decides" in folded
    assert "C05" not in index.split("By code")[1]
    assert "accepted until 2026-06-30, which is over" in read(zhao, f"{PATH}?day=2026-07-01")
    assert "the board decides" in read(zhao, found[1])
    li = visit(app, "li")
    assert "Whoever keeps the lists" in read(li, f"{PATH}/" + re.findall(r"/(C16-[0-9a-f]+)", li.get(PATH).text)[0])
    li.get(PATH)
    assert li.post(f"{found[1]}/reopen").status_code == 403
    zhao.get(found[1])
    assert zhao.post(f"{found[1]}/reopen").status_code == 303
    assert "(1,000,000.00; unlimited)" in read(zhao, PATH)


def test_in_chinese(app: Flask) -> None:
    zhao = visit(app, "zhao")
    zhao.get("/")
    zhao.post("/preference", locale="zh_CN", next="/")
    page = read(zhao, PATH)
    for words in ("权责检查", "待处理", "提示", "岗位ACQ-S（ACQ-S）现有 2 人，编制为 1。", "请增加编制，或调整人员。"):
        assert words in page, words


def test_refused_without_authority(app: Flask) -> None:
    wang = visit(app, "wang")
    assert f'href="{PATH}"' not in wang.get("/").text
    assert wang.get(PATH).status_code == 403
    assert wang.get(f"{PATH}/C05-0").status_code == 403


def test_for_programs(company: Company, app: Flask) -> None:
    both = ["authority.coverage:read", "authority.coverage:accept"]
    held = {"zhao": both, "li": both[:1], "wang": ["authority.list:read"]}
    with company.house.session(SYSTEM, write=True) as session:
        tokens = {
            login: services.create_token(
                session, services.actor_of(services.by_login(session, login)), name="t", scopes=scopes
            )[1]
            for login, scopes in held.items()
        }
    ask = app.test_client()

    def headers(login: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens[login]}"}

    def items(login: str, query: str = "") -> list[dict[str, object]]:
        answer = ask.get(f"/api/v1{PATH}{query}", headers=headers(login))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, object]] = json.loads(answer.text)["items"]
        return found

    (gap,) = items("zhao", "?code=C05")
    assert (gap["unit"], gap["low"], gap["high"], gap["currency"]) == ("CO", 100_000_001, None, "CNY")
    assert {one["unit"] for one in items("li", "?code=C16")} == {"MKT", "ACQ"}
    everything, paged, after = items("zhao"), list[dict[str, object]](), ""
    while True:
        answer = json.loads(ask.get(f"/api/v1{PATH}?limit=4&after={after}", headers=headers("zhao")).text)
        paged += answer["items"]
        after = answer["next"]
        if not after:
            break
    assert paged == everything
    assert len(everything) > 4
    assert ask.get(f"/api/v1{PATH}?after=gone", headers=headers("zhao")).status_code == 422
    assert ask.get(f"/api/v1{PATH}", headers=headers("wang")).status_code == 403

    path = f"/api/v1{PATH}/{gap['key']}/accept"
    body = {"reason": "the board decides", "until": "2026-04-01"}
    assert ask.post(path, json=body, headers=headers("li")).status_code == 403
    accepted = ask.post(path, json=body, headers=headers("zhao"))
    assert accepted.status_code == 200, accepted.text
    told = json.loads(accepted.text)
    assert (told["accepted_until"], told["accepted_because"]) == ("2026-04-01", "the board decides")
