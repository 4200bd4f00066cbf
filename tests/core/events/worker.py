"""A process that tells and delivers, for the test that kills it: `worker.py URL FOLDER TELLER`."""

from __future__ import annotations

import itertools
import sys
import threading
from pathlib import Path

from core.base.actor import Actor
from core.db.session import Database
from core.events.deliverer import Deliverer
from core.events.outbox import emit
from tests.core.events.conftest import around
from tests.core.events.trial import Moved

ACTOR = Actor.system("tests")


def main() -> None:
    """Tell of moves, each number written to standard output once it is committed, and deliver meanwhile."""
    url, folder, teller = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    house = around(Database(url), folder)
    deliverer = Deliverer(house, poll=0.02)
    deliverer.start()
    print("ready", flush=True)
    done = threading.Event()
    for number in itertools.count(1):
        with house.session(ACTOR, write=True) as session:
            emit(session, Moved(teller * 10 + number % 3, number))
        print(number, flush=True)
        done.wait(0.002)


if __name__ == "__main__":
    main()
