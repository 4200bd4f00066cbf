"""Jobs from the command line, and a worker as a process of its own."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from core.base.actor import Actor
from core.config import load
from core.identity import services as identity
from core.jobs.queue import enqueue
from core.kernel.house import House
from core.opening import open_house
from tests.commands.conftest import Installation


@pytest.fixture
def house(remit: Installation) -> House:
    return open_house(load(remit.env), modules=None)


def ask(house: House, login: str = "admin", count: int = 1) -> list[int]:
    with house.session(Actor.system("finds the account")) as session:
        actor = identity.actor_of(identity.by_login(session, login), zone="Asia/Shanghai")
    with house.session(actor, write=True) as session:
        return [enqueue(session, actor, "files.purge", {}, reason="cleaning day").id for _n in range(count)]


def test_a_job_is_looked_at_stopped_and_run_again(remit: Installation, house: House) -> None:
    first, second = ask(house, count=2)
    listed = remit.inside("jobs", "list", "--json").answer
    assert [(one["id"], one["state"], one["kind"]) for one in listed[:2]] == [
        (second, "queued", "files.purge"), (first, "queued", "files.purge"),
    ]
    assert remit.inside("jobs", "cancel", str(first), "--json").answer == {"id": first, "state": "cancelled"}
    assert [one["id"] for one in remit.inside("jobs", "list", "--state", "queued", "--json").answer] == [second]
    shown = remit.inside("jobs", "show", str(first), "--json").answer
    assert (shown["state"], shown["reason"], shown["log"]) == ("cancelled", "cleaning day", [])
    again = remit.inside("jobs", "retry", str(first))
    assert (again.code, again.out.strip()) == (0, f"Job {first} is queued again.")
    twice = remit.inside("jobs", "retry", str(first))
    assert (twice.code, twice.err.strip()) == (1, "Only a job that failed or was stopped can be run again.")
    assert remit.inside("jobs", "show", "999999").code == 1


def test_a_worker_runs_what_waits_and_ends_when_it_is_told_to(remit: Installation, house: House) -> None:
    (job_id,) = ask(house)
    with remit.start("worker", "--threads", "1") as running:
        try:
            assert running.stdout is not None
            assert "runs 1 job at a time" in running.stdout.readline()
            limit = time.monotonic() + 30
            while remit.inside("jobs", "show", str(job_id), "--json").answer["state"] != "done":
                assert time.monotonic() < limit
                time.sleep(0.2)
            running.send_signal(signal.SIGTERM)
            _out, err = running.communicate(timeout=30)
        finally:
            running.kill()
    assert (running.returncode, "Traceback" in err) == (0, False), err


def test_jobs_of_others_are_for_those_who_may_see_them(remit: Installation, house: House, tmp_path: Path) -> None:
    (own,) = ask(house, "guest")
    (another,) = ask(house)
    assert remit.inside("jobs", "show", str(own), account="guest").code == 0
    assert remit.inside("jobs", "cancel", str(own), account="guest").code == 0
    missing = "There is no such job, or it is not yours.\n"
    for number in (another, 999_999):
        refused = remit.inside("jobs", "show", str(number), account="guest")
        assert (refused.code, refused.err) == (1, missing), "in the same words whether it is there or not"
    assert remit.inside("jobs", "show", str(own)).code == 0
