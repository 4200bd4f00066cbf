"""Who sees whom on the pages and through the interface, what stays masked, and what a page asks of the database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.app import create_app
from core.audit.models import AuditEntry
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.base.actor import Actor
from core.db import guard
from core.db.types import Translation
from core.identity import services as identity
from core.kernel.house import House
from core.org import services as org
from core.org.models import Employment
from core.web import ports
from remit.testing.statements import counting
from tests.core.org.company import START, SYSTEM, build

TITLE = Translation(zh_CN="查看", en="See")
READ, CHART, REVEAL = "person.record:read", "org.chart:read", "person.identity:reveal"
#: Who holds which post; the scope of his entry to see people.
PEOPLE = {"ceo": ("CEO", "company"), "md": ("MKT-D", "subtree"), "acq": ("ACQ-H", "unit"), "ads": ("ADS", "self"),
          "sal": ("SAL-D", None), "rep": ("BJ-R", None)}
SEEN = {"ceo": set(PEOPLE), "md": {"md", "acq", "ads"}, "acq": {"acq", "ads"}, "ads": {"ads"}}


@dataclass
class Desk:
    """The app, and the people by name."""

    house: House
    client: FlaskClient
    people: dict[str, Employment] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        person = self.people[name].person_id
        return Actor(kind="person", name=name, account_id=person, person_id=person, locale="en")


@pytest.fixture
def desk(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Six people, a list, and an app in which a header says who asks."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    app = create_app(house=house)
    made = Desk(house, app.test_client())
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        for name, (post, _scope) in PEOPLE.items():
            made.people[name] = org.hire(
                session, SYSTEM, number=f"N-{name}", name=f"{name} tester", position=lk.positions[post],
                hired_on=date(2025, 3, 1), phone="13800001234", identity_kind="resident_id",
                identity_number="11010519491231002X" if name == "ads" else None,
            )
        entries = [EntryDraft(f"P{n}", post, READ, TITLE, scope, power="read")
                   for n, (post, scope) in enumerate(PEOPLE.values()) if scope]
        entries.append(EntryDraft("C1", None, CHART, TITLE, "all", power="read"))
        entries.append(EntryDraft("R1", "ACQ-H", REVEAL, TITLE, "unit", power="reveal"))
        publish(session, SYSTEM, ListDraft("CO", 1, START, entries=tuple(entries)))
        session.expunge_all()
    asked = ports.of(app).ports
    asked.preferences = None
    asked.actor_of_request = lambda _session, request: made.actor(request.headers["X-Name"])
    return made


def page(desk: Desk, who: str, path: str) -> tuple[int, str]:
    """Status and text of a page as somebody sees it."""
    answer = desk.client.get(path, headers={"X-Name": who})
    return answer.status_code, answer.text


def test_scopes_narrow_the_list_and_the_file(desk: Desk) -> None:
    """Self, unit, subtree, company: who is in the list has a page, everybody else is not found."""
    for who, expected in SEEN.items():
        status, text = page(desk, who, "/people")
        assert status == 200
        assert {name for name in PEOPLE if f"N-{name}" in text or f"{name} tester</" in text} - {who} <= expected
        for name, employment in desk.people.items():
            status, text = page(desk, who, f"/people/{employment.person_id}")
            assert (status == 200) == (name in expected), (who, name)
            assert status in (200, 404)


def test_masked_fields_open_for_a_purpose_that_is_kept(desk: Desk) -> None:
    """Masked on the page; no purpose, no sight; the look, its purpose and its entry stand in the audit."""
    ads = desk.people["ads"].person_id
    _status, text = page(desk, "acq", f"/people/{ads}")
    assert "11010519491231002X" not in text
    assert "13800001234" not in text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    path, headers = f"/people/{ads}/reveal/identity", {"X-Name": "acq"}
    empty = desk.client.post(path, data={"csrf_token": token[1], "purpose": " "}, headers=headers)
    assert empty.status_code == 422
    assert "11010519491231002X" not in empty.text
    opened = desk.client.post(path, data={"csrf_token": token[1], "purpose": "contract"}, headers=headers)
    assert opened.status_code == 200
    assert "11010519491231002X" in opened.text
    with desk.house.session(SYSTEM) as session, guard.system(session, "a test looks"):
        looks = session.scalars(select(AuditEntry).where(AuditEntry.kind == "reveal")).all()
        assert [(one.person_id, one.action) for one in looks] == [(desk.people["acq"].person_id, REVEAL)]
    refused = desk.client.post(path, data={"csrf_token": token[1], "purpose": "curious"}, headers={"X-Name": "md"})
    assert refused.status_code in (400, 403)


def test_pages_keep_their_budget(desk: Desk) -> None:
    """Ten statements and three of the frame."""
    desk.client.get("/org", headers={"X-Name": "ceo"})
    for path in ("/org", "/org?view=reports", "/people", f"/people/{desk.people['ads'].person_id}"):
        with counting(desk.house.database) as statements:
            assert page(desk, "ceo", path)[0] == 200
        assert len(statements) <= 13, f"{path}\n{statements}"


def test_the_chart_is_that_of_a_day(desk: Desk) -> None:
    """A unit that moved and was renamed stands as it was and as it is."""
    with desk.house.session(SYSTEM, write=True) as session:
        acq, sales = org.unit_by_code(session, "ACQ"), org.unit_by_code(session, "SAL")
        org.change_unit(session, SYSTEM, acq, date(2026, 6, 1), parent=sales,
                        title={"zh_CN": "获客组", "en": "Leadgen"})
    assert "Leadgen" not in page(desk, "ceo", "/org?day=2026-05-31")[1]
    now = page(desk, "ceo", "/org?day=2026-06-01")[1]
    assert "Leadgen" in now
    assert "Acq<" not in now


def test_a_token_sees_what_its_holder_sees(desk: Desk) -> None:
    """The interface: units, positions and people, page by page; nothing without a token or beyond its scopes."""
    with desk.house.session(SYSTEM, write=True) as session:
        account = identity.create_account(session, SYSTEM, login="md", name="md", password="correct horse 77 staple",
                                          person_id=desk.people["md"].person_id)
        actor = identity.actor_of(account)
    tokens = {}
    for scope in (READ, CHART):
        with desk.house.session(actor, write=True) as session:
            tokens[scope] = identity.create_token(session, actor, name=scope, scopes=[scope])[1]
    client = desk.client

    def ask(path: str, token: str) -> tuple[int, list[str]]:
        answer = client.get(f"/api/v1/org/{path}", headers={"Authorization": f"Bearer {token}"})
        items = answer.get_json().get("items", []) if answer.status_code == 200 else []
        return answer.status_code, [str(one.get("name") or one["title"]["zh_CN"]) for one in items]

    status, names = ask("people", tokens[READ])
    assert (status, sorted(names)) == (200, ["acq tester", "ads tester", "md tester"])
    assert len(ask("people?limit=2", tokens[READ])[1]) == 2
    assert len(ask("units", tokens[CHART])[1]) == 6
    assert len(ask("positions", tokens[CHART])[1]) == 6
    assert ask("units", tokens[READ])[0] == 403
    assert ask("people", tokens[CHART])[0] == 403
    assert ask("people", "remit_wrong")[0] == 401
