"""A process that sends calls or takes answers in, for the tests that kill it: `worker.py WHAT URL FOLDER NOW PORT`."""

from __future__ import annotations

import sys
import threading
from datetime import datetime
from pathlib import Path

import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db.keys import KeyRing
from core.db.session import Database
from core.jobs.pool import Pool
from core.workflow.processes.models import RunStep
from tests.core.workflow.conftest import around
from tests.core.workflow.programs import served


def main() -> None:
    """Work until killed."""
    what, url, folder, now, port = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4], int(sys.argv[5])
    with time_machine.travel(datetime.fromisoformat(now)):
        house = around(
            Database(url, keys=KeyRing.load(folder / "keys.json")), folder, webhook_allow=("127.0.0.1",),
            base_url=f"http://127.0.0.1:{port}",
        )
        if what == "send":
            Pool(house, threads=1, poll=0.05).start()
            _forever()
        with served(house, port):
            event.listen(Session, "after_flush", _pause)
            _forever()


def _forever() -> None:
    print("ready", flush=True)
    threading.Event().wait()


def _pause(session: Session, context: object) -> None:
    """Stay in the middle of taking an answer in: the step is written down and not committed."""
    del context
    if any(isinstance(one, RunStep) and one.state == "passed" for one in session.identity_map.values()):
        print("taking", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
