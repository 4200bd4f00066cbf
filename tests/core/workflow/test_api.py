"""Tasks and runs for programs, on both databases: what a token reaches, and what one may do with a task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from core.workflow.actions import ANSWER, READ, SUBMIT
from core.workflow.engine import timing
from tests.core.workflow.conftest import KIND, LISTS, SUPERIOR, Office, Programs

APPROVE, SPEND_READ = "crm.spend:approve", "crm.spend:read"

#: Why a gap is one.
NOBODY = "Nobody may decide it: no list gives anybody authority for it, or whoever has it may not."


def person(office: Office, name: str) -> int:
    found: int = office.company.people[name].person_id
    return found


# -- tasks -------------------------------------------------------------------------------------------------------------


def test_a_task_is_sent_back_and_its_requester_hands_it_in_again(office: Office, programs: Programs) -> None:
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in(1_200_000)
    (task,) = office.waiting(run)
    wang = programs("wang", ANSWER, APPROVE)
    whole = wang.get(f"/tasks/{task.id}")[1]
    assert (whole["may_decide"], whole["step"], whole["run_id"]) == (True, "superior", run.id)
    assert whole["may_also"] == ["add", "return", "transfer"]
    back = f"/tasks/{task.id}/return"
    status, body = wang.send(back, {"seen": whole["digest"]})
    assert (status, list(body["errors"])) == (422, ["comment"])
    status, body = wang.send(back, {"seen": "0" * 64, "comment": "Say why"})
    assert (status, body["code"]) == (422, "task.changed")
    status, body = wang.send(back, {"seen": whole["digest"], "comment": "Say why", "to": "lists"})
    assert (status, body["code"], list(body["errors"])) == (422, "task.no_step", ["to"])
    status, body = wang.send(back, {"seen": whole["digest"], "comment": "Say why"})
    assert (status, body["state"], body["comment"]) == (200, "returned", "Say why")
    assert (office.state(run), office.now(run).state) == ("draft", "returned")
    status, body = wang.send(back, {"seen": whole["digest"], "comment": "Say why"})
    assert (status, body["code"]) == (422, "task.answered"), "nothing is done twice"


def test_a_task_goes_back_to_an_earlier_step(office: Office, programs: Programs) -> None:
    office.publish({**SUPERIOR, "title": {"zh_CN": "上级", "en": "Superior"}}, LISTS)
    run = office.hand_in(1_200_000)
    office.yes(run, "wang")
    (task,) = office.waiting(run)
    li = programs("li", APPROVE)
    whole = li.get(f"/tasks/{task.id}")[1]
    assert whole["back_to"] == [{"step": "superior", "title": "Superior"}]
    status, _body = li.send(f"/tasks/{task.id}/return",
                            {"seen": whole["digest"], "comment": "Look again", "to": "superior"})  # fmt: skip
    assert status == 200
    assert office.waits_for(run) == ["wang"]


def test_a_task_is_handed_on(office: Office, programs: Programs) -> None:
    """By the process; whoever handed it on does not see it any more, and whoever may not have it is refused."""
    office.publish(SUPERIOR)
    run = office.hand_in()
    (task,) = office.waiting(run)
    wang, path = programs("wang", ANSWER), f"/tasks/{task.id}/transfer"
    for who, code in (("sun", "task.hand"), ("wang", "task.hand")):
        status, body = wang.send(path, {"person_id": person(office, who)})
        assert (status, body["code"], list(body["errors"])) == (422, code, ["person_id"])
    status, body = wang.send(path, {"person_id": 2**40})
    assert (status, body["code"]) == (422, "task.person")
    status, body = wang.send(path, {"person_id": person(office, "chen"), "comment": "You know him"})
    assert (status, body["waits_for"]) == (200, "chen")
    assert office.waits_for(run) == ["chen"]
    chen = programs("chen", ANSWER)
    seen = chen.get(f"/tasks/{task.id}")[1]["digest"]
    assert chen.send(f"/tasks/{task.id}/answer", {"answer": "approve", "seen": seen})[0] == 200
    assert office.state(run) == "approved"


def test_a_signer_is_added_and_his_no_ends_it(office: Office, programs: Programs) -> None:
    office.publish(SUPERIOR)
    run = office.hand_in()
    (task,) = office.waiting(run)
    wang, path = programs("wang", ANSWER), f"/tasks/{task.id}/signers"
    status, added = wang.send(path, {"person_id": person(office, "zhao")})
    assert (status, added["waits_for"], added["run_id"]) == (201, "zhao", run.id)
    status, body = wang.send(path, {"person_id": person(office, "zhao")})
    assert (status, list(body["errors"])) == (422, ["person_id"]), "asked in this step already"
    zhao = programs("zhao", ANSWER)
    seen = zhao.get(f"/tasks/{added['id']}")[1]["digest"]
    no = {"answer": "refuse", "seen": seen, "comment": "Too much"}
    assert zhao.send(f"/tasks/{added['id']}/answer", no)[0] == 200
    assert office.state(run) == "refused"


def test_comments_let_those_they_mention_read(office: Office, programs: Programs) -> None:
    office.publish(SUPERIOR)
    run = office.hand_in()
    (task,) = office.waiting(run)
    path = f"/tasks/{task.id}/comments"
    chen = programs("chen", SPEND_READ, ANSWER)
    assert chen.get(path)[0] == 404
    assert chen.send(path, {"text": "Hello"})[0] == 404
    wang = programs("wang", ANSWER)
    status, body = wang.send(path, {"text": "@zhao what do you say", "mentions": [person(office, "chen")]})
    assert (status, body["mentions"]) == (201, sorted([person(office, "chen"), person(office, "zhao")]))
    status, body = wang.send(path, {"text": "x", "mentions": [2**40]})
    assert (status, body["code"]) == (422, "comment.person")
    assert wang.send(path, {"text": " "})[0] == 422
    wang.send(path, {"text": "Second"})
    first = chen.get(f"{path}?limit=1")[1]
    assert [one["text"] for one in first["items"]] == ["@zhao what do you say"]
    assert [one["text"] for one in chen.get(f"{path}?after={first['next']}")[1]["items"]] == ["Second"]
    assert [(one["name"], one["why"]) for one in chen.get(f"/tasks/{task.id}/readers")[1]["items"]] == [
        (name, "mentioned") for name in sorted(("chen", "zhao"), key=lambda one: person(office, one))
    ]
    assert [one["id"] for one in chen.get("/tasks/?show=copied")[1]["items"]] == [task.id]
    assert programs("chen", SUBMIT).get(path)[0] == 404, "this token reads no spending"


def test_several_are_approved_and_each_says_what_became_of_it(office: Office, programs: Programs) -> None:
    office.publish({**SUPERIOR, "allow": ["batch"]})
    first, second, third = (office.waiting(office.hand_in(amount))[0] for amount in (100_000, 200_000, 300_000))
    office.publish(SUPERIOR)
    alone = office.waiting(office.hand_in(400_000))[0]
    wang = programs("wang", ANSWER)
    chosen = [(first.id, first.digest), (second.id, "0" * 64), (first.id, first.digest), (alone.id, alone.digest),
              (2**40, "x")]  # fmt: skip
    status, body = wang.send("/tasks/batch", {"tasks": [{"id": one, "seen": seen} for one, seen in chosen]})
    assert status == 200
    assert [(one["id"], one["done"]) for one in body["items"]] == [
        (first.id, True), (second.id, False), (first.id, False), (alone.id, False), (2**40, False)]
    whys = [one["why"] for one in body["items"]]
    assert whys[0] == ""
    assert "was changed" in whys[1]
    assert "answered already" in whys[2]
    assert whys[3] == whys[4], "one that is not to be decided so, and one that is not there"
    narrow = programs("wang", APPROVE)
    (told,) = narrow.send("/tasks/batch", {"tasks": [{"id": third.id, "seen": third.digest}]})[1]["items"]
    assert (told["done"], told["why"]) == (False, whys[4]), "the token does not cover it"
    many = [{"id": 1, "seen": "x"}] * 51
    assert wang.send("/tasks/batch", {"tasks": many})[1]["errors"] == {"tasks": ["Approve at most 50 at once."]}


@pytest.mark.parametrize("scopes", [(SPEND_READ,), (SPEND_READ, ANSWER)])
def test_nobody_decides_his_own_through_a_program(office: Office, programs: Programs, scopes: tuple[str, ...]) -> None:
    """Neither with a yes, nor by handing it on, nor among several."""
    office.publish({**SUPERIOR, "allow": ["return", "transfer", "add", "batch"]})
    run = office.hand_in()
    (task,) = office.waiting(run)
    sun, path = programs("sun", *scopes), f"/tasks/{task.id}"
    whole = sun.get(path)[1]
    assert whole["may_decide"] is False
    seen, chen = {"seen": whole["digest"]}, {"person_id": person(office, "chen")}
    for move, body in (
        ("answer", {"answer": "approve", **seen}), ("return", {"comment": "x", **seen}), ("transfer", chen),
        ("signers", chen),
    ):  # fmt: skip
        assert sun.send(f"{path}/{move}", body)[0] == 403, move
    (told,) = sun.send("/tasks/batch", {"tasks": [{"id": task.id, "seen": whole["digest"]}]})[1]["items"]
    assert told["done"] is False
    assert office.waits_for(run) == ["wang"]


def test_a_token_reaches_what_it_covers(office: Office, programs: Programs) -> None:
    office.publish(SUPERIOR)
    (task,) = office.waiting(office.hand_in())
    narrow = programs("wang", APPROVE)
    for path in ("", "/comments", "/readers"):
        assert narrow.get(f"/tasks/{task.id}{path}")[0] == 404
    for path, body in (("return", {"seen": task.digest, "comment": "x"}), ("transfer", {"person_id": 1}),
                       ("signers", {"person_id": 1}), ("comments", {"text": "x"})):  # fmt: skip
        assert narrow.send(f"/tasks/{task.id}/{path}", body)[0] == 404
    assert narrow.get("/tasks/")[1]["items"] == []
    assert narrow.get("/runs")[0] == 403
    assert narrow.get("/requests")[0] == 403
    assert narrow.get("/processes")[0] == 403


# -- runs --------------------------------------------------------------------------------------------------------------


def test_runs_say_where_they_stand(office: Office, programs: Programs, march: time_machine.Traveller) -> None:
    office.publish({**SUPERIOR, "title": {"zh_CN": "上级", "en": "Superior"}, "within": {"days": 2}}, LISTS)
    run, other = office.hand_in(1_200_000), office.hand_in(100_000, who="chen")
    sun, li = programs("sun", READ), programs("li", READ)
    (mine,) = sun.get("/runs")[1]["items"]
    assert {name: mine[name] for name in ("id", "process", "title", "version", "state", "at", "step", "round")} == {
        "id": run.id, "process": KIND, "title": "Spending", "version": 1, "state": "running", "at": "superior",
        "step": "Superior", "round": 1,
    }  # fmt: skip
    assert (mine["requester"], mine["due_at"], mine["why_stuck"]) == ("sun", "2026-03-24T16:00:00+00:00", "")
    assert sun.get(f"/runs/{other.id}")[0] == 404
    assert [one["id"] for one in sun.get("/runs?show=all")[1]["items"]] == [run.id]
    assert [one["id"] for one in li.get("/runs?show=all")[1]["items"]] == [run.id, other.id]
    page = li.get("/runs?show=all&limit=1")[1]
    assert [one["id"] for one in li.get(f"/runs?show=all&after={page['next']}")[1]["items"]] == [other.id]
    office.yes(run, "wang")
    whole = sun.get(f"/runs/{run.id}")[1]
    assert [(one["key"], one["state"], one["waits_for"]) for one in whole["steps"]] == [
        ("superior", "passed", []), ("lists", "open", ["li"])]
    assert li.get("/runs?show=all&state=approved")[1]["items"] == []
    assert [one["id"] for one in li.get(f"/runs?show=all&process={KIND}&state=running")[1]["items"]] == [
        run.id, other.id]
    assert li.get("/runs?show=all&process=nothing")[1]["items"] == []
    assert li.get("/runs?show=all&state=nothing")[0] == 422


def test_runs_say_why_they_are_stuck(office: Office, programs: Programs, march: time_machine.Traveller) -> None:
    """Because nobody may decide, or because a program never answered."""
    office.publish(LISTS)
    nobody = office.hand_in(900_000_000)
    office.publish({"key": "call", "type": "webhook", "reply": True}, LISTS)
    silent = office.do("sun", _handed_in, office)
    march.shift(timedelta(days=7))
    timing.tick(office.company.house)
    li = programs("li", READ)
    stuck = {one["id"]: one["why_stuck"] for one in li.get("/runs?show=all&stuck=true")[1]["items"]}
    assert stuck == {nobody.id: NOBODY, silent.id: "No program has answered in time."}
    assert li.get("/runs?show=all&stuck=false")[1]["items"] == []
    (step,) = li.get(f"/runs/{silent.id}")[1]["steps"]
    assert (step["state"], step["note"]) == ("failed", "No program has answered in time.")


def _handed_in(session: Any, actor: Any, office: Office) -> Any:
    from tests.core.workflow.test_timing import _asked

    return _asked(session, actor, office)
