"""Payroll for programs: bearer tokens, steps, problems, and amounts that stay masked until they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.audit.models import AuditEntry
from core.identity import services as identity
from core.identity.models import Account
from core.jobs.pool import Pool
from core.kernel.house import House
from payroll import actions
from payroll.models import Slip
from payroll.services import look
from remit.services import system
from tests.payroll.conftest import SYSTEM
from tests.payroll.lingke import off, run_id, slip_of

ROOT = "/api/v1/payroll"
AMOUNTS = ("gross", "deductions", "tax", "net", "employer_cost")


class Program:
    """A script with somebody's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.head = client, {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str) -> TestResponse:
        return self.client.get(ROOT + path, headers=self.head)

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self.client.post(ROOT + path, headers=self.head, json={} if body is None else body)


Tokens = Callable[..., Program]


@pytest.fixture
def program(demo: Flask, demo_house: House) -> Tokens:
    """A token of an account of the story for some actions."""

    def make(login: str, *scopes: str) -> Program:
        with demo_house.session(SYSTEM, write=True) as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            _row, token = identity.create_token(session, identity.actor_of(account), name="tests", scopes=scopes)
        return Program(demo.test_client(), token)

    return make


@pytest.fixture
def october(demo_house: House) -> str:
    return f"/runs/{run_id(demo_house, '2026-10')}"


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.json or {}
    assert body["status"] == status
    assert body["title"]
    return body


def looks(house: House) -> int:
    with house.session(SYSTEM) as session, system(session, "tests"):
        return len(session.scalars(select(AuditEntry.id).where(AuditEntry.kind == "reveal")).all())


def test_runs_are_listed_and_read(program: Tokens, october: str) -> None:
    xumei = program("xumei", actions.RUN_READ)
    listed = xumei.get("/runs?limit=2").json
    assert listed is not None
    assert [one["month"] for one in listed["items"]] == ["2026-08", "2026-09"]
    rest = xumei.get(f"/runs?limit=2&after={listed['next']}").json
    assert rest is not None
    assert rest["items"][0]["month"] == "2026-10"
    one = xumei.get(october).json
    assert one is not None
    assert (one["month"], one["state"], one["slip_count"], one["currency"]) == ("2026-10", "published", 63, "CNY")
    assert one["gross"] > one["net"] > 0
    assert one["calculation"] is None, "the demo calculates in its own process"


def test_who_may_not_is_told_in_the_form_of_a_problem(program: Tokens, october: str, demo: Flask) -> None:
    assert problem(demo.test_client().get(ROOT + "/runs"), 401)
    liuyang = program("liuyang", actions.SLIP_READ, actions.SLIP_REVEAL)
    for path in ("/runs", october):
        problem(liuyang.get(path), 403)
    problem(liuyang.get(f"{october}/slips"), 404)
    xumei = program("xumei", actions.RUN_READ)
    problem(xumei.get("/slips"), 403)
    problem(xumei.get("/runs/999999"), 404)
    problem(xumei.get("/slips/999999"), 403)
    problem(xumei.post(f"{october}/dance"), 404)
    problem(xumei.post(f"{october}/review"), 403)
    problem(program("maxin", actions.RUN_READ, actions.CALCULATE).post("/runs", {"month": "2026-13"}), 422)
    refused = problem(program("maxin", actions.CALCULATE, actions.RUN_READ).post(f"{october}/calculate"), 422)
    assert "已发布" in refused["detail"]


def test_amounts_of_a_run_open_with_a_purpose(
    program: Tokens, october: str, demo_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    maxin = program("maxin", actions.RUN_READ, actions.SLIP_READ, actions.SLIP_REVEAL)
    listed = maxin.get(f"{october}/slips?limit=500").json
    assert listed is not None
    assert len(listed["items"]) == 63
    assert all(one["masked"] and one[name] is None for one in listed["items"] for name in AMOUNTS)
    before = looks(demo_house)
    problem(maxin.post(f"{october}/amounts"), 422)
    assert looks(demo_house) == before
    opened = maxin.post(f"{october}/amounts", {"purpose": "monthly report"})
    assert opened.status_code == 200
    assert looks(demo_house) == before + 1
    listed = maxin.get(f"{october}/slips?limit=500").json
    assert listed is not None
    with demo_house.session(SYSTEM) as session, system(session, "tests"):
        stored: dict[int, int] = {one: net for one, net in session.execute(select(Slip.id, Slip.net))}
    assert {one["id"]: one["net"] for one in listed["items"]} == {
        one["id"]: stored[one["id"]] for one in listed["items"]
    }
    theirs, net = slip_of(demo_house, "chenjing")
    one = maxin.get(f"/slips/{theirs}").json
    assert one is not None
    assert (one["net"], one["masked"]) == (net, False)
    assert sum(line["value"] for line in one["lines"] if line["kind"] == "earning") == one["gross"]
    tax = next(line for line in one["lines"] if line["code"] == "tax_period")
    assert "公告2018年第61号" in tax["source"]
    assert tax["agrees"]
    monkeypatch.setattr(look, "OPEN_FOR", timedelta(0))
    assert maxin.get(f"/slips/{theirs}").json["net"] is None  # type: ignore[index]


def test_what_a_token_opens_is_not_open_on_pages_nor_to_others(
    program: Tokens, october: str, demo_house: House, visit: Callable[[str], Any]
) -> None:
    wangfang = program("wangfang", actions.RUN_READ, actions.SLIP_READ, actions.SLIP_REVEAL)
    assert wangfang.post(f"{october}/amounts", {"purpose": "monthly report"}).status_code == 200
    assert "/amounts" in visit("wangfang").get(f"/payroll{october}").text
    blind = program("wangfang", actions.RUN_READ, actions.SLIP_READ)
    assert all(one["masked"] for one in blind.get(f"{october}/slips").json["items"])  # type: ignore[index]
    problem(blind.post(f"{october}/amounts", {"purpose": "monthly report"}), 403)
    luoyi = program("luoyi", actions.RUN_READ, actions.SLIP_READ, actions.SLIP_REVEAL)
    problem(luoyi.post(f"{october}/amounts", {"purpose": "monthly report"}), 403)
    assert all(one["masked"] for one in luoyi.get(f"{october}/slips").json["items"])  # type: ignore[index]


def test_one_s_own_slips(program: Tokens, demo_house: House) -> None:
    liuyang = program("liuyang", actions.SLIP_READ, actions.SLIP_REVEAL)
    listed = liuyang.get("/slips").json
    assert listed is not None
    assert [one["tax_month"] for one in listed["items"]] == ["2026-09", "2026-10", "2026-11"]
    assert all(one["masked"] and one["net"] is None for one in listed["items"])
    own, net = slip_of(demo_house, "liuyang")
    masked = liuyang.get(f"/slips/{own}").json
    assert masked is not None
    assert all(line["value"] is None and line["formula"] for line in masked["lines"])
    before = looks(demo_house)
    opened = liuyang.post(f"/slips/{own}/amounts").json
    assert opened is not None
    assert (opened["net"], looks(demo_house)) == (net, before + 1)
    theirs, _net = slip_of(demo_house, "chenjing")
    problem(liuyang.get(f"/slips/{theirs}"), 404)
    problem(liuyang.post(f"/slips/{theirs}/amounts", {"purpose": "curious"}), 404)


def test_a_month_step_by_step(program: Tokens, demo_house: House) -> None:
    maxin = program("maxin", actions.RUN_READ, actions.CALCULATE, actions.LOCK)
    with off(demo_house, "attendance"):
        asked = maxin.post("/runs", {"month": "2026-11"})
        assert asked.status_code == 202, asked.text
        body = asked.json or {}
        path = f"/runs/{body['id']}"
        assert (body["state"], body["calculation"]) == ("draft", {"state": "queued", "failure": None})
        assert maxin.post(f"{path}/calculate").status_code == 202
        assert Pool(demo_house).run_waiting() >= 1
        one = maxin.get(path).json or {}
        assert (one["state"], one["calculation"]["state"], one["month"]) == ("calculated", "done", "2026-11")
        problem(maxin.post(f"{path}/lock"), 422)
        problem(maxin.post(f"{path}/review"), 403)
        reviewed = program("wangfang", actions.RUN_READ, actions.REVIEW).post(f"{path}/review")
        assert (reviewed.status_code, (reviewed.json or {})["state"]) == (200, "reviewed")
        approved = program("xumei", actions.RUN_READ, actions.APPROVE).post(f"{path}/approve")
        assert (approved.status_code, (approved.json or {})["state"]) == (200, "approved")
        paid = program("helin", actions.RUN_READ, actions.PAY).post(f"{path}/pay")
        assert (paid.status_code, (paid.json or {})["state"]) == (200, "paid")


def test_why_a_calculation_failed(program: Tokens, demo_house: House) -> None:
    maxin = program("maxin", actions.RUN_READ, actions.CALCULATE)
    body = maxin.post("/runs", {"month": "2026-12"}).json or {}
    assert Pool(demo_house).run_waiting() >= 1
    one = maxin.get(f"/runs/{body['id']}").json or {}
    assert (one["state"], one["calculation"]["state"]) == ("draft", "failed")
    assert "考勤" in one["calculation"]["failure"]
