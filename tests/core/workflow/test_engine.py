"""A request goes through the steps of its process: whom it waits for, what each answer does, and how it ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.base import clock
from core.base.errors import DomainError
from core.events.models import EventRow
from core.workflow import routes, tasks, way
from core.workflow.designing import versions
from core.workflow.events import ProcessEnded
from core.workflow.models import Task
from core.workflow.processes.models import ProcessVersion
from plugins.crm.actions.spending import SPEND_REQUEST
from plugins.crm.models import SpendRequest
from plugins.crm.services import spending
from remit.services import load
from tests.core.authority.company import SYSTEM
from tests.core.workflow import leave
from tests.core.workflow.conftest import KIND, LISTS, SUPERIOR, Office

BOTH: dict[str, Any] = {"key": "both", "type": "review", "by": [{"position": "ACQ-H"}, {"position": "MD"}]}


def test_without_a_published_process_the_lists_decide(office: Office) -> None:
    run = office.hand_in(1_200_000)
    assert office.waits_for(run) == ["li"], "beyond the limit of wang"
    office.yes(run, "li")
    assert (office.now(run).state, office.state(run)) == ("approved", "approved")


def test_one_step_after_another(office: Office) -> None:
    """The superior first, then whoever the lists name for the amount; approved is what both have agreed to."""
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in(1_200_000)
    assert office.waits_for(run) == ["wang"]
    office.yes(run, "wang")
    assert (office.waits_for(run), office.state(run)) == (["li"], "submitted")
    office.yes(run, "li")
    assert office.state(run) == "approved"
    cited = office.look(lambda session: session.scalars(select(Task.entry).order_by(Task.id)).all())
    assert cited == ["crm.spend@1/superior", "MD.A2"]


@pytest.mark.parametrize(("amount", "taken"), [(800_000, ["lists"]), (1_000_001, ["superior", "lists"])])
def test_a_condition_says_whether_a_step_is_taken(office: Office, amount: int, taken: list[str]) -> None:
    office.publish({**SUPERIOR, "when": "amount > 10000.00"}, LISTS)
    run = office.hand_in(amount, who="sun")
    if taken == ["superior", "lists"]:
        office.yes(run, "wang")
    office.yes(run, office.waits_for(run)[0] or "")
    assert [key for key, state in office.steps(run) if state == "passed"] == taken
    assert office.state(run) == "approved"


def test_what_a_condition_cannot_tell_is_asked(office: Office) -> None:
    """An amount in a currency without a rate: nobody's consent is passed over because something is missing."""
    office.publish({**SUPERIOR, "when": "amount > 10000.00"}, LISTS)
    run = office.hand_in(100, currency="USD")
    assert office.waits_for(run) == ["wang"]


def test_all_of_a_review_must_agree(office: Office) -> None:
    office.publish(BOTH)
    run = office.hand_in()
    assert office.waits_for(run) == ["wang", "li"]
    office.yes(run, "li")
    assert office.state(run) == "submitted"
    office.yes(run, "wang")
    assert office.state(run) == "approved"


def test_one_no_ends_a_review_of_all(office: Office) -> None:
    office.publish(BOTH)
    run = office.hand_in()
    office.say(office.waiting(run)[1], "li", "refused")
    assert (office.now(run).state, office.state(run), office.waiting(run)) == ("refused", "refused", [])
    assert office.look(lambda s: s.scalars(select(Task.state).order_by(Task.id)).all()) == ["settled", "refused"]


def test_any_of_a_review_is_enough_and_one_no_is_not_the_end(office: Office) -> None:
    office.publish({**BOTH, "need": "any"})
    run = office.hand_in()
    office.say(office.waiting(run)[0], "wang", "refused")
    assert office.state(run) == "submitted"
    office.yes(run, "li")
    assert office.state(run) == "approved"


def test_two_of_three(office: Office) -> None:
    three = [{"position": "ACQ-H"}, {"position": "MD"}, {"position": "CEO"}]
    office.publish({"key": "three", "type": "review", "by": three, "need": 2})
    run = office.hand_in()
    office.yes(run, "zhao")
    assert office.state(run) == "submitted"
    office.yes(run, "wang")
    assert (office.state(run), office.waiting(run)) == ("approved", [])


def test_in_turn_the_second_is_asked_after_the_first(office: Office) -> None:
    office.publish({**BOTH, "order": "in_turn"})
    run = office.hand_in()
    assert office.waits_for(run) == ["wang"]
    office.yes(run, "wang")
    assert office.waits_for(run) == ["li"]
    office.yes(run, "li")
    assert office.state(run) == "approved"


def test_a_body_decides_by_its_quorum(office: Office) -> None:
    office.publish({"key": "board", "type": "review", "by": {"body": ["ACQ-H", "MD", "CEO"], "quorum": 2}})
    run = office.hand_in()
    assert office.waits_for(run) == ["wang", "li", "zhao"]
    office.yes(run, "li", "zhao")
    assert office.state(run) == "approved"


def test_distinct_persons_over_all_steps(office: Office) -> None:
    """wang agrees as the superior, so that the lists' question of 8,000 goes past him to li."""
    office.publish(SUPERIOR, LISTS, distinct=True)
    run = office.hand_in(800_000)
    office.yes(run, "wang")
    assert office.waits_for(run) == ["li"]


def test_nobody_decides_his_own_request_in_whatever_role(office: Office) -> None:
    """wang holds the post the process names and li is above: his own request goes to li, also as head of the unit."""
    for by in ({"position": "ACQ-H"}, {"relation": "unit_head"}, {"relation": "owner"}):
        office.publish({"key": "asked", "type": "decide", "by": by})
        run = office.hand_in(800_000, who="wang")
        assert office.waits_for(run) == ["li"], by
        with pytest.raises(Denied):
            office.say(office.waiting(run)[0], "wang")
        office.do("wang", tasks.withdraw, office.waiting(run)[0].id)


def test_where_nobody_is_above_it_is_a_gap_with_an_owner(office: Office) -> None:
    office.publish(SUPERIOR, owner="MD")
    run = office.hand_in(100, who="li", unit="MKT")
    assert office.waits_for(run) == ["zhao"]
    office.publish({**SUPERIOR, "by": {"relation": "superior", "level": 3}}, owner="MD")
    stuck = office.hand_in(100, who="wang")
    assert (office.waits_for(stuck), office.now(stuck).stuck is not None) == ([None], True)


def test_whoever_is_away_is_passed_over_and_may_still_decide(office: Office) -> None:
    office.publish(SUPERIOR)
    now = int(clock.now().timestamp()) // 60
    leave.AWAY[office.company.people["wang"].id] = (now - 60, now + 3 * 24 * 60)
    run = office.hand_in()
    assert office.waits_for(run) == ["li"]
    plan = office.look(lambda session: routes.plan_of(session, office.waiting(run)[0]))
    assert [(step.name, step.code) for step in plan.path] == [("wang", "ABSENT"), ("li", "ASKED")]
    assert "Away until 2026-03-25; whoever comes next is asked." in str(plan.path[0].message)
    office.say(office.waiting(run)[0], "wang")
    assert office.state(run) == "approved"


def test_the_lists_pass_over_whoever_is_away_too(office: Office) -> None:
    now = int(clock.now().timestamp()) // 60
    leave.AWAY[office.company.people["wang"].id] = (now - 60, now + 600)
    run = office.hand_in(800_000)
    assert office.waits_for(run) == ["li"]
    leave.AWAY[office.company.people["li"].id] = leave.AWAY[office.company.people["zhao"].id] = (now - 60, now + 600)
    alone = office.hand_in(800_001)
    assert office.waits_for(alone) == ["wang"], "where all are away, the first who may is asked"
    plan = office.look(lambda session: routes.plan_of(session, office.waiting(alone)[0]))
    assert plan is not None
    told = way.of_plan(plan)
    assert [str(step.why)[-44:] for step in told if step.state == "now"] == [
        "Nobody else may decide it, so it waits here."
    ]
    assert sum(str(step.why).endswith("whoever comes next is asked.") for step in told) == 2


def test_sent_back_and_handed_in_anew(office: Office) -> None:
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in(1_200_000)
    office.yes(run, "wang")
    task = office.waiting(run)[0]
    office.do("li", tasks.send_back, task.id, seen=task.digest, comment="Name the channel")
    assert (office.now(run).state, office.state(run), office.waiting(run)) == ("returned", "draft", [])
    with pytest.raises(DomainError, match="answered"):
        office.say(task, "li")
    again = office.do("sun", lambda session, actor: spending.submit(
        session, actor, load(session, actor, SPEND_REQUEST, SpendRequest, run.resource_id)))  # fmt: skip
    assert (again.id, office.now(run).round, office.waits_for(run)) == (run.id, 2, ["wang"])
    office.yes(run, "wang", "li")
    assert (office.now(run).state, office.state(run)) == ("approved", "approved")


def test_sent_back_to_an_earlier_step(office: Office) -> None:
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in(1_200_000)
    office.yes(run, "wang")
    task = office.waiting(run)[0]
    with pytest.raises(DomainError, match="not at that step"):
        office.do("li", tasks.send_back, task.id, seen=task.digest, comment="Ask again", to="lists")
    office.do("li", tasks.send_back, task.id, seen=task.digest, comment="Ask again", to="superior")
    assert (office.waits_for(run), office.state(run)) == (["wang"], "submitted")
    office.yes(run, "wang", "li")
    assert office.state(run) == "approved"


def test_taken_back_ends_everything(office: Office) -> None:
    office.publish(BOTH)
    run = office.hand_in()
    office.yes(run, "wang")
    office.do("sun", tasks.withdraw, office.waiting(run)[0].id)
    assert (office.now(run).state, office.state(run), office.waiting(run)) == ("withdrawn", "withdrawn", [])


def test_a_change_after_somebody_agreed_asks_all_again(office: Office) -> None:
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in(1_200_000)
    office.yes(run, "wang")
    office.change(office.waiting(run)[0], amount=1_300_000)
    assert (office.waits_for(run), office.now(run).round) == (["wang"], 2)
    office.yes(run, "wang", "li")
    assert office.state(run) == "approved"


def test_runs_stay_on_their_version(office: Office) -> None:
    office.publish(SUPERIOR, LISTS)
    old = office.hand_in(1_200_000)
    office.publish(LISTS)
    new = office.hand_in(1_200_001)
    assert (office.waits_for(old), office.waits_for(new)) == (["wang"], ["li"])
    office.yes(old, "wang", "li")
    assert office.state(old) == "approved"
    numbers = office.look(lambda s: s.scalars(select(ProcessVersion.state).order_by(ProcessVersion.number)).all())
    assert numbers[-2:] == ["retired", "published"]


def test_handed_on_only_to_whom_the_lists_let_decide(office: Office) -> None:
    run = office.hand_in(800_000)
    task, people = office.waiting(run)[0], office.company.people
    with pytest.raises(DomainError, match="chen may not decide"):
        office.do("wang", tasks.hand_on, task.id, people["chen"].person_id)
    office.do("wang", tasks.hand_on, task.id, people["zhao"].person_id, "On a trip")
    assert office.waits_for(run) == ["zhao"]
    office.yes(run, "zhao")
    assert office.state(run) == "approved"


def test_an_added_signer_must_agree_too(office: Office) -> None:
    run = office.hand_in(800_000)
    task, people = office.waiting(run)[0], office.company.people
    office.do("wang", tasks.add_signer, task.id, people["chen"].person_id, "Is the payee known?")
    assert office.waits_for(run) == ["wang", "chen"]
    office.yes(run, "wang")
    assert office.state(run) == "submitted"
    office.yes(run, "chen")
    assert office.state(run) == "approved"
    with pytest.raises(DomainError):
        office.do("wang", tasks.add_signer, task.id, people["chen"].person_id)


def test_one_decision_wins_and_its_effect_happens_once(office: Office) -> None:
    """Both last signers answer in the same moment: the request is approved once and its end is told once."""
    office.publish(BOTH)
    for amount in (700_000, 700_001, 700_002):
        run = office.hand_in(amount)
        start, wrong = threading.Barrier(2), list[Exception]()

        def say(task: Task, who: str, start: threading.Barrier = start, wrong: list[Exception] = wrong) -> None:
            start.wait()
            try:
                office.say(task, who)
            except Exception as error:  # noqa: BLE001 -- a thread has nowhere to raise it
                wrong.append(error)

        pairs = zip(office.waiting(run), ("wang", "li"), strict=True)
        threads = [threading.Thread(target=say, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert office.state(run) == "approved"
    told = office.look(lambda s: s.scalars(select(EventRow).where(EventRow.name == ProcessEnded.name)).all())
    assert len(told) == 3


def test_every_answer_stands_in_the_audit_log(office: Office) -> None:
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in(1_200_000)
    office.yes(run, "wang", "li")
    rows = office.look(lambda s: s.scalars(select(AuditEntry).order_by(AuditEntry.id)).all())
    of_tasks = [(row.kind, row.entry) for row in rows if row.object_type == "core_task" and row.kind == "update"]
    assert of_tasks[-2:] == [("update", "crm.spend@1/superior"), ("update", "MD.A2")]
    assert {row.object_type for row in rows} >= {"core_process_run", "core_process_step", "core_process_version"}


def test_two_drafts_of_one_process_do_not_overwrite_each_other(office: Office) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        row = versions.save_draft(session, SYSTEM, KIND, {"title": {}, "steps": [LISTS]})
        seen = row.digest
        versions.save_draft(session, SYSTEM, KIND, {"title": {}, "steps": [SUPERIOR, LISTS]}, seen=seen)
        with pytest.raises(DomainError, match="Somebody else"):
            versions.save_draft(session, SYSTEM, KIND, {"title": {}, "steps": [SUPERIOR]}, seen=seen)
        with pytest.raises(DomainError, match="Somebody else"):
            versions.publish(session, SYSTEM, KIND, seen=seen)
