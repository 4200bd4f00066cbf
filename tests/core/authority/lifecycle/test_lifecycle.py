"""The life of a version: kept as a draft, asked about, published with or without consent, signed for."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.app import create_app
from core.audit.models import AuditEntry
from core.authority.document import parse
from core.authority.lifecycle import consulting
from core.authority.lifecycle.models import ListConsultation, ListDraftRow, ListSignature
from core.authority.models import PublishedList
from core.authority.publish import publish
from core.authority.telling import NOTIFICATIONS
from core.db import guard
from core.events.models import EventRow
from core.identity import services
from tests.core.authority.company import LIST, SYSTEM, Company
from tests.core.authority.test_pages import quick_hashes, read
from tests.core.identity.conftest import PASSWORD, Browser

__all__ = ["quick_hashes"]

PATH = "/authority/drafts"
#: The next version: the boundary lies between marketing and its own group, whose head is wang; it has an expectation.
NEXT = (
    LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-04-01")
    .replace("lead: MKT, support: [SALES]", "lead: ACQ, support: [SALES]")
    + 'tests:\n  - {list: "authority.list:read", as: ACQ-S, expect_units: [ACQ, BRAND, CO, EAST, FIN, MKT, SALES]}\n'
)


@pytest.fixture
def app(company: Company) -> Flask:
    """zhao keeps the lists of everybody; wang heads ACQ, sun works there."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            'list: FIN\nversion: 1\neffective_from: "2026-01-01"\npositions: {CEO: {authority: {'
            'L: {can: "authority.list:import", in: all, title: T}, M: {can: "authority.list:escalate", in: all, '
            'title: T}, N: {can: "person.record:read", in: all, title: T}}}}'
        ))
        for login in ("zhao", "wang", "sun"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    return create_app(house=company.house)


def come(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    assert browser.sign_in(login).status_code == 303
    return browser


def send(browser: Browser, path: str, text: str) -> TestResponse:
    """A file by the form of a page."""
    browser.get(path)
    return browser.client.post(path, content_type="multipart/form-data", data={
        "csrf_token": browser.token, "file": (io.BytesIO(text.encode()), "next.yaml"),
    })  # fmt: skip


def kept(company: Company) -> ListDraftRow:
    """The only draft."""
    with company.house.session(SYSTEM) as session:
        row = session.scalars(select(ListDraftRow)).one()
        session.expunge(row)
        return row


def test_from_the_file_to_the_signature(app: Flask, company: Company) -> None:
    zhao, wang, sun = (come(app, login) for login in ("zhao", "wang", "sun"))
    done = send(zhao, f"{PATH}/new", NEXT)
    assert (done.status_code, done.headers["Location"]) == (303, f"{PATH}/1")
    page = read(zhao, f"{PATH}/1")
    for words in ("Unit CO, draft of version 18 Draft", "Of which units does ACQ-S have “Read the duty and authority",
                  "As expected", "ACQ, BRAND, CO, EAST, FIN, MKT, SALES.", "Unit ACQ Not asked yet",
                  "Unit SALES Nobody heads this unit. Not asked yet"):  # fmt: skip
        assert words in re.sub(r"\s+", " ", page), words
    assert zhao.get(f"{PATH}/1/list.yaml").text == kept(company).text
    assert parse(kept(company).text) == parse(NEXT)
    for other in (wang, sun):
        assert other.get(f"{PATH}/1").status_code == 404, "not asked yet"
        assert other.get(PATH).status_code == 403

    zhao.get(f"{PATH}/1")
    assert zhao.post(f"{PATH}/1/consult").status_code == 303
    assert sun.get(f"{PATH}/1").status_code == 404
    assert "Your answer for Unit ACQ" in read(wang, f"{PATH}/1")
    acq = company.units["ACQ"].id
    silent = wang.post(f"{PATH}/1/units/{acq}", answer="object", words=" ")
    assert (silent.status_code, "Say what you object to." in silent.text) == (422, True)
    wang.get(f"{PATH}/1")
    assert wang.post(f"{PATH}/1/units/{company.units['SALES'].id}", answer="agree").status_code == 404
    wang.get(f"{PATH}/1")
    assert wang.post(f"{PATH}/1/units/{acq}", answer="object", words="Who follows up?").status_code == 303
    assert wang.post(f"{PATH}/1/publish", reason="x").status_code == 403

    page = read(zhao, f"{PATH}/1")
    for words in ("Unit ACQ Who follows up?", "Objects", "No answer yet",
                  "Not every unit agrees: Unit ACQ, Unit SALES"):  # fmt: skip
        assert words in page, words
    refused = zhao.post(f"{PATH}/1/publish", reason=" ")
    assert refused.status_code == 422
    assert "Unit ACQ, Unit SALES did not agree. Say why the list is published all the same." in refused.text
    zhao.get(f"{PATH}/1")
    assert zhao.post(f"{PATH}/1/publish", reason="The board has decided").status_code == 303
    row = kept(company)
    assert (row.state, row.reason) == ("published", "The board has decided")
    assert "Published all the same because The board has decided" in read(zhao, f"{PATH}/1")
    wang.get(f"{PATH}/1")
    late = wang.post(f"{PATH}/1/units/{acq}", answer="agree")
    assert (late.status_code, "Nobody is asked about this draft any more." in late.text) == (422, True)

    with company.house.session(SYSTEM) as session:
        names = [name for name in session.scalars(select(EventRow.name).order_by(EventRow.id))
                 if name.startswith("authority.list")]
        assert names[-3:] == ["authority.list_consulted", "authority.list_answered", "authority.list_published"]


def test_who_holds_a_post_that_a_version_names_signs_for_it(app: Flask, company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        key = publish(session, SYSTEM, parse(NEXT))[0].id
    zhao, wang, sun = (come(app, login) for login in ("zhao", "wang", "sun"))
    mine = read(wang, "/authority/mine")
    assert "Waiting for your signature Unit CO version 17, from 2025-01-01 Sign Unit CO version 18" in mine
    assert "Waiting" not in read(sun, "/authority/mine"), "no list names his post"
    assert wang.post(f"{PATH}/signatures/{key}").status_code == 303
    waiting, _signed, today = read(wang, "/authority/mine").partition("Signed today")
    assert "version 18, from" not in waiting
    assert "version 18, from 2026-04-01" in today
    for browser in (wang, sun):
        browser.get("/authority/mine")
        assert browser.post(f"{PATH}/signatures/{key}").status_code == 404, "signed, or not his to sign"
    page = read(zhao, f"/authority/units/{company.units['CO'].id}")
    assert "Signatures, version 18 from 2026-04-01 1 of 4 Signed: wang Not yet: chen, li, zhao" in page
    page = read(sun, f"/authority/units/{company.units['CO'].id}")
    assert "1 of 4" in page
    assert "Signed: wang" not in page, "he may not see the people"
    with company.house.session(SYSTEM) as session:
        (signature,) = session.scalars(select(ListSignature))
        assert (signature.list_id, signature.person_id) == (key, company.people["wang"].person_id)


@pytest.mark.proves("signature-day")
def test_a_signature_by_mistake_is_withdrawn_the_same_day(app: Flask, company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        key = publish(session, SYSTEM, parse(NEXT))[0].id
    path = f"{PATH}/signatures/{key}"
    wang, sun = come(app, "wang"), come(app, "sun")
    wang.get("/authority/mine")
    assert wang.post(f"{path}/withdraw").status_code == 404, "nothing is signed"
    wang.get("/authority/mine")
    assert wang.post(path).status_code == 303
    sun.get("/authority/mine")
    assert sun.post(f"{path}/withdraw").status_code == 404, "it is not his"
    wang.get("/authority/mine")
    assert wang.post(f"{path}/withdraw").status_code == 303
    page = read(wang, "/authority/mine")
    assert "Signed today" not in page
    assert "version 18, from 2026-04-01 Sign" in page
    with company.house.session(SYSTEM) as session, guard.system(session, "a test looks"):
        assert session.scalars(select(ListSignature)).all() == []
        kept = session.execute(
            select(AuditEntry.kind, AuditEntry.person_id).where(AuditEntry.object_type == "core_list_signature")
            .order_by(AuditEntry.id)
        ).all()  # fmt: skip
        person = company.people["wang"].person_id
        assert [tuple(one) for one in kept] == [("insert", person), ("delete", person)]


def test_the_day_after_a_signature_stands(app: Flask, company: Company) -> None:
    """Signed at 23:30 in Shanghai: half an hour later it is another day there, though not yet in London."""
    with company.house.session(SYSTEM, write=True) as session:
        key = publish(session, SYSTEM, parse(NEXT))[0].id
    with time_machine.travel(datetime(2026, 3, 10, 15, 30, tzinfo=UTC), tick=False) as clock:
        wang = come(app, "wang")
        wang.get("/authority/mine")
        assert wang.post(f"{PATH}/signatures/{key}").status_code == 303
        assert "Signed today" in read(wang, "/authority/mine")
        clock.move_to(datetime(2026, 3, 10, 16, 1, tzinfo=UTC))
        assert "Signed today" not in read(wang, "/authority/mine")
        wang.get("/authority/mine")
        late = wang.post(f"{PATH}/signatures/{key}/withdraw")
        assert (late.status_code, "this one is of 2026-03-10" in late.text) == (422, True)
    with company.house.session(SYSTEM) as session:
        assert len(session.scalars(select(ListSignature)).all()) == 1


def test_the_reason_is_marked_as_needed_exactly_where_it_is(app: Flask, company: Company) -> None:
    """As long as a unit has not agreed; the field says so to eyes and to assistive technology."""
    zhao, wang = come(app, "zhao"), come(app, "wang")
    send(zhao, f"{PATH}/new", NEXT.replace("lead: ACQ, support: [SALES]", "lead: CO, support: [ACQ]"))

    def field(text: str) -> tuple[bool, bool]:
        label = re.search(r'<label for="f-reason">(.*?)</label>', text, re.S)
        control = re.search(r"<textarea[^>]*name=\"reason\"[^>]*>", text)
        assert label
        assert control
        return "optional" in label[1], " required" in control[0]

    assert field(zhao.get(f"{PATH}/1").text) == (False, True), "nobody was asked yet"
    assert field(zhao.post(f"{PATH}/1/publish", reason=" ").text) == (False, True), "also where it was refused"
    zhao.get(f"{PATH}/1")
    zhao.post(f"{PATH}/1/consult")
    wang.get(f"{PATH}/1")
    assert wang.post(f"{PATH}/1/units/{company.units['ACQ'].id}", answer="agree").status_code == 303
    assert field(zhao.get(f"{PATH}/1").text) == (True, False), "all agree"
    assert zhao.post(f"{PATH}/1/publish", reason="").status_code == 303


def test_a_changed_draft_is_asked_about_again(app: Flask, company: Company) -> None:
    zhao, wang = come(app, "zhao"), come(app, "wang")
    send(zhao, f"{PATH}/new", NEXT)
    zhao.get(f"{PATH}/1")
    zhao.post(f"{PATH}/1/consult")
    wang.get(f"{PATH}/1")
    assert wang.post(f"{PATH}/1/units/{company.units['ACQ'].id}", answer="agree").status_code == 303
    with company.house.session(SYSTEM) as session:
        row = session.scalars(select(ListDraftRow)).one()
        found = consulting.opinions(session, SYSTEM, row, parse(row.text))
        assert [(one.title, one.answer) for one in found] == [("Unit ACQ", "agree"), ("Unit SALES", None)]
    assert send(zhao, f"{PATH}/1/change", NEXT.replace("support: [SALES]", "support: [MKT]")).status_code == 303
    with company.house.session(SYSTEM) as session:
        assert session.scalars(select(ListConsultation)).all() == []
        assert session.scalars(select(ListDraftRow.state)).one() == "draft"
    zhao.get(f"{PATH}/1")
    assert zhao.post(f"{PATH}/1/withdraw").status_code == 303
    zhao.get(f"{PATH}/1")
    closed = zhao.post(f"{PATH}/1/publish", reason="x")
    assert (closed.status_code, "This draft is closed." in closed.text) == (422, True)
    with company.house.session(SYSTEM) as session:
        assert session.scalars(select(PublishedList.version).order_by(PublishedList.id)).all() == [17, 1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("list: [", "is not a readable list"),
        (NEXT.replace("in: all, up_to: 1000000.00 CNY", "in: nowhere"), "A scope is one of"),
        (NEXT.replace("list: CO", "list: NO"), "There is no unit NO."),
        (LIST, "Version 17 or a later one is published already"),
    ],
)
def test_what_cannot_be_kept_says_why(app: Flask, company: Company, text: str, told: str) -> None:
    zhao = come(app, "zhao")
    answer = send(zhao, f"{PATH}/new", text)
    assert (answer.status_code, told in answer.text) == (422, True)
    with company.house.session(SYSTEM) as session:
        assert session.scalars(select(ListDraftRow)).all() == []


def test_a_draft_that_misses_what_is_expected_of_it_is_told_and_not_published(app: Flask, company: Company) -> None:
    zhao = come(app, "zhao")
    assert send(zhao, f"{PATH}/new", NEXT.replace("expect_units: [ACQ, ", "expect_units: [")).status_code == 303
    page = read(zhao, f"{PATH}/1")
    assert "Came instead: ACQ, BRAND, CO, EAST, FIN, MKT, SALES." in page
    assert "Otherwise" in page
    refused = zhao.post(f"{PATH}/1/publish", reason="x")
    assert refused.status_code == 422
    assert "What is wrong" in refused.text
    assert kept(company).state == "draft"
    wide = NEXT.replace("in: all, up_to: 1000000.00 CNY", "in: all, up_to: 2000000.00 CNY")
    assert send(zhao, f"{PATH}/1/change", wide).status_code == 303
    zhao.get(f"{PATH}/1")
    own = zhao.post(f"{PATH}/1/publish", reason="x")
    assert (own.status_code, "CEO.A3 would widen your own authority" in own.text) == (403, True)


def test_who_is_told(app: Flask, company: Company) -> None:
    zhao = come(app, "zhao")
    send(zhao, f"{PATH}/new", NEXT)
    zhao.get(f"{PATH}/1")
    zhao.post(f"{PATH}/1/consult")
    from core.authority.events import ListAnswered, ListConsulted

    by_name = {one.name: one for one in NOTIFICATIONS}
    with company.house.session(SYSTEM) as session:
        row = session.scalars(select(ListDraftRow)).one()
        asked = by_name["authority.list_consulted"].to
        heard = by_name["authority.list_answered"].to
        assert asked is not None
        assert heard is not None
        told = asked(session, ListConsulted(row.id, row.version, row.effective_from))
        assert list(told.persons) == [company.people["wang"].person_id]
        back = heard(session, ListAnswered(row.id, company.units["ACQ"].id, "agree"))
        assert list(back.persons) == [company.people["zhao"].person_id]
