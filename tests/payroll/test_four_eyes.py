"""Nobody looks after himself: who calculated a run neither reviews nor approves it, whatever else he may."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.identity import services as identity
from core.jobs.pool import Pool
from core.kernel.house import House
from core.org import tree
from payroll.models import Run
from remit.models import Person
from remit.services import system
from tests.payroll.conftest import SYSTEM, found
from tests.visitor import PASSWORD, Visitor, visitor, words

EVERYTHING = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  DEV:
    authority:
      A1: {can: "payroll.run:read", in: company, power: read, title: {zh: 查看, en: Sees}}
      A2: {can: "payroll.run:calculate", in: company, title: {zh: 核算, en: Calculates}}
      A3: {can: "payroll.run:review", in: company, title: {zh: 复核, en: Reviews}}
      A4: {can: "payroll.run:approve", in: company, title: {zh: 审批, en: Approves}}
      A5: {can: "payroll.run:pay", in: company, title: {zh: 付款, en: Pays}}
"""
PEOPLE = {"anna": "安娜", "bo": "博文", "chen": "陈晨"}


@pytest.fixture
def office(house: House) -> Flask:
    """Three colleagues on one post that may do all of it."""
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        for login, name in PEOPLE.items():
            one = company.hire(login, date(2020, 1, 1))
            company.agree(login, 1_000_000)
            session.get_one(Person, one.person_id).name = name
            identity.create_account(
                session, SYSTEM, login=login, name=name, password=PASSWORD, person_id=one.person_id
            )
        tree.renumber(session)
        publish(session, SYSTEM, parse(EVERYTHING))
    made = create_app(house=house)
    made.testing = True
    return made


def calculate(house: House, who: Visitor, path: str = "") -> str:
    """Somebody has October calculated; the path of its run."""
    who.get("/payroll/runs")
    asked = who.post(f"{path}/calculate") if path else who.post("/payroll/runs", month="2026-10")
    assert asked.status_code == 200, asked.text[:300]
    assert Pool(house).run_waiting() == 1
    return asked.request.path


def state(house: House, path: str) -> str:
    with house.session(SYSTEM) as session, system(session, "tests"):
        return session.get_one(Run, int(path.rsplit("/", 1)[1])).state


@pytest.mark.parametrize(("calculator", "reviewer", "approver"), [("anna", "bo", "chen"), ("bo", "chen", "anna")])
def test_who_calculated_neither_reviews_nor_approves(
    office: Flask, house: House, calculator: str, reviewer: str, approver: str
) -> None:
    by = {login: visitor(office, login) for login in PEOPLE}
    path = calculate(house, by[calculator])
    own = by[calculator].get(path)
    assert f"{path}/review" not in own.text, "no button for it"
    assert PEOPLE[calculator] in words(own)
    refused = by[calculator].post(f"{path}/review")
    assert (refused.status_code, state(house, path)) == (403, "calculated")
    assert by[reviewer].post(f"{path}/review").status_code == 200
    refused = by[calculator].post(f"{path}/approve")
    assert (refused.status_code, state(house, path)) == (403, "reviewed")
    assert by[approver].post(f"{path}/approve").status_code == 200
    assert state(house, path) == "approved"


def test_who_reviewed_may_approve_and_who_calculated_may_pay(office: Flask, house: House) -> None:
    """Two people are enough for a month."""
    anna, bo = visitor(office, "anna"), visitor(office, "bo")
    path = calculate(house, anna)
    for who, word, after in ((bo, "review", "reviewed"), (bo, "approve", "approved"), (anna, "pay", "paid")):
        assert who.post(f"{path}/{word}").status_code == 200
        assert state(house, path) == after


def test_calculating_again_changes_who_is_barred(office: Flask, house: House) -> None:
    anna, bo = visitor(office, "anna"), visitor(office, "bo")
    path = calculate(house, anna)
    assert bo.post(f"{path}/review").status_code == 200
    assert calculate(house, bo, path) == path
    assert state(house, path) == "calculated", "what was reviewed is no more"
    assert bo.post(f"{path}/review").status_code == 403
    assert anna.post(f"{path}/review").status_code == 200
    assert bo.post(f"{path}/approve").status_code == 403
    assert anna.post(f"{path}/approve").status_code == 200
