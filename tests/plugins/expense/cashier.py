"""A process that pays and is killed on its way: ``python -m tests.plugins.expense.cashier URL KEYS FOLDER WHERE ...``.

``file``: it puts a payment together, writes its bank file, and is killed before anything is confirmed. ``commit``: it
confirms a payment and is killed just before the commit.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from core.base.text import use_locale
from core.db.keys import KeyRing
from core.db.session import Database
from core.kernel.house import House
from plugins.expense.models import Payment
from plugins.expense.services import payments
from remit.base import Actor
from remit.services import load
from tests.plugins.expense.conftest import house_on

NOON = datetime(2026, 3, 22, 4, tzinfo=UTC)


def die() -> None:
    """As when the machine is switched off."""
    os.kill(os.getpid(), signal.SIGKILL)


def file(house: House, actor: Actor, folder: Path, company: int) -> None:
    """Everything due in one payment, committed; its file; the end."""
    with house.session(actor, write=True) as session:
        number = payments.make(session, actor, {"legal_entity_id": company, "method": "bank", "month": None}).id
    with house.session(actor, write=True) as session:
        found = load(session, actor, "expense.payment:make", Payment, number)
        made = payments.bank_file(session, actor, found, extension="csv")
    (folder / "bank.csv").write_bytes(made.data)
    die()


def commit(house: House, actor: Actor, _folder: Path, number: int) -> None:
    """A confirmation that all but comes to its commit."""
    house.database.listen("before_commit", lambda _session: die())
    with house.session(actor, write=True) as session:
        payments.confirm(session, actor, load(session, actor, "expense.payment:confirm", Payment, number))


def main() -> None:
    """What the words say."""
    url, keys, folder, where, person, number = sys.argv[1:]
    actor = Actor(kind="person", name="xu", account_id=100 + int(person), person_id=int(person), locale="en")
    with use_locale("en"), time_machine.travel(NOON, tick=False):
        house = house_on(Database(url, keys=KeyRing.load(Path(keys))), Path(folder))
        {"file": file, "commit": commit}[where](house, actor, Path(folder), int(number))


if __name__ == "__main__":
    main()
