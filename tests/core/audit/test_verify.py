"""What is done to the log behind its back is found, and told where it begins; what is done by the rules is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, func, null, select, text, update
from sqlalchemy.exc import DBAPIError

from core.access.decision import Decision, Denied
from core.audit import checkpoints, erasing, merkle, proofs, verify
from core.audit.actions import ERASE, READ
from core.audit.append_only import dropped, statements
from core.audit.checkpoints import CHECKPOINT, Checkpoint
from core.audit.jobs import JOBS
from core.audit.leaves import VALUES, body, leaf_of
from core.audit.models import AuditEntry, AuditProgress, AuditSubject
from core.audit.sequencer import ENTRY, LEAF, sequence
from core.audit.verify import Report
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import use_locale
from core.db.guard import system
from core.db.keys import KeyRing
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House
from tests.core.audit.test_sequencer import SYSTEM, add_units, entry_values, put
from tests.core.exchange.trial import CLERK, TrialPerson, TrialUnit

Tamper = Callable[[Connection], None]


class Auditor:
    """May read the log, and erase."""

    def decide(self, session: Any, actor: Actor, action: Any, resource: Any, obj: Any) -> Decision:
        fine = actor.account_id == 7 and action.key in (READ, ERASE)
        return Decision(fine, "ALLOW" if fine else "NO_ENTRY", "", action.key, "X.A1" if fine else None, 1)

    def predicate(self, session: Any, actor: Actor, action: Any, resource: Any, model: Any) -> Any:
        return model.id != (0 if actor.account_id == 7 else model.id)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with use_locale("en"):
        yield


@pytest.fixture
def house(house: House) -> House:
    house.session_info["authority"] = Auditor()
    return house


@pytest.fixture
def signed(house: House) -> House:
    """Ten entries, one of them about a person; checkpoints over six and over ten."""
    add_units(house, 5)
    add_person(house)
    sign(house)
    add_units(house, 4, "V")
    sign(house)
    return house


def add_person(house: House) -> int:
    with house.session(CLERK, write=True) as session:
        someone = TrialPerson(number="E1", name="王芳", joined=date(2026, 1, 5), salary=800000, identity="1236")
        session.add(someone)
        session.flush()
        return someone.id


def keys(house: House) -> KeyRing:
    assert house.database.keys is not None
    return house.database.keys


def sign(house: House) -> Checkpoint | None:
    for _turn in range(3):
        sequence(house)
    with house.session(SYSTEM, write=True) as session:
        return checkpoints.write(session, keys(house))


def checked(house: House, others: list[Checkpoint] | None = None) -> Report:
    key = checkpoints.signing_key(keys(house)).public_key()
    with house.session(SYSTEM) as session:
        return verify.database(session, key, others or [])


def kept(house: House) -> list[Checkpoint]:
    with house.session(SYSTEM) as session:
        return checkpoints.stored(session)


def tamper(house: House, do: Tamper) -> None:
    """What somebody does who owns the database: the triggers go, and come back when he is done."""
    kept = [column.name for column in ENTRY.columns if column.name not in VALUES]
    with house.database.migration() as connection:
        dialect = connection.dialect.name
        for table in (ENTRY, LEAF, CHECKPOINT):
            for statement in dropped(table.name, dialect):
                connection.execute(text(statement))
        do(connection)
        for table, blanks in ((ENTRY, VALUES), (LEAF, ()), (CHECKPOINT, ())):
            for statement in statements(table.name, dialect, blanks, kept):
                connection.execute(text(statement))


def found(report: Report) -> tuple[int | None, str]:
    assert report.finding is not None
    assert str(report.finding.message)
    return report.finding.seq, report.finding.code


def test_an_untouched_log_fits(signed: House) -> None:
    report = checked(signed, kept(signed))
    assert report.finding is None
    assert (report.entries, report.checkpoints, report.waiting, report.erased) == (10, 4, 0, 0)
    add_units(signed, 2)
    assert checked(signed).waiting == 2
    assert sign(signed) is not None
    assert sign(signed) is None
    assert len(kept(signed)) == 3


# -- flip, delete, swap, insert ----------------------------------------------------------------------------------------


def flip_value(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(after={"id": 4, "code": "X"}))


def flip_actor(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(account_id=8))


def flip_moment(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(at=datetime(2020, 1, 1, tzinfo=UTC)))


def blank_value(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(after=null()))


def delete_entry(connection: Connection) -> None:
    connection.execute(delete(ENTRY).where(ENTRY.columns.id == 4))


def delete_with_leaf(connection: Connection) -> None:
    delete_entry(connection)
    connection.execute(delete(LEAF).where(LEAF.columns.entry_id == 4))


def delete_and_close_the_gap(connection: Connection) -> None:
    delete_with_leaf(connection)
    for seq in range(4, 10):
        connection.execute(update(LEAF).where(LEAF.columns.seq == seq).values(seq=seq - 1))


def swap_contents(connection: Connection) -> None:
    """The contents of entries 4 and 5 change places."""
    rows = connection.execute(select(ENTRY).where(ENTRY.columns.id.in_((4, 5))).order_by(ENTRY.columns.id)).mappings()
    first, second = ({name: one for name, one in row.items() if name != "id"} for row in rows.all())
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(second))
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 5).values(first))


def swap_leaves(connection: Connection) -> None:
    for old, new in ((3, 100), (4, 3), (100, 4)):
        connection.execute(update(LEAF).where(LEAF.columns.seq == old).values(seq=new))


def forge_leaf(connection: Connection) -> None:
    """An entry is altered and its leaf worked out anew."""
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(account_id=8))
    leaf = connection.execute(select(LEAF).where(LEAF.columns.entry_id == 4)).one()
    row = dict(connection.execute(select(ENTRY).where(ENTRY.columns.id == 4)).mappings().one())
    made = leaf_of(body(row, leaf.values_hash))
    connection.execute(update(LEAF).where(LEAF.columns.entry_id == 4).values(leaf_hash=made))


def drop_keys(connection: Connection) -> None:
    connection.execute(delete(AuditSubject))


@pytest.mark.parametrize(("do", "seq", "code"), [
    (flip_value, 3, "audit.altered"), (flip_actor, 3, "audit.altered"), (flip_moment, 3, "audit.altered"),
    (blank_value, 3, "audit.altered"), (delete_entry, 3, "audit.gone"), (delete_with_leaf, 3, "audit.gap"),
    (delete_and_close_the_gap, 0, "audit.rewritten"), (swap_contents, 3, "audit.altered"),
    (swap_leaves, 0, "audit.rewritten"), (forge_leaf, 0, "audit.rewritten"), (drop_keys, 0, "audit.key_gone"),
], ids=lambda one: getattr(one, "__name__", None))  # fmt: skip
def test_it_is_found(signed: House, do: Tamper, seq: int, code: str) -> None:
    tamper(signed, do)
    assert found(checked(signed)) == (seq, code)


def test_a_change_after_a_checkpoint_is_narrowed_down(signed: House) -> None:
    """The first six were vouched for; entry 8 lies between the checkpoints."""

    def forge(connection: Connection) -> None:
        connection.execute(update(LEAF).where(LEAF.columns.seq == 7).values(
            leaf_hash=select(LEAF.columns.leaf_hash).where(LEAF.columns.seq == 8).scalar_subquery()))
        connection.execute(update(ENTRY).where(ENTRY.columns.id == 8).values(account_id=8))

    tamper(signed, forge)
    assert found(checked(signed)) == (7, "audit.altered")


def test_an_entry_put_in_between_is_found(signed: House) -> None:
    """With a leaf of its own all others move; without one it stands in the log alone."""
    with signed.session(SYSTEM, write=True) as session:
        session.execute(update(AuditProgress).values(mark=50))
        put(session, {"id": 40, **entry_values(kind="decision", account_id=8)})
    assert sequence(signed) == 0
    assert found(checked(signed)) == (None, "audit.stray")

    def place(connection: Connection) -> None:
        for seq in range(9, 3, -1):
            connection.execute(update(LEAF).where(LEAF.columns.seq == seq).values(seq=seq + 1))
        row = dict(connection.execute(select(ENTRY).where(ENTRY.columns.id == 40)).mappings().one())
        subject = connection.scalar(select(func.min(LEAF.columns.subject_id)))
        connection.execute(LEAF.insert().values(
            seq=4, entry_id=40, leaf_hash=leaf_of(body(row, None)), subject_id=subject))

    tamper(signed, place)
    assert found(checked(signed)) == (0, "audit.rewritten")


# -- the tail, and all of it -------------------------------------------------------------------------------------------


def cut_tail(connection: Connection) -> None:
    connection.execute(delete(ENTRY).where(ENTRY.columns.id > 7))
    connection.execute(delete(LEAF).where(LEAF.columns.entry_id > 7))
    connection.execute(delete(CHECKPOINT).where(CHECKPOINT.columns.size > 7))


def test_a_tail_that_was_cut_off_shows_against_a_checkpoint_kept_elsewhere(signed: House) -> None:
    elsewhere = kept(signed)
    tamper(signed, cut_tail)
    assert checked(signed).finding is None
    assert found(checked(signed, elsewhere)) == (7, "audit.cut")
    assert checked(signed, elsewhere[:1]).finding is None  # the window: what came after the last copy


def test_a_tail_without_its_checkpoint_is_missed_by_the_database_itself(signed: House) -> None:
    def cut(connection: Connection) -> None:
        connection.execute(delete(ENTRY).where(ENTRY.columns.id > 7))
        connection.execute(delete(LEAF).where(LEAF.columns.entry_id > 7))

    tamper(signed, cut)
    assert found(checked(signed)) == (7, "audit.cut")


def test_a_log_written_anew_with_a_fresh_tree_shows_against_a_checkpoint_kept_elsewhere(signed: House) -> None:
    """By somebody who even has the key ring: all of it fits itself."""
    elsewhere = kept(signed)

    def rewrite(connection: Connection) -> None:
        connection.execute(update(ENTRY).where(ENTRY.columns.id == 2).values(account_id=8))
        for table in (LEAF, CHECKPOINT, AuditProgress, AuditSubject):
            connection.execute(delete(table))

    tamper(signed, rewrite)
    sign(signed)
    assert checked(signed).finding is None
    assert found(checked(signed, elsewhere)) == (0, "audit.rewritten")


def test_a_checkpoint_signed_by_somebody_else_is_none(signed: House) -> None:
    own = kept(signed)[0]
    other = Ed25519PrivateKey.generate()
    forged = replace(own, root="00" * 32, key_id=checkpoints.key_id(other.public_key()))
    forged = replace(forged, signature=other.sign(forged.signed).hex())
    assert found(checked(signed, [forged])) == (6, "audit.signature")
    assert found(checked(signed, [replace(own, at="2020-01-01T00:00:00+00:00")])) == (6, "audit.signature")


# -- checkpoints -------------------------------------------------------------------------------------------------------


def run_job(house: House) -> JobRow:
    assert "audit.checkpoint" in house.registry.jobs()
    with house.session(SYSTEM, write=True) as session:
        number = enqueue(session, SYSTEM, "audit.checkpoint", {}).id
    Pool(house).run_waiting()
    with house.session(SYSTEM) as session:
        row = session.get(JobRow, number)
        assert row is not None
        session.expunge(row)
        return row


def test_the_job_signs_hourly_and_hands_out(house: House, tmp_path: Path) -> None:
    """Its own record of the work is an entry, too, and no reason to sign again by itself."""
    assert JOBS[0].schedule == "7 * * * *"
    add_units(house, 3)
    assert run_job(house).result == {"entries": 3}
    log, public = tmp_path / "checkpoints.log", tmp_path / "audit.pub"
    assert log.stat().st_mode & 0o777 == 0o600
    assert [one.size for one in checkpoints.read_file(log)] == [3]
    assert list(checkpoints.read_file(log)) == kept(house)
    assert all(one.is_signed_by(checkpoints.public_key(public)) for one in kept(house))
    assert run_job(house).result == {"entries": None}
    add_units(house, 2)
    log.write_text(log.read_text() + '{"size": 9, "ro')  # a crash in the middle of a line
    assert run_job(house).result == {"entries": 5}
    assert [one.size for one in checkpoints.read_file(log)] == [3, 5]
    log.unlink()
    assert run_job(house).state == "done"
    assert [one.size for one in checkpoints.read_file(log)] == [3, 5]


def test_nothing_is_signed_over_a_log_that_was_written_anew(house: House, tmp_path: Path) -> None:
    add_units(house, 3)
    run_job(house)

    def rewrite(connection: Connection) -> None:
        connection.execute(update(CHECKPOINT).values(root="00" * 32))

    tamper(house, rewrite)
    add_units(house, 1)
    row = run_job(house)
    assert row.state == "failed"
    assert "not what was signed" in str(row.error)
    with pytest.raises(DomainError, match="entry 3"):
        checkpoints.hand_out(tmp_path, kept(house))


def test_an_older_leaf_that_was_altered_is_not_signed_after_the_fact(signed: House) -> None:
    """The next checkpoint grows from what was signed, so the alteration goes on being found."""
    tamper(signed, forge_leaf)
    add_units(signed, 1, "W")
    assert sign(signed) is not None
    assert found(checked(signed)) == (0, "audit.rewritten")


@pytest.mark.parametrize("line", ["{", "[]", '{"size": 1}', '{"size": "1", "root": "", "at": "", "key_id": "", '
                                  '"signature": ""}', '{"size": 1, "root": "zz", "at": "", "key_id": "", '
                                  '"signature": ""}'])  # fmt: skip
def test_a_file_of_checkpoints_is_read_with_care(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kept.log"
    path.write_text(f"\n{line}\n")
    with pytest.raises(DomainError, match=r"Line 2 of .*kept\.log"):
        list(checkpoints.read_file(path))
    with pytest.raises(DomainError, match="cannot be read"):
        list(checkpoints.read_file(tmp_path / "missing.log"))
    with pytest.raises(DomainError, match="no public key"):
        checkpoints.public_key(path)


# -- erasing -----------------------------------------------------------------------------------------------------------


def test_what_is_erased_leaves_the_log_verifiable(signed: House) -> None:
    elsewhere = kept(signed)
    with signed.session(SYSTEM) as session, system(session, "look"):
        person_id = session.scalars(select(TrialPerson.id)).one()
    with signed.session(CLERK, write=True) as session:
        assert erasing.erase(session, CLERK, person_id, "asked for by herself") == 1
    report = checked(signed, elsewhere)
    assert (report.finding, report.erased, report.waiting) == (None, 1, 1)
    with signed.session(SYSTEM) as session, system(session, "look"):
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "trial_person")).one()
        assert (entry.before, entry.after, entry.reason, entry.account_id) == (None, None, None, 7)
        (record,) = session.scalars(select(AuditEntry).where(AuditEntry.kind == "erased"))
        assert (record.subject_id, record.row_count, record.reason) == (person_id, 1, "asked for by herself")
        held = select(AuditSubject.key).where(AuditSubject.person_id == person_id).order_by(AuditSubject.id)
        old, new = session.scalars(held)
        assert old is None
        assert len(new or b"") == 32  # of the record itself
    with signed.session(CLERK, write=True) as session, system(session, "edit"):
        session.scalars(select(TrialPerson)).one().salary = 1
    sign(signed)
    report = checked(signed, elsewhere)
    assert (report.finding, report.erased, report.waiting) == (None, 1, 0)
    with signed.session(SYSTEM) as session:
        assert session.scalars(held).all() == [None, new]


def test_erasing_needs_authority_a_reason_and_something_to_erase(signed: House) -> None:
    stranger = Actor(kind="person", name="X", account_id=8, person_id=80)
    with signed.session(stranger, write=True) as session, pytest.raises(Denied):
        erasing.erase(session, stranger, 1, "why not")
    for person_id, reason, code in ((1, " ", "audit.reason"), (999, "fine", "audit.nothing")):
        with signed.session(CLERK, write=True) as session:
            with pytest.raises(DomainError) as refused:
                erasing.erase(session, CLERK, person_id, reason)
            assert refused.value.code == code
            session.rollback()


def test_a_key_that_goes_without_a_record_is_found(signed: House) -> None:
    def quietly(connection: Connection) -> None:
        connection.execute(update(AuditSubject).where(AuditSubject.person_id.is_not(None)).values(key=None))

    tamper(signed, quietly)
    assert found(checked(signed)) == (5, "audit.not_erased")
    tamper_again = update(ENTRY).where(ENTRY.columns.id == 6).values(before=null(), after=null(), reason=null())
    with signed.database.migration() as connection:
        connection.execute(tamper_again)
    assert found(checked(signed)) == (5, "audit.key_gone")


def test_blanking_is_all_an_update_may_do(signed: House) -> None:
    """The triggers stand: values may go, all of them together, and nothing else may change."""
    blank: dict[str, Any] = {"before": null(), "after": null(), "reason": null()}
    for values in ({"account_id": 8}, {**blank, "account_id": 8}, {"after": {"code": "X"}}, {**blank, "kind": "bulk"}):
        with pytest.raises(DBAPIError, match="append-only"), signed.database.migration() as connection:
            connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(values))
    for table in (ENTRY, LEAF, CHECKPOINT):
        with pytest.raises(DBAPIError, match="append-only"), signed.database.migration() as connection:
            connection.execute(delete(table))
    with pytest.raises(DBAPIError, match="append-only"), signed.database.migration() as connection:
        connection.execute(update(LEAF).values(entry_id=1))
    with signed.database.migration() as connection:
        connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(blank))
    assert found(checked(signed)) == (3, "audit.altered")


# -- for others --------------------------------------------------------------------------------------------------------


def test_an_entry_is_proved_to_somebody_who_has_the_public_key_alone(signed: House) -> None:
    with signed.session(CLERK) as session:
        told = json.loads(json.dumps(proofs.prove(session, CLERK, 4)))
    stated = Checkpoint.read(told["checkpoint"])
    assert stated.is_signed_by(checkpoints.signing_key(keys(signed)).public_key())
    assert (stated.size, stated.root) == (told["size"], told["root"]) == (10, kept(signed)[-1].root)
    leaf = leaf_of(told["body"])
    assert leaf.hex() == told["leaf"]
    proof = [bytes.fromhex(one) for one in told["proof"]]
    assert merkle.verify_inclusion(told["seq"], told["size"], leaf, proof, bytes.fromhex(stated.root))
    altered = leaf_of({**told["body"], "account_id": 8})
    assert not merkle.verify_inclusion(told["seq"], told["size"], altered, proof, bytes.fromhex(stated.root))


def test_one_not_signed_yet_is_proved_against_the_tree(signed: House) -> None:
    add_units(signed, 1, "W")
    with signed.session(CLERK) as session, pytest.raises(DomainError, match="no place in the tree yet"):
        proofs.prove(session, CLERK, 11)
    sequence(signed)
    with signed.session(CLERK) as session:
        told = proofs.prove(session, CLERK, 11)
    assert (told["seq"], told["size"], told["checkpoint"]) == (10, 11, None)
    with signed.session(CLERK) as session, pytest.raises(NotFound):
        proofs.prove(session, CLERK, 12)
    stranger = Actor(kind="person", name="X", account_id=8, person_id=80)
    with signed.session(stranger) as session, pytest.raises(Denied):
        proofs.prove(session, stranger, 11)


def test_an_export_is_verified_without_the_database(signed: House, tmp_path: Path) -> None:
    key = checkpoints.signing_key(keys(signed)).public_key()
    with signed.session(CLERK) as session:
        lines = list(proofs.export(session, CLERK))
    assert not any("王" in json.dumps(line, ensure_ascii=False) for line in lines)
    path = tmp_path / "audit.jsonl"

    def written(told: list[dict[str, Any]]) -> Report:
        path.write_text("".join(json.dumps(one) + "\n" for one in told))
        return verify.export(path, key, kept(signed))

    report = written(lines)
    assert (report.finding, report.entries, report.checkpoints) == (None, 10, 4)
    without = [{**one, "body": None} if one.get("seq") == 3 else one for one in lines]
    assert written(without).finding is None
    altered = [{**one, "body": {**one["body"], "account_id": 8}} if one.get("seq") == 3 else one for one in lines]
    assert found(written(altered)) == (3, "audit.altered")
    assert found(written([one for one in lines if one.get("seq") != 3])) == (3, "audit.gap")
    assert found(written(lines[:8])) == (8, "audit.cut")
    path.write_text(json.dumps(lines[0]) + "\nnothing\n")
    with pytest.raises(DomainError, match="Line 2"):
        verify.export(path, key)


def test_an_entry_one_may_not_read_is_exported_by_its_hash(signed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Auditor, "predicate", lambda _self, _session, _actor, _action, _resource, model: model.id < 4)
    with signed.session(CLERK) as session:
        told = [line["body"] is not None for line in proofs.export(session, CLERK) if line["type"] == "leaf"]
    assert told == [True] * 3 + [False] * 7


def test_an_export_needs_the_right_and_is_recorded(signed: House) -> None:
    stranger = Actor(kind="person", name="X", account_id=8, person_id=80)
    with signed.session(stranger) as session, pytest.raises(Denied):
        list(proofs.export(session, stranger))
    with signed.session(CLERK, write=True) as session:
        proofs.record_export(session, CLERK)
    with signed.session(SYSTEM) as session, system(session, "look"):
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == READ


def test_the_verifier_writes_nothing(signed: House) -> None:
    """It is given a reading session, which refuses; and there is nothing new afterwards."""
    with signed.session(SYSTEM) as session, system(session, "count"):
        before = session.scalars(select(func.count(AuditEntry.id))).one()
    checked(signed)
    with signed.session(SYSTEM) as session, system(session, "count"):
        assert session.scalars(select(func.count(AuditEntry.id))).one() == before
        assert session.scalars(select(func.count(TrialUnit.id))).one() == 9
