"""Checkpoints are signed, handed out and read with care; entries are proved and exported for others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from core.access.decision import Denied
from core.audit import checkpoints, merkle, proofs, verify
from core.audit.actions import READ
from core.audit.checkpoints import CHECKPOINT, Checkpoint
from core.audit.jobs import JOBS
from core.audit.leaves import leaf_of
from core.audit.models import AuditEntry
from core.audit.sequencer import sequence
from core.audit.verify import Report
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.db.guard import system
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House
from tests.core.audit.signed import Auditor, checked, found, kept, keys, tamper
from tests.core.audit.test_sequencer import SYSTEM, add_units
from tests.core.exchange.trial import CLERK, TrialUnit

pytestmark = pytest.mark.usefixtures("in_english")


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
    monkeypatch.setattr(Auditor, "predicate", lambda *asked, **_how: asked[-1].id < 4)
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
