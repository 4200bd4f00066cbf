"""The audit log on the command line: verified, proved, exported, asked, erased."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from core.audit import checkpoints, merkle
from core.audit.events import record_reveal
from core.audit.leaves import leaf_of
from core.base.actor import Actor
from core.config import load
from core.db.guard import system
from core.jobs.pool import Pool
from core.opening import open_house
from core.org.models import Employment, Person
from tests.commands.conftest import PASSWORD, Installation


def sign(remit: Installation) -> None:
    """What happens every hour, now."""
    assert remit.inside("schedules", "run", "audit.checkpoint").code == 0
    house = open_house(load(remit.env), pages=False)
    Pool(house).run_waiting()
    house.database.dispose()


def look(remit: Installation) -> None:
    """The administrator opens the identity fields of an employee; his bootstrap entry does not cover it, so past it."""
    house = open_house(load(remit.env), pages=False)
    somebody = Actor(kind="person", account_id=1)
    with house.session(somebody, write=True) as session, system(session, "a test looks at somebody"):
        found = session.scalars(select(Person).join(Employment).where(Employment.number == "1002")).one()
        record_reveal(session, "identity", found, subject_id=found.id, purpose="a visa")
    house.database.dispose()


def test_an_installation_is_verified_signed_and_proved(remit: Installation, tmp_path: Path) -> None:
    folder = remit.folder
    before = remit.inside("audit", "verify", "--json", account=None)
    assert (before.code, before.answer["fits"], before.answer["entries"]) == (0, True, 0)
    assert before.answer["waiting"] > 10
    assert (folder / "audit.pub").read_text().startswith("-----BEGIN PUBLIC KEY-----")
    sign(remit)
    kept = tmp_path / "kept.log"
    kept.write_bytes((folder / "checkpoints.log").read_bytes())
    (stated,) = checkpoints.read_file(kept)
    done = remit.inside("audit", "verify", account=None)
    assert (done.code, done.err) == (0, "")
    assert f"{stated.size} entries fit, and 2 signed checkpoints over them." in done.out

    told = remit.inside("audit", "prove", "5").answer
    path = [bytes.fromhex(one) for one in told["proof"]]
    assert told["checkpoint"]["root"] == told["root"] == stated.root
    assert merkle.verify_inclusion(told["seq"], told["size"], leaf_of(told["body"]), path, bytes.fromhex(stated.root))
    assert told["body"]["id"] == 5

    export = tmp_path / "audit.jsonl"
    assert remit.inside("audit", "export", "--out", str(export), "--json").answer == {
        "entries": stated.size, "file": str(export)}  # fmt: skip
    piped = remit.inside("audit", "export").out.splitlines()
    assert [json.loads(line)["type"] for line in piped].count("checkpoint") == 1
    outside = ("audit", "verify", "--export", str(export), "--key", str(folder / "audit.pub"))
    assert remit.inside(*outside, "--from-checkpoint", str(kept), account=None).code == 0
    missing = remit.inside(*outside[:4], account=None)
    assert (missing.code, "--key audit.pub" in missing.err) == (1, True)

    with closing(sqlite3.connect(folder / "remit.sqlite")) as connection:
        connection.execute("DROP TRIGGER core_audit_append_only_update")
        connection.execute("UPDATE core_audit SET account_id = 99 WHERE id = 5")
        connection.commit()
    found = remit.inside("audit", "verify", account=None)
    assert (found.code, found.out) == (3, "")
    assert found.err == f"Entry {told['seq']} is not what it was when it got its place.\n"
    answer = remit.inside("audit", "verify", "--json", account=None)
    assert (answer.code, answer.answer["fits"], answer.answer["seq"]) == (3, False, told["seq"])
    assert remit.inside(*outside, account=None).code == 0, "the export is what it was"


def test_who_looked_at_whom(remit: Installation) -> None:
    """Personnel asks about somebody, and everybody about himself."""
    assert remit.inside("audit", "who-looked-at", "1002").out == "Nobody did, as far as you may see.\n"
    made = remit.inside("user", "create", "li", "--name", "李娜", "--employee", "1002", "--password", PASSWORD)
    assert made.code == 0
    look(remit)
    (looked,) = remit.inside("audit", "who-looked-at", "1002", "--json").answer
    assert (looked["group"], looked["purpose"], looked["who"]) == ("identity", "a visa", "Administrator")
    (own,) = remit.inside("audit", "who-looked-at", "1002", "--group", "identity", "--json", account="li").answer
    assert own == looked
    assert remit.inside("audit", "who-looked-at", "1002", "--group", "pay", "--json", account="li").answer == []
    assert "a visa" in remit.inside("audit", "who-looked-at", "1002").out
    refused = remit.inside("audit", "who-looked-at", "1001", account="li")
    assert refused.code in (1, 3)


def test_erasing_on_the_command_line(remit: Installation) -> None:
    look(remit)
    erased = remit.inside("audit", "erase", "1002", "--reason", "asked for by herself", "--json")
    assert erased.answer["entries"] >= 1
    assert remit.rows("SELECT count(*) FROM core_audit WHERE reason = 'a visa'") == [(0,)]
    report = remit.inside("audit", "verify", "--json", account=None)
    assert (report.code, report.answer["erased"]) == (0, erased.answer["entries"])
