"""Changes of agreed pay on pages, from asking to telling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.app import create_app
from core.identity import services as identity
from core.kernel.house import House
from core.workflow.models import Task
from payroll import actions
from payroll.models import Salary
from remit.models import Employment
from remit.services import system, visible
from tests.payroll.conftest import SYSTEM, found
from tests.payroll.test_changes import PEOPLE, office
from tests.visitor import PASSWORD, visitor, words

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def app(house: House) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        made = office(found(session))
        for login, (_code, name) in PEOPLE.items():
            identity.create_account(
                session, SYSTEM, login=login, name=name, password=PASSWORD, person_id=made.by[login].person_id
            )
    app = create_app(house=house)
    app.testing = True
    return app


def test_from_asking_to_telling_on_pages(app: Flask, house: House) -> None:
    with house.session(SYSTEM) as session:
        employment = salary_of(session)
    head, hr, dev = (visitor(app, login) for login in ("head", "hr", "dev"))
    head.get("/payroll/changes/new")
    asked = head.post("/payroll/changes/new", employee="dev")
    assert asked.request.path == f"/payroll/pay/{employment}/change"
    with house.session(SYSTEM) as session:
        base = session.scalars(visible(session, SYSTEM, actions.SALARY_READ, select(Salary.component_id))).first()
    field = f"amount_{base}"
    assert 'value="10,000.00"' in asked.text
    wrong = head.post(asked.request.path, **{"valid_from": "2026-12-01", "reason": "", field: "10500.00"})
    assert wrong.status_code == 422
    given = {"valid_from": "2026-12-01", "reason": "年度调薪", field: "10500.00"}
    draft = head.post(asked.request.path, draft="1", **given)
    page = draft.request.path
    assert "何芳" in words(draft), "who would decide"
    assert "¥10,000.00 → ¥10,500.00" in words(draft)
    assert dev.get(page).status_code == 404
    sent = head.post(f"{page}/submit")
    assert sent.status_code == 200
    with house.session(SYSTEM) as session:
        task_id, digest = session.execute(select(Task.id, Task.digest)).one()
    assert "10,500.00" in words(hr.get(f"/tasks/{task_id}"))
    assert hr.post(f"/tasks/{task_id}", answer="approve", seen=digest, comment="").status_code == 200
    after = words(hr.get(f"/payroll/pay/{employment}"))
    assert "10,500.00" in after
    assert "年度调薪" in after
    own = dev.get("/payroll/pay")
    assert own.request.path == f"/payroll/pay/{employment}"
    assert "10,500.00" not in own.text
    told = head.get(page)
    assert f"{page}/tell" in told.text
    assert head.post(f"{page}/tell").status_code == 200
    assert "10,500.00" in words(dev.get("/payroll/pay"))
    assert f"{page}/tell" not in head.get(page).text


def salary_of(session: Session) -> int:
    with system(session, "tests"):
        return session.scalars(select(Employment.id).where(Employment.number == "dev")).one()
