"""A worker process for the test that kills it: `python worker.py URL KEYS INSTANCE`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from core.db.keys import KeyRing
from core.db.session import Database
from core.jobs.pool import Pool
from tests.core.exchange.trial import house_around


def main() -> None:
    url, keys, instance = sys.argv[1:]
    database = Database(url, keys=KeyRing.load(Path(keys)))
    house = house_around(database, Path(instance), work="tests.core.jobs.work")
    Pool(house, threads=1, poll=0.05, beat=0.1).start()
    print("ready", flush=True)
    time.sleep(120)


if __name__ == "__main__":
    main()
