from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.db.session import Database
from core.jobs.control import cancel
from core.jobs.models import IS_MOVING, IS_QUEUED, IS_RUNNING, JobRow
from core.jobs.pool import Pool
from core.jobs.queue import actor_from_json, actor_to_json, enqueue, jobs_of, own_job
from core.kernel.house import House
from tests.core.exchange import trial

CLERK = Actor(kind="person", name="Clerk", account_id=7, person_id=70, scopes=frozenset({"a.b:c"}), acting_as=3)


def ask(house: House, *, key: str | None = None, actor: Actor = CLERK, **more: Any) -> int:
    with house.session(actor, write=True) as session:
        return enqueue(session, actor, "trial.count", {"steps": 3, "code": "x"}, key=key, **more).id


def test_a_key_is_asked_for_once_whatever_became_of_it(house: House) -> None:
    first = ask(house, key="october")
    assert ask(house, key="october") == first
    Pool(house).run_waiting()
    assert ask(house, key="october") == first
    assert Pool(house).run_waiting() == 0
    assert ask(house, key="november") != first


def test_a_key_is_asked_for_once_by_many_at_the_same_moment(house: House) -> None:
    with ThreadPoolExecutor(6) as threads:
        ids = set(threads.map(lambda _n: ask(house, key="rush"), range(12)))
    assert len(ids) == 1
    with house.session(CLERK) as session:
        assert session.scalar(select(func.count()).select_from(JobRow)) == 1


def test_a_job_of_a_rolled_back_transaction_never_was(house: House) -> None:
    with house.session(CLERK, write=True) as session:
        enqueue(session, CLERK, "trial.count", {"steps": 1, "code": "x"})
        session.rollback()
    assert Pool(house).run_waiting() == 0


def test_an_unknown_kind_is_a_programming_error(house: House) -> None:
    with house.session(CLERK, write=True) as session, pytest.raises(LookupError):
        enqueue(session, CLERK, "trial.nothing", {})


def test_a_later_job_waits(house: House) -> None:
    ask(house, run_at=clock.now() + timedelta(hours=1))
    assert Pool(house).run_waiting() == 0


def test_jobs_are_seen_and_called_off_by_whoever_asked(house: House) -> None:
    job_id = ask(house)
    other = replace(CLERK, account_id=8)
    with house.session(other, write=True) as session:
        assert jobs_of(session, other) == []
        with pytest.raises(NotFound):
            own_job(session, other, job_id)
        with pytest.raises(NotFound):
            own_job(session, Actor.anonymous(), job_id)
    with house.session(CLERK, write=True) as session:
        assert [row.id for row in jobs_of(session, CLERK)] == [job_id]
        cancel(session, CLERK, own_job(session, CLERK, job_id))
        assert own_job(session, CLERK, job_id).state == "cancelled"
        with pytest.raises(DomainError) as caught:
            cancel(session, CLERK, own_job(session, CLERK, job_id))
        assert caught.value.code == "job.ended"
    assert Pool(house).run_waiting() == 0


def test_the_actor_survives_the_row() -> None:
    stored: Mapping[str, Any] = actor_to_json(CLERK)
    assert actor_from_json(stored) == CLERK
    assert actor_from_json(actor_to_json(Actor.system("sweep"))) == Actor.system("sweep")


_FIRST_ACT = """
import sys
from pathlib import Path
from core.db.session import Database
from tests.core.exchange import trial
from tests.core.jobs.test_queue import CLERK, enqueue
house = trial.house_around(Database(sys.argv[1]), Path(sys.argv[2]))
with house.session(CLERK, write=True) as session:
    print(enqueue(session, CLERK, "trial.count", {"steps": 1, "code": "x"}).id)
"""


def test_a_process_may_begin_with_asking_for_a_job(database: Database, tmp_path: Path) -> None:
    if database.in_memory:
        address = f"sqlite:///{tmp_path / 'file.sqlite'}"
        trial.BUILDER.build(Database(address))
    else:
        address = database.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_ACT, address, str(tmp_path)], capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "1", done.stderr


def _plan(session: Session, statement: Any) -> str:
    """How the database would find the rows, also where reading all of a small table would be quicker."""
    explain = "EXPLAIN QUERY PLAN"
    connection = session.connection().connection.cursor()
    if session.get_bind().dialect.name == "postgresql":
        explain = "EXPLAIN"
        connection.execute("ANALYZE core_job")
        connection.execute("SET LOCAL enable_seqscan TO off")
    words = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    connection.execute(f"{explain} {words}")
    return str(connection.fetchall())


@pytest.mark.parametrize(("index", "statement"), [
    ("ix_core_job_queued", select(JobRow.id).where(IS_QUEUED).order_by(JobRow.priority, JobRow.run_at).limit(1)),
    ("ix_core_job_sent", select(JobRow.id).where(IS_QUEUED, JobRow.sent_at.is_not(None)).order_by(JobRow.sent_at)),
    ("ix_core_job_moving", select(JobRow.kind).where(IS_RUNNING)),
    ("ix_core_job_moving", select(JobRow.id).where(JobRow.kind == "x", IS_MOVING)),
    ("ix_core_job_finished", select(func.max(JobRow.finished_at)).where(JobRow.finished_at.is_not(None))),
    ("ix_core_job_account", select(JobRow.id).where(JobRow.account_id == 7).order_by(JobRow.id.desc())),
    ("ix_core_job_part", select(JobRow.id).where(JobRow.group_id == 7, JobRow.state == "queued")),
    ("uq_core_job_key", select(JobRow.id).where(JobRow.key == "x")),
])  # fmt: skip
def test_jobs_are_found_by_an_index(house: House, index: str, statement: Any) -> None:
    with house.session(CLERK, write=True) as session:
        for number in range(300):  # in an empty table every index is as good
            enqueue(session, Actor.system("tests"), "trial.count", {"steps": number, "code": "x"})
        assert index in _plan(session, statement)
