"""Rules and mitigations as pages: the form from a finding to the list, both languages, and who is refused."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.identity import services
from core.org import services as org
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.test_pages import quick_hashes, read, visit
from tests.core.authority.coverage.test_report import READERS
from tests.core.authority.test_separation import company
from tests.core.identity.conftest import PASSWORD

__all__ = ["company", "quick_hashes"]

PATH = "/authority/separation"


@pytest.fixture
def app(company: Company) -> Flask:
    """zhao reads the report and lets people pass, wang reads the lists; chen keeps the cash since 1 June 2025."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(READERS.replace("list: FIN", "list: SALES").replace("C1:", "R1:")
                                       .replace("C2:", "R2:").replace("C3:", "R3:")))  # fmt: skip
        for login in ("zhao", "wang"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
        org.assign(session, SYSTEM, company.people["chen"], company.positions["CASH"],
                   valid_from=date(2025, 6, 1), valid_to=date(2026, 6, 1))  # fmt: skip
    return create_app(house=company.house)


def test_from_the_rule_to_whom_it_lets_pass(app: Flask) -> None:
    zhao = visit(app, "zhao")
    page = read(zhao, PATH)
    for words in ("FIN.S1", "Nobody does two of these on the same object: “Request spend”, “Approve spend”, “Pay",
                  "内控规范 第12条", "High", "FIN.S2", "Record a mitigation"):  # fmt: skip
        assert words in page, words
    form = zhao.get(f"{PATH}/new?rule=FIN.S2&number=9")
    assert re.search(r'<option value="FIN.S2"[^>]* selected', form.text)
    empty = zhao.post(f"{PATH}/new", rule="FIN.S2", number="9", first_day="2026-03-10", last_day="2026-06-30",
                      control="")  # fmt: skip
    assert empty.status_code == 422
    unknown = zhao.post(f"{PATH}/new", rule="FIN.S2", number="4711", first_day="2026-03-10", last_day="2026-06-30",
                        control="the controller counts")  # fmt: skip
    assert unknown.status_code == 422
    assert "There is no employee 4711, or not for you." in unknown.text
    long = zhao.post(f"{PATH}/new", rule="FIN.S2", number="9", first_day="2026-03-10", last_day="2028-06-30",
                     control="the controller counts")  # fmt: skip
    assert long.status_code == 422
    assert "A mitigation ends after a year at the latest" in long.text
    himself = zhao.post(f"{PATH}/new", rule="FIN.S2", number="0", first_day="2026-03-10", last_day="2026-06-30",
                        control="I am careful")  # fmt: skip
    assert himself.status_code == 403
    zhao.get(f"{PATH}/new")
    done = zhao.post(f"{PATH}/new", rule="FIN.S2", number="9", first_day="2026-03-10", last_day="2026-06-30",
                     control="the controller counts")  # fmt: skip
    assert (done.status_code, done.headers["Location"]) == (303, PATH)
    page = read(zhao, PATH)
    assert "zhou 9 Holds now the controller counts 2026-03-10 – 2026-06-30 · approved by Zhao" in page
    ending = re.findall(r'action="(/authority/separation/\d+/end)"', zhao.get(PATH).text)
    assert zhao.post(ending[0]).status_code == 303
    assert "zhou" not in read(zhao, PATH), "it had not held for a day, and is removed"


def test_from_the_finding_to_the_form(app: Flask, company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            "list: MKT\nversion: 1\neffective_from: 2026-03-10\nseparation:\n"
            "  S5: {tenure: [cash.box:keep], months: 6, risk: high}\n"
        ))  # fmt: skip
    zhao = visit(app, "zhao")
    page = read(zhao, "/authority/coverage?code=C09")
    assert "The employee of number 4 has held CASH (CASH) since 2025-06-01; by rule MKT.S5 it changes hands" in page
    keys = re.findall(r"/authority/coverage/(C09-[0-9a-f]+)", zhao.get("/authority/coverage?code=C09").text)
    targets = {
        found[1] for key in keys
        if (found := re.search(r'href="(/authority/separation/new\?[^"]+)"',
                               zhao.get(f"/authority/coverage/{key}").text))
    }
    assert {re.sub("&amp;", "&", one) for one in targets} == {
        "/authority/separation/new?rule=MKT.S5&number=4", "/authority/separation/new?rule=MKT.S5&number=9",
    }  # fmt: skip


def test_in_chinese(app: Flask) -> None:
    zhao = visit(app, "zhao")
    zhao.get("/")
    zhao.post("/preference", locale="zh_CN", next="/")
    page = read(zhao, PATH)
    for words in ("不相容岗位", "同一对象不得由一人办理其中两项", "不得由一人同时拥有其中两项", "登记补偿控制", "高"):
        assert words in page, words


def test_without_authority_one_reads_the_rules_alone(app: Flask) -> None:
    wang = visit(app, "wang")
    page = read(wang, PATH)
    assert "FIN.S2" in page
    assert "Record a mitigation" not in page
    assert wang.get(f"{PATH}/new").status_code == 403
    assert wang.post(f"{PATH}/1/end").status_code == 403


def test_where_no_list_keeps_anything_apart(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", "2025-03-01")
    assert "No list keeps duties apart yet" in read(visit(app, "wang"), PATH)
