"""Every committed entry gets one place in the tree, whoever is at it, however many, and whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.audit import sequencer
from core.audit.leaves import CLEAR, body
from core.audit.models import AuditEntry, AuditLeaf, AuditProgress, AuditSubject
from core.audit.recorder import settle
from core.audit.sequencer import ENTRY, LEAF, sequence
from core.audit.subjects import people_of
from core.base.actor import Actor
from core.db.guard import mark, system
from core.db.session import Database
from core.jobs.keeper import upkeep
from core.kernel.house import House
from tests.core.exchange.trial import CLERK, TrialNote, TrialPerson, TrialUnit

SYSTEM = Actor.system("a test of the tree")


def add_units(house: House, count: int, name: str = "U") -> None:
    """So many entries, in one transaction."""
    with house.session(CLERK, write=True) as session:
        session.add_all([TrialUnit(code=f"{name}{number}") for number in range(count)])


def leaves(house: House) -> list[tuple[int, int]]:
    """Places and entries."""
    with house.session(SYSTEM) as session:
        rows = session.execute(select(LEAF.columns.seq, LEAF.columns.entry_id).order_by(LEAF.columns.seq))
        return [(row[0], row[1]) for row in rows]


def entries(house: House) -> list[int]:
    with house.session(SYSTEM) as session, system(session, "a test counts"):
        return list(session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


def assert_complete(house: House) -> None:
    found = leaves(house)
    assert [seq for seq, _entry in found] == list(range(len(found)))
    assert sorted(entry for _seq, entry in found) == entries(house)


def test_upkeep_gives_every_entry_a_place(house: House) -> None:
    assert sequence(house) == 0
    add_units(house, 5)
    upkeep(house)
    assert_complete(house)
    assert len(leaves(house)) == 5
    assert sequence(house) == 0
    add_units(house, 2)
    assert sequence(house) == 2
    assert leaves(house) == [(number, number + 1) for number in range(7)]


def test_a_long_queue_takes_several_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "STEP", 3)
    add_units(house, 10)
    assert sequence(house) == 10
    assert_complete(house)


def test_what_is_rolled_back_leaves_no_gap(house: House) -> None:
    add_units(house, 2)
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="never"))
        settle(session)
        session.rollback()
    add_units(house, 2)
    sequence(house)
    assert len(leaves(house)) == 4
    assert_complete(house)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite writers queue up
def test_a_long_transaction_is_taken_when_it_is_there(house: House) -> None:
    """Its entries have smaller numbers than those that were taken before."""
    written, finish = threading.Event(), threading.Event()

    def slowly() -> None:
        with house.session(CLERK, write=True) as session:
            put(session, entry_values())  # draws its number now
            written.set()
            finish.wait(30)

    thread = threading.Thread(target=slowly)
    thread.start()
    assert written.wait(30)
    add_units(house, 3)
    for _turn in range(3):
        sequence(house)
    assert len(leaves(house)) == 3
    finish.set()
    thread.join()
    sequence(house)
    assert_complete(house)
    assert leaves(house)[-1] == (3, 1)
    until, mark_of = time.monotonic() + 30, select(AuditProgress.mark)
    found = 0
    while found < 4 and time.monotonic() < until:  # a transaction in any database of the server holds the mark back
        sequence(house)
        with house.session(SYSTEM) as session:
            found = session.scalars(mark_of).one()
    assert found == 4


def put(session: Session, entry: dict[str, Any]) -> None:
    session.execute(mark(insert(ENTRY), [("test", "core_audit")]), entry)


def entry_values(**more: Any) -> dict[str, Any]:
    """An entry as an attacker or a long transaction would write it."""
    plain = dict.fromkeys(column.name for column in ENTRY.columns if column.name != "id")
    return {**plain, "at": datetime.fromisoformat("2026-05-01T09:00:00+00:00"), "kind": "system",
            "actor_kind": "system", "request_id": "", **more}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite nothing can slip past
def test_one_that_slipped_past_is_found_again(house: House) -> None:
    """An entry below the mark: today's is taken at the next tidying, an old one was put in by hand and is not."""
    add_units(house, 2)
    for _turn in range(3):
        sequence(house)
    now = datetime.now().astimezone()
    with house.session(SYSTEM, write=True) as session:
        session.execute(update(AuditProgress).values(mark=10))
        put(session, {"id": 8, **entry_values(at=now)})
        put(session, {"id": 9, **entry_values(at=now - timedelta(days=2))})
    assert sequence(house) == 0
    with house.session(SYSTEM, write=True) as session:
        assert sequencer.tidy(session) == 1
    assert [entry for _seq, entry in leaves(house)] == [1, 2, 8]


# -- whom an entry is about --------------------------------------------------------------------------------------------


def test_values_stand_under_the_key_of_the_person_they_are_about(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        someone = TrialPerson(number="E1", name="王芳", joined=date(2026, 1, 5), salary=800000, identity="1236")
        session.add(someone)
        session.flush()
        session.add(TrialNote(person_id=someone.id, text="first"))
        session.add(TrialUnit(code="A"))
        person_id = someone.id
    with house.session(CLERK, write=True) as session, system(session, "edit"):
        session.scalars(select(TrialNote)).one().text = "second"
    sequence(house)
    with house.session(SYSTEM) as session, system(session, "a test looks"):
        rows = session.execute(
            select(AuditEntry.object_type, AuditEntry.kind, AuditSubject.person_id, AuditSubject.key)
            .join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
            .join(AuditSubject, AuditSubject.id == AuditLeaf.subject_id).order_by(AuditEntry.id)
        ).all()
        about = {(row.object_type, row.kind): row.person_id for row in rows}
        assert all(len(row.key) == 32 for row in rows)
        assert len({row.key for row in rows}) == 2
    assert about == {
        ("trial_person", "insert"): person_id, ("trial_note", "insert"): person_id, ("trial_unit", "insert"): None,
        ("trial_note", "update"): person_id, (None, "system"): None,
    }


def test_a_reveal_is_about_whose_fields_were_opened(house: House) -> None:
    row = entry_values(subject_id=9, object_type="trial_unit", object_id="1", root_type="trial_unit")
    with house.session(SYSTEM) as session:
        assert people_of(session, [row, {**row, "subject_id": None}]) == [9, None]


def test_the_body_holds_no_value(house: House) -> None:
    """The clear part is a list of its own: a column that joins the log has to be put on one side or the other."""
    secret = entry_values(id=1, before={"name": "王芳"}, after={"name": "王小芳"}, reason="she married")
    told = body(secret, b"\x01" * 32)
    assert not any(word in str(told) for word in ("王", "married"))
    assert {*CLEAR, "at", "before", "after", "reason"} == {column.name for column in ENTRY.columns}


# -- several at once, and killed ---------------------------------------------------------------------------------------

WORK = """
import sys, time
from pathlib import Path
from tests.core.audit.working import house_at
from core.audit import sequencer
sequencer.STEP = 7
house = house_at(sys.argv[1], Path(sys.argv[2]))
print("ready", flush=True)
end = time.monotonic() + float(sys.argv[3])
while time.monotonic() < end:
    sequencer.sequence(house)
"""


def started(database: Database, folder: Path, seconds: float) -> subprocess.Popen[str]:
    url = database.url.render_as_string(hide_password=False)
    made = subprocess.Popen(
        [sys.executable, "-c", WORK, url, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[3], env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n"
    return made


def test_four_at_once_leave_no_gap(house: House, tmp_path: Path) -> None:
    """While two threads go on writing entries."""
    running = [started(house.database, tmp_path, 4.0) for _number in range(4)]

    def write(name: str) -> None:
        for turn in range(20):
            add_units(house, 7, f"{name}{turn}-")
            time.sleep(0.05)

    writers = [threading.Thread(target=write, args=(name,)) for name in "AB"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    for process in running:
        assert process.wait(60) == 0
        assert process.stdout is not None
        process.stdout.close()
    before = len(leaves(house))
    assert before > 0
    sequence(house)
    assert len(leaves(house)) == 280
    assert_complete(house)


def test_one_that_is_killed_loses_and_doubles_nothing(house: House, tmp_path: Path) -> None:
    for turn in range(4):
        add_units(house, 600, f"K{turn}-")
        process = started(house.database, tmp_path, 60)
        time.sleep(0.02 + 0.04 * turn)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
        assert [seq for seq, _entry in leaves(house)] == list(range(len(leaves(house))))
    for _turn in range(20):
        if not sequence(house):
            break
    assert len(leaves(house)) == 2400
    assert_complete(house)
