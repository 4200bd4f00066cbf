"""From the database back to a file: what is exported, published and exported again is the same."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.document import EntryDraft, ListDraft, format_list, parse
from core.authority.drafting import draft_of
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import bootstrap, publish
from core.base.errors import InputErrors
from core.db.types import Translation
from core.demo import story
from core.demo.telling import DATA
from core.kernel.house import House
from core.org import services as org
from core.org.models import Unit
from tests.core.authority.company import LIST, START, SYSTEM, Company

T = Translation(zh_CN="事项", en="Matter")


def rows(name: str) -> list[dict[str, str]]:
    """A table of the demo company."""
    with (DATA / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def places(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The units and posts that the demo's lists name."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    with house.session(SYSTEM, write=True) as session:
        entity = org.create_legal_entity(session, SYSTEM, code="LK", name={"zh_CN": "灵客"}, country="CN")
        units: dict[str, Unit] = {}
        for row in rows("units.csv"):
            above = units.get(row["parent"])
            units[row["code"]] = org.create_unit(session, SYSTEM, code=row["code"], title={"zh_CN": row["title_zh"]},
                                                valid_from=START, parent=above, legal_entity=None if above else entity)
        for row in rows("positions.csv"):
            org.create_position(session, SYSTEM, code=row["code"], unit=units[row["unit"]],
                                title={"zh_CN": row["title_zh"]}, valid_from=START)
    return house


def published(session: Session, draft: ListDraft) -> PublishedList:
    """Publish a list."""
    made, written = publish(session, SYSTEM, draft)
    assert written
    return made


@pytest.mark.parametrize("path", story.lists(), ids=lambda path: path.stem)
def test_what_is_exported_can_be_published_and_exported_again(places: House, path: Path) -> None:
    """The next version, written from the export of the first, says the same."""
    written = parse(path.read_text(encoding="utf-8"), source=path.name)
    with places.session(SYSTEM, write=True) as session:
        first = draft_of(session, published(session, written))
        text = format_list(first).replace(f"version: {first.version}\n", f"version: {first.version + 1}\n", 1)
        text = text.replace(f'effective_from: "{first.effective_from}"', 'effective_from: "2026-12-01"', 1)
        second = draft_of(session, published(session, parse(text)))
    assert (second.version, second.effective_from) == (first.version + 1, date(2026, 12, 1))
    for part in ("unit", "duties", "entries", "kpis", "boundaries", "basis"):
        assert getattr(first, part) == getattr(second, part), part
    assert [(row.code, row.position, row.action, row.scope_unit, row.limit_minor) for row in first.entries] == [
        (row.code, row.position, row.action, row.scope_unit, row.limit_minor) for row in written.entries
    ], "the export says what the file said"
    for part in ("duties", "kpis", "boundaries", "basis"):
        assert getattr(first, part) == getattr(written, part), part


def test_how_an_entry_is_used_is_named_unless_an_action_would_not_take_the_word(company: Company) -> None:
    entries = (
        EntryDraft("X1", "CEO", "person.record:read", T, "all"),
        EntryDraft("X2", "CEO", "person.record:change", T, "all"),
        EntryDraft("X3", "CEO", "moon.base:build", T, "all", power="cosign"),
        EntryDraft("X4", "CEO", "person.record:change", T, "self", effect="prohibit"),
    )  # fmt: skip
    with company.house.session(SYSTEM, write=True) as session:
        made = published(session, ListDraft("FIN", 1, date(2026, 1, 1), entries=entries))
        assert [(row.code, row.power) for row in draft_of(session, made).entries] == [
            ("X1", "read"), ("X2", "do"), ("X3", "cosign"), ("X4", ""),
        ]
        row = session.scalars(select(AuthorityEntry).where(AuthorityEntry.code == "X2")).one()
        row.power = "read"  # as if the action had meant something else when it was published
        assert draft_of(session, made).entries[1].power == ""


def test_the_bootstrap_entry_is_in_no_file(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        made = bootstrap(session, 7, date(2026, 1, 1), ())
        assert draft_of(session, made) == ListDraft(None, 1, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "row", "column", "message"),
    [
        (LIST.replace("version: 17", "version: 16"), 3, "version", "Version 17 is in force from 2025-01-01"),
        (LIST.replace("version: 17", "version: 18"), 3, "version", "begins later"),
        (LIST.replace("17", "18").replace("2025-01-01", "2026-06-01").replace(
            'read", in: all, ', 'read", in: all, up_to: 1.00 CNY, '), 25, "everybody.E1", "is about no amount"),
    ],
)  # fmt: skip
def test_a_list_that_does_not_fit_is_refused_with_its_line_and_the_one_in_force_stays(
    company: Company, text: str, row: int, column: str, message: str
) -> None:
    with pytest.raises(InputErrors) as refused, company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text))
    (problem,) = refused.value.problems
    assert (problem.row, problem.column) == (row, column)
    assert message in str(problem.message)
    with company.house.session(SYSTEM) as session:
        (standing,) = session.scalars(select(PublishedList)).all()
        assert (standing.version, standing.effective_to) == (17, date(9999, 1, 1))
