from __future__ import annotations

from datetime import date
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from sqlalchemy import false, select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.app import create_app
from core.audit import events, history, words
from core.audit.actions import READ
from core.audit.history import NAMES
from core.audit.models import AuditEntry
from core.base.actor import Actor
from core.base.text import use_locale
from core.kernel.house import House
from core.web import ports
from tests.core.audit.test_recorder import entries
from tests.core.exchange.trial import CLERK, IMPORT, TrialPerson, TrialUnit


class Reader:
    """Account 1 may read the log."""

    def decide(self, session: Session, actor: Actor, action: Any, resource: Any, obj: Any) -> Decision:
        fine = actor.account_id == 1 and action.key == READ
        return Decision(fine, "ALLOW" if fine else "NO_ENTRY", "No.", action.key, "HR.A1" if fine else None)

    def predicate(self, session: Session, actor: Actor, action: Any, resource: Any, model: Any, **how: Any) -> Any:
        return model.id > 0 if actor.account_id == 1 else false()


@pytest.fixture
def client(house: House) -> FlaskClient:
    house.session_info["authority"] = Reader()
    app: flask.Flask = create_app(house=house)
    asked = ports.of(app).ports
    asked.preferences = asked.frame = None
    asked.actor_of_request = lambda _session, request: Actor(
        kind="person", name="Auditor", account_id=int(request.headers.get("X-Account", "1")), locale="en"
    )
    return app.test_client()


def test_the_history_of_a_thing_tells_who_changed_what(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="<A>"))
        someone = TrialPerson(number="E1", name="王芳", joined=date(2026, 1, 5), salary=1, identity="1236")
        session.add(someone)
        session.flush()
        events.record_reveal(session, "identity", someone, subject_id=9, purpose="checks a contract")
    with house.session(CLERK, write=True) as session:
        session.scalars(select(TrialUnit)).one().code = "B"
    text = client.get("/audit/of/trial_unit/1").text
    assert "&lt;A&gt; → B" in text
    assert "Account 7" in text
    house.session_info[NAMES] = lambda _session, ids: dict.fromkeys(ids, "李强")
    assert "李强" in client.get("/audit/by/7").text
    person = client.get("/audit/of/trial_person/1").text
    assert "(personal)" in person
    assert "1236" not in person
    assert "checks a contract" in client.get("/audit/looks/9").text
    assert "Nothing is recorded." in client.get("/audit/looks/10").text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (["a", "b"], "a, b"), ([], "–"), ({}, "–"), ({"group": "A", "days": [1, 2]}, "group: A, days: 1, 2"),
        ({"zh_CN": "销售部", "en": "Sales"}, "Sales"), (["a formula of some length"] * 50, "50 parts"),
    ],
)
def test_what_is_stored_as_a_list_or_by_name_is_told_as_a_sentence(house: House, stored: Any, shown: str) -> None:
    """Also where a column has values by name: a list cannot be looked up among them."""
    entry = AuditEntry(kind="insert", object_type="core_job", object_id="1", root_type="core_job", root_id="1",
                       after={"args": stored})  # fmt: skip
    with house.session(CLERK) as session, use_locale("en"):
        ((_label, before, after),) = words.changes(entry, words.Names(session, [entry]))
        assert (str(before), str(after)) == ("–", shown)


def test_older_entries_are_a_page_further(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.audit.pages.PAGE", 2)
    assert history.PAGE > 2
    for number in range(5):
        with house.session(CLERK, write=True) as session:
            session.add(TrialUnit(code=f"unit {number}"))
    first = client.get("/audit/by/7").text
    assert "unit 4" in first
    assert "unit 2" not in first
    assert "?before=4" in first
    older = client.get("/audit/by/7?before=4").text
    assert "unit 2" in older
    assert "unit 4" not in older


def test_nobody_else_reads_the_log(client: FlaskClient) -> None:
    for url in ("/audit/of/trial_unit/1", "/audit/by/7", "/audit/looks/9"):
        assert client.get(url, headers={"X-Account": "2"}).status_code == 403


def test_a_refused_change_is_kept_and_a_refused_look_is_not(client: FlaskClient, house: House) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert client.get("/imports/new/trial").status_code == 403
    assert entries(house, "denied") == []
    assert client.post("/imports/new/trial", headers={"X-Account": "2"}).status_code == 403
    (row,) = entries(house, "denied")
    assert (row["action"], row["account_id"], row["after"]) == (IMPORT, 2, {"code": "NO_ENTRY"})


def test_everybody_sees_who_looked_at_his_own_data(client: FlaskClient, house: House) -> None:
    """Without any authority, his own alone, with group and purpose; whoever is no person has none."""
    asked = ports.of(client.application).ports
    asked.actor_of_request = lambda _session, request: Actor(
        kind="person", name="Wang", account_id=2, locale="en",
        person_id=int(request.headers["X-Person"]) if "X-Person" in request.headers else None,
    )
    with house.session(CLERK, write=True) as session:
        people = [
            TrialPerson(number=number, name=name, joined=date(2026, 1, 5), salary=1, identity=None)
            for number, name in (("E1", "王芳"), ("E2", "李娜"))
        ]
        session.add_all(people)
        session.flush()
        mine, other = (one.id for one in people)
        events.record_reveal(session, "identity", people[0], subject_id=mine, purpose="checks a contract")
        events.record_reveal(session, "bank", people[0], subject_id=mine, purpose="a new account")
        events.record_reveal(session, "identity", people[1], subject_id=other, purpose="about somebody else")
    text = client.get("/audit/looks", headers={"X-Person": str(mine)}).text
    assert "Who looked at my data" in text
    assert "checks a contract" in text
    assert "a new account" in text
    assert "about somebody else" not in text
    assert client.get(f"/audit/looks/{mine}", headers={"X-Person": str(mine)}).status_code == 403
    assert client.get("/audit/looks").status_code == 404
    person = Actor(kind="person", name="Wang", account_id=2, person_id=mine)
    with house.session(person) as session:
        found = history.own_looks(session, person, group="bank")
        assert [one.reason for one in found] == ["a new account"]
        assert history.own_looks(session, Actor(kind="person", account_id=2)) == []
