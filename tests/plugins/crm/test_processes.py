"""Deciding in several processes: against whoever takes the authority away, and against each other for one total."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.authority import limits
from core.authority.delegating import delegate
from core.authority.document import parse
from core.authority.publish import publish
from core.base import clock
from core.db.guard import system
from core.kernel.specs import Usage
from core.org.models import Assignment
from plugins.crm.models import SpendRequest
from remit.workflow import Task
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import WITHOUT, Office
from tests.plugins.crm.tellers import Teller, Tellers, jitter

#: The head of the group has no entry any more.
NOTHING = """
list: ACQ
version: 19
effective_from: "2026-03-22"
everybody:
  authority:
    S1: {can: "crm.spend:request", in: self, title: {zh: 申请支出, en: Asks to spend}}
"""
#: What the director may decide can be delegated.
HANDED = WITHOUT.replace("version: 18", "version: 19").replace("2026-01-01", "2026-01-02").replace(
    "up_to: 100000.00 CNY,", "up_to: 100000.00 CNY, delegable: 'yes',"
) + """
    E2: {can: "authority.delegation:give", in: self, title: {zh: 授权, en: Delegates}}
"""
REFUSED = ("denied.no_entry", "denied.over_limit", "denied.out_of_scope")


@pytest.fixture(scope="module")
def processes() -> Iterator[Tellers]:
    """Eight of them, started once for this file."""
    started = Tellers.start(8)
    yield started
    started.close()


@pytest.fixture
def tellers(processes: Tellers, office: Office, tmp_path: Path) -> list[Teller]:
    """The eight, each with a house of its own on the database of the test."""
    return processes.open(office.company.house.database, tmp_path)


def approve(office: Office, teller: Teller, who: str, tasks: list[Task], **more: Any) -> None:
    """Have a process approve tasks in somebody's name."""
    person = office.company.people[who].person_id
    teller.tell("decide", who=who, person=person, tasks=[(task.id, task.digest) for task in tasks], **more)


def state(office: Office, task: Task) -> str:
    found: str = office.look(lambda session: session.get_one(Task, task.id).state)
    return found


# -- whoever takes it away ---------------------------------------------------------------------------------------------


def publish_handed(office: Office) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(HANDED, source="handed"))


def assignment_of(office: Office, who: str, post: str) -> int:
    """The assignment by which somebody holds a post."""
    person, position = office.company.people[who].person_id, office.company.positions[post].id
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        return session.scalars(
            select(Assignment.id).where(Assignment.person_id == person, Assignment.position_id == position)
        ).one()


def hand(office: Office) -> int:
    """li hands what he may decide to wang."""
    li, own = office.company.actor("li"), assignment_of(office, "li", "MD")
    with office.company.house.session(li, write=True) as session:
        return delegate(
            session, li, assignment_id=own, to_person_id=office.company.people["wang"].person_id, codes=["A2"],
            first_day=date(2026, 3, 22), last_day=date(2026, 3, 31), reason="away",
        ).id


#: How the authority ends, and an amount that is decided by it.
ENDS = {"entry": 900_000, "assignment": 900_000, "delegation": 5_000_000}


def end_of(office: Office, kind: str) -> dict[str, Any]:
    """What a process is told so that an authority of wang's ends."""
    if kind == "entry":
        return {"kind": kind, "text": NOTHING}
    if kind == "assignment":
        return {"kind": kind, "number": assignment_of(office, "wang", "ACQ-H")}
    publish_handed(office)
    return {"kind": kind, "number": hand(office)}


@pytest.mark.parametrize("kind", ENDS)
def test_a_revocation_that_is_acknowledged_first_stops_the_decision(
    office: Office, tellers: list[Teller], kind: str
) -> None:
    """wang has decided and is about to commit when his authority ends; where both write at once he is refused."""
    task, end = office.ask(ENDS[kind]), end_of(office, kind)
    decider, other = tellers[:2]
    approve(office, decider, "wang", [task], hold="decided")
    assert decider.hear() == {"held": "decided"}
    other.tell("end", **end)
    if office.company.house.database.is_sqlite:  # one writer at a time: the revocation waits for the decision
        decider.tell("go")
        (said,) = decider.hear()["tasks"]
        assert said["said"] == "approved"
        assert other.hear()["epoch"] > said["epoch"]
        assert state(office, task) == "approved"
        return
    assert other.hear()["epoch"] > 0, "acknowledged while the decision is not committed"
    decider.tell("go")
    (said,) = decider.hear()["tasks"]
    assert said["said"] in REFUSED
    assert state(office, task) == "open"


@pytest.mark.parametrize("kind", ENDS)
def test_a_decision_that_was_checked_comes_first_and_the_revocation_waits(
    office: Office, tellers: list[Teller], kind: str
) -> None:
    """Between the last look and the commit nothing is acknowledged."""
    task, end = office.ask(ENDS[kind]), end_of(office, kind)
    decider, other = tellers[:2]
    approve(office, decider, "wang", [task], hold="checked")
    assert decider.hear() == {"held": "checked"}
    other.tell("end", **end)
    with pytest.raises(TimeoutError):
        other.hear(patience=1)
    decider.tell("go")
    (said,) = decider.hear()["tasks"]
    assert said["said"] == "approved"
    assert other.hear()["epoch"] > said["epoch"]
    late = office.ask(ENDS[kind], payee="late")
    approve(office, decider, "wang", [late])
    assert decider.hear()["tasks"][0]["said"] in REFUSED, "whoever begins after the acknowledgement sees it"


def race(office: Office, tellers: list[Teller], rounds: int, seed: int) -> dict[str, int]:
    """Many rounds without any order; how often the decision came first and how often it was refused.

    A transaction commits in the epoch that it holds at the end: what is decided in the epoch of the revocation, or in a
    later one, is decided after it.
    """
    rng, decider, other = random.Random(seed), *tellers[:2]  # noqa: S311
    publish_handed(office)
    came = {"first": 0, "refused": 0}
    for number in range(rounds):
        task, delegation = office.ask(5_000_000, payee=f"p{number}"), hand(office)
        approve(office, decider, "wang", [task], wait=jitter(rng))
        other.tell("end", kind="delegation", number=delegation, wait=jitter(rng))
        (said,), ended = decider.hear()["tasks"], other.hear()["epoch"]
        if said["said"] == "approved":
            assert said["epoch"] < ended, f"decided after its authority had ended: seed {seed}, round {number}"
        else:
            assert said["said"] in REFUSED
        assert state(office, task) == ("approved" if said["said"] == "approved" else "open")
        came["first" if said["said"] == "approved" else "refused"] += 1
    return came


def seed_of() -> int:
    """``REMIT_TEST_SEED``, else a new one; it is printed, and shown where a test fails."""
    seed = int(os.environ.get("REMIT_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"REMIT_TEST_SEED={seed}")
    return seed


def test_no_decision_commits_after_its_authority_ended(office: Office, tellers: list[Teller]) -> None:
    came = race(office, tellers, 12, seed_of())
    assert sum(came.values()) == 12


@pytest.mark.full
def test_no_decision_of_many_commits_after_its_authority_ended(office: Office, tellers: list[Teller]) -> None:
    came = race(office, tellers, 500, seed_of())
    assert min(came.values()) > 25, "both orders were tried"


def test_what_is_allowed_by_another_entry_meanwhile_is_not_kept_under_the_old_one(
    office: Office, tellers: list[Teller]
) -> None:
    """wang decides by his own entry; it ends before the commit, and what li handed him would allow it as well."""
    publish_handed(office)
    task = office.ask(900_000)
    hand(office)
    decider, other = tellers[:2]
    approve(office, decider, "wang", [task], hold="decided")
    assert decider.hear() == {"held": "decided"}
    other.tell("end", kind="entry", text=NOTHING)
    if office.company.house.database.is_sqlite:
        decider.tell("go")
        assert decider.hear()["tasks"][0]["entry"] == "ACQ-H.B1"
        assert other.hear()["epoch"] > 0
        return
    assert other.hear()["epoch"] > 0
    decider.tell("go")
    (said,) = decider.hear()["tasks"]
    assert said["said"] == "authority.moved"
    approve(office, decider, "wang", [task])
    assert decider.hear()["tasks"][0]["entry"] == "MD.A2", "the second time it is decided by what is in force"


# -- one total for eight -----------------------------------------------------------------------------------------------


def used(office: Office) -> int:
    """The ledger: what the module counts under the entry of the head of the group this month."""
    since, until = limits.period("month", clock.now())
    count = office.company.house.registry.actions["crm.spend:approve"].used
    assert count is not None
    with office.company.house.session(SYSTEM) as session:
        return count(session, Usage("ACQ-H.B1", "CNY", since, until, None)).get("CNY", 0)


def approved(office: Office) -> int:
    """What the requests say themselves."""
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        return session.scalar(select(func.coalesce(func.sum(SpendRequest.amount), 0)).where(
            SpendRequest.state == "approved")) or 0  # fmt: skip


def all_at_once(office: Office, tellers: list[Teller], tasks: list[Task]) -> list[dict[str, Any]]:
    """The tasks shared out among the processes; every one of them has its answers in the end."""
    shares = [tasks[number::len(tellers)] for number in range(len(tellers))]
    for teller, share in zip(tellers, shares, strict=True):
        approve(office, teller, "wang", share)
    found = [teller.hear()["tasks"] for teller in tellers]
    assert [len(one) for one in found] == [len(share) for share in shares]
    return [one for many in found for one in many]


def test_eight_processes_never_pass_a_total(office: Office, tellers: list[Teller]) -> None:
    """16 of 4,000 are 64,000; 15 of them are the 60,000 of the month, whichever they are."""
    tasks = [office.ask(400_000, payee=f"p{number}") for number in range(16)]
    said = all_at_once(office, tellers, tasks)
    assert sorted(one["said"] for one in said) == ["approved"] * 15 + ["denied.cap_exceeded"]
    assert used(office) == approved(office) == 6_000_000
    (refused,) = (one for one in said if one["said"] != "approved")
    assert "¥0.00 is left" in refused["why"]
    done = next(task for task in tasks if state(office, task) == "approved")
    office.change(done, amount=399_999)
    assert used(office) == approved(office) == 5_600_000, "an approval that is void gives back what it used"
    left = next(task for task in tasks if state(office, task) == "open")
    approve(office, tellers[0], "wang", [left])
    assert tellers[0].hear()["tasks"][0]["said"] == "approved"
    assert used(office) == approved(office) == 6_000_000


def test_nobody_is_refused_or_left_waiting_while_there_is_enough(office: Office, tellers: list[Teller]) -> None:
    """15 of 4,000 are the whole total: all are approved, in whatever order the processes come."""
    said = all_at_once(office, tellers, [office.ask(400_000, payee=f"p{number}") for number in range(15)])
    assert [one["said"] for one in said] == ["approved"] * 15
    assert used(office) == approved(office) == 6_000_000


def test_two_at_once_share_what_is_left(office: Office, tellers: list[Teller]) -> None:
    """Of 60,000 are 55,000 used up, and two approve 4,000 at the same moment."""
    for number in range(6):
        office.say(office.ask(1_000_000 if number < 5 else 500_000, payee=f"p{number}"), "wang")
    assert used(office) == 5_500_000
    tasks = [office.ask(400_000, payee=f"q{number}") for number in range(2)]
    said = all_at_once(office, tellers[:2], tasks)
    assert sorted(one["said"] for one in said) == ["approved", "denied.cap_exceeded"]
    assert "¥1,000.00 is left" in next(one["why"] for one in said if one["said"] != "approved")
    assert used(office) == approved(office) == 5_900_000


def test_what_was_split_counts_together_in_eight_processes(office: Office, tellers: list[Teller]) -> None:
    """Eight of 3,000 to one payee: three are within the 10,000 of the entry."""
    said = all_at_once(office, tellers, [office.ask(300_000, payee="one") for _number in range(8)])
    assert sorted(one["said"] for one in said) == ["approved"] * 3 + ["denied.aggregate"] * 5
    assert approved(office) == 900_000


@pytest.mark.full
def test_totals_hold_round_after_round(office: Office, tellers: list[Teller]) -> None:
    """Amounts of any size, until nothing more fits: never more than the total, and nothing refused that had fitted."""
    rng = random.Random(seed_of())  # noqa: S311
    tasks = [office.ask(rng.choice([399_999, 400_000, 400_001, 650_000]), payee=f"p{number}") for number in range(80)]
    said = all_at_once(office, tellers, tasks)
    assert used(office) == approved(office) <= 6_000_000
    left = [task.id for task in tasks if state(office, task) == "open"]
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        smallest = session.scalar(select(func.min(SpendRequest.amount)).where(SpendRequest.state == "submitted")) or 0
    assert len(left) == sum(one["said"] == "denied.cap_exceeded" for one in said) > 0
    assert smallest > 6_000_000 - used(office)
