"""Who sees whom on the pages and through the interface, what stays masked, and what a page asks of the database."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.db import guard
from core.identity import services as identity
from core.org import services as org
from core.org.models import Person
from remit.testing.statements import counting
from tests.core.org.company import START, SYSTEM, seen
from tests.core.org.desk import CHART, PEOPLE, READ, REVEAL, TITLE, Desk, page

#: The unit of each post and the unit above each unit, as ``company.build`` makes them.
HOME = {"CEO": "CO", "MKT-D": "MKT", "ACQ-H": "ACQ", "ADS": "ACQ", "SAL-D": "SAL", "BJ-R": "BJS"}
ABOVE = {"CO": None, "MKT": "CO", "ACQ": "MKT", "SAL": "CO", "BJ": "CO", "BJS": "BJ"}


def seen_by(who: str) -> set[str]:
    """Whom somebody sees, by walking up from everybody's unit: slow, and without the engine."""
    post, scope = PEOPLE[who]

    def sees(other: str) -> bool:
        here: str | None = HOME[PEOPLE[other][0]]
        way = []
        while here is not None:
            way.append(here)
            here = ABOVE[here]
        by_scope = {"company": True, "subtree": HOME[post] in way, "unit": HOME[post] == way[0], "self": who == other}
        return scope is not None and by_scope[scope]

    return {other for other in PEOPLE if sees(other)}


def test_scopes_narrow_the_list_and_the_file(desk: Desk) -> None:
    """Self, unit, subtree, company: exactly who is in somebody's scope is in the list and has a page."""
    assert [len(seen_by(who)) for who in PEOPLE] == [6, 3, 2, 1, 0, 0]
    for who in PEOPLE:
        expected = seen_by(who)
        status, text = page(desk, who, "/people")
        assert status == (200 if expected else 403)
        listed = re.findall(r">N-(\w+)<", text)
        assert (set(listed), len(listed)) == (expected, len(expected)), who
        for name, employment in desk.people.items():
            status, text = page(desk, who, f"/people/{employment.person_id}")
            refused = 404 if expected else 403
            assert status == (200 if name in expected else refused), (who, name)


def test_the_list_of_a_unit_is_that_of_all_below_it(desk: Desk) -> None:
    """A unit's people are those of its groups, too; a position's people are its holders; both say how many."""
    with desk.house.session(SYSTEM) as session:
        units = {code: org.unit_by_code(session, code).id for code in ABOVE}
        ads = org.position_by_code(session, "ADS").id
    for code, expected in (("MKT", {"md", "acq", "ads"}), ("BJ", {"rep"}), ("CO", set(PEOPLE))):
        _status, text = page(desk, "ceo", f"/people?unit={units[code]}")
        assert set(re.findall(r">N-(\w+)<", text)) == expected
        assert f"/ {len(expected)}</span>" in text
    assert re.findall(r">N-(\w+)<", page(desk, "ceo", f"/people?position={ads}")[1]) == ["ads"]
    assert "Nobody was found." in page(desk, "md", f"/people?unit={units['SAL']}")[1]
    assert set(re.findall(r">N-(\w+)<", page(desk, "md", f"/people?unit={units['CO']}")[1])) == seen_by("md")


@pytest.mark.proves("reveal-kept")
def test_masked_fields_open_for_a_purpose_that_is_kept(desk: Desk) -> None:
    """Masked on the page; no purpose, no sight; the look, its purpose and its entry stand in the audit."""
    ads = desk.people["ads"].person_id
    _status, text = page(desk, "acq", f"/people/{ads}")
    assert "11010519491231002X" not in text
    assert "13800001234" not in text
    assert "110***********002X" in text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    path, headers = f"/people/{ads}/reveal/identity", {"X-Name": "acq"}
    empty = desk.client.post(path, data={"csrf_token": token[1], "purpose": " "}, headers=headers)
    assert empty.status_code == 422
    assert "11010519491231002X" not in empty.text
    assert "Say what you need it for" in empty.text
    opened = desk.client.post(path, data={"csrf_token": token[1], "purpose": " contract "}, headers=headers)
    assert opened.status_code == 200
    assert "11010519491231002X" in opened.text
    assert "13800001234" in opened.text
    part = desk.client.post(
        path, data={"csrf_token": token[1], "purpose": "a card"},
        headers=headers | {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#identity"},
    )
    assert "11010519491231002X" in part.text
    assert "<html" not in part.text
    again = page(desk, "acq", f"/people/{ads}")[1]
    assert "11010519491231002X" not in again
    # Who may see the file but holds no entry to reveal is refused by authority, and sees no button for it.
    for who, target in (("md", path), ("acq", f"/people/{ads}/reveal/bank")):
        own = page(desk, who, f"/people/{ads}")[1]
        own_token = re.search(r'name="csrf_token" value="([^"]+)"', own)
        assert own_token
        assert target not in own
        refused = desk.client.post(target, data={"csrf_token": own_token[1], "purpose": "curious"},
                                   headers={"X-Name": who})
        assert refused.status_code == 403
        assert "11010519491231002X" not in refused.text
    with desk.house.session(SYSTEM) as session, guard.system(session, "a test looks"):
        looks = session.scalars(select(AuditEntry).where(AuditEntry.kind == "reveal").order_by(AuditEntry.id)).all()
        assert [(one.person_id, one.subject_id, one.action, one.entry, one.reason, one.after) for one in looks] == [
            (desk.people["acq"].person_id, ads, REVEAL, "ACQ-H.R1", purpose, {"group": "identity"})
            for purpose in ("contract", "a card")
        ]


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


def test_the_bank_account_opens_as_a_part_of_the_page(desk: Desk) -> None:
    """The group one may reveal has its card; the part that comes back is that card alone, open."""
    ads = desk.people["ads"].person_id
    with desk.house.session(SYSTEM, write=True) as session:
        found = session.scalars(seen(select(Person).where(Person.id == ads))).one()
        found.bank_name, found.bank_account = "Bank of Tests", "6222600000000000065"
        publish(session, SYSTEM, ListDraft("ACQ", 1, START, entries=(
            EntryDraft("B1", "ACQ-H", "person.bank:reveal", TITLE, "unit", power="read"),
        )))
    text = page(desk, "acq", f"/people/{ads}")[1]
    assert "**** 0065" in text
    assert "Bank of Tests" not in page(desk, "md", f"/people/{ads}")[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    part = desk.client.post(
        f"/people/{ads}/reveal/bank", data={"csrf_token": token[1], "purpose": "pay"},
        headers={"X-Name": "acq", "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#bank"},
    ).text
    assert "6222600000000000065" in part
    assert "<h1" not in part
