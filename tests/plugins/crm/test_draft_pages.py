"""The page of a draft: what it would have turned last quarter, and its trial started and stopped there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from core.app import create_app
from core.authority.document import parse
from core.authority.lifecycle import consulting, drafts
from core.authority.lifecycle.models import ListDraftRow
from core.authority.publish import publish
from core.authority.shadow.models import ShadowList
from core.identity import services as identity
from tests.core.authority.company import SYSTEM
from tests.core.authority.coverage.test_pages import quick_hashes, read, visit
from tests.core.identity.conftest import PASSWORD, Browser
from tests.plugins.crm.conftest import WITHOUT, Office
from tests.plugins.crm.test_replay import AUDIT, NARROW
from tests.plugins.crm.test_shadow import PUBLISHER

__all__ = ["quick_hashes"]

DRAFT, PAST = "/authority/drafts/1", "/authority/drafts/1/past"
#: The same with a boundary whose support is led by wang, who looks after no list.
ASKED = f"""{NARROW}
boundaries:
  B1: {{matter: lead.handover, lead: ACQ, support: [EAST], text: {{zh: 移交, en: Handover}}}}
"""


@dataclass
class Desk:
    """The app, and what stands behind it."""

    app: Flask
    office: Office


@pytest.fixture
def desk(office: Office, march: time_machine.Traveller) -> Desk:
    """zhao publishes and reads the log, li publishes and does not; wang decided 4,000 and 8,000; a draft gives 8,000
    to li.
    """
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(PUBLISHER.replace(
            "positions:", 'positions:\n  MD: {authority: {K: {can: "authority.list:import", in: all, title: T}}}')))
        publish(session, SYSTEM, parse(AUDIT.replace("list: FIN", "list: SALES").replace("L1:", "L3:").replace(
            "L2:", "L4:")))
        for login in ("zhao", "li", "wang"):
            identity.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=office.company.people[login].person_id)  # fmt: skip
    march.move_to(datetime(2026, 3, 10, 4, tzinfo=UTC))
    for amount in (400_000, 800_000):
        office.say(office.ask(amount), "wang")
        march.shift(60)
    return Desk(create_app(house=office.company.house), office)


def keep(desk: Desk, text: str, *, ask: bool = False) -> None:
    with desk.office.company.house.session(SYSTEM, write=True) as session:
        row = drafts.keep(session, SYSTEM, parse(text))
        if ask:
            consulting.ask(session, row, parse(text))


def part(browser: Browser, path: str) -> str:
    """What htmx puts into the page."""
    answer = browser.client.get(path, headers={
        "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#draft-past"})  # fmt: skip
    assert answer.status_code == 200
    return answer.text


def test_the_page_of_a_draft_loads_what_it_would_have_turned(desk: Desk) -> None:
    keep(desk, NARROW)
    zhao = visit(desk.app, "zhao")
    page = zhao.get(DRAFT).text
    assert f'hx-get="{PAST}"' in page
    assert "would differ" not in page, "it is judged when it is asked for, not with the page"
    got = part(zhao, PAST)
    assert got.lstrip().startswith('<div id="draft-past">')
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", got))
    for words in ("1 decision would differ. 2 were judged again.", "Would be refused", "wang",
                  "It would go to: Post MD.", "allowed by ACQ-H.B1, version 18"):
        assert words in told, words
    whole = read(zhao, PAST)
    assert "Had the draft been in force then." in whole, "without a script it is a page of its own"
    assert "1 decision would differ." in whole


def test_what_each_was_about_is_told_to_readers_of_the_log_alone(desk: Desk) -> None:
    keep(desk, NARROW)
    told = read(visit(desk.app, "li"), PAST)
    assert "1 decision would differ." in told
    assert "Which ones they are is told to those who may read the audit log." in told
    assert "8,000" not in told


def test_a_head_who_is_asked_and_may_not_read_the_list_is_told_so(desk: Desk) -> None:
    with desk.office.company.house.session(SYSTEM, write=True) as session:
        of_finance = WITHOUT.replace('"authority.list:read", in: all', '"authority.list:read", in: unit(FIN)')
        publish(session, SYSTEM, parse(
            of_finance.replace("version: 18", "version: 19").replace("2026-01-01", "2026-03-05")))
    keep(desk, ASKED, ask=True)
    wang = visit(desk.app, "wang")
    assert f'hx-get="{PAST}"' in wang.get(DRAFT).text
    told = read(wang, PAST)
    assert "What was decided under a list is told to those who may read that list." in told
    assert "would differ" not in told


def test_a_draft_that_turns_nothing_and_one_that_is_wrong(desk: Desk) -> None:
    keep(desk, NARROW.replace("5000.00", "9000.00"))
    assert "0 decisions would differ. 2 were judged again." in read(visit(desk.app, "zhao"), PAST)
    with desk.office.company.house.session(SYSTEM, write=True) as session:
        row = session.scalars(select(ListDraftRow)).one()
        row.text = row.text.replace("ACQ-H:", "ACQ-NO:")
    told = read(visit(desk.app, "zhao"), PAST)
    assert "The draft is asked once what is wrong with it is corrected." in told
    page = read(visit(desk.app, "zhao"), DRAFT)
    assert "Correct what is wrong first; then it can be put on trial." in page


def test_a_trial_is_started_and_stopped_on_the_page_of_the_draft(desk: Desk) -> None:
    keep(desk, NARROW)
    zhao = visit(desk.app, "zhao")
    assert "Put on trial" in read(zhao, DRAFT)
    begun = zhao.post(f"{DRAFT}/trial")
    assert begun.status_code == 303
    path = begun.headers["Location"]
    assert re.fullmatch(r"/authority/shadow/\d+", path)
    desk.office.say(desk.office.ask(700_000), "wang")
    page = read(zhao, DRAFT)
    assert "Version 19 on trial: 1 decision differs" in page
    assert "Put on trial" not in page
    assert zhao.post(f"{DRAFT}/trial").status_code == 422
    with desk.office.company.house.session(SYSTEM) as session:
        row = session.scalars(select(ShadowList)).one()
        assert (row.place, row.version, row.started_by, row.stopped_at) == ("ACQ", 19, "Zhao", None)
        assert parse(row.draft) == parse(NARROW)
    zhao.get(DRAFT)
    assert zhao.post(f"{path}/stop").status_code == 303
    assert "Put on trial" in read(zhao, DRAFT)


def test_a_changed_draft_says_that_another_text_runs(desk: Desk) -> None:
    keep(desk, NARROW)
    zhao = visit(desk.app, "zhao")
    zhao.get(DRAFT)
    zhao.post(f"{DRAFT}/trial")
    assert "another text" not in read(zhao, DRAFT)
    with desk.office.company.house.session(SYSTEM, write=True) as session:
        drafts.change(session, SYSTEM, session.get_one(ListDraftRow, 1), parse(NARROW.replace("5000.00", "6000.00")))
    assert "It runs with another text than this draft has now." in read(zhao, DRAFT)


def test_a_stopped_trial_is_started_again_unless_one_runs(desk: Desk) -> None:
    keep(desk, NARROW)
    zhao = visit(desk.app, "zhao")
    zhao.get(DRAFT)
    path = zhao.post(f"{DRAFT}/trial").headers["Location"]
    zhao.get(path)
    assert "Start again" not in read(zhao, path)
    assert zhao.post(f"{path}/start").status_code == 422, "it runs"
    zhao.get(path)
    zhao.post(f"{path}/stop")
    assert "Start again" in read(zhao, path)
    again = zhao.post(f"{path}/start")
    assert again.status_code == 303
    assert again.headers["Location"] != path
    assert "Start again" not in read(zhao, path), "another of this list runs"
    zhao.get(path)
    refused = zhao.post(f"{path}/start")
    assert refused.status_code == 422
    assert "A draft of the list of ACQ runs already; stop it first." in refused.text


def test_whoever_may_not_publish_the_list_starts_nothing(desk: Desk) -> None:
    keep(desk, ASKED, ask=True)
    wang = visit(desk.app, "wang")
    page = read(wang, DRAFT)
    assert "Put on trial" not in page
    wang.get(DRAFT)
    assert wang.post(f"{DRAFT}/trial").status_code == 403
    with desk.office.company.house.session(SYSTEM) as session:
        assert session.scalars(select(ShadowList)).all() == []


def test_a_closed_draft_is_not_put_on_trial(desk: Desk) -> None:
    keep(desk, NARROW)
    zhao = visit(desk.app, "zhao")
    zhao.get(DRAFT)
    assert zhao.post(f"{DRAFT}/withdraw").status_code == 303
    page = read(zhao, DRAFT)
    assert "Put on trial" not in page
    assert "Decisions of last quarter" not in page
    zhao.get(DRAFT)
    refused = zhao.post(f"{DRAFT}/trial")
    assert (refused.status_code, "This draft is closed." in refused.text) == (422, True)
