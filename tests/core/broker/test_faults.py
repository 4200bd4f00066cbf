"""What goes wrong around jobs on many machines: processes that die, a broker that goes away, modules that are off."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from structlog.testing import capture_logs

from core.base.actor import Actor
from core.broker.dispatcher import Dispatcher
from core.broker.supervisor import Supervisor
from core.jobs.models import JobRow
from core.kernel import state
from tests.core.broker.place import Place, until
from tests.core.broker.proxy import Wire
from tests.core.exchange.trial import CLERK


@contextmanager
def running(place: Place, children: int = 1, **times: float) -> Iterator[Supervisor]:
    supervisor = place.supervisor(children, **times)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def test_a_worker_killed_in_its_work_leaves_it_to_another(place: Place, tmp_path: Path) -> None:
    """The whole worker of a machine, with signal 9; and then a child alone."""
    file = tmp_path / "gate"
    with running(place) as first:
        job_id = place.ask("work.gate", {"file": str(file), "code": "killed"})
        place.running(job_id)
        assert first.worker is not None
        os.killpg(first.worker.pid, signal.SIGKILL)
        assert first.wait() == -signal.SIGKILL
    with running(place):
        until(lambda: place.row(job_id).tries == 2 and place.row(job_id).state == "running")
        child = int((place.row(job_id).worker or "").split(":")[1])
        os.kill(child, signal.SIGKILL)
        until(lambda: place.row(job_id).tries == 3 and place.row(job_id).state == "running")
        file.touch()
        row = place.ended(job_id)
    assert (row.state, row.tries, place.codes()) == ("done", 3, ["killed"])


def test_a_worker_told_to_stop_hands_back_what_it_has_under_way(place: Place, tmp_path: Path) -> None:
    """All of its processes are signalled, as a supervisor of services does."""
    file = tmp_path / "gate"
    with running(place, children=2, stale=60.0) as first:  # it hands back itself; nobody takes it for dead
        job_id = place.ask("work.gate", {"file": str(file), "code": "handed back"})
        deaf = place.ask("work.deaf", {"seconds": 1, "code": "finished"})
        place.running(job_id)
        place.running(deaf)
        assert first.worker is not None
        os.killpg(first.worker.pid, signal.SIGTERM)
        assert first.wait() == 0
        row = place.row(job_id)
        assert (row.state, row.tries, row.worker) == ("queued", 0, None)
        assert place.row(deaf).state == "done", "what does not report is waited for"
    file.touch()
    with running(place):
        assert place.ended(job_id).state == "done"
    assert place.codes() == ["finished", "handed back"]


def test_the_worker_ends_when_its_supervisor_is_killed(place: Place, tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child only starts a worker and waits to be killed
        supervisor = place.supervisor()
        supervisor.keeper.start = supervisor.deliverer.start = supervisor.dispatcher.start = lambda: None  # type: ignore[method-assign]
        supervisor.start()
        assert supervisor.worker is not None
        (tmp_path / "pid").write_text(str(supervisor.worker.pid))
        signal.pause()
    worker = int(until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    until(lambda: not alive(worker))


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_broker_goes_away_and_comes_back(place: Place) -> None:
    """Asking for jobs neither fails nor waits meanwhile; one warning tells; everything runs in the end, once."""
    parts = urlsplit(place.url)
    with Wire(parts.hostname or "", parts.port or 0) as wire:
        user = f"{parts.username}:{parts.password}@" if parts.username else ""
        through = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{wire.port}"))
        place = Place(replace(place.house, config=replace(place.house.config, broker_url=through)), place.folder)
        with capture_logs() as logged, running(place, children=2) as supervisor:
            place.ended(place.ask("work.mark", {"code": "before"}))
            wire.cut()
            took = []
            jobs = []
            for number in range(30):
                began = time.perf_counter()
                jobs.append(place.ask("work.mark", {"code": f"meanwhile {number}"}))
                took.append(time.perf_counter() - began)
            until(lambda: supervisor.dispatcher.reached is False)
            assert sorted(took)[15] < 0.2, "nobody waits for a broker"
            assert {place.row(job_id).state for job_id in jobs} == {"queued"}
            wire.mend()
            for job_id in jobs:
                assert place.ended(job_id).state == "done"
            assert supervisor.dispatcher.reached
            wire.cut()
            wire.mend()
            assert place.ended(place.ask("work.mark", {"code": "at last"})).state == "done"
    assert sorted(place.codes()) == sorted(["before", "at last", *(f"meanwhile {n}" for n in range(30))])
    told = [line for line in logged if line["log_level"] == "warning" and "broker" in line["event"]]
    assert 1 <= len(told) <= 2, told
    assert "guest:guest@" not in str(logged), "no password in the log"


def test_jobs_of_a_module_that_is_off_wait_and_are_not_sent(place: Place) -> None:
    system = Actor.system("tests")
    with place.house.session(system, write=True) as session:
        state.switch(session, system, "work", on=False)
    job_id = place.ask("work.mark", {"code": "off"})
    with running(place) as supervisor:
        place.send(job_id)
        place.ended(place.ask("trial.count", {"steps": 1, "code": "other module"}))
        until(lambda: place.ready() == 0)
        assert (place.row(job_id).state, place.row(job_id).sent_at) == ("queued", None)
        with place.house.session(system, write=True) as session:
            state.switch(session, system, "work", on=True)
        supervisor.dispatcher.wake()
        assert place.ended(job_id).state == "done"
    assert place.codes() == ["other module", "off"]


def test_a_crash_after_the_commit_and_before_the_sending_loses_nothing(place: Place) -> None:
    """Whoever asks for the job has no dispatcher at all; another process sends it."""
    job_id = place.ask("work.mark", {"code": "left"})
    assert place.row(job_id).sent_at is None
    dispatcher = Dispatcher(place.house)
    assert dispatcher.run_once() == 1
    assert dispatcher.run_once() == 0, "it is sent once"
    dispatcher.close()
    assert place.ready() == 1
    assert place.row(job_id).sent_at is not None


def test_a_backlog_is_not_sent_twice(place: Place) -> None:
    """What waits in the broker for long is not lost; what is missing there is sent again, and no more than that."""
    jobs = [place.ask("work.mark", {"code": str(number)}) for number in range(6)]
    dispatcher = Dispatcher(place.house, resend=0.0)
    assert dispatcher.run_once() == 6
    assert [dispatcher.run_once() for _turn in range(3)] == [0, 0, 0]
    assert place.ready() == 6
    place.empty()
    assert dispatcher.run_once() == 6
    assert place.ready() == len(jobs)
    dispatcher.close()


def test_nothing_of_a_transaction_that_is_rolled_back_is_sent(place: Place) -> None:
    from core.jobs.queue import enqueue

    with place.house.session(CLERK, write=True) as session:
        enqueue(session, CLERK, "work.mark", {"code": "never was"})
        session.rollback()
    with closing(Dispatcher(place.house)) as dispatcher:
        assert dispatcher.run_once() == 0
    with place.house.session(CLERK) as session:
        assert session.get(JobRow, 1) is None


def test_a_broker_that_is_not_there_leaves_jobs_in_the_table(place: Place) -> None:
    config = replace(place.house.config, broker_url="redis://:secret@127.0.0.1:1/0")
    dispatcher = Dispatcher(replace(place.house, config=config), poll=0.05)
    job_id = place.ask("work.mark", {"code": "waits"})
    with capture_logs() as logged:
        dispatcher.start()
        until(lambda: dispatcher.reached is False)
        assert dispatcher.stop()
    assert place.row(job_id).sent_at is None
    assert "secret" not in str(logged)
    assert "secret" not in dispatcher.address + repr(config)
    assert [line["log_level"] for line in logged] == ["warning"]


def wrote(place: Place, count: int) -> bool:
    return len(place.codes()) >= count


@pytest.mark.full
def test_killed_again_and_again_every_job_has_its_effect_once(place: Place) -> None:
    """Workers are killed at any moment while a hundred jobs run."""
    jobs = [place.ask("work.mark", {"code": f"job {number}"}) for number in range(100)]
    for turn in range(6):
        with running(place, children=2, resend=2.0) as supervisor:
            until(partial(wrote, place, 12 * turn))
            assert supervisor.worker is not None
            os.killpg(supervisor.worker.pid, signal.SIGKILL)
            supervisor.wait()
    with running(place, children=2, resend=2.0):
        for job_id in jobs:
            assert place.ended(job_id).state == "done"
    assert sorted(place.codes()) == sorted(f"job {number}" for number in range(100))
