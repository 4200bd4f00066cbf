"""A process that takes numbers, for the test of two at once: ``worker.py URL FOLDER ENTITY COUNT``."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from core.base.actor import Actor
from core.db.keys import KeyRing
from core.db.session import Database
from core.numbers.services import number_for
from tests.core.letters.conftest import house_on

ACTOR = Actor.system("takes numbers")
KIND = "letters.employment"


class ThrownAway(Exception):  # noqa: N818 -- no error: the transaction ends without a commit
    """What was numbered is not issued after all."""


def main() -> None:
    """Take numbers as fast as it goes, every third one in a transaction that is rolled back; say those that stand."""
    url, folder, entity, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    house = house_on(Database(url, keys=KeyRing.generate()), folder / str(os.getpid()))
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(count):
        try:
            with house.session(ACTOR, write=True) as session:
                number = number_for(session, ACTOR, KIND, entity, date(2026, 11, 23))
                if turn % 3 == 2:
                    raise ThrownAway
            print(number, flush=True)
        except ThrownAway:
            continue


if __name__ == "__main__":
    main()
