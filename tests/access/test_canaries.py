"""Values that occur nowhere else stand in every masked field; nobody is told one that his lists do not open to him.

The fields are those that modules registered as masked. What was asked is every address, page, program, CSV, workbook
and PDF alike, and then every link with a query that the pages of HR carry, with the ids of others in it.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.db.guard import system
from tests.access.asking import Row, found_in, singing
from tests.access.conftest import Outside
from tests.access.lists import opens
from tests.access.world import NOBODY, PEOPLE, PERSONAS, SYSTEM, Canary

POST_OF = dict(PEOPLE.values())
#: What a query names -> the kind of thing whose ids are put there.
QUERIES = {"person": "person", "unit": "unit", "position": "position", "account": "account", "person_id": "person",
           "employment": "employment", "employee": "employment"}  # fmt: skip


def may_see(persona: str, canary: Canary) -> bool:
    """By the published text: one's own, or under the action that opens the group."""
    name = PERSONAS[persona]
    return bool(name) and (
        name == canary.person or opens(persona, canary.opens, POST_OF[canary.person], himself=False)
    )


def test_a_canary_stands_in_every_masked_field(outside: Outside) -> None:
    fields = {
        f"{resource.name}.{name}" for resource in outside.world.house.registry.resource_types.values()
        for group in resource.groups for name in group.fields
    }
    assert {canary.field for canary in outside.planted} == fields
    assert {"person.identity_number", "person.phone", "person.bank_account", "payroll_slip.net"} <= fields


@pytest.mark.proves("masked")
def test_nobody_is_told_what_his_lists_do_not_open(outside: Outside, rows: list[Row]) -> None:
    found = [
        f"{row.key} {column}: {canary.field} of {canary.person}" for row in rows
        for column, cell in row.cells.items() for canary in cell.canaries if not may_see(row.persona, canary)
    ]
    assert not found, "\n".join(found)


@pytest.mark.proves("reveal")
def test_reading_alone_opens_nothing(rows: list[Row]) -> None:
    """Who may open a masked field says what for, in a POST that is kept; a GET shows one's own and no more."""
    found = [
        f"{row.key} {column}: {canary.field} of {canary.person}" for row in rows if row.address.method == "GET"
        for column, cell in row.cells.items() for canary in cell.canaries if canary.person != PERSONAS[row.persona]
    ]
    assert not found, "\n".join(found)


def test_the_search_finds_what_is_told(rows: list[Row]) -> None:
    """Canaries of whoever may open them were met in pages, JSON and PDF: the search is not blind."""
    met = Counter(cell.kind for row in rows for cell in row.cells.values() if cell.canaries)
    assert {"text/html", "application/json", "application/pdf"} <= set(met), met
    fields = {canary.field for row in rows for cell in row.cells.values() for canary in cell.canaries}
    assert fields >= {"person.identity_number", "person.bank_account", "document.number", "payroll_slip.net"}


def test_links_of_hr_with_the_ids_of_others(outside: Outside) -> None:
    """Every link with a query on the pages of HR, asked by everybody else with each person's and unit's id in it."""
    asked, told = 0, []
    for path in sorted(_links(outside)):
        parts = urlsplit(path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        for at, (name, _value) in enumerate(pairs):
            kind = QUERIES.get(name)
            for other in {*outside.world.things[kind].values(), NOBODY} if kind else ():
                swapped = [*pairs[:at], (name, str(other)), *pairs[at + 1:]]
                for persona in ("employee", "sibling head", "administrator", "other company"):
                    response = outside.ask(persona, "GET", f"{parts.path}?{urlencode(swapped)}", part=True)
                    asked += 1
                    assert response.status_code < 500, f"{persona} {path}"
                    told += [
                        f"{persona} {path} {name}={other}: {canary.field}"
                        for canary in found_in(outside.planted, response) if not may_see(persona, canary)
                    ]
    assert asked > 50
    assert not told, "\n".join(told)


def _links(outside: Outside) -> set[str]:
    """Links with a query on the first pages of HR, one for each path and set of names."""
    found: dict[tuple[str, tuple[str, ...]], str] = {}
    person, unit = outside.world.things["person"]["own"], outside.world.things["unit"]["own"]
    for path in ("/people", "/org", f"/org?unit={unit}", f"/people/{person}", f"/people?unit={unit}", "/documents/",
                 f"/documents/new/person/{person}", "/letters", "/attendance/sheet", "/payroll/runs", "/authority/"):
        page = outside.ask("HR director", "GET", path)
        for link in re.findall(r'(?:href|action|hx-get)="(/[^"]*\?[^"]+)"', page.text):
            parts = urlsplit(unescape(link))
            names = tuple(sorted(name for name, _value in parse_qsl(parts.query)))
            if set(names) & set(QUERIES):
                found.setdefault((parts.path, names), unescape(link))
    return set(found.values())


@pytest.mark.proves("logs")
def test_no_log_holds_one(outside: Outside, rows: list[Row]) -> None:
    """Neither what the process logged nor what the audit log keeps, of all that was asked, refused and opened."""
    assert len(rows) > 900
    assert len(outside.logged) > 1000
    assert len(outside.audited) > 100
    assert set(singing(outside.planted, "\n".join(outside.logged))) == set()
    with outside.world.house.session(SYSTEM) as session, system(session, "a test reads the audit log"):
        kept = [str((row.before, row.after, row.reason)) for row in session.scalars(select(AuditEntry))]
    text = "\n".join([*outside.audited, *kept])
    assert {canary for canary in singing(outside.planted, text) if isinstance(canary.value, str)} == set()


@pytest.mark.proves("sealed")
def test_none_lies_open_in_the_database(outside: Outside) -> None:
    """Masked texts are sealed at rest: the file of the database does not hold them."""
    data = Path(str(outside.world.house.database.engine.url.database)).read_bytes()
    assert data.startswith(b"SQLite format 3")
    assert [c.field for c in outside.planted if isinstance(c.value, str) and c.value.encode() in data] == []
