"""Jobs through a real broker to the processes of a real worker."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core.base import clock
from core.broker.supervisor import Supervisor
from core.jobs.control import cancel, retry
from core.jobs.groups import enqueue_group
from core.jobs.models import JobRow
from core.jobs.trying import hung
from tests.core.broker.place import Place, until
from tests.core.exchange.trial import CLERK

Working = tuple[Place, Supervisor]


def test_a_job_has_its_effect_once_however_often_it_is_told_of(working: Working) -> None:
    place, supervisor = working
    job_id = place.ask("work.mark", {"code": "once"})
    place.send(job_id, times=5)
    row = place.ended(job_id)
    assert (row.state, row.tries) == ("done", 1)
    place.send(job_id, times=2)
    until(lambda: place.ready() == 0)
    last = place.ask("work.mark", {"code": "after"})
    place.ended(last)
    assert place.codes().count("once") == 1
    assert supervisor.worker is not None
    assert row.result is not None
    assert row.result["process"] not in (supervisor.worker.pid, None), "a child ran it, not the worker itself"


def test_a_message_for_a_job_that_was_called_off_or_never_was_does_nothing(working: Working) -> None:
    place, _supervisor = working
    later = place.ask("work.mark", {"code": "never"}, run_at=clock.now() + timedelta(hours=1))
    with place.house.session(CLERK, write=True) as session:
        cancel(session, CLERK, session.get_one(JobRow, later))
    place.send(later)
    place.send(987_654_321)
    place.ended(place.ask("work.mark", {"code": "behind"}))
    until(lambda: place.ready() == 0)
    assert place.row(later).state == "cancelled"
    assert "never" not in place.codes()


def test_a_job_called_off_while_it_runs_ends_at_its_next_report(working: Working, tmp_path: Path) -> None:
    place, _supervisor = working
    job_id = place.ask("work.gate", {"file": str(tmp_path / "gate"), "code": "cancelled"})
    place.running(job_id)
    with place.house.session(CLERK, write=True) as session:
        cancel(session, CLERK, session.get_one(JobRow, job_id))
    assert place.ended(job_id).state == "cancelled"
    assert "cancelled" not in place.codes()


def test_what_fails_for_a_while_is_tried_again_by_itself_and_can_be_run_again(working: Working) -> None:
    place, _supervisor = working
    row = place.ended(place.ask("work.busy", {"times": 1, "code": "second try"}))
    assert (row.state, row.tries) == ("done", 2)
    row = place.ended(place.ask("work.busy", {"times": 9, "code": "too often"}))
    assert (row.state, row.tries) == ("failed", 3)
    with place.house.session(CLERK, write=True) as session:
        found = session.get_one(JobRow, row.id)
        found.args = {"times": 0, "code": "by hand"}
        retry(session, CLERK, found)
    assert place.ended(row.id).state == "done"
    assert place.codes().count("by hand") == 1


def test_a_later_job_waits_for_its_time(working: Working) -> None:
    place, _supervisor = working
    due = clock.now() + timedelta(seconds=1)
    row = place.ended(place.ask("work.mark", {"code": "later"}, run_at=due))
    assert row.started_at is not None
    assert due <= row.started_at < due + timedelta(seconds=10)


def test_the_parts_of_a_group_are_joined_by_its_end(working: Working) -> None:
    place, _supervisor = working
    with place.house.session(CLERK, write=True) as session:
        parts = [{"code": f"part {number}"} for number in range(12)]
        end = enqueue_group(session, CLERK, "work.mark", parts, then="work.join", args={}).id
    row = place.ended(end)
    assert row.result == {"codes": [f"part {number}" for number in range(12)]}
    written = place.codes()
    assert sorted(one for one in written if one.startswith("part ")) == sorted(f"part {number}" for number in range(12))
    assert written[-1] == "joined"


def test_only_so_many_of_a_kind_run_at_a_time_and_all_get_their_turn(working: Working, tmp_path: Path) -> None:
    place, _supervisor = working
    jobs = [place.ask("work.crowded", {"folder": str(tmp_path)}) for _number in range(6)]
    beside = [(place.ended(job_id).result or {})["beside"] for job_id in jobs]
    assert max(beside) <= 2


def test_what_is_urgent_overtakes_what_waits_in_the_broker(working: Working, tmp_path: Path) -> None:
    place, _supervisor = working
    gates = [place.ask("work.gate", {"file": str(tmp_path / "gate"), "code": f"gate {n}"}) for n in range(3)]
    for gate in gates:
        place.running(gate)
    asked = [(kind, f"{kind} {n}") for kind in ("later", "mark", "urgent") for n in range(4)]
    jobs = [place.ask(f"work.{kind}", {"code": code}) for kind, code in asked]
    until(lambda: all(place.row(job_id).sent_at for job_id in jobs))
    until(lambda: place.ready() >= len(jobs) - 3)
    (tmp_path / "gate").touch()
    rows = [place.ended(job_id) for job_id in jobs]
    began = [kind for kind, _row in sorted(zip([kind for kind, _code in asked], rows, strict=True),
                                           key=lambda one: str(one[1].started_at))]  # fmt: skip
    # A child may hold one message already, and three begin side by side: the order holds on the whole.
    kinds = ("urgent", "mark", "later")
    places = {wanted: sum(at for at, kind in enumerate(began) if kind == wanted) for wanted in kinds}
    assert places["urgent"] < places["mark"] < places["later"], began


def test_a_lost_message_is_sent_again(working: Working, tmp_path: Path) -> None:
    place, _supervisor = working
    gates = [place.ask("work.gate", {"file": str(tmp_path / "gate"), "code": f"held {n}"}) for n in range(3)]
    for gate in gates:
        place.running(gate)
    jobs = [place.ask("work.mark", {"code": f"lost {n}"}) for n in range(3)]
    until(lambda: all(place.row(job_id).sent_at for job_id in jobs))
    place.empty()
    (tmp_path / "gate").touch()
    for job_id in jobs:
        assert place.ended(job_id).state == "done"
    assert sorted(code for code in place.codes() if code.startswith("lost")) == ["lost 0", "lost 1", "lost 2"]


def test_a_job_that_hangs_is_ended_and_its_process_replaced(working: Working, tmp_path: Path) -> None:
    place, _supervisor = working
    row = place.ended(place.ask("work.hang", {"seconds": 60, "code": "hung"}))
    assert row.state == "failed"
    assert str(row.failure) == str(hung(timedelta(seconds=1)))
    gates = [place.ask("work.gate", {"file": str(tmp_path / "gate"), "code": f"after {n}"}) for n in range(3)]
    for gate in gates:  # all at the same time: three children work again
        place.running(gate)
    (tmp_path / "gate").touch()
    for gate in gates:
        place.ended(gate)
    assert "hung" not in place.codes()
