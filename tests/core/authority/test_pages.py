"""The published lists and their entries as pages: what they say, who sees them, what they ask of the database."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from core.app import create_app
from core.authority import citing
from core.authority.document import parse
from core.authority.entries import show
from core.authority.models import PublishedList
from core.authority.publish import bootstrap, publish
from core.authority.readable import readable
from core.base.text import use_locale
from core.db.guard import system
from core.identity import passwords, services
from core.identity.models import Account
from core.kernel.registry import Registry
from remit.testing.statements import counting
from tests.core.authority.company import APPROVE, LIST, SPEND, SYSTEM, Company
from tests.core.identity.conftest import PASSWORD, Browser

NEXT = (
    LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-03-01")
    .replace("up_to: 10000.00 CNY,", "up_to: 20000.00 CNY, basis: Rule 9,").replace("CNY/month, duty: D1", "CNY/month")
)
#: Who reads which lists, instead of everybody all of them.
NARROW = NEXT.replace("in: all, power: read", "in: subtree(MKT), power: read")
ACQ = """
list: ACQ
version: 3
effective_from: "2026-03-01"
unit: {duties: {U1: {text: {zh: 投放, en: Advertise}}}}
positions:
  ACQ-S:
    authority:
      B1: {can: "person.record:read", in: unit, title: {zh: 查看同事, en: Sees colleagues}}
      B2: {can: "moon.base:build", when: {colour: red}, title: {zh: 建基地, en: Builds a base}}
      B3: {cannot: "person.record:change", in: all, title: {zh: 不得修改档案, en: Changes no files}}
"""

Visit = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2id at its lowest cost: what is tested here is not how long a hash takes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(company: Company) -> Flask:
    """The company with accounts for its people and one for nobody; ada published version 18."""
    house = company.house
    with house.session(SYSTEM, write=True) as session:
        for login in ("li", "wang", "sun"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
        services.create_account(session, SYSTEM, login="nobody", name="Nobody", password=PASSWORD, locale="en")
        publish(session, SYSTEM, parse(
            'list: FIN\nversion: 1\neffective_from: "2026-01-01"\npositions: {MD: {authority: {'
            'L: {can: "authority.list:import", in: all, title: T}, '
            'M: {can: "authority.list:escalate", in: all, title: T}}}}'
        ))
    return create_app(house=house)


def as_li(company: Company, text: str) -> None:
    """li publishes a list."""
    with company.house.session(SYSTEM) as session:
        actor = services.actor_of(session.scalars(select(Account).where(Account.login == "li")).one())
    with company.house.session(actor, write=True) as session:
        publish(session, actor, parse(text))


def by_product(company: Company, text: str) -> None:
    """What gives everybody more, li among them, is not his to publish."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text))


@pytest.fixture
def visit(app: Flask) -> Visit:
    """``visit("wang")`` comes back signed in."""

    def come(login: str) -> Browser:
        browser = Browser(app.test_client())
        assert browser.sign_in(login).status_code == 303
        return browser

    return come


def read(browser: Browser, path: str) -> str:
    """The words of a page, one blank between them."""
    response = browser.get(path)
    assert response.status_code == 200, path
    main = response.text.split("<main", 1)[1]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def test_an_entry_at_its_permanent_address(company: Company, visit: Visit) -> None:
    """Both languages, the row, since when, by whom, and what became different."""
    as_li(company, NEXT)
    wang = visit("wang")
    now = read(wang, "/authority/entries/ACQ-H.A1?version=18")
    for words in ("审批投放", "Approves spend", "crm.spend:approve", "Post ACQ-H", "Unit ACQ and below",
                  "up to ¥20,000 an item, ¥60,000 a month", "Rule 9", "from 2026-03-01", "Published by Li",
                  "Version 18", "Version 17"):  # fmt: skip
        assert words in now, words
    changes = now.split("Changes against version 17", 1)[1]
    assert "Limit up to ¥10,000 an item, ¥60,000 a month up to ¥20,000 an item, ¥60,000 a month" in changes
    assert "Duty it serves Strategy –" in changes
    assert "Basis – Rule 9" in changes
    assert "Where" not in changes.split("In force")[0], "what did not change is not repeated"
    before = read(wang, "/authority/entries/ACQ-H.A1?version=17")
    for words in ("2025-01-01 to 2026-02-28", "up to ¥10,000 an item", "Strategy", "New in this version",
                  "Set up with the installation"):  # fmt: skip
        assert words in before, words
    assert "Nothing was changed" in read(wang, "/authority/entries/CEO.A3?version=18")


def test_without_a_version_the_one_in_force_is_shown(company: Company, visit: Visit) -> None:
    as_li(company, NEXT.replace("2026-03-01", "2026-05-01"))
    wang = visit("wang")
    assert "list version 17" in read(wang, "/authority/entries/ACQ-H.A1")
    assert "list version 18" in read(wang, "/authority/entries/ACQ-H.A1?day=2026-05-01")
    as_li(company, LIST.replace("version: 17", "version: 19").replace("2025-01-01", "2026-06-01")
          .replace("  A6:", "  A7:"))  # fmt: skip
    assert "list version 18" in read(wang, "/authority/entries/EA-H.A6?day=2026-07-01"), "ended, so its last"
    for path in ("ACQ-H.A9", "ACQ-H.A1?version=3", "nothing", "ACQ-H", "."):
        assert wang.get(f"/authority/entries/{path}").status_code == 404, path


def test_what_nothing_asks_about_is_said_to_allow_nothing(company: Company, visit: Visit) -> None:
    as_li(company, ACQ)
    sun = visit("sun")
    page = read(sun, "/authority/entries/ACQ-S.B2")
    assert "Published, not yet applied" in page
    assert "Only where colour: red" in page
    assert "Published, not yet applied" not in read(sun, "/authority/entries/ACQ-S.B1")
    assert "Prohibited" in read(sun, "/authority/entries/ACQ-S.B3")
    unit = read(sun, f"/authority/units/{company.units['ACQ'].id}")
    assert "Not applied here yet: A1" in unit, "of the head, for which no module is installed"
    assert "Not applied here yet: B2" in unit
    mine = read(sun, "/authority/mine")
    assert "Sees colleagues" in mine
    assert mine.count("Not applied here yet: B2") == 1


def test_everybody_is_named_where_no_post_is(visit: Visit) -> None:
    page = read(visit("sun"), "/authority/entries/ALL.E1")
    assert "Everybody who holds a post" in page
    assert "Read the duty and authority lists" in page


def test_what_everybody_may_has_a_page_and_stands_on_my_list(company: Company, visit: Visit) -> None:
    """Also where the post itself gives nothing; with a link from the index once the installation has its own list."""
    sun = visit("sun")
    assert "Reads lists" in read(sun, "/authority/everybody")
    assert "As everybody who holds a post" in read(sun, "/authority/mine")
    assert 'href="/authority/entries/ALL.E1"' in sun.get("/authority/mine").text
    assert "/authority/everybody" not in sun.get("/authority/").text
    by_product(company, """
list: "-"
version: 2
effective_from: "2026-03-01"
everybody: {authority: {E2: {can: "person.record:read", in: self, title: {zh: 查看本人, en: Sees himself}}}}
""")
    assert 'href="/authority/everybody"' in sun.get("/authority/").text
    assert "Sees himself" in read(sun, "/authority/everybody")
    as_li(company, NARROW)
    assert "Sees himself" not in read(sun, "/authority/everybody"), "a list without a unit is read by scope all"


def test_lists_are_read_within_the_scope_of_the_entry_that_lets_one(company: Company, visit: Visit) -> None:
    """Neither in the index, nor by the address of a unit, an entry or a version."""
    as_li(company, ACQ)
    as_li(company, NARROW)
    wang = visit("wang")
    index = wang.get("/authority/").text
    units = {code: f"/authority/units/{unit.id}" for code, unit in company.units.items()}
    assert [code for code, path in units.items() if f'"{path}"' in index] == ["ACQ"]
    answers = {code: wang.get(path).status_code for code, path in units.items()}
    assert [code for code, status in answers.items() if status == 200] == ["MKT", "ACQ", "BRAND"]
    assert set(answers.values()) == {200, 404}
    assert wang.get("/authority/entries/ACQ-S.B1").status_code == 200
    for path in ("ACQ-H.A1", "ACQ-H.A1?version=18", "ALL.E1", "MD.L"):
        assert wang.get(f"/authority/entries/{path}").status_code == 404, path
    assert visit("nobody").get("/authority/").status_code == 403


#: Who sees the chart and everybody's file.
CHART = """
list: "-"
version: 2
effective_from: "2026-03-01"
everybody:
  authority:
    V1: {can: "org.chart:read", in: all, title: {zh: 查看架构图, en: Sees the chart}}
    V2: {can: "person.record:read", in: all, title: {zh: 查看员工, en: Sees people}}
"""
HIDDEN, MORE = "What is published here stands in a list that is not yours", "Other lists that speak of it are not yours"


def test_panels_files_and_hand_overs_keep_to_the_lists_one_may_read(company: Company, visit: Visit) -> None:
    """sun reads the lists of marketing; the company's own list, which speaks of the head of ACQ, he does not."""
    duty = "positions:\n  ACQ-H: {duties: {D9: {text: {zh: 复盘, en: Looks back}}}}"
    by_product(company, CHART)
    as_li(company, ACQ)
    sun = visit("sun")
    head, clerk = (f"/org?position={company.positions[code].id}" for code in ("ACQ-H", "ACQ-S"))
    file = f"/people/{company.people['wang'].person_id}"
    seen = (head, file, "/org?view=edges", f"/org?unit={company.units['MKT'].id}")
    assert ["Strategy" in read(sun, path) for path in seen[:2]] == [True, True]
    assert "Leads are handed over" in read(sun, seen[2])
    as_li(company, NARROW)
    for path in seen[:2]:
        page = read(sun, path)
        assert HIDDEN in page, path
        for words in ("Strategy", "Approves spend", "Nothing is published", "Data scope", "version 18"):
            assert words not in page, (path, words)
    edges = read(sun, seen[2])
    assert "Leads are handed over" not in edges
    assert "No hand-over lines are recorded for this day, or they are not yours to read." in edges
    assert "Nothing is published for this unit yet." in read(sun, seen[3])
    page = read(sun, clerk)
    for words in ("Sees colleagues", "Data scope", "List of Unit ACQ, version 3, in force from 2026-03-01; published"):
        assert words in page, words
    assert HIDDEN not in page
    assert MORE not in page
    top = read(sun, f"/org?unit={company.units['ACQ'].id}")
    assert "Advertise" in top
    assert "by Li" in top
    assert "Strategy" in read(visit("wang"), file), "of himself he reads all"
    as_li(company, ACQ.replace("version: 3", "version: 4").replace("2026-03-01", "2026-03-02")
          .replace("positions:", duty))  # fmt: skip
    unit = f"/authority/units/{company.units['ACQ'].id}"
    for path in (head, file, unit):
        page = read(sun, path)
        assert "Looks back" in page, path
        assert MORE in page, path
        assert "Strategy" not in page, path


def test_whoever_reads_a_list_reads_who_published_it_and_when(company: Company, visit: Visit) -> None:
    with company.house.session(SYSTEM) as session:
        first = session.scalars(select(PublishedList).order_by(PublishedList.id)).first()
        assert first is not None
        assert (first.published_by_account_id, first.published_by_person_id) == (None, None)
    as_li(company, ACQ)
    with company.house.session(SYSTEM) as session:
        made = session.scalars(select(PublishedList).order_by(PublishedList.id.desc())).first()
        assert made is not None
        li = session.scalars(select(Account).where(Account.login == "li")).one()
        assert (made.published_by_account_id, made.published_by_person_id) == (li.id, li.person_id)
    wang = visit("wang")
    index, unit = read(wang, "/authority/"), read(wang, f"/authority/units/{company.units['ACQ'].id}")
    for page in (index, unit):
        assert "by Li" in page
        assert "set up with the installation on 20" in page
    assert "List of Unit ACQ, version 3, in force from 2026-03-01; published on 20" in unit
    assert "List of Unit CO, version 17, in force from 2025-01-01; set up with the installation" in unit
    for path in ("mine", "everybody"):
        assert "List of Unit CO, version 17" in read(wang, f"/authority/{path}"), path


def test_no_word_of_an_entry_is_silent(company: Company, visit: Visit) -> None:
    """What the program does not keep to yet is said where the entry is, in both languages."""
    as_li(company, ACQ.replace('in: unit, title: {zh: 查看同事', 'in: unit, delegable: "yes", title: {zh: 查看同事')
          .replace("when: {colour: red}", 'power: cosign, by_acting: "no"'))  # fmt: skip
    sun = visit("sun")
    page = read(sun, "/authority/entries/ACQ-S.B1")
    assert "May be delegated yes" in page
    assert "Also by whoever acts for the post yes" in page
    page = read(sun, "/authority/entries/ACQ-S.B2")
    assert "Co-signs; kept for joint decisions, not applied yet: it permits nothing" in page
    assert "Also by whoever acts for the post no" in page
    assert "May be delegated" not in page
    with company.house.session(SYSTEM) as session, use_locale("zh_CN"):
        said = [str(value) for code in ("B1", "B2")
                for _name, value in show(session, SYSTEM, f"ACQ-S.{code}", 3, date(2026, 3, 10)).lines]
        assert "会签（为会签流程预留，目前不生效，不产生任何权限）" in said


def test_a_page_asks_little_of_the_database(company: Company, visit: Visit) -> None:
    """Ten statements besides session, modules and account, whatever the number of versions; one more tells of a unit
    who has signed.
    """
    as_li(company, NEXT)
    as_li(company, ACQ)
    wang = visit("wang")
    unit = f"units/{company.units['ACQ'].id}"
    for path in ("entries/ACQ-H.A1?version=18", "entries/ACQ-S.B1", "", "mine", "everybody", unit):
        wang.get(f"/authority/{path}")
        with counting(company.house.database) as asked:
            assert wang.get(f"/authority/{path}").status_code == 200
        assert len(asked) <= 13 + (path == unit), f"{path}\n{asked}"


def test_a_refusal_leads_to_the_entry_that_stands_in_the_way(company: Company, visit: Visit) -> None:
    """To its page on a page, by its name for a program."""
    prohibition = ACQ.replace("person.record:change", "authority.list:read")
    as_li(company, prohibition)
    sun = visit("sun")
    page = sun.get("/authority/")
    assert page.status_code == 403
    assert '<a href="/authority/entries/ACQ-S.B3?version=3">ACQ-S.B3</a>' in page.text


def test_the_bootstrap_entry_and_named_conditions_in_words(company: Company, app: Flask) -> None:
    """The first account stands in place of a post; a condition bears the name its module gives the attribute."""
    house = replace(company.house, registry=with_spending(company.house.registry))
    with house.session(SYSTEM, write=True) as session:
        bootstrap(session, 1, date(2026, 1, 1), [])
        publish(session, SYSTEM, parse(ACQ.replace("moon.base:build", "crm.spend:approve").replace(
            "{colour: red}", '{category: "ads, event", amount: "> 5.00 CNY"}')))
        first = show(session, SYSTEM, "ALL.BOOTSTRAP", None, date(2026, 3, 10))
        second = show(session, SYSTEM, "ACQ-S.B2", 3, date(2026, 3, 10))
    assert str(first.holder) == "First account"
    assert first.asked
    lines = {str(name): str(value) for name, value in second.lines}
    assert lines["Only where"] == "Category: ads, event; Amount: > 5.00 CNY"
    assert lines["Matter"] == "Approve spend"


def with_spending(old: Registry) -> Registry:
    """The registry of a house in which a module declares spending."""
    return Registry(
        old.modules, old.items, {**old.actions, "crm.spend:approve": replace(APPROVE, resource="spend")},
        {**old.resource_types, "spend": SPEND},
    )


def test_cited_entries_are_told_by_their_sentences(company: Company) -> None:
    with company.house.session(SYSTEM) as session:
        assert citing.sentences(session, {("ACQ-H.A1", 17), ("ALL.E1", 17), ("ACQ-H.A1", 3), ("NO.A1", 17)}) == {
            ("ACQ-H.A1", 17): {"zh_CN": "审批投放", "en": "Approves spend"},
            ("ALL.E1", 17): {"zh_CN": "查看清单", "en": "Reads lists"},
        }


def test_the_installation_reads_all(company: Company) -> None:
    """The product's own work has no scope."""
    with company.house.session(SYSTEM) as session, system(session, "count"):
        assert len(session.scalars(select(PublishedList).where(readable(session, SYSTEM))).all()) == 1


def test_days(visit: Visit) -> None:
    wang = visit("wang")
    assert wang.get("/authority/?day=2026-02-30").status_code == 422
    assert "No list is published yet" in read(wang, "/authority/?day=2024-12-31")
    assert wang.get("/authority/units/99999").status_code == 404
    assert "You hold no post" in read(visit("nobody"), "/authority/mine")
    assert date(2026, 3, 10).isoformat() in read(wang, "/authority/")
