"""The pages by hand: rows with a fault and without, a version of the standard, a profile, a lead handed over."""

from __future__ import annotations

import pytest
from flask import Flask

from core.app import create_app
from core.identity import services as identity
from plugins.crm.services.arriving.steps import arrive
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.test_pages import quick_hashes
from tests.plugins.crm import leads_scene as scenes
from tests.plugins.crm.leads_scene import Scene
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["quick_hashes"]


@pytest.fixture
def scene(company: Company) -> Scene:
    with company.house.session(SYSTEM, write=True) as session:
        made = scenes.build(company, session)
        for login in ("li", "wang", "hu"):
            identity.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, locale="en",
                                    person_id=made.person(login))  # fmt: skip
        return made


@pytest.fixture
def app(scene: Scene) -> Flask:
    made = create_app(house=scene.company.house)
    made.testing = True
    return made


def test_rows_are_written_tried_and_put_in_force(scene: Scene, app: Flask) -> None:
    wang, unit = sign_in(app, "wang"), scene.company.units
    page = wang.get("/crm/rules/new")
    made = wang.post("/crm/rules/new", data={
        "csrf_token": token(page), "code": "hand", "kind": "assign", "title.zh_CN": "分配", "title.en": "Hand",
        "unit_id": unit["ACQ"].id, "order": "0",
    })  # fmt: skip
    assert made.status_code == 303
    edit, table = made.headers["Location"], made.headers["Location"].removesuffix("/edit")
    rows = {"columns": ["industry", "staff"], "r-0": "1", "r-0-industry": "Internet", "r-0-staff": "ten",
            "r-0-unit": unit["EAST"].id, "r-1": "1"}  # fmt: skip
    wrong = wang.post(edit, data={"csrf_token": token(wang.get(edit)), **rows})
    assert (wrong.status_code, "Row 1: ten is not an interval" in wrong.text) == (422, True)
    assert wang.post(edit, data={"csrf_token": token(wrong), **rows, "r-0-staff": "< 10"}).status_code == 303
    page = wang.get(table)
    assert "No row takes: Industry Internet, Employees ≥ 10." in page.text
    assert wang.post(f"{table}/publish", data={"csrf_token": token(page)}).status_code == 303
    with scene.company.house.session(SYSTEM, write=True) as session:
        lead = scene.lead(session, industry="internet", staff=5, company="Acme")
        arrive(session, [lead])
        assert lead.owner_person_id == scene.person("ann")
        number = lead.id
    text = wang.get(f"/crm/leads/{number}").text
    assert "Passed over: 2 people" in text
    assert sign_in(app, "li").get(f"{table}/edit").status_code == 403


def test_a_standard_is_drafted_and_handed_in(scene: Scene, app: Flask) -> None:
    li, unit = sign_in(app, "li"), scene.company.units
    data = {
        "csrf_token": token(li.get("/crm/standard/new")), "effective_from": "2026-04-01",
        "marketing_unit_id": unit["MKT"].id, "sales_unit_id": unit["SALES"].id,
        "q-0-name": "white_paper", "q-0-kind": "yes", "q-0-title-en": "White paper",
        "c-0-level": "marketing", "c-0-formula": "white_papr", "c-0-title-en": "White paper",
        "c-1-level": "sales", "c-1-formula": "staff >= 50", "c-1-title-en": "Large",
    }  # fmt: skip
    wrong = li.post("/crm/standard/new", data=data)
    assert (wrong.status_code, "Criterion 1: " in wrong.text) == (422, True)
    made = li.post("/crm/standard/new", data={**data, "c-0-formula": "white_paper"})
    assert made.status_code == 303
    page = li.get(made.headers["Location"])
    assert li.post(f"{made.headers['Location']}/submit", data={"csrf_token": token(page)}).status_code == 303
    assert "Being signed" in li.get(made.headers["Location"]).text
    assert li.get(f"{made.headers['Location']}/edit").status_code == 200
    assert sign_in(app, "hu").get("/crm/standard").status_code == 200


def test_people_are_kept_and_a_lead_is_handed_over_and_rejected(scene: Scene, app: Flask) -> None:
    hu, unit = sign_in(app, "hu"), scene.company.units["EAST"].id
    given = {"person_id": scene.person("ann"), "unit_id": unit, "industries": "Mining", "most_open": "5"}
    path = f"/crm/reps/{scene.reps['ann'].id}"
    wrong = hu.post(path, data={"csrf_token": token(hu.get(path)), **given})
    assert (wrong.status_code, "Mining is none of the words" in wrong.text) == (422, True)
    assert hu.post(path, data={"csrf_token": token(wrong), **given, "industries": "互联网", "is_active": "1"}
                   ).status_code == 303  # fmt: skip
    assert "0 / 5" in hu.get("/crm/reps").text
    with scene.company.house.session(SYSTEM, write=True) as session:
        number = scene.lead(session, unit_id=unit, company="Acme").id
    assert "Acme" in hu.get("/crm/leads/unowned").text
    path = f"/crm/leads/{number}/assign"
    done = hu.post(path, data={
        "csrf_token": token(hu.get(path)), "person_id": scene.person("ben"), "said": "his", "revision": 1,
    })  # fmt: skip
    assert done.status_code == 303
    path = f"/crm/leads/{number}/reject"
    assert hu.post(path, data={"csrf_token": token(hu.get(path)), "reason": "wrong"}).status_code == 303
    li = sign_in(app, "li")
    assert "Wrong number" in li.get("/crm/disputes").text
    path = f"/crm/leads/{number}/contest"
    made = li.post(path, data={"csrf_token": token(li.get(path)), "said": "it is right"})
    assert made.status_code == 303
    page = hu.get(made.headers["Location"])
    assert hu.post(made.headers["Location"], data={"csrf_token": token(page), "role": "sales", "word": "counts"}
                   ).status_code == 303  # fmt: skip
    assert "It is qualified" in hu.get("/crm/disputes?show=settled").text
