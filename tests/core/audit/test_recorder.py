from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, false, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.decision import Decision, Denied
from core.audit import events
from core.audit.actions import READ
from core.audit.append_only import statements
from core.audit.history import deeds, history, looks
from core.audit.models import AuditEntry
from core.base import clock
from core.base.actor import Actor
from core.db.guard import MIGRATION, UnguardedStatement, system
from core.kernel.house import House
from tests.core.exchange.trial import IMPORT, TrialPerson, TrialUnit, TrialUnitVersion

CLERK = Actor(
    kind="person", name="Clerk", account_id=7, person_id=70, acting_as=3, request_id="req-1"
)
BOSS = Actor.system("audit test")


class Entitled:
    """An engine that allows what stands in its list."""

    def __init__(self, *actions: str) -> None:
        self.actions = actions

    def decide(self, session: Session, actor: Actor, action: Any, resource: Any, obj: Any) -> Decision:
        fine = action.key in self.actions
        entry = f"{action.key}.A1" if fine else None
        return Decision(fine, "ALLOW" if fine else "NO_ENTRY", "", action.key, entry, 4, 3)

    def predicate(self, session: Session, actor: Actor, action: Any, resource: Any, model: Any, **how: Any) -> Any:
        return model.id > 0 if action.key in self.actions else false()


@pytest.fixture
def house(house: House) -> House:
    house.session_info["authority"] = Entitled(IMPORT)
    return house


def person(**values: Any) -> TrialPerson:
    plain = {"number": "E1", "name": "王芳", "joined": date(2026, 1, 5), "salary": 800000, "identity": "1236"}
    return TrialPerson(**{**plain, **values}, identity_index=values.get("identity", "1236"))


def entries(house: House, *kinds: str) -> list[dict[str, Any]]:
    with house.session(BOSS) as session, system(session, "look"):
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        names = [column.name for column in AuditEntry.__table__.columns]
        return [{n: getattr(one, n) for n in names} for one in found if not kinds or one.kind in kinds]


# -- changes -----------------------------------------------------------------------------------------------------------


def test_one_row_per_object_and_transaction(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        unit = TrialUnit(code="A")
        session.add(unit)
        session.flush()
        unit.code = "B"
        session.flush()
        unit.code = "C"
    (row,) = entries(house)
    assert (row["kind"], row["object_type"], row["object_id"], row["before"]) == ("insert", "trial_unit", "1", None)
    assert row["after"] == {"id": 1, "code": "C"}
    assert (row["account_id"], row["person_id"], row["acting_as"], row["request_id"]) == (7, 70, 3, "req-1")
    assert row["at"].tzinfo is not None


def test_an_update_shows_changed_columns_only_from_first_to_last(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(person())
    with house.session(CLERK, write=True) as session, system(session, "edit"):
        found = session.scalars(select(TrialPerson)).one()
        found.salary = 1
        session.flush()
        found.salary, found.name = 900000, "王小芳"
        session.flush()
        found.name = "王芳"
    (row,) = entries(house, "update")
    assert (row["before"], row["after"]) == ({"salary": 800000}, {"salary": 900000})


def test_a_change_that_is_undone_leaves_no_row(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        unit = TrialUnit(code="A")
        session.add(unit)
    with house.session(CLERK, write=True) as session:
        unit = session.scalars(select(TrialUnit)).one()
        unit.code = "B"
        session.flush()
        unit.code = "A"
        passing = TrialUnit(code="passing")
        session.add(passing)
        session.flush()
        session.delete(passing)
    assert len(entries(house)) == 1


def test_a_delete_shows_what_there_was(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="A"))
    with house.session(CLERK, write=True) as session:
        unit = session.scalars(select(TrialUnit)).one()
        unit.code = "B"
        session.flush()
        session.delete(unit)
    (row,) = entries(house, "delete")
    assert (row["before"], row["after"]) == ({"id": 1, "code": "A"}, None)


def test_personal_values_are_digests_that_can_be_compared(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add_all([person(), person(number="E2", identity="1247"), person(number="E3")])
    rows = entries(house)
    shown = [row["after"]["identity"] for row in rows]
    assert all(one.startswith("#") and "12" not in one[:1] for one in shown)
    assert shown[0] == shown[2] != shown[1]
    assert "1236" not in str(rows)
    assert "identity_index" not in rows[0]["after"]
    assert rows[0]["after"]["joined"] == "2026-01-05"


def test_what_is_rolled_back_leaves_nothing(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="A"))
        session.flush()
        session.rollback()
    assert entries(house) == []


def test_a_savepoint_takes_its_rows_with_it(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="before"))
        with session.begin_nested():
            session.add(TrialUnit(code="kept"))
        broken = session.begin_nested()
        session.add(TrialUnit(code="lost"))
        session.flush()
        with session.begin_nested():
            session.add(TrialUnit(code="lost too"))
        broken.rollback()
        session.add(TrialUnit(code="after"))
    assert [row["after"]["code"] for row in entries(house)] == ["before", "kept", "after"]


def test_a_version_belongs_to_the_history_of_its_identity(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        unit = TrialUnit(code="A")
        session.add(unit)
        session.flush()
        session.add(TrialUnitVersion(unit_id=unit.id, valid_from=date(2026, 1, 1), title="Sales"))
    rows = entries(house)
    assert [(row["object_type"], row["root_type"], row["root_id"]) for row in rows] == [
        ("trial_unit", "trial_unit", "1"), ("trial_unit_version", "trial_unit", "1")]


def test_models_that_opted_out_are_not_recorded(house: House) -> None:
    from core.base import clock
    from core.jobs.models import JobRow

    with house.session(CLERK, write=True) as session:
        session.add(JobRow(kind="x", args={}, actor={}, queued_at=clock.now(), run_at=clock.now()))
    assert entries(house) == []


def test_a_reading_session_records_nothing(house: House) -> None:
    with house.session(CLERK) as session:
        session.scalars(select(TrialUnit)).all()
    assert entries(house) == []


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_changes_cite_the_entry_that_allowed_them(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(person())
    with house.session(CLERK, write=True) as session:
        with system(session, "load"):
            found = session.scalars(select(TrialPerson)).one()
        require(session, CLERK, IMPORT, found)
        found.salary = 5
    (row,) = entries(house, "update")
    assert (row["action"], row["entry"], row["list_version"]) == (IMPORT, f"{IMPORT}.A1", 4)
    assert entries(house, "decision") == []


def test_a_decision_without_a_change_has_a_row_of_its_own(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        require(session, CLERK, IMPORT)
    (row,) = entries(house)
    assert (row["kind"], row["action"], row["after"]) == ("decision", IMPORT, {"code": "ALLOW"})


def test_a_question_of_mere_reading_leaves_no_row(house: House) -> None:
    house.session_info["authority"] = Entitled(READ)
    with house.session(CLERK, write=True) as session:
        require(session, CLERK, READ)
    assert entries(house) == []


def test_a_refusal_is_recorded_apart(house: House) -> None:
    house.session_info["authority"] = Entitled()
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="A"))
        session.flush()
        with pytest.raises(Denied) as caught:
            require(session, CLERK, IMPORT)
        session.rollback()
    events.record_denied(house.database, CLERK, caught.value.decision)
    (row,) = entries(house)
    assert (row["kind"], row["action"], row["after"], row["account_id"]) == ("denied", IMPORT, {"code": "NO_ENTRY"}, 7)


# -- events ------------------------------------------------------------------------------------------------------------


def test_reveals_sign_ins_bulk_and_system_work(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        someone = person()
        session.add(someone)
        session.flush()
        events.record_reveal(session, "identity", someone, subject_id=someone.id, purpose="checks a contract")
        events.record_sign_in(session, account_id=7, succeeded=True, address="10.0.0.1")
        events.record_sign_in(session, account_id=None, succeeded=False)
        events.record_bulk(session, "trial_person", "run:5", 1000, events.digest(["a", b"b"]), operation="update")
        for _n in range(2):
            with system(session, "sweep"):
                pass
    reveal, good, bad, bulk, swept = entries(house, "reveal", "sign_in", "bulk", "system")
    assert (reveal["subject_id"], reveal["reason"], reveal["after"]) == (1, "checks a contract", {"group": "identity"})
    assert (good["account_id"], good["after"]["succeeded"], bad["account_id"]) == (7, True, None)
    assert (bulk["row_count"], bulk["origin"], bulk["object_type"]) == (1000, "run:5", "trial_person")
    assert swept["reason"] == "sweep"
    assert events.digest(["ab", b""]) != events.digest(["a", b"b"])


def test_what_was_opened_is_known_to_whoever_opened_it(house: House) -> None:
    """Only by the same account in the same way, of the same object and group, and only since a moment."""
    begin = clock.now() - timedelta(minutes=15)
    with house.session(CLERK, write=True) as session:
        someone, other = person(), TrialUnit(code="B")
        session.add_all([someone, other])
        session.flush()
        assert events.revealed_at(session, "pay", someone, since=begin) is None
        events.record_reveal(session, "pay", someone, subject_id=None, purpose="checks the month", count=63)
        opened = events.revealed_at(session, "pay", someone, since=begin)
        assert opened is not None
        assert opened > begin
        assert events.revealed_at(session, "identity", someone, since=begin) is None
        assert events.revealed_at(session, "pay", other, since=begin) is None
        assert events.revealed_at(session, "pay", someone, since=opened) is None
    for stranger in (replace(CLERK, account_id=8), replace(CLERK, kind="token"), Actor(kind="anonymous")):
        with house.session(stranger) as session:
            assert events.revealed_at(session, "pay", someone, since=begin) is None
    (row,) = entries(house, "reveal")
    assert (row["row_count"], row["subject_id"], row["reason"]) == (63, None, "checks the month")


# -- append-only -------------------------------------------------------------------------------------------------------


def test_the_log_cannot_be_changed_or_emptied(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="A"))
    for statement in (
        update(AuditEntry).values(account_id=8), delete(AuditEntry), text("DELETE FROM core_audit"),
        text("UPDATE core_audit SET reason = 'x'"),
    ):
        assert_refused(house, statement)
    if not house.database.is_sqlite:
        assert_refused(house, text("TRUNCATE core_audit"))
    assert len(entries(house)) == 1


def assert_refused(house: House, statement: Any) -> None:
    """Even on a connection without the statement guard."""
    unguarded = house.database.engine.connect().execution_options(**{MIGRATION: True})
    with unguarded as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(statement)


def test_the_statements_of_a_migration_name_the_table() -> None:
    for dialect in ("sqlite", "postgresql"):
        assert any('"core_audit"' in one for one in statements("core_audit", dialect))


# -- reading -----------------------------------------------------------------------------------------------------------


def test_history_is_read_by_whoever_is_entitled(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        someone = person()
        session.add_all([someone, TrialUnit(code="A")])
        session.flush()
        session.add(TrialUnitVersion(unit_id=1, valid_from=date(2026, 1, 1), title="Sales"))
        events.record_reveal(session, "identity", someone, subject_id=70, purpose="why not")
    with house.session(CLERK, write=True) as session:
        session.scalars(select(TrialUnit)).one().code = "B"
    with house.session(CLERK) as session:
        assert history(session, CLERK, "trial_unit", 1) == []
    house.session_info["authority"] = Entitled(READ)
    with house.session(CLERK) as session:
        found = history(session, CLERK, "trial_unit", 1)
        assert [(one.kind, one.object_type) for one in found] == [
            ("update", "trial_unit"), ("insert", "trial_unit_version"), ("insert", "trial_unit")]
        assert history(session, CLERK, "trial_unit", 1, before=found[0].id, limit=1) == [found[1]]
        assert [one.subject_id for one in looks(session, CLERK, 70)] == [70]
        assert {one.account_id for one in deeds(session, CLERK, 7)} == {7}
        assert deeds(session, CLERK, 8) == []


def test_the_log_is_guarded(house: House) -> None:
    with house.session(CLERK) as session, pytest.raises(UnguardedStatement):
        session.scalars(select(AuditEntry)).all()
    with house.session(CLERK, write=True) as session, pytest.raises(UnguardedStatement):
        session.execute(insert(AuditEntry).values(kind="forged"))
