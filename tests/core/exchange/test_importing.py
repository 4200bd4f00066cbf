from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.decision import Decision, Denied
from core.audit.models import AuditEntry
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, NotFound
from core.base.text import use_locale
from core.db.base import Base
from core.db.guard import system
from core.exchange import importing
from core.exchange.importing import import_file, own_import, report_of
from core.exchange.models import Import, ImportChange
from core.exchange.report import ImportReport, line
from core.exchange.undo import undo
from core.files.models import File
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.kernel import state
from core.kernel.house import House
from tests.core.exchange.books import csv_text, workbook
from tests.core.exchange.trial import CLERK, EXCHANGE, IMPORT, TABLES, TrialNote, TrialPerson

HEAD = ["工号", "姓名", "入职日期", "月薪", "证件号码", "上级工号"]
ROWS = [
    ["E1", "王芳", "2026-01-05", "8000", "1236", ""],
    ["E2", "李强", "2026-02-01", "9000.50", "1247", "E1"],
    ["E3", "赵敏", "2026-03-01", "7000", "", "E2"],
]
GOOD = csv_text([HEAD, *ROWS]).encode()
BOSS = Actor.system("test")


class Entitled:
    """An engine that allows the clerk one action, as a list with one entry would."""

    def decide(self, session: Session, actor: Actor, action: Any, resource: Any, obj: Any) -> Decision:
        fine = actor.account_id == CLERK.account_id and action.key == IMPORT
        return Decision(fine, "ALLOW" if fine else "NO_ENTRY", "", action.key, "HR.A1" if fine else None, 3)

    def predicate(self, session: Session, actor: Actor, action: Any, resource: Any, model: Any, **how: Any) -> Any:
        raise AssertionError("imports do not list")


@pytest.fixture
def house(house: House) -> House:
    house.session_info["authority"] = Entitled()
    return house


def bring(house: House, data: bytes = GOOD, *, dry: bool = False, actor: Actor = CLERK) -> ImportReport:
    return import_file(house, actor, EXCHANGE, data, name="people.csv", dry=dry)


@contextmanager
def looking(house: House) -> Iterator[Session]:
    with house.session(BOSS) as session, system(session, "test looks"):
        yield session


def people(house: House) -> list[tuple[str, str, int, str | None]]:
    with looking(house) as session:
        found = session.scalars(select(TrialPerson).order_by(TrialPerson.number)).all()
        return [(one.number, one.name, one.salary, one.identity) for one in found]


def everything(house: House, *, without: tuple[str, ...] = ()) -> dict[str, int]:
    """How many rows each table has."""
    with looking(house) as session:
        return {
            name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0
            for name in TABLES if name not in without
        }


# -- dry run -----------------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_would_happen_and_writes_nothing(house: House) -> None:
    before = everything(house)
    report = bring(house, dry=True)
    assert report.ok
    assert dict(report.counts) == {"rows": 3, "new": 3, "changed": 0, "unchanged": 0, "closed": 0}
    assert everything(house) == before


def test_a_row_with_a_bad_cell_is_compared_by_its_other_cells(house: House) -> None:
    rows = [*ROWS, ["E4", "钱多", "31/02/2026", "1", "", "E9"], ["", "孙立", "2026-01-01", "1", "", "E9"],
            ["E6", "周正", "2026-01-01", "-1", "", "E4"], ["E7", "吴用", "2026-01-01", "1", "", "E9"]]
    report, before = bring(house, data := csv_text([HEAD, *rows]).encode(), dry=True), everything(house)
    told = [(5, "入职日期"), (5, "上级工号"), (6, "工号"), (7, "月薪"), (8, "上级工号")]
    assert [(one.row, one.column) for one in report.problems] == told
    with pytest.raises(InputErrors):
        bring(house, data)
    assert everything(house) == before


def test_a_file_that_cannot_be_read_is_a_report_with_one_problem(house: House) -> None:
    report = bring(house, b"\x00\x01", dry=True)
    assert (report.problem_count, len(report.problems), report.state) == (1, 1, "failed")


# -- real run ----------------------------------------------------------------------------------------------------------


def test_an_import_writes_everything_and_a_second_one_nothing(house: House) -> None:
    first = bring(house)
    assert dict(first.counts)["new"] == 3
    assert people(house) == [
        ("E1", "王芳", 800000, "1236"), ("E2", "李强", 900050, "1247"), ("E3", "赵敏", 700000, None)
    ]
    ours = ("core_import", "core_audit")
    before = everything(house, without=ours)
    second = bring(house)
    assert second.state == "unchanged"
    assert everything(house, without=ours) == before
    with use_locale("en"):
        assert str(second.summary()) == "All 3 rows are stored already; nothing was changed."


def test_the_same_table_in_another_form_changes_nothing_either(house: House) -> None:
    bring(house)
    assert bring(house, workbook([["x"], HEAD, *ROWS])).state == "unchanged"
    assert bring(house, csv_text([HEAD, *ROWS], ";").encode("gb18030")).state == "unchanged"


def test_a_changed_row_is_changed_and_the_others_are_not(house: House) -> None:
    bring(house)
    rows = [ROWS[0], [*ROWS[1][:3], "9500", *ROWS[1][4:]], ROWS[2], ["E4", "钱多", "2026-05-01", "1", "", ""]]
    report = bring(house, csv_text([HEAD, *rows]).encode())
    assert dict(report.counts) == {"rows": 4, "new": 1, "changed": 1, "unchanged": 2, "closed": 0}
    assert people(house)[1] == ("E2", "李强", 950000, "1247")


@pytest.mark.parametrize(
    "bad", [["E9", "钱多", "31/02/2026", "1", "", ""], ["E9", "钱多", "2026-01-01", "1", "", "E8"]]
)
def test_one_problem_and_nothing_is_written(house: House, bad: list[str]) -> None:
    before = everything(house)
    with pytest.raises(InputErrors) as caught:
        bring(house, csv_text([HEAD, *ROWS, bad]).encode())
    assert [one.row for one in caught.value.problems] == [5]
    assert everything(house) == before


def test_a_failure_while_writing_leaves_nothing(house: House) -> None:
    def fall_over(session: Session, actor: Actor, plan: Any, changes: Any, report: Any) -> None:
        EXCHANGE.apply(session, actor, plan, changes, report)
        raise RuntimeError("in the middle")

    before = everything(house)
    with pytest.raises(RuntimeError, match="in the middle"):
        import_file(house, CLERK, replace(EXCHANGE, apply=fall_over), GOOD, name="people.csv")
    assert everything(house) == before


def test_who_may_not_is_refused_before_the_file_is_opened(house: House) -> None:
    other = replace(CLERK, account_id=8)
    for dry in (True, False):
        with pytest.raises(Denied):
            bring(house, b"never looked at", dry=dry, actor=other)


def test_the_import_keeps_its_record(house: House) -> None:
    report = bring(house)
    with looking(house) as session:
        record = session.get_one(Import, report.import_id)
        assert (record.kind, record.state, record.account_id, record.person_id) == ("trial", "done", 7, 70)
        assert record.file_digest == hashlib.sha256(GOOD).hexdigest()
        stored = report_of(record)
        assert stored == replace(report, warnings=[], problems=[])
        chunks = session.scalars(select(ImportChange).order_by(ImportChange.seq)).all()
        assert [(one.table_name, one.operation, one.row_count) for one in chunks] == [
            ("trial_person", "insert", 3), ("trial_note", "insert", 1)]
        assert b"1236" not in b"".join(bytes(one.before) for one in chunks)


def test_bulk_writes_and_orm_writes_are_audited_with_the_entry_that_allowed_them(house: House) -> None:
    report = bring(house)
    with looking(house) as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        session.expunge_all()
    bulk = [row for row in rows if row.kind == "bulk"]
    assert [(row.object_type, row.origin, row.row_count, row.action, row.entry) for row in bulk] == [
        ("trial_person", f"import:{report.import_id}", 3, IMPORT, "HR.A1")]
    notes = [row for row in rows if row.object_type == "trial_note"]
    assert [(row.kind, row.account_id, row.entry) for row in notes] == [("insert", 7, "HR.A1")]


def test_progress_only_grows(house: House) -> None:
    seen: list[int] = []

    def note(done: int, total: int | None, message: object = "") -> None:
        assert (total, str(message) != "") == (100, True)
        seen.append(done)

    import_file(house, CLERK, EXCHANGE, GOOD, name="x.csv", report=note)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 100)


# -- undo --------------------------------------------------------------------------------------------------------------


def take_back(house: House, report: ImportReport) -> int:
    with house.session(CLERK, write=True) as session:
        return undo(session, CLERK, session.get_one(Import, report.import_id))


def test_undo_puts_back_what_stood_there(house: House) -> None:
    bring(house)
    before = people(house)
    rows = [[*ROWS[0][:1], "王芳芳", "2026-01-06", "8001", *ROWS[0][4:]], ["E4", "钱多", "2026-05-01", "1", "1236", ""]]
    second = bring(house, csv_text([HEAD, *rows]).encode())
    assert len(people(house)) == 4
    assert take_back(house, second) == 3  # two people and a note
    assert people(house) == before
    with pytest.raises(DomainError) as caught:
        take_back(house, second)
    assert caught.value.code == "import.state"
    assert bring(house, csv_text([HEAD, *rows]).encode()).state == "done"


def test_undo_of_a_first_import_leaves_nothing(house: House) -> None:
    report = bring(house)
    assert take_back(house, report) == 4
    assert people(house) == []


@pytest.mark.parametrize("touch", ["salary", "identity", "deleted", "used"])
def test_undo_is_refused_once_somebody_changed_the_rows(house: House, touch: str) -> None:
    report = bring(house)
    with house.session(BOSS, write=True) as session, system(session, "test"):
        person = session.scalars(select(TrialPerson).where(TrialPerson.number == "E3")).one()
        if touch == "salary":
            person.salary += 1
        elif touch == "identity":
            person.identity = "1236"
        elif touch == "deleted":
            session.delete(person)
        else:
            session.add(TrialNote(person_id=person.id, text="somebody needs this person"))
    before = people(house)
    with pytest.raises(DomainError) as caught:
        take_back(house, report)
    assert caught.value.code == "import.changed_since"
    assert people(house) == before


def test_undo_of_deletes_and_of_repeated_orm_changes(house: House) -> None:
    bring(house)

    def apply(session: Session, actor: Actor, plan: Any, changes: Any, report: Any) -> None:
        stored = plan.data["stored"]
        note = session.scalars(select(TrialNote)).one()
        note.text = "changed"
        session.flush()
        note.text = "changed again"
        changes.delete(TrialPerson, [stored["E2"].id, stored["E3"].id])
        session.delete(note)

    before = people(house)
    rows = csv_text([HEAD, [*ROWS[0][:1], "王芳芳", *ROWS[0][2:]]]).encode()
    cutting = replace(EXCHANGE, apply=apply)
    report = import_file(house, CLERK, cutting, rows, name="x.csv")
    assert [one[0] for one in people(house)] == ["E1"]
    take_back(house, report)
    assert people(house) == before
    with looking(house) as session:
        assert session.scalars(select(TrialNote.text)).all() == ["imported"]


# -- upload, job, page -------------------------------------------------------------------------------------------------


def upload(house: House, data: bytes = GOOD) -> int:
    with house.session(CLERK, write=True) as session:
        return importing.upload(session, CLERK, EXCHANGE, data, name="C:\\temp\\people.csv").id


def test_an_upload_is_checked_kept_and_imported_by_a_job(house: House) -> None:
    import_id = upload(house)
    assert people(house) == []
    with house.session(CLERK, write=True) as session:
        record = own_import(session, CLERK, import_id)
        assert (record.state, record.file_name, report_of(record).counts["new"]) == ("checked", "people.csv", 3)
        importing.start(session, CLERK, record)
    with house.session(CLERK, write=True) as session:
        again = importing.start(session, CLERK, own_import(session, CLERK, import_id))
    assert Pool(house).run_waiting() == 1
    assert len(people(house)) == 3
    with looking(house) as session:
        record = session.get_one(Import, import_id)
        job = session.get_one(JobRow, again.id)
        assert (record.state, record.job_id) == ("done", job.id)
        assert (job.state, job.result and job.result["counts"]["new"]) == ("done", 3)
        assert job.progress_done == 100


def test_a_bad_upload_keeps_its_report_and_cannot_be_started(house: House) -> None:
    import_id = upload(house, csv_text([HEAD, *ROWS, ["E4", "", "2026-01-01", "1", "", ""]]).encode())
    with house.session(CLERK, write=True) as session:
        record = own_import(session, CLERK, import_id)
        assert [(one.row, one.column) for one in report_of(record).problems] == [(5, "姓名")]
        with pytest.raises(DomainError) as caught:
            importing.start(session, CLERK, record)
    assert caught.value.code == "import.state"


def test_a_large_upload_is_checked_by_a_job(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "INLINE", 10)
    import_id = upload(house)
    with looking(house) as session:
        assert session.get_one(Import, import_id).state == "checking"
    Pool(house).run_waiting()
    with looking(house) as session:
        assert session.get_one(Import, import_id).state == "checked"


def test_what_became_wrong_between_check_and_run_is_reported(house: House) -> None:
    import_id = upload(house, csv_text([HEAD, ["E7", "吴越", "2026-01-01", "1", "", "E1"]]).encode())
    with looking(house) as session:
        assert session.get_one(Import, import_id).state == "failed"
    bring(house)
    import_id = upload(house, csv_text([HEAD, ["E7", "吴越", "2026-01-01", "1", "", "E1"]]).encode())
    with house.session(BOSS, write=True) as session, system(session, "test"):
        for note in session.scalars(select(TrialNote)):
            session.delete(note)
        session.flush()
        session.delete(session.scalars(select(TrialPerson).where(TrialPerson.number == "E1")).one())
    with house.session(CLERK, write=True) as session:
        importing.start(session, CLERK, own_import(session, CLERK, import_id))
    Pool(house).run_waiting()
    with looking(house) as session:
        record = session.get_one(Import, import_id)
        assert record.state == "failed"
        assert [one.value for one in report_of(record).problems] == ["E1"]
        assert session.scalars(select(JobRow.state).where(JobRow.id == record.job_id)).one() == "failed"


def test_an_upload_that_is_no_longer_kept(house: House) -> None:
    import_id = upload(house)
    with house.session(CLERK, write=True) as session:
        importing.start(session, CLERK, own_import(session, CLERK, import_id))
        session.delete(session.scalars(select(File)).one())
    Pool(house).run_waiting()
    with looking(house) as session:
        assert session.scalars(select(JobRow.state)).all() == ["failed"]
    assert people(house) == []


def test_somebody_elses_import_is_not_found(house: House) -> None:
    import_id = upload(house)
    with house.session(CLERK) as session, pytest.raises(NotFound):
        own_import(session, replace(CLERK, account_id=8), import_id)
    with house.session(CLERK) as session, pytest.raises(NotFound):
        importing.exchange_of(session, "nothing")


# -- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_is_stored_unrendered_and_reads_in_both_languages(house: House) -> None:
    report = bring(house, csv_text([HEAD, ["E1", "王芳", "31/02/2026", "1", "", ""]]).encode(), dry=True)
    back = ImportReport.from_json(report.to_json())
    with use_locale("en"):
        english = line(back.problems[0])
        assert english == "Row 2, 入职日期: 31/02/2026 is not a date. Write the date as 2026-11-23."
        assert back.rendered()["problems"][0]["message"] == "31/02/2026 is not a date."
    with use_locale("zh_CN"):
        assert line(back.problems[0]) == "第 2 行，入职日期：“31/02/2026”不是有效日期。日期按 2026-11-23 的格式填写。"


def test_imports_of_one_kind_queue_up(house: House, make_thread: Callable[..., Any]) -> None:
    """Two at the same moment: the second sees what the first wrote and changes nothing."""
    first, second = make_thread(lambda: bring(house)), make_thread(lambda: bring(house))
    states = sorted([first.result(30).state, second.result(30).state])
    assert states == ["done", "unchanged"]
    assert len(people(house)) == 3


def test_hook_register_exchanges(house: House) -> None:
    """What a module registers can be imported while the module is on, and is unknown while it is off."""
    with house.session(BOSS) as session:
        assert [one.name for one in importing.exchanges(session)] == ["trial"]
    with house.session(BOSS, write=True) as session:
        state.switch(session, BOSS, "trial", on=False)
    with house.session(BOSS) as session:
        assert importing.exchanges(session) == []
        with pytest.raises(NotFound):
            importing.exchange_of(session, "trial")
