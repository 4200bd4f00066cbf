"""The small company with a list that speaks of documents, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.db.types import Translation
from core.kernel.house import House
from tests.core.org.company import START, SYSTEM
from tests.core.org.conftest import database_builder, english, house
from tests.core.org.desk import PEOPLE, READ, Desk, opened

__all__ = ["database_builder", "english", "house"]

TODAY = date(2026, 11, 23)
TITLE = Translation(zh_CN="证照", en="Documents")
#: Who may what with documents, under which scope: personnel of the company, the head of a group, everybody his own.
ENTRIES = (
    ("CEO", "documents.document:read", "company"), ("CEO", "documents.document:open", "company"),
    ("CEO", "documents.document:change", "company"), ("CEO", "documents.document:hold", "company"),
    ("CEO", "documents.document:export", "company"), ("CEO", "documents.document:import", "all"),
    ("CEO", "documents.missing:read", "company"), ("CEO", "files.file:manage", "all"),
    ("ACQ-H", "documents.document:read", "unit"),
    ("ADS", "documents.document:read", "self"), ("ADS", "documents.document:open", "self"),
)


@pytest.fixture
def desk(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The app on a day of the small company."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(TODAY))
    made = opened(house)
    with house.session(SYSTEM, write=True) as session:
        kept = [EntryDraft(f"P{n}", post, READ, TITLE, scope, power="read")
                for n, (post, scope) in enumerate(PEOPLE.values()) if scope]
        kept.append(EntryDraft("L2", "CEO", "audit.log:read", TITLE, "all", power="read"))
        kept += [EntryDraft(f"D{n}", post, action, TITLE, scope) for n, (post, action, scope) in enumerate(ENTRIES)]
        publish(session, SYSTEM, ListDraft("CO", 2, START + timedelta(days=1), entries=tuple(kept)))
        session.expunge_all()
    return made
