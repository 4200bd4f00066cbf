from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.jobs.control import cancel
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import actor_from_json, actor_to_json, enqueue, jobs_of, own_job
from core.kernel.house import House

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
