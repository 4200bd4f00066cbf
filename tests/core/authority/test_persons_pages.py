"""Relations and emergencies as pages: declared, confirmed, opened and looked at through the forms."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from core.app import create_app
from core.authority.document import parse
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import publish
from core.identity import services
from core.kernel import state
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.test_pages import quick_hashes, read, visit
from tests.core.identity.conftest import PASSWORD

__all__ = ["quick_hashes"]

LISTS = """
list: FIN
version: 1
effective_from: "2025-06-01"
positions:
  CEO:
    authority:
      R1: {can: "authority.relation:read", in: all, title: T}
      R2: {can: "authority.relation:confirm", in: all, title: T}
  ACQ-H: {authority: {X2: {can: "org.staffing:adjust", in: all, break_glass: 4h, title: Staffs the night shift}}}
everybody:
  authority:
    F1: {can: "authority.relation:read", in: self, title: T}
    F2: {can: "authority.relation:declare", in: self, title: T}
    F3: {can: "authority.emergency:read", in: self, title: T}
    F4: {can: "authority.emergency:open", in: self, title: T}
    F5: {can: "authority.emergency:read", in: reports, title: T}
    F6: {can: "authority.emergency:review", in: reports, title: T}
    F7: {can: "person.record:read", in: all, title: T}
"""


@pytest.fixture
def app(company: Company) -> Flask:
    """zhao confirms relations; wang has something for emergencies, li stands above him."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LISTS, source="x.yaml"))
        for login in ("zhao", "li", "wang"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    return create_app(house=company.house)


def test_a_relation_is_declared_and_confirmed(app: Flask, company: Company) -> None:
    wang, zhao = visit(app, "wang"), visit(app, "zhao")
    assert "You have declared nothing" in read(wang, "/authority/relations")
    wang.get("/authority/relations/new")
    values = {"kind": "sibling", "first_day": "2026-03-10", "last_day": "", "note": "my brother"}
    unknown = wang.post("/authority/relations/new", number="4711", **values)
    assert unknown.status_code in (404, 422)
    wang.get("/authority/relations/new")
    done = wang.post("/authority/relations/new", number="3", **values)
    assert (done.status_code, done.headers["Location"]) == (303, "/authority/relations")
    page = read(wang, "/authority/relations")
    assert "sun To be confirmed" in page
    assert "Brother or sister" in page
    page = read(zhao, "/authority/relations")
    assert "wang and sun To be confirmed" in page
    (confirm,) = re.findall(r'action="(/authority/relations/\d+/confirm)"', zhao.get("/authority/relations").text)
    assert zhao.post(confirm).status_code == 303
    assert "sun Confirmed" in read(wang, "/authority/relations")
    file = read(zhao, f"/people/{company.people['wang'].person_id}")
    assert "Relations and recusal" in file
    assert "sun Confirmed" in file
    record = zhao.get(f"/authority/relations/of/{company.people['li'].person_id}")
    assert "Record a relation of li" in record.text


def test_an_emergency_is_opened_and_looked_at(app: Flask) -> None:
    wang, li = visit(app, "wang"), visit(app, "li")
    assert "Authority for emergencies" in read(wang, "/authority/mine")
    assert "Staffs the night shift dormant" in read(wang, "/authority/emergency")
    form = wang.get("/authority/emergency/new")
    (what,) = re.findall(r'<option value="(\d+:ACQ-H\.X2)"', form.text)
    short = wang.post("/authority/emergency/new", what=what, reason="help")
    assert short.status_code == 422
    assert "Say what has happened" in short.text
    wang.get("/authority/emergency/new")
    done = wang.post("/authority/emergency/new", what=what, reason="half the shift is ill")
    assert done.status_code == 303
    assert "Emergency until" in wang.get("/authority/mine").text, "above every page"
    page = read(wang, "/authority/emergency")
    assert "half the shift is ill" in page
    assert "Open now" in page
    seen = li.get("/authority/emergency").text
    (address,) = re.findall(r'href="(/authority/emergency/\d+)"', seen)
    assert "I have looked at it" not in li.get(address).text, "it is still open"
    (close,) = re.findall(r'action="(/authority/emergency/\d+/close)"', wang.get("/authority/emergency").text)
    assert wang.post(close).status_code == 303
    assert "Emergency until" not in wang.get("/authority/mine").text
    assert "I have looked at it" in li.get(address).text
    assert li.post(address, words="it was needed").status_code == 303
    assert "Looked at" in read(wang, "/authority/emergency")


def test_a_relation_is_recorded_and_ended(app: Flask, company: Company) -> None:
    """Whoever looks after people records it of somebody, and ends it; it needs no further look."""
    zhao = visit(app, "zhao")
    path = f"/authority/relations/of/{company.people['wang'].person_id}"
    zhao.get(path)
    done = zhao.post(path, number="3", kind="spouse", first_day="2026-03-10", last_day="", note="")
    assert done.status_code == 303
    page = read(zhao, "/authority/relations")
    assert "It is recorded and binds both." in page
    assert "wang and sun Confirmed" in page
    (end,) = re.findall(r'action="(/authority/relations/\d+/end)"', zhao.get("/authority/relations").text)
    assert zhao.post(end).status_code == 303
    assert "The relation has ended." in read(zhao, "/authority/relations")


def test_an_account_without_a_person_is_related_to_nobody(app: Flask, company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        account = services.create_account(session, SYSTEM, login="root", name="Root", password=PASSWORD, locale="en")
        session.add(AuthorityEntry(
            list_id=session.scalars(select(PublishedList.id)).first(), code="F9", account_id=account.id, power="do",
            action="authority.relation:declare", title={"en": "T", "zh_CN": "T"}, scope="all",
        ))  # fmt: skip
        state.bump_epoch(session)
    refused = visit(app, "root").get("/authority/relations/new")
    assert (refused.status_code, "belongs to no person" in refused.text) == (422, True)


def test_of_somebody_else_nothing_is_told(app: Flask, company: Company) -> None:
    """li sees wang's file, and neither whether he is related to anybody nor that there is such a thing."""
    shown = f"/people/{company.people['wang'].person_id}"
    assert "Relations" in visit(app, "zhao").get(shown).text.split("<main")[1]
    assert "Relations" not in visit(app, "li").get(shown).text.split("<main")[1]
