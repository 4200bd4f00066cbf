"""A process is killed after a request was sent and before its answer was written down: sent again with the same id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from core.db.keys import KeyRing
from core.events.deliverer import Deliverer
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House
from core.webhooks import deliveries
from core.webhooks.models import WebhookDelivery
from tests.core.webhooks.conftest import SYSTEM, pin
from tests.core.webhooks.receiver import Receiver, answers, hangs
from tests.core.webhooks.test_sending import log, signed, subscribe

ROOT = Path(__file__).parents[3]


def test_killed_between_request_and_record(
    house: House, receiver: Receiver, key_ring: KeyRing, tmp_path: Path
) -> None:
    _number, secret = subscribe(house, receiver.url)
    pin(house, "n1")
    Deliverer(house).run_waiting()
    key_ring.save(tmp_path / "keys.json")
    receiver.behave = hangs(receiver)
    url = house.database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.core.webhooks.worker", url, str(tmp_path)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    ) as worker:  # fmt: skip
        try:
            receiver.wait_for(1, 60)
        finally:
            worker.send_signal(signal.SIGKILL)
    (row,) = log(house)
    assert (row.state, row.status, row.sent) == ("sending", None, 1), "nothing was written down"
    receiver.behave = answers(200)
    Pool(house, threads=0).run_waiting()
    assert len(receiver.got) == 1, "it may still be at it"
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=60)):
        pool = Pool(house, threads=0)
        pool.sweep()
        pool.run_waiting()
    assert len(receiver.got) == 2
    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
    assert receiver.got[0].body == receiver.got[1].body
    assert signed(receiver.got[1], secret) == [True]
    (row,) = log(house)
    assert row.state == "done"
    with house.session(SYSTEM) as session:
        first, second = deliveries.tries(session, SYSTEM, session.get_one(WebhookDelivery, row.id))
        assert "ended before the answer was written down" in str(first.failure)
        assert second.status == 200


def test_one_that_hangs_holds_up_neither_other_receivers_nor_other_jobs(house: House, receiver: Receiver) -> None:
    """A pool with a single thread: while one receiver says nothing, another gets its events and jobs are done."""
    with Receiver() as ill:
        ill.behave = hangs(ill)
        subscribe(house, ill.url)
        subscribe(house, receiver.url)
        for code in range(3):
            pin(house, f"n{code}")
        Deliverer(house).run_waiting()
        pool = Pool(house, threads=1, poll=0.05)
        pool.start()
        try:
            ill.wait_for(1)
            receiver.wait_for(3)
            done = threading.Event()
            with house.session(SYSTEM, write=True) as session:
                job = enqueue(session, SYSTEM, "sample.tidy", {}).id
            until = time.monotonic() + 10
            state = ""
            while state != "done" and time.monotonic() < until:
                with house.session(SYSTEM) as session:
                    state = session.get_one(JobRow, job).state
                done.wait(0.05)
            assert state == "done"
            assert not ill.released.is_set()
            assert ill.at_once == 1, "what else waits for it is not tried meanwhile"
        finally:
            ill.released.set()
            pool.stop()
