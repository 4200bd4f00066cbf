"""The same for programs: asking to spend, reading why a question is whose, answering it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.base.actor import Actor
from core.identity import services as identity
from core.identity.models import Account
from core.org.models import Unit
from core.web import ports

SYSTEM = Actor.system("tests")
APPROVE, ASK, READ = "crm.spend:approve", "crm.spend:request", "crm.spend:read"


class Program:
    """A script with somebody's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.head = client, {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.head)

    def send(self, path: str, body: Any = None, *, method: str = "post") -> TestResponse:
        return getattr(self.client, method)(f"/api/v1{path}", headers=self.head, json=body or {})  # type: ignore[no-any-return]


Tokens = Callable[..., Program]


@pytest.fixture
def program(company: Flask) -> Tokens:
    """A token of an account of the demo company for some actions."""

    def make(login: str, *scopes: str) -> Program:
        with ports.of(company).house.session(SYSTEM, write=True) as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            _row, token = identity.create_token(session, identity.actor_of(account), name="tests", scopes=scopes)
        return Program(company.test_client(), token)

    return make


@pytest.fixture
def wish(company: Flask) -> dict[str, Any]:
    """A request of the group that finds leads, over 9,000 yuan."""
    with ports.of(company).house.session(SYSTEM) as session:
        unit = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    return {"amount": 900_000, "category": "ads", "payee": "公众号甲", "needed_on": "2026-11-27", "unit_id": unit,
            "purpose": "投放"}  # fmt: skip


def test_a_program_asks_and_another_answers(program: Tokens, wish: dict[str, Any]) -> None:
    zhou, chen = program("zhoulei", ASK, READ), program("chenjing", APPROVE, READ)
    made = zhou.send("/crm/spending", wish)
    assert made.status_code == 201, made.text
    draft: dict[str, Any] = made.json or {}
    assert (draft["state"], draft["task_id"], draft["gap"]) == ("draft", None, False)
    assert [(step["name"], step["state"]) for step in draft["steps"]] == [("陈静", "now")]
    above = zhou.send(f"/crm/spending/{draft['id']}", {**wish, "amount": 1_000_001}, method="put").json or {}
    assert [(step["name"], step["state"]) for step in above["steps"]] == [("陈静", "skipped"), ("林安", "now")]
    zhou.send(f"/crm/spending/{draft['id']}", wish, method="put")
    task = (zhou.send(f"/crm/spending/{draft['id']}/submit").json or {})["task_id"]
    assert task in [one["id"] for one in (zhou.get("/tasks/?show=asked").json or {})["items"]]

    seen: dict[str, Any] = chen.get(f"/tasks/{task}").json or {}
    assert seen["may_decide"] is True
    assert "ACQ-HEAD.A1" in seen["reason"]
    without = chen.send(f"/tasks/{task}/answer", {"answer": "refuse", "seen": seen["digest"]})
    assert without.status_code == 422
    stale = chen.send(f"/tasks/{task}/answer", {"answer": "approve", "seen": "0" * 64})
    assert stale.status_code == 422
    done = chen.send(f"/tasks/{task}/answer", {"answer": "approve", "seen": seen["digest"]})
    assert done.status_code == 200, done.text
    assert {key: (done.json or {})[key] for key in ("state", "entry", "list_version")} == {
        "state": "approved", "entry": "ACQ-HEAD.A1", "list_version": 3,
    }
    assert (zhou.get(f"/crm/spending/{draft['id']}").json or {})["state"] == "approved"
    assert chen.send(f"/tasks/{task}/withdraw").status_code in (403, 404, 422), "it is not his question"


def test_a_token_reaches_what_it_covers(program: Tokens, wish: dict[str, Any]) -> None:
    zhou = program("zhoulei", ASK, READ)
    made = zhou.send("/crm/spending", wish).json or {}
    task = (zhou.send(f"/crm/spending/{made['id']}/submit").json or {})["task_id"]
    assert program("liuyang", READ).get(f"/tasks/{task}").status_code == 404
    narrow = program("chenjing", READ)
    assert narrow.get(f"/tasks/{task}").status_code == 404, "this token is not about approvals"
    assert program("zhoulei", ASK).get(f"/tasks/{task}").status_code == 404, "nor does this one read"
    assert task not in [one["id"] for one in (narrow.get("/tasks/").json or {})["items"]]
    assert program("zhoulei", READ).send("/crm/spending", wish).status_code == 403
    assert zhou.send(f"/tasks/{task}/answer", {"answer": "approve", "seen": "0" * 64}).status_code in (403, 422)
    assert zhou.send("/crm/spending", {**wish, "amount": "1"}).status_code == 422
    assert zhou.send("/crm/spending", {**wish, "amount": -5}).status_code == 422
    back = zhou.send(f"/tasks/{task}/withdraw")
    assert (back.json or {})["state"] == "withdrawn"
