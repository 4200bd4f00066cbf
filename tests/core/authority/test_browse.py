"""Entries from any side: by unit, matter, action, person and amount; whose names are shown; what it asks for."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import insert, select

from core.app import create_app
from core.authority.document import parse
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import publish
from core.identity import passwords, services
from core.kernel import state
from core.kernel.registry import CORE, Owned, Registry
from remit.testing.statements import counting
from tests.core.authority.company import APPROVE, SPEND, SYSTEM, Company
from tests.core.identity.conftest import PASSWORD, Browser

PATH = "/authority/browse"
Visit = Callable[[str], Browser]

#: Everybody sees the people of his own unit; ACQ says who does what about ads, and more about spending.
MORE = """
list: ACQ
version: 1
effective_from: "2025-06-01"
unit: {duties: {U1: {text: {zh: 投放, en: Advertising}, raci: A, matter: lead.ads}}}
positions:
  ACQ-S:
    duties:
      D1: {text: {zh: 执行投放, en: Places advertisements}, raci: R, matter: lead.ads}
      D2: {text: {zh: 复盘, en: Looks back}, raci: C, matter: lead.review}
    authority:
      B1: {can: "crm.spend:read", in: unit, power: read, duty: D1, title: {zh: 查看支出, en: Sees spending}}
      B2: {can: "crm.*:approve", in: unit, when: {amount: "> 200.00 CNY"}, up_to: 500.00 CNY, duty: D2,
           title: {zh: 审批小额, en: Approves small things}}
      B3: {cannot: "crm.spend:approve", in: all, title: {zh: 不批支出, en: Decides no spending}}
      B4: {can: "moon.base:build", in: unit, up_to: 90.00 USD, by_acting: "no", title: {zh: 建基地, en: Builds a base}}
boundaries:
  B1: {matter: lead.ads, lead: ACQ, support: [BRAND], text: {zh: 投放归获客, en: Ads are with acquisition}}
"""
SEES = """
list: "-"
version: 2
effective_from: "2026-03-01"
everybody: {authority: {V1: {can: "person.record:read", in: unit, title: {zh: 查看同事, en: Sees colleagues}}}}
"""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2id at its lowest cost: what is tested here is not how long a hash takes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(company: Company) -> Flask:
    """The company with a module that declares spending, the lists above, and accounts."""
    old = company.house.registry
    known = replace(APPROVE, resource="spend")
    company.house = replace(company.house, registry=Registry(
        old.modules, {**old.items, "actions": (*old.items["actions"], Owned(CORE, known))},
        {**old.actions, known.key: known}, {**old.resource_types, "spend": SPEND},
    ))  # fmt: skip
    with company.house.session(SYSTEM, write=True) as session:
        for text in (MORE, SEES):
            publish(session, SYSTEM, parse(text))
        for login in ("li", "wang", "sun"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
        services.create_account(session, SYSTEM, login="nobody", name="Nobody", password=PASSWORD, locale="en")
    return create_app(house=company.house)


@pytest.fixture
def visit(app: Flask) -> Visit:
    """``visit("wang")`` comes back signed in."""

    def come(login: str) -> Browser:
        browser = Browser(app.test_client())
        assert browser.sign_in(login).status_code == 303
        return browser

    return come


def read(browser: Browser, query: str = "", status: int = 200) -> str:
    """The words of the page below its filters, one blank between them."""
    response = browser.get(f"{PATH}{query}")
    assert response.status_code == status, query
    main = response.text.split('id="entries"', 1)[1]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", f"<{main}")))


def cited(browser: Browser, query: str = "") -> list[str]:
    """The entries of a page, in order."""
    response = browser.get(f"{PATH}{query}")
    assert response.status_code == 200, query
    return re.findall(r'href="/authority/entries/([^"?]+)', response.text)


def test_every_entry_in_the_order_of_the_tree(visit: Visit) -> None:
    """By hand: CO's CEO, then MKT, ACQ (of a post what is only seen last), EAST, and everybody last."""
    wang = visit("wang")
    assert cited(wang) == [
        "CEO.A3", "MD.A2", "MD.A4", "ACQ-H.A1", "ACQ-S.B2", "ACQ-S.B4", "ACQ-S.B3", "ACQ-S.B1", "EA-H.A6", "ALL.E1",
        "ALL.V1",
    ]
    page = read(wang)
    for words in ("Approves spend ACQ-H.A1 · for the duty: Strategy", "Post ACQ-H · Unit ACQ",
                  "Unit ACQ and below", "up to ¥10,000 an item, ¥60,000 a month", "Everybody who holds a post",
                  "Prohibited", "B4 · not applied here yet", "1–11 / 11"):  # fmt: skip
        assert words in page, words
    assert "left out" not in page, "he reads all"


def test_by_unit_with_those_below(visit: Visit) -> None:
    wang = visit("wang")
    assert cited(wang, "?unit=SALES") == ["EA-H.A6"]
    assert cited(wang, "?unit=MKT") == ["MD.A2", "MD.A4", "ACQ-H.A1", "ACQ-S.B2", "ACQ-S.B4", "ACQ-S.B3", "ACQ-S.B1"]
    assert cited(wang, "?unit=BRAND") == []
    assert "No entry fits" in read(wang, "?unit=BRAND")
    assert wang.get(f"{PATH}?unit=NOWHERE").status_code == 404


def test_by_matter_with_its_duties_and_boundary(visit: Visit) -> None:
    wang = visit("wang")
    assert cited(wang, "?matter=lead.ads") == ["ACQ-S.B1"]
    page = read(wang, "?matter=lead.ads")
    for words in ("Duties for this matter lead.ads", "Advertising The unit as a whole · Unit ACQ Answers for it",
                  "Places advertisements Post ACQ-S · Unit ACQ Carries it out", "Ads are with acquisition",
                  "Unit ACQ leads · beside it: Unit BRAND", "Boundary"):  # fmt: skip
        assert words in page, words
    assert page.index("Advertising") < page.index("Places advertisements"), "whoever answers comes first"
    assert "Looks back" not in page
    assert cited(wang, "?matter=lead.review") == ["ACQ-S.B2"]
    options = wang.get(PATH).text
    assert '<option value="lead.ads">Advertising (lead.ads)</option>' in options
    assert '<option value="nothing" selected>nothing</option>' in wang.get(f"{PATH}?matter=nothing").text
    assert "Places advertisements" not in read(wang, "?matter=lead.ads&unit=SALES")


def test_by_action_wildcards_included(visit: Visit) -> None:
    wang = visit("wang")
    approving = ["CEO.A3", "MD.A2", "ACQ-H.A1", "ACQ-S.B2", "ACQ-S.B3", "EA-H.A6"]
    assert cited(wang, "?action=crm.spend:approve") == approving
    assert cited(wang, "?action=crm.*:approve") == ["ACQ-S.B2"]
    assert cited(wang, "?action=org.staffing:adjust") == ["MD.A4"]
    options = wang.get(PATH).text
    assert '<option value="crm.spend:approve">Approve spend</option>' in options
    assert '<option value="moon.base:build">moon.base:build</option>' in options


@pytest.mark.parametrize(
    ("amount", "able"),
    [
        ("12,000", ["CEO.A3", "MD.A2", "EA-H.A6"]),
        ("10000.00 CNY", ["CEO.A3", "MD.A2", "ACQ-H.A1", "EA-H.A6"]),
        ("10000.01", ["CEO.A3", "MD.A2", "EA-H.A6"]),
        ("¥200.00", ["CEO.A3", "MD.A2", "ACQ-H.A1", "EA-H.A6"]),
        ("200.01", ["CEO.A3", "MD.A2", "ACQ-H.A1", "ACQ-S.B2", "EA-H.A6"]),
        ("500", ["CEO.A3", "MD.A2", "ACQ-H.A1", "ACQ-S.B2", "EA-H.A6"]),
        ("500.01 cny", ["CEO.A3", "MD.A2", "ACQ-H.A1", "EA-H.A6"]),
        ("1,000,000", ["CEO.A3"]),
        ("1,000,000.01", []),
        ("50 USD", []),
    ],
)
def test_by_amount_up_to_limit_total_and_condition(visit: Visit, amount: str, able: list[str]) -> None:
    """Limits: CEO 1,000,000, MD 100,000, EA-H 50,000, ACQ-H 10,000; ACQ-S above 200 and up to 500."""
    assert cited(visit("wang"), f"?action=crm.spend:approve&amount={amount}") == able


def test_an_amount_of_anything_and_what_is_no_amount(company: Company, visit: Visit) -> None:
    """What nothing declares is read as it is written; an amount that must be red is none."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse("""
list: FIN
version: 1
effective_from: "2026-01-01"
positions:
  CEO:
    authority:
      F1: {can: "moon.base:fly", in: all, when: {amount: red}, up_to: 90.00 USD, title: T}
      F2: {can: "moon.base:land", in: all, when: {colour: red, amount: "> 80.00 USD"}, up_to: 95.00 USD, title: T}
"""))
    wang = visit("wang")
    assert cited(wang, "?amount=80 USD") == ["ACQ-S.B4"], "of what nothing declares, by its limit"
    assert cited(wang, "?amount=90.01 USD") == ["CEO.F2"]
    assert cited(wang, "?amount=95.01 USD") == []
    assert cited(wang, "?amount=60,000") == ["CEO.A3", "MD.A2"]
    assert "These limits carry the amount." in read(wang, "?amount=60,000")
    assert "is not an amount" in read(wang, "?amount=much", 422)
    assert 'value="much"' in wang.get(f"{PATH}?amount=much").text
    assert "“Read the duty and authority lists” is about no amount." in read(
        wang, "?action=authority.list:read&amount=5", 422
    )


def test_names_only_of_those_the_reader_may_see(visit: Visit) -> None:
    """wang sees the people of ACQ and EAST, li those of MKT; numbers are for everybody."""
    wang, li = read(visit("wang")), read(visit("li"))
    assert "Post ACQ-S · Unit ACQ chen , sun" in wang
    assert "Post CEO · Unit CO 1 person" in wang
    assert "Post MD · Unit MKT 2 people" in wang
    assert "Post MD · Unit MKT li , chen (acting)" in li
    assert "Post ACQ-S · Unit ACQ 2 people" in li
    staffing = li.split("Adjusts staffing", 1)[1]
    assert "Post MD · Unit MKT li Unit MKT and below" in staffing, "not whoever acts for the post"


def test_by_person_by_name_pinyin_or_number_of_those_the_reader_may_see(visit: Visit) -> None:
    wang = visit("wang")
    assert cited(wang, "?person=wang") == ["ACQ-H.A1", "EA-H.A6"]
    assert cited(wang, "?person=2") == ["ACQ-H.A1", "EA-H.A6"], "his employee number"
    assert cited(wang, "?person=sun&action=crm.spend:read") == ["ACQ-S.B1"]
    assert cited(wang, "?person=zhao") == [], "whom he may not see he does not find"
    assert cited(wang, "?person=%25") == []


def test_lists_one_may_not_read_are_left_out(company: Company, visit: Visit) -> None:
    """sun reads the lists of ACQ alone: neither rows nor options of others."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse("""
list: CO
version: 18
effective_from: "2026-03-01"
positions:
  CEO: {authority: {A3: {can: "crm.spend:approve", in: all, title: T}}}
  ACQ-S: {authority: {R1: {can: "authority.list:read", in: unit, power: read, title: T}}}
"""))
    sun = visit("sun")
    assert cited(sun) == ["ACQ-S.B2", "ACQ-S.B4", "ACQ-S.B3", "ACQ-S.B1"]
    assert "Lists that are not yours to read are left out here." in read(sun)
    text = sun.get(PATH).text
    assert "authority.list:read" not in text
    assert re.findall(r'<option value="([A-Z]+)"', text) == ["ACQ"]
    assert sun.get(f"{PATH}?unit=CO").status_code == 404
    assert visit("wang").get(PATH).status_code == 403
    assert visit("nobody").get(PATH).status_code == 403


def test_a_page_at_a_time_and_few_statements(company: Company, visit: Visit) -> None:
    """Three hundred entries more cost no statement more; the address keeps the filters from page to page."""
    wang = visit("wang")
    every = f"{PATH}?unit=MKT&matter=lead.ads&action=crm.spend:read&person=sun&amount="
    assert wang.get(PATH).status_code == 200
    with company.house.session(SYSTEM, write=True) as session:
        ours = PublishedList.unit_id == company.units["ACQ"].id
        of_list = session.scalars(select(PublishedList.id).where(ours)).one()
        session.execute(insert(AuthorityEntry), [
            {"list_id": of_list, "code": f"N{number}", "position_id": company.positions["ACQ-H"].id,
             "action": "crm.spend:approve", "title": {"en": f"Number {number}"}, "scope": "unit", "power": "decide",
             "conditions": {"amount": f"> {number}.00 CNY"}} for number in range(300)
        ])  # fmt: skip
        state.bump_epoch(session)
    found: list[str] = []
    for number in range(1, 8):
        found += cited(wang, f"?unit=ACQ&page={number}")
    assert len(found) == len(set(found)) == 305
    page = wang.get(f"{PATH}?unit=ACQ&action=crm.spend:approve&page=2").text
    assert "51–100 / 303" in html.unescape(page)
    assert f'{PATH}?unit=ACQ&amp;action=crm.spend%3Aapprove&amp;page=3"' in page.replace("crm.spend:", "crm.spend%3A")
    assert "No entry fits" in read(wang, "?page=99")
    assert len(cited(wang, "?action=crm.spend:approve&unit=ACQ&amount=10.01")) == 12, "N0 to N10, and A1"
    for query in ("", "?unit=MKT&action=crm.spend:approve&amount=150&person=wang", every.removeprefix(PATH)):
        wang.get(f"{PATH}{query}")
        with counting(company.house.database) as asked:
            assert wang.get(f"{PATH}{query}").status_code == 200
        assert len(asked) <= 13, f"{query}\n{asked}"


def test_on_another_day_and_in_chinese(company: Company, visit: Visit) -> None:
    wang = visit("wang")
    assert "No list is published yet" in read(wang, "?day=2024-12-31")
    before = wang.get(f"{PATH}?day=2025-03-01&unit=MKT")
    assert re.findall(r'/authority/entries/([^"]+)"', before.text) == [
        "MD.A2?version=17", "MD.A4?version=17", "ACQ-H.A1?version=17",
    ]
    assert '<input type="hidden" name="day" value="2025-03-01">' in before.text
    wang.post("/preference", locale="zh_CN", next="/")
    page = read(wang, "?action=crm.spend:approve&amount=12,000")
    for words in ("审批投放", "岗位MD ，MKT部", "不超过 ¥100,000", "这些额度"):
        assert words in page, words
    menu = wang.get("/").text
    for path in (PATH, "/authority/matters"):
        assert f'href="{path}"' in menu, "a line of the menu"
