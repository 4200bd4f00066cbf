"""A log with a signed tree, and what somebody who owns the database could do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from core.access.decision import Decision
from core.audit import checkpoints, verify
from core.audit.actions import ERASE, READ
from core.audit.append_only import dropped, statements
from core.audit.checkpoints import CHECKPOINT, Checkpoint
from core.audit.leaves import VALUES
from core.audit.sequencer import ENTRY, LEAF, sequence
from core.audit.verify import Report
from core.base.actor import Actor
from core.db.keys import KeyRing
from core.kernel.house import House
from tests.core.audit.test_sequencer import SYSTEM
from tests.core.exchange.trial import CLERK, TrialPerson

Tamper = Callable[[Connection], None]


class Auditor:
    """May read the log, and erase."""

    def decide(self, session: Any, actor: Actor, action: Any, resource: Any, obj: Any) -> Decision:
        fine = actor.account_id == 7 and action.key in (READ, ERASE)
        return Decision(fine, "ALLOW" if fine else "NO_ENTRY", "", action.key, "X.A1" if fine else None, 1)

    def predicate(self, session: Any, actor: Actor, action: Any, resource: Any, model: Any, **how: Any) -> Any:
        return model.id != (0 if actor.account_id == 7 else model.id)


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
