from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.base import clock
from core.base.actor import Actor
from core.base.stored import from_json
from core.base.text import use_locale
from core.db.session import Database
from core.jobs import progress
from core.jobs.control import cancel
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.progress import FileProgress, Progress, RowProgress, store_for
from core.jobs.queue import enqueue, own_job
from core.kernel import state
from core.kernel.house import House
from tests.core.exchange.trial import TrialUnit

CLERK = Actor(kind="person", name="Clerk", account_id=7, person_id=70)


@pytest.fixture
def make_pool(house: House) -> Iterator[Callable[..., Pool]]:
    made: list[Pool] = []

    def make(**options: Any) -> Pool:
        made.append(Pool(house, **{"poll": 0.05, "beat": 0.05, **options}))
        return made[-1]

    yield make
    for one in made:
        assert one.stop(20)


def ask(house: House, kind: str, *, key: str | None = None, **args: Any) -> int:
    with house.session(CLERK, write=True) as session:
        return enqueue(session, CLERK, kind, args, key=key).id


def look(house: House, job_id: int) -> dict[str, Any]:
    with house.session(CLERK) as session:
        row = own_job(session, CLERK, job_id)
        seen = progress.read(session, row)
        return {
            "state": row.state, "tries": row.tries, "result": row.result, "done": seen.done, "total": seen.total,
            "message": str(seen.message), "error": str(from_json(row.error[0])) if row.error else None,
            "worker": row.worker, "finished": row.finished_at is not None,
        }


def until(house: House, job_id: int, good: Callable[[dict[str, Any]], bool], seconds: float = 20) -> dict[str, Any]:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        seen = look(house, job_id)
        if good(seen):
            return seen
        time.sleep(0.03)
    raise AssertionError(f"still {look(house, job_id)}")


def units(house: House) -> list[str]:
    with house.session(CLERK) as session:
        return list(session.scalars(select(TrialUnit.code).order_by(TrialUnit.id)))


# -- running -----------------------------------------------------------------------------------------------------------


def test_jobs_run_in_order_in_the_name_of_whoever_asked(house: House) -> None:
    first, second = ask(house, "work.plain", n=1), ask(house, "work.count", steps=2, code="b")
    assert Pool(house).run_waiting() == 2
    seen = look(house, first)
    assert (seen["state"], seen["finished"], seen["done"], seen["total"]) == ("done", True, 5, 5)
    assert seen["result"] == {"thread": "MainThread", "actor": 7, "n": 1}
    assert look(house, second)["result"] == {"counted": 2}
    assert units(house) == ["b"]


def test_a_refusal_is_kept_as_a_sentence_and_a_fault_without_its_details(house: House) -> None:
    refused, failed = ask(house, "work.refuse"), ask(house, "work.fail", code="half")
    Pool(house).run_waiting()
    with use_locale("en"):
        seen = look(house, refused)
        assert (seen["state"], seen["error"], seen["result"]) == ("failed", "This cannot be done.", {"code": "work.no"})
        seen = look(house, failed)
        assert (seen["state"], seen["error"]) == ("failed", "The job failed. The log of the server says why.")
    with use_locale("zh_CN"):
        assert look(house, failed)["error"] == "任务未能完成，原因见服务器日志。"
    assert units(house) == []


def test_threads_take_what_is_asked_for_and_are_woken(house: House, make_pool: Callable[..., Pool]) -> None:
    make_pool(threads=2, poll=30.0).start()
    time.sleep(0.2)
    began = time.monotonic()
    job_id = ask(house, "work.plain")
    seen = until(house, job_id, lambda one: one["finished"])
    assert time.monotonic() - began < 10
    assert seen["result"]["thread"].startswith("remit-jobs-")


def test_every_job_runs_once_however_many_pools_there_are(house: House, make_pool: Callable[..., Pool]) -> None:
    ids = [ask(house, "work.count", steps=1, code=f"{n:02}") for n in range(20)]
    for _n in range(3):
        make_pool(threads=2).start()
    for job_id in ids:
        assert until(house, job_id, lambda one: one["finished"], 60)["state"] == "done"
    assert sorted(units(house)) == [f"{n:02}" for n in range(20)]


def test_progress_is_seen_before_anything_is_committed(house: House, make_pool: Callable[..., Pool]) -> None:
    job_id = ask(house, "work.slow", seconds=2.5)
    make_pool(threads=1).start()
    seen = until(house, job_id, lambda one: one["done"] > 1 and one["state"] == "running")
    assert (seen["total"], seen["message"], units(house)) == (1000, "Working", [])
    assert until(house, job_id, lambda one: one["finished"])["state"] == "done"
    assert units(house) == ["slow"]


def test_progress_is_written_at_most_twice_a_second(
    house: House, make_pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[float] = []
    pool = make_pool(threads=1)
    write = pool.store.write

    def counted(job_id: int, progress: Progress, lines: Any = None) -> None:
        written.append(time.monotonic())
        write(job_id, progress, lines)

    monkeypatch.setattr(pool.store, "write", counted)
    ask(house, "work.slow", seconds=1.8)
    pool.run_waiting()
    assert 2 <= len(written) <= 4
    assert all(later - earlier > 0.49 for earlier, later in zip(written, written[1:], strict=False))


def test_a_running_job_is_called_off_at_its_next_report(house: House, make_pool: Callable[..., Pool]) -> None:
    job_id = ask(house, "work.slow")
    make_pool(threads=1).start()
    until(house, job_id, lambda one: one["state"] == "running")
    with house.session(CLERK, write=True) as session:
        cancel(session, CLERK, own_job(session, CLERK, job_id))
    assert until(house, job_id, lambda one: one["finished"])["state"] == "cancelled"
    assert units(house) == []


def test_a_graceful_stop_queues_the_job_again(house: House, make_pool: Callable[..., Pool]) -> None:
    job_id = ask(house, "work.slow", seconds=20)
    pool = make_pool(threads=1)
    pool.start()
    until(house, job_id, lambda one: one["state"] == "running")
    assert pool.stop(10)
    seen = look(house, job_id)
    assert (seen["state"], seen["tries"], seen["worker"]) == ("queued", 0, None)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("remit-jobs-")]


# -- the dead ----------------------------------------------------------------------------------------------------------


def left_behind(house: House, kind: str = "work.count", *, tries: int = 1, silent: float = 60, **args: Any) -> int:
    """A job as a killed worker leaves it."""
    job_id = ask(house, kind, **{"steps": 1, "code": "again", **args})
    with house.session(CLERK, write=True) as session:
        session.execute(
            update(JobRow).where(JobRow.id == job_id).values(
                state="running", worker="dead", tries=tries, heartbeat=clock.now() - timedelta(seconds=silent)
            )
        )
    return job_id


def test_what_a_dead_worker_left_is_done_by_another(house: House, make_pool: Callable[..., Pool]) -> None:
    job_id = left_behind(house)
    pool = make_pool(threads=1, stale=30.0)
    pool.sweep()
    assert look(house, job_id)["state"] == "queued"
    pool.run_waiting()
    seen = look(house, job_id)
    assert (seen["state"], seen["tries"]) == ("done", 2)
    assert units(house) == ["again"]


def test_a_worker_that_shows_life_keeps_its_job(house: House, make_pool: Callable[..., Pool]) -> None:
    job_id = left_behind(house)
    pool = make_pool(threads=1, stale=30.0)
    pool.store.beat([job_id])
    pool.sweep()
    assert look(house, job_id)["state"] == "running"


def test_a_job_that_kills_its_workers_is_given_up(house: House, make_pool: Callable[..., Pool]) -> None:
    job_id = left_behind(house, tries=3)
    make_pool(threads=1).sweep()
    with use_locale("en"):
        seen = look(house, job_id)
    assert (seen["state"], seen["error"]) == ("failed", "The job ended unexpectedly 3 times and was given up.")


def test_a_worker_that_was_given_up_cannot_commit(house: House) -> None:
    job_id = ask(house, "work.usurped")
    Pool(house).run_waiting()
    seen = look(house, job_id)
    assert (seen["state"], seen["worker"]) == ("running", "another")
    assert units(house) == []


# -- modules, stores ---------------------------------------------------------------------------------------------------


def test_old_job_records_go_and_young_ones_stay(house: House) -> None:
    old, young = ask(house, "work.plain"), ask(house, "work.plain")
    Pool(house).run_waiting()
    with house.session(CLERK, write=True) as session:
        session.get_one(JobRow, old).finished_at = clock.now() - timedelta(days=181)
    ask(house, "jobs.purge")
    Pool(house).run_waiting()
    with house.session(CLERK) as session:
        left = session.scalars(select(JobRow.id)).all()
    assert young in left
    assert old not in left


def test_hook_register_jobs(house: House) -> None:
    """What a module registers is run while the module is on; while it is off its jobs wait."""
    boss = Actor.system("test")
    job_id = ask(house, "work.plain")
    with house.session(boss, write=True) as session:
        state.switch(session, boss, "work", on=False)
    assert Pool(house).run_waiting() == 0
    with house.session(boss, write=True) as session:
        state.switch(session, boss, "work", on=True)
    assert Pool(house).run_waiting() == 1
    assert look(house, job_id)["state"] == "done"


def test_the_store_fits_the_database(database: Database) -> None:
    store = store_for(database)
    assert isinstance(store, FileProgress if database.is_sqlite else RowProgress)
    assert store.get(12345) == (None, None)
    store.forget(12345)
    store.beat([])
    store.close()


def test_progress_stays_readable_while_a_job_writes(house: House) -> None:
    """The business transaction is open and holds the write lock; the report goes past it."""
    if not house.database.is_sqlite:
        job_id = left_behind(house)
    else:
        job_id = 1
    store = store_for(house.database)
    with house.session(CLERK, write=True) as session:
        session.add(TrialUnit(code="unwritten"))
        session.flush()
        store.write(job_id, Progress(3, 9, "half"))
        noted, alive = store.get(job_id)
        assert noted is not None
        assert (noted.done, noted.total, str(noted.message), noted.percent) == (3, 9, "half", 33)
        assert alive is not None
        session.rollback()
    store.close()
    assert Progress(3, None).percent is None
