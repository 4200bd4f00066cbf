"""Changes of pay for programs: asked for, decided by the task, told; refused with the place of what is wrong."""

from __future__ import annotations

from core.kernel.house import House
from core.workflow import tasks
from core.workflow.models import Task
from payroll import actions
from payroll.models import SalaryChange
from remit.services import load, system
from tests.payroll.conftest import SYSTEM
from tests.payroll.lingke import actor_of
from tests.payroll.test_api import Tokens, problem, program  # noqa: F401

BODY = {
    "employee": "LK043", "valid_from": "2026-12-01", "reason": "转正满一年",
    "amounts": [{"component": "base_pay", "amount": 1_120_000}],
}


def test_from_the_draft_to_the_person(program: Tokens, demo_house: House) -> None:  # noqa: F811
    head = program("chenjing", actions.CHANGE_READ, actions.CHANGE_REQUEST, actions.CHANGE_TELL)
    made = head.post("/changes/", BODY)
    assert made.status_code == 201, made.text
    draft = made.json or {}
    before = draft["amounts"][0]["before"]
    assert draft["amounts"] == [{"component": "base_pay", "before": before, "after": 1_120_000}]
    assert draft["total"] - draft["total_before"] == 1_120_000 - before
    assert [one["name"] for one in draft["steps"]][-1] == "王芳", "who would decide"
    path = f"/changes/{draft['id']}"
    sent = head.post(f"{path}/submit").json or {}
    assert (sent["state"], sent["gap"]) == ("submitted", False)
    problem(head.post(f"{path}/submit"), 422)
    problem(head.post(f"{path}/tell"), 422)
    problem(program("zhoulei", actions.CHANGE_READ).get(path), 404)
    with demo_house.session(SYSTEM, write=True) as session:
        with system(session, "tests"):
            task, who = session.get_one(Task, sent["task_id"]), actor_of(session, "wangfang")
        tasks.answer(session, who, task.id, "approved", seen=task.digest)
    assert (head.get(path).json or {})["state"] == "approved"
    told = head.post(f"{path}/tell").json or {}
    assert told["told_at"]
    with demo_house.session(SYSTEM) as session:
        assert load(session, SYSTEM, actions.CHANGE_READ, SalaryChange, draft["id"]).told_at is not None


def test_what_cannot_be_says_where(program: Tokens) -> None:  # noqa: F811
    head = program("chenjing", actions.CHANGE_READ, actions.CHANGE_REQUEST)
    for body, field in (
        (BODY | {"employee": "LK001"}, "employee"), (BODY | {"valid_from": "2026-10-01"}, "valid_from"),
        (BODY | {"amounts": [{"component": "nothing", "amount": 1}]}, "amounts"),
    ):
        assert field in str(problem(head.post("/changes/", body), 422).get("errors")), field
    problem(program("zhoulei", actions.CHANGE_READ).post("/changes/", BODY), 403)
    listed = head.get("/changes/").json or {}
    assert {one["number"][:5] for one in listed["items"]} == {"LK-TX"}
