from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.stored import from_json
from core.base.text import use_locale
from core.jobs.control import cancel, retry
from core.jobs.groups import enqueue_group
from core.jobs.joblog import FIRST, LAST, LONGEST, JobLog
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue, own_job
from core.kernel import state
from core.kernel.house import House
from tests.core.jobs.test_pool import CLERK, ask, look, make_pool, units, until

__all__ = ["make_pool"]


def due_now(house: House, job_id: int) -> None:
    with house.session(CLERK, write=True) as session:
        session.execute(update(JobRow).where(JobRow.id == job_id).values(run_at=clock.now()))


def waits(house: House, job_id: int) -> float:
    """Seconds from now until the next try."""
    with house.session(CLERK) as session:
        return (session.get_one(JobRow, job_id).run_at - clock.now()).total_seconds()


# -- what goes away by itself ------------------------------------------------------------------------------------------


def test_a_full_disk_is_tried_again_later_and_longer_each_time(house: House) -> None:
    job_id = ask(house, "work.busy", times=2)
    pool = Pool(house)
    for tries, wait in ((1, 20), (2, 40)):
        assert pool.run_waiting() == 1
        with use_locale("en"):
            seen = look(house, job_id)
        assert (seen["state"], seen["tries"], seen["worker"]) == ("queued", tries, None)
        assert seen["error"] == f"Try {tries} of 3 did not succeed; it is tried again by itself."
        assert wait - 5 < waits(house, job_id) <= wait
        assert pool.run_waiting() == 0, "not before its time"
        due_now(house, job_id)
    pool.run_waiting()
    seen = look(house, job_id)
    assert (seen["state"], seen["error"], seen["result"]) == ("done", None, {"tries": 3})


def test_tries_come_to_an_end_and_nothing_of_the_exception_is_told_but_its_place(house: House) -> None:
    job_id = ask(house, "work.busy", times=3)
    for _n in range(3):
        Pool(house).run_waiting()
        due_now(house, job_id)
    with use_locale("en"):
        seen = look(house, job_id)
    assert (seen["state"], seen["error"]) == ("failed", "The job failed. The log of the server says why.")
    with house.session(CLERK) as session:
        log = session.get_one(JobRow, job_id).log
    assert log is not None
    assert [line[1].split(" ")[0] for line in log] == ["OSError"]
    assert "work.py:" in log[0][1]
    assert "secret" not in str(log)


def test_a_fault_in_a_program_is_not_tried_again(house: House) -> None:
    job_id = ask(house, "work.fail", code="x")
    Pool(house).run_waiting()
    seen = look(house, job_id)
    assert (seen["state"], seen["tries"]) == ("failed", 1)
    assert units(house) == []


def test_a_failed_job_is_run_again_by_whoever_asked_for_it(house: House) -> None:
    job_id = ask(house, "work.busy", times=3)
    for _n in range(3):
        Pool(house).run_waiting()
        due_now(house, job_id)
    with house.session(CLERK, write=True) as session:
        session.get_one(JobRow, job_id).args = {"times": 0}
        retry(session, CLERK, own_job(session, CLERK, job_id))
    Pool(house).run_waiting()
    assert look(house, job_id)["state"] == "done"
    with house.session(CLERK, write=True) as session, pytest.raises(DomainError, match=r"失败|failed"):
        retry(session, CLERK, own_job(session, CLERK, job_id))
    stranger = Actor(kind="person", name="Stranger", account_id=8)
    with house.session(CLERK, write=True) as session:
        row = session.get_one(JobRow, job_id)
        with pytest.raises(NotFound):
            retry(session, stranger, row)


# -- what does not end -------------------------------------------------------------------------------------------------


def test_a_job_that_hangs_is_given_up_and_commits_nothing(house: House, make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(threads=1, stale=30.0)
    pool.start()
    hanging = ask(house, "work.hang", seconds=1.5)
    until(house, hanging, lambda one: one["state"] == "running")
    time.sleep(0.4)

    def swept(one: dict[str, Any]) -> bool:
        if one["state"] == "running":
            pool.sweep()  # one that meets a sign of life being written leaves the row to the next
        return bool(one["state"] == "failed")

    with use_locale("en"):
        seen = until(house, hanging, swept)
    assert seen["error"] == "The job did not end within 1 minute and was given up."
    behind = ask(house, "work.plain")
    assert until(house, behind, lambda one: one["finished"])["state"] == "done", "another thread took its place"
    time.sleep(1.6)
    assert (look(house, hanging)["state"], units(house)) == ("failed", [])
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("remit-jobs-")]
    assert len(names) == 2, "the thread that hung is gone, one works, one keeps"


# -- its log -----------------------------------------------------------------------------------------------------------


def test_a_job_that_floods_its_log_keeps_the_first_and_the_last_lines(house: House) -> None:
    job_id = ask(house, "work.flood", lines=10_000)
    Pool(house).run_waiting()
    with house.session(CLERK) as session:
        log: Any = session.get_one(JobRow, job_id).log
    with use_locale("en"):
        told = [str(from_json(line)) for _moment, line in log]
    assert len(told) == FIRST + 1 + LAST
    assert (told[1], told[-1]) == ("Line 1", "Line 9999")
    assert told[FIRST] == f"{10_000 - FIRST - LAST} lines left out"
    assert max(map(len, told)) == LONGEST


def test_a_log_without_lines_is_none() -> None:
    assert JobLog().stored() is None


# -- who goes first ----------------------------------------------------------------------------------------------------


def test_the_urgent_goes_first_and_what_can_wait_waits(house: House) -> None:
    asked = [ask(house, f"work.{kind}") for kind in ("later", "plain", "urgent", "plain")]
    Pool(house).run_waiting()
    with house.session(CLERK) as session:
        started = session.scalars(select(JobRow.id).order_by(JobRow.started_at)).all()
    assert list(started) == [asked[2], asked[1], asked[3], asked[0]]


def test_no_more_of_a_kind_run_than_it_allows(house: House, make_pool: Callable[..., Pool]) -> None:
    asked = [ask(house, "work.crowded") for _n in range(8)]
    for _n in range(2):
        make_pool(threads=3).start()
    seen = [until(house, job_id, lambda one: one["finished"]) for job_id in asked]
    assert {one["state"] for one in seen} == {"done"}
    assert max(one["result"]["beside"] for one in seen) == 2


def test_a_job_of_a_module_that_is_off_waits(house: House) -> None:
    job_id = ask(house, "work.plain")
    with house.session(CLERK, write=True) as session:
        state.switch(session, CLERK, "work", on=False)
    assert Pool(house).run_waiting() == 0
    assert look(house, job_id)["state"] == "queued"


# -- groups ------------------------------------------------------------------------------------------------------------


def ask_group(house: House, parts: int, **more: Any) -> int:
    with house.session(CLERK, write=True) as session:
        arguments = [{"number": number, **more} for number in range(parts)]
        return enqueue_group(session, CLERK, "work.part", arguments, then="work.join", args={}).id


def states(house: House, group_id: int) -> list[str]:
    with house.session(CLERK) as session:
        return list(session.scalars(select(JobRow.state).where(JobRow.group_id == group_id).order_by(JobRow.part)))


def test_the_end_joins_the_parts_in_their_order(house: House, make_pool: Callable[..., Pool]) -> None:
    group_id = ask_group(house, 12)
    assert look(house, group_id)["state"] == "waiting"
    pools = [make_pool(threads=2) for _n in range(2)]
    for pool in pools:
        pool.start()
    seen = until(house, group_id, lambda one: one["finished"])
    assert (seen["state"], seen["result"]) == ("done", {"numbers": list(range(12))})
    assert sorted(units(house)) == sorted(["joined", *(f"part {n}" for n in range(12))])


def test_a_waiting_group_tells_how_many_parts_are_done(house: House) -> None:
    group_id = ask_group(house, 3)
    assert Pool(house).run_waiting(2) == 2
    seen = look(house, group_id)
    assert (seen["state"], seen["done"], seen["total"]) == ("waiting", 2, 3)


def test_a_group_without_parts_runs_its_end(house: House) -> None:
    group_id = ask_group(house, 0)
    assert Pool(house).run_waiting() == 1
    assert look(house, group_id)["result"] == {"numbers": []}


def test_a_group_whose_part_fails_is_broken_off_and_can_be_tried_again(house: House, tmp_path: Path) -> None:
    obstacle = tmp_path / "obstacle"
    obstacle.touch()
    with house.session(CLERK, write=True) as session:
        parts: list[dict[str, Any]] = [{"number": number} for number in range(4)]
        parts[1]["unless"] = str(obstacle)
        group_id = enqueue_group(session, CLERK, "work.part", parts, then="work.join", args={}).id
    Pool(house).run_waiting()
    with use_locale("en"):
        seen = look(house, group_id)
    assert (seen["state"], seen["error"]) == (
        "failed", "A part of the work did not succeed; the others were called off."
    )
    assert states(house, group_id) == ["done", "failed", "cancelled", "cancelled"]
    obstacle.unlink()
    with house.session(CLERK, write=True) as session:
        retry(session, CLERK, own_job(session, CLERK, group_id))
    assert look(house, group_id)["done"] == 1
    Pool(house).run_waiting()
    seen = look(house, group_id)
    assert (seen["state"], seen["result"]) == ("done", {"numbers": [0, 1, 2, 3]})
    assert sorted(units(house)) == ["joined", "part 0", "part 1", "part 2", "part 3"]


def test_a_group_is_called_off_with_its_parts(house: House) -> None:
    group_id = ask_group(house, 3)
    Pool(house).run_waiting(1)
    with house.session(CLERK, write=True) as session:
        cancel(session, CLERK, own_job(session, CLERK, group_id))
    assert Pool(house).run_waiting() == 0
    assert look(house, group_id)["state"] == "cancelled"
    assert states(house, group_id) == ["done", "cancelled", "cancelled"]


def test_a_group_is_asked_for_once(house: House) -> None:
    for _n in range(2):
        with house.session(CLERK, write=True) as session:
            enqueue_group(session, CLERK, "work.part", [{"number": 0}], then="work.join", args={}, key="one")
    with house.session(CLERK) as session:
        assert len(session.scalars(select(JobRow.id)).all()) == 2
    Pool(house).run_waiting()
    with house.session(CLERK, write=True) as session:
        row = enqueue_group(session, CLERK, "work.part", [{"number": 0}], then="work.join", args={}, key="one")
        assert row.state == "done"


def test_a_part_alone_is_not_run_again(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        parts: list[dict[str, Any]] = [{"number": 0, "unless": "/"}]
        enqueue_group(session, CLERK, "work.part", parts, then="work.join", args={})
    Pool(house).run_waiting()
    with house.session(CLERK, write=True) as session:
        row = session.scalars(select(JobRow).where(JobRow.part == 0)).one()
        with pytest.raises(DomainError):
            retry(session, CLERK, row)


def test_waiting_doubles_with_each_try(house: House) -> None:
    job = house.registry.jobs()["work.busy"]
    assert [job.wait_after(tries) for tries in (1, 2, 3)] == [timedelta(seconds=s) for s in (20, 40, 80)]
    with house.session(CLERK, write=True) as session:
        assert enqueue(session, CLERK, "work.urgent", {}).priority == 10
