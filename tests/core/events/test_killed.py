"""Processes that tell and deliver are killed at random moments: nothing told is lost, nothing has its effect twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.base.actor import Actor
from core.events.deliverer import Deliverer
from core.events.models import DONE, Delivery, EventRow
from core.kernel.house import House
from tests.core.events import trial

ROOT = Path(__file__).parents[3]
SYSTEM = Actor.system("tests")


@contextlib.contextmanager
def process(house: House, folder: Path, teller: int) -> Iterator[subprocess.Popen[str]]:
    url = house.database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.core.events.worker", url, str(folder), str(teller)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as running:  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


def killed_often(house: House, folder: Path, times: int, seed: int) -> None:
    """Kill one of two processes ``times`` times, each a random moment after it began; then deliver what is left."""
    rng = random.Random(seed)  # noqa: S311
    said: dict[int, list[int]] = {}
    with contextlib.ExitStack() as open_:
        running = {side: open_.enter_context(process(house, folder, side)) for side in (1, 2)}
        tellers = {1: 1, 2: 2}
        for teller in range(3, times + 3):
            side = rng.choice((1, 2))
            victim = running[side]
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            time.sleep(rng.uniform(0, 0.4))
            victim.send_signal(signal.SIGKILL)
            told = [int(line) for line in victim.stdout.read().splitlines() if line.strip()]
            said[tellers[side]], tellers[side] = told, teller
            running[side] = open_.enter_context(process(house, folder, teller))
        for side in (1, 2):
            running[side].kill()
            running[side].wait()
    Deliverer(house).run_waiting()
    held(house, said)


def held(house: House, said: dict[int, list[int]]) -> None:
    """Each committed event has had its effect once with each handler, in order; none that was said is gone."""
    with house.session(SYSTEM) as session:
        assert set(session.scalars(select(Delivery.state))) == {DONE}
        told = [
            (row["thing_id"], row["number"]) for row in session.scalars(select(EventRow.payload).order_by(EventRow.id))
        ]
        for handler in ("note", "count"):
            found = trial.effects(session, handler)
            assert Counter(found) == Counter(told)
            for thing in {thing for thing, _number in told}:
                assert [one for one in found if one[0] == thing] == [one for one in told if one[0] == thing]
    kept = set(told)
    for teller, numbers in said.items():
        assert {(teller * 10 + number % 3, number) for number in numbers} <= kept
    assert sum(len(numbers) for numbers in said.values()) > 0


def test_killed_a_few_times(house: House, tmp_path: Path) -> None:
    killed_often(house, tmp_path, times=4, seed=1)


@pytest.mark.full
def test_killed_two_hundred_times(house: House, tmp_path: Path) -> None:
    killed_often(house, tmp_path, times=200, seed=2)
