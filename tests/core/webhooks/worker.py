"""A process that sends webhooks, for the test that kills it: `worker.py URL FOLDER`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from core.db.keys import KeyRing
from core.db.session import Database
from core.jobs.pool import Pool
from tests.core.webhooks.conftest import around


def main() -> None:
    """Run jobs until killed."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    house = around(Database(url, keys=KeyRing.load(folder / "keys.json")), folder)
    Pool(house, threads=1, poll=0.05).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
