"""The map of matters by units: from plain rows with answers worked out by hand, and as a page."""

from __future__ import annotations

import html
import re

import pytest
from argon2 import PasswordHasher
from flask import Flask

from core.app import create_app
from core.authority.browse import heat
from core.authority.document import parse
from core.authority.publish import publish
from core.identity import passwords, services
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.firm import Firm
from tests.core.identity.conftest import PASSWORD, Browser

PATH = "/authority/matters"


def small() -> Firm:
    """CO with MKT (ACQ below) and SALES; a head in each, two clerks in ACQ."""
    firm = Firm()
    for code, parent in (("CO", None), ("MKT", "CO"), ("ACQ", "MKT"), ("SALES", "CO")):
        firm.unit(code, parent)
    for code, unit in (("MD", "MKT"), ("AH", "ACQ"), ("AS", "ACQ"), ("SH", "SALES")):
        firm.post(code, unit)
    return firm


def seen(firm: Firm, *units: str) -> dict[tuple[str, str], heat.Cell]:
    """The cells by matter and unit, for who reads the lists of some units, by default all."""
    may = frozenset(firm.unit_id(code) for code in units or firm.parents)
    return {
        (row.matter, cell.unit.code): cell for row in heat.build(firm.world(), may) for cell in row.cells.values()
    }


def states(firm: Firm, *units: str) -> dict[tuple[str, str], str]:
    return {key: cell.state for key, cell in seen(firm, *units).items()}


def test_who_answers_and_who_works() -> None:
    """A department and its head are one claim, told by the head; letters are those of all duties."""
    firm = small()
    firm.duty("MKT", "U1", None, "A", "plan")
    firm.duty("MKT", "D1", "MD", "A", "plan")
    firm.duty("MKT", "D2", "AS", "R", "plan")
    firm.duty("MKT", "D3", "AH", "C", "plan")
    firm.duty("SALES", "U1", None, "A", "sales")
    cells = seen(firm)
    plan, acq, sales = cells["plan", "MKT"], cells["plan", "ACQ"], cells["sales", "SALES"]
    assert (plan.state, plan.parts, [str(one) for one in plan.who]) == ("answers", "A", ["MD"])
    assert (acq.state, acq.parts, [str(one) for one in acq.who]) == ("works", "RC", ["AS", "AH"])
    assert (sales.state, sales.parts, sales.who) == ("answers", "A", [None]), "the unit as a whole"
    assert set(cells) == {("plan", "MKT"), ("plan", "ACQ"), ("sales", "SALES")}


def test_claimed_twice_within_a_unit_and_by_two_units() -> None:
    """``plan`` by two posts of ACQ, ``research`` by two units, ``handover`` is settled by a boundary."""
    firm = small()
    for post in ("AH", "AS"):
        firm.duty("ACQ", f"D-{post}", post, "A", "plan")
    firm.duty("SALES", "D0", "SH", "R", "plan")
    for matter in ("research", "handover"):
        firm.duty("MKT", matter, None, "A", matter)
        firm.duty("SALES", matter, None, "A", matter)
    firm.boundary("MKT", "B1", "handover", "MKT", "SALES")
    assert states(firm) == {
        ("plan", "ACQ"): "clash", ("plan", "SALES"): "works",
        ("research", "MKT"): "clash", ("research", "SALES"): "clash",
        ("handover", "MKT"): "answers", ("handover", "SALES"): "answers",
    }
    cells = seen(firm)
    assert [cells["handover", code].lead for code in ("MKT", "SALES")] == [True, False]
    assert cells["research", "MKT"].lead is None
    assert [str(one) for one in cells["plan", "ACQ"].who] == ["AH", "AS"]


def test_gaps_levels_and_leads() -> None:
    """Nobody answers for ``office``; a unit and one below it do for ``ads``; two boundaries name two leads."""
    firm = small()
    firm.duty("MKT", "D1", "MD", "R", "office")
    firm.duty("ACQ", "D2", "AH", "C", "office")
    firm.duty("MKT", "U2", None, "A", "ads")
    firm.duty("ACQ", "U1", None, "A", "ads")
    firm.duty("SALES", "U3", None, "I", "ads")
    firm.boundary("MKT", "B1", "quality", "MKT", "ACQ")
    firm.boundary("SALES", "B1", "quality", "SALES", "MKT")
    assert states(firm) == {
        ("office", "MKT"): "gap", ("office", "ACQ"): "gap",
        ("ads", "MKT"): "levels", ("ads", "ACQ"): "levels", ("ads", "SALES"): "works",
        ("quality", "MKT"): "clash", ("quality", "SALES"): "clash", ("quality", "ACQ"): "beside",
    }


def test_what_stands_in_lists_one_may_not_read_is_not_told() -> None:
    """Neither the cell nor that the other side of it claims the same; and no gap where somebody unseen answers."""
    firm = small()
    firm.duty("MKT", "U1", None, "A", "research")
    firm.duty("SALES", "U1", None, "A", "research")
    firm.duty("MKT", "D1", "MD", "R", "plan")
    firm.duty("SALES", "U2", None, "A", "plan")
    firm.boundary("SALES", "B1", "plan", "SALES", "MKT")
    assert states(firm, "MKT") == {("research", "MKT"): "answers", ("plan", "MKT"): "works"}
    assert seen(firm, "MKT")["plan", "MKT"].lead is None
    assert states(firm, "MKT", "SALES")["research", "MKT"] == "clash"


def test_duties_of_posts_that_are_not_there_have_no_cell() -> None:
    firm = small()
    firm.duty("SALES", "D1", "SH", "A", "sales")
    firm.posts.pop("SH")
    assert states(firm) == {}


def test_pages_of_rows_and_columns() -> None:
    """45 matters of 45 units: 40 rows, of whose 40 units 30 have a column, those with something to settle first."""
    firm = Firm()
    firm.unit("CO")
    for number in range(45):
        firm.unit(f"U{number:02d}", "CO")
        firm.duty(f"U{number:02d}", "D", None, "R" if number == 39 else "A", f"m{number:02d}")
    rows = heat.build(firm.world(), frozenset(firm.unit_id(code) for code in firm.parents))
    shown, total = heat.page_of(rows, "all", 1)
    assert (len(shown.rows), total, len(shown.columns), shown.left_out) == (40, 45, 30, 10)
    assert [unit.code for unit in shown.columns] == [*(f"U{number:02d}" for number in range(29)), "U39"]
    rest, _total = heat.page_of(rows, "all", 2)
    assert [row.matter for row in rest.rows] == ["m40", "m41", "m42", "m43", "m44"]
    gaps, total = heat.page_of(rows, "gap", 1)
    assert ([row.matter for row in gaps.rows], total, gaps.counts) == (["m39"], 1, {"all": 45, "clash": 0, "gap": 1})


# -- the page ----------------------------------------------------------------------------------------------------------

LISTS = """
list: MKT
version: 1
effective_from: "2026-01-01"
unit:
  duties:
    U1: {text: {zh: 客户调研, en: Customer research}, raci: A, matter: customer.research}
    U2: {text: {zh: 品牌, en: Brand}, raci: A, matter: brand}
positions: {ACQ-H: {duties: {D1: {text: {zh: 跟进线索, en: Follows leads}, raci: R, matter: lead.followup}}}}
""", """
list: SALES
version: 1
effective_from: "2026-01-01"
unit: {duties: {U1: {text: {zh: 客户调研, en: Customer research}, raci: A, matter: customer.research}}}
"""


@pytest.fixture
def app(company: Company, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with company.house.session(SYSTEM, write=True) as session:
        for text in LISTS:
            publish(session, SYSTEM, parse(text))
        for login in ("wang", "nobody"):
            person = company.people[login].person_id if login in company.people else None
            services.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, locale="en",
                                    person_id=person)  # fmt: skip
    return create_app(house=company.house)


def visit(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    assert browser.sign_in(login).status_code == 303
    return browser


def cells(browser: Browser, query: str = "") -> dict[str, tuple[str, str]]:
    """State and words of each cell by the address it leads to."""
    response = browser.get(f"{PATH}{query}")
    assert response.status_code == 200, query
    found = re.findall(r'<td class="hr-ra-(\w+)"><a href="([^"]+)">(.*?)</a></td>', response.text, re.S)
    return {
        html.unescape(url): (state, re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", words))).strip())
        for state, url, words in found
    }


def test_the_map_as_a_page(app: Flask) -> None:
    """Each state has a word, and each cell leads to its duties and entries."""
    wang = visit(app, "wang")
    to = "/authority/browse?matter={}&unit={}".format
    assert cells(wang) == {
        to("brand", "MKT"): ("answers", "A the unit"),
        to("customer.research", "MKT"): ("clash", "A the unit claimed twice"),
        to("customer.research", "SALES"): ("clash", "A the unit claimed twice"),
        to("lead.followup", "ACQ"): ("gap", "R Post ACQ-H nobody answers"),
        to("lead.handover", "MKT"): ("beside", "leads"),
        to("lead.handover", "SALES"): ("beside", "beside"),
    }
    for url in cells(wang):
        assert wang.get(url).status_code == 200
    assert "Follows leads" in wang.get(to("lead.followup", "ACQ")).text
    assert set(cells(wang, "?show=clash")) == {to("customer.research", "MKT"), to("customer.research", "SALES")}
    assert set(cells(wang, "?show=gap&unit=MKT")) == {to("lead.followup", "ACQ")}
    assert "Somebody answers for everything" in wang.get(f"{PATH}?show=gap&unit=SALES").text
    assert "Nothing is claimed twice" in wang.get(f"{PATH}?show=clash&unit=FIN").text
    assert "No matter is named" in wang.get(f"{PATH}?day=2024-01-01").text
    assert wang.get(f"{PATH}?unit=NOWHERE").status_code == 404
    assert visit(app, "nobody").get(PATH).status_code == 403
    wang.post("/preference", locale="zh_CN", next="/")
    assert "无人负责" in cells(wang)[to("lead.followup", "ACQ")][1]


def test_the_map_asks_little(company: Company, app: Flask) -> None:
    wang = visit(app, "wang")
    wang.get(PATH)
    with counting(company.house.database) as asked:
        assert wang.get(PATH).status_code == 200
    assert len(asked) <= 13, str(asked)
