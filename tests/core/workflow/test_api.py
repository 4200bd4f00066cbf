"""Processes for programs, on both databases: tasks and moves, runs, requests on forms, definitions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.base import clock
from core.identity import services as identity
from core.identity.models import Account
from core.kernel.house import House
from core.workflow.actions import ANSWER, EDIT, PUBLISH, READ, SUBMIT, SUBMIT_APPROVE, SUBMIT_READ
from core.workflow.designing import starters
from core.workflow.engine import timing
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import KIND, LISTS, SUPERIOR, Office

APPROVE, SPEND_READ = "crm.spend:approve", "crm.spend:read"
#: What programs of the company may do beside deciding about spending.
MORE = """
list: MKT
version: 1
effective_from: "2026-01-01"
positions:
  MD:
    authority:
      W1: {can: "workflow.definition:edit", in: all, title: {zh: 设计流程, en: Writes processes}}
      W2: {can: "workflow.definition:publish", in: all, title: {zh: 发布流程, en: Publishes processes}}
      W3: {can: "workflow.run:read", in: subtree(MKT), power: read, title: {zh: 查看流程, en: Sees runs}}
      W4: {can: "workflow.submission:read", in: subtree(MKT), power: read, title: {zh: 查看申请, en: Sees requests}}
      W5: {can: "workflow.submission:approve", in: subtree(MKT), title: {zh: 审批申请, en: Approves requests}}
everybody:
  authority:
    W6: {can: "workflow.submission:request", in: self, title: {zh: 提交申请, en: Puts requests}}
    W7: {can: "workflow.submission:read", in: self, power: read, title: {zh: 查看本人申请, en: Sees his own}}
    W8: {can: "workflow.run:read", in: self, power: read, title: {zh: 查看本人流程, en: Sees his own runs}}
"""
TRIP = "workflow.form:trip"
VALUES = {"destination": "Berlin", "first_day": "2026-04-01", "last_day": "2026-04-02", "cost": 120_000,
          "reason": "A fair"}  # fmt: skip
MINE = (SUBMIT, SUBMIT_READ)


class Program:
    """A script with somebody's token; each answer is its status and its data."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.head = client, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> tuple[int, Any]:
        response = self.client.get(f"/api/v1{path}", headers=self.head)
        return response.status_code, response.json

    def send(self, path: str, body: Any = None, *, method: str = "post") -> tuple[int, Any]:
        response = getattr(self.client, method)(f"/api/v1{path}", headers=self.head, data=json.dumps(body or {}))
        return response.status_code, response.get_json(silent=True)


@pytest.fixture
def app(house: House, office: Office) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(MORE, source="more.yaml"))
        starters.take_over(session, SYSTEM, "trip")
    return create_app(house=house)


Programs = Callable[..., Program]


@pytest.fixture
def programs(app: Flask, house: House, office: Office) -> Programs:
    """A token of somebody for some actions; he reads English unless said otherwise."""

    def make(name: str, *scopes: str, locale: str = "en") -> Program:
        actor = office.company.actor(name)
        with house.session(SYSTEM, write=True) as session:
            session.merge(Account(
                id=actor.account_id, login=name, person_id=actor.person_id, name=name, password_hash="-",
                created_at=clock.now(), locale=locale,
            ))  # fmt: skip
            session.flush()
            _row, token = identity.create_token(session, actor, name="tests", scopes=scopes)
        return Program(app.test_client(), token)

    return make


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
    """Because nobody may decide, because a program never answered, and because a process within is."""
    office.publish(LISTS)
    nobody = office.hand_in(900_000_000)
    office.publish({"key": "call", "type": "webhook", "reply": True}, LISTS)
    silent = office.do("sun", _handed_in, office)
    march.shift(timedelta(days=7))
    timing.tick(office.company.house)
    li = programs("li", READ)
    stuck = {one["id"]: one["why_stuck"] for one in li.get("/runs?show=all&stuck=true")[1]["items"]}
    assert stuck == {nobody.id: "Nobody may decide it.", silent.id: "No program has answered in time."}
    assert li.get("/runs?show=all&stuck=false")[1]["items"] == []
    (step,) = li.get(f"/runs/{silent.id}")[1]["steps"]
    assert (step["state"], step["note"]) == ("failed", "No program has answered in time.")


def _handed_in(session: Any, actor: Any, office: Office) -> Any:
    from tests.core.workflow.test_timing import _asked

    return _asked(session, actor, office)


# -- requests ----------------------------------------------------------------------------------------------------------


def test_forms_are_told_with_their_fields_in_the_readers_language(programs: Programs) -> None:
    (form,) = programs("sun", *MINE).get("/requests/forms")[1]["items"]
    assert (form["process"], form["title"], form["category"]) == (TRIP, "Business trip", "trip")
    assert {one["name"]: (one["type"], one["unit"], one["needed"]) for one in form["fields"]} == {
        "destination": ("string", "", True), "first_day": ("date", "", True), "last_day": ("date", "", True),
        "cost": ("integer", "1/100 CNY", False), "reason": ("string", "", True),
    }  # fmt: skip
    chinese = programs("sun", *MINE, locale="zh_CN").get(f"/requests/forms/{TRIP}")[1]
    assert (chinese["title"], chinese["fields"][0]["title"]) == ("出差申请", "目的地")
    assert programs("sun", SUBMIT).get("/requests/forms/workflow.form:nothing")[0] == 404


def test_a_request_is_written_previewed_changed_and_handed_in(office: Office, programs: Programs) -> None:
    sun, wang = programs("sun", *MINE, READ), programs("wang", ANSWER, SUBMIT_READ)
    status, made = sun.send("/requests", {"process": TRIP, "values": VALUES})
    assert status == 201, made
    assert (made["state"], made["amount"], made["values"], made["run_id"]) == ("draft", 120_000, VALUES, None)
    assert [(one["name"], one["state"]) for one in made["steps"]] == [("wang", "now")]
    assert {"label": "Expected cost", "value": "¥1,200.00"} in made["lines"]
    path = f"/requests/{made['id']}"
    status, changed = sun.send(path, {"values": {**VALUES, "cost": 5_000}}, method="put")
    assert (status, changed["amount"], changed["number"]) == (200, 5_000, made["number"])
    assert wang.get(path)[0] == 404, "not his to see before it is handed in"
    status, asked = sun.send(f"{path}/submit")
    assert (status, asked["state"]) == (200, "submitted")
    assert sun.send(f"{path}/submit")[1]["code"] == "submission.handed_in"
    assert sun.send(path, {"values": VALUES}, method="put")[1]["code"] == "submission.handed_in"
    assert sun.send(f"{path}/discard")[1]["code"] == "submission.handed_in"
    assert sun.get(f"/runs/{asked['run_id']}")[1]["process"] == TRIP
    seen = wang.get(f"/tasks/{asked['task_id']}")[1]["digest"]
    assert wang.send(f"/tasks/{asked['task_id']}/answer", {"answer": "approve", "seen": seen})[0] == 200
    assert sun.get(path)[1]["state"] == "approved"
    status, again = sun.send(f"{path}/again")
    assert (status, again["state"], again["values"]) == (201, "draft", {**VALUES, "cost": 5_000})
    assert again["number"] != made["number"]


def test_the_preview_says_who_is_passed_over_and_why(programs: Programs) -> None:
    """wang heads the group himself: his own superior is li."""
    made = programs("wang", *MINE).send("/requests", {"process": TRIP, "values": VALUES})[1]
    assert [(one["name"], one["state"]) for one in made["steps"]] == [("li", "now")]
    chief = programs("zhao", *MINE).send("/requests", {"process": TRIP, "values": VALUES})[1]
    assert chief["gap"] is True


def test_what_is_wrong_stands_under_its_field(programs: Programs) -> None:
    sun = programs("sun", *MINE)
    wrong = {"destination": "", "first_day": "soon", "cost": -1, "colour": "red"}
    status, body = sun.send("/requests", {"process": TRIP, "values": wrong})
    assert status == 422
    assert set(body["errors"]) == {
        f"values.{name}" for name in ("destination", "first_day", "last_day", "cost", "reason", "colour")}
    for values in ([], "x", None):
        status, body = sun.send("/requests", {"process": TRIP, "values": values})
        assert (status, list(body["errors"])) == (422, ["values"])
    assert sun.send("/requests", {"process": TRIP, "values": {**VALUES, "reason": "a\x00b"}})[0] == 422
    assert sun.send("/requests", {"process": "workflow.form:nothing", "values": VALUES})[0] == 404
    assert sun.get("/requests")[1]["items"] == [], "nothing was kept"


def test_requests_are_taken_back_and_dropped(office: Office, programs: Programs) -> None:
    sun = programs("sun", *MINE)
    first, second = (sun.send("/requests", {"process": TRIP, "values": VALUES})[1]["id"] for _one in range(2))
    assert sun.send(f"/requests/{first}/withdraw")[1]["code"] == "submission.draft"
    assert sun.send(f"/requests/{first}/discard")[1]["state"] == "withdrawn"
    sun.send(f"/requests/{second}/submit")
    status, body = sun.send(f"/requests/{second}/withdraw")
    assert (status, body["state"]) == (200, "withdrawn")
    assert sun.send(f"/requests/{second}/withdraw")[1]["code"] == "task.answered"
    assert [one["id"] for one in sun.get("/requests?state=withdrawn")[1]["items"]] == [first, second]


def test_requests_of_others_are_seen_by_the_lists_and_changed_by_nobody_else(programs: Programs) -> None:
    sun, chen, li = programs("sun", *MINE), programs("chen", *MINE), programs("li", *MINE, SUBMIT_APPROVE)
    one = sun.send("/requests", {"process": TRIP, "values": VALUES})[1]["id"]
    assert chen.get(f"/requests/{one}")[0] == 404
    assert chen.get("/requests?show=all")[1]["items"] == []
    assert li.get("/requests")[1]["items"] == []
    assert [each["id"] for each in li.get("/requests?show=all")[1]["items"]] == [one]
    assert li.get(f"/requests/{one}")[1]["steps"] == [], "of a draft of somebody else no way is told"
    for who in (chen, li):
        for move in ("submit", "withdraw", "discard", "again"):
            assert who.send(f"/requests/{one}/{move}")[0] == 404
        assert who.send(f"/requests/{one}", {"values": VALUES}, method="put")[0] == 404
    reader = programs("sun", SUBMIT_READ)
    assert reader.send("/requests", {"process": TRIP, "values": VALUES})[0] == 403
    assert reader.send(f"/requests/{one}/submit")[0] == 403


# -- definitions -------------------------------------------------------------------------------------------------------

CAR: dict[str, Any] = {
    "title": {"zh_CN": "用车申请", "en": "Use of a car"}, "category": "asset",
    "form": [{"name": "reason", "kind": "long", "needed": True, "title": {"zh_CN": "事由", "en": "Reason"}}],
    "steps": [{"key": "superior", "type": "decide", "by": {"relation": "superior"}}],
}  # fmt: skip


def test_a_process_is_written_checked_and_published(programs: Programs) -> None:
    li, path = programs("li", EDIT, PUBLISH), "/processes/workflow.form:car"
    assert li.get(f"{path}/draft")[0] == 404
    bad = {**CAR, "steps": [{"key": "one", "by": {"position": "NOBODY"}}]}
    status, draft = li.send(f"{path}/draft", {"source": bad}, method="put")
    assert status == 200, draft
    assert [(one["severity"], one["step"]) for one in draft["findings"]] == [("error", "one")]
    status, body = li.send(f"{path}/publish", {"seen": draft["digest"]})
    assert (status, body["code"]) == (422, "process.faulty")
    stale = li.send(f"{path}/draft", {"source": CAR}, method="put")
    assert (stale[0], stale[1]["code"]) == (422, "process.changed"), "it was not looked at"
    status, draft = li.send(f"{path}/draft", {"source": CAR, "seen": draft["digest"]}, method="put")
    assert (draft["findings"], draft["state"], draft["source"]) == ([], "draft", CAR)
    assert li.send(f"{path}/publish", {"seen": "0" * 64})[1]["code"] == "process.changed"
    status, made = li.send(f"{path}/publish", {"seen": draft["digest"]})
    assert (status, made["state"], made["number"], made["title"]) == (200, "published", 1, "Use of a car")
    assert li.send(f"{path}/publish", {"seen": draft["digest"]})[0] == 404
    assert li.get(path)[1]["source"] == CAR
    assert [one["number"] for one in li.get(f"{path}/versions")[1]["items"]] == [1]
    assert li.get(f"{path}/versions/1")[1]["source"] == CAR
    assert li.get(f"{path}/versions/2")[0] == 404
    listed = {one["process"]: (one["in_force"], one["draft"]) for one in li.get("/processes")[1]["items"]}
    assert listed["workflow.form:car"] == (1, None)
    assert listed[KIND] == (None, None), "as its module ships it"
    assert li.get(f"/processes/{KIND}")[1]["shipped"] is True
    assert programs("sun", *MINE).send("/requests", {
        "process": "workflow.form:car", "values": {"reason": "To the fair"}})[0] == 201  # fmt: skip


def test_faults_of_a_definition_stand_under_their_place(programs: Programs) -> None:
    li, path = programs("li", EDIT), "/processes/workflow.form:car"
    wrong = {**CAR, "steps": [{"key": "one", "type": "nothing"}]}
    for method, where in (("put", f"{path}/draft"), ("post", f"{path}/check")):
        status, body = li.send(where, {"source": wrong}, method=method)
        assert (status, list(body["errors"])) == (422, ["source.steps.1.type"])
    assert [one["severity"] for one in li.send(f"{path}/check", {"source": CAR})[1]["items"]] == []
    assert li.get(f"{path}/draft")[0] == 404, "a check keeps nothing"
    odd = [{**CAR, "owner": "a\x00b"}, {**CAR, "owner": "\ud800"}, {**CAR, "owner": "x" * 60_001}, [], "x", {}]
    for source in odd:
        assert li.send(f"{path}/draft", {"source": source}, method="put")[0] == 422
    assert li.send("/processes/workflow.form:Über Car/draft", {"source": CAR}, method="put")[0] == 422
    assert li.send("/processes/nothing/draft", {"source": CAR}, method="put")[0] == 404
    assert li.send(f"{path}/draft", {"source": CAR}, method="put")[0] == 200
    assert li.send(f"{path}/draft", method="delete")[0] == 204
    assert li.get(f"{path}/draft")[0] == 404


def test_who_writes_does_not_publish_with_the_same_token(programs: Programs) -> None:
    writer, path = programs("li", EDIT), "/processes/workflow.form:car"
    seen = writer.send(f"{path}/draft", {"source": CAR}, method="put")[1]["digest"]
    assert writer.send(f"{path}/publish", {"seen": seen})[0] == 403
    publisher = programs("li", PUBLISH)
    assert publisher.get(f"{path}/draft")[0] == 403
    assert publisher.send(f"{path}/publish", {"seen": seen})[0] == 200
    assert programs("sun", *MINE).get("/processes")[0] == 403
    assert writer.get("/processes/figures")[0] == 403


def test_figures_are_of_the_runs_one_may_see(
    office: Office, programs: Programs, march: time_machine.Traveller
) -> None:
    office.publish(SUPERIOR)
    run = office.hand_in()
    march.shift(timedelta(hours=3))
    office.yes(run, "wang")
    figures = programs("li", READ).get("/processes/figures")[1]
    (step,) = figures["steps"]
    assert (step["key"], step["taken"], step["median_minutes"], step["open"]) == ("superior", 1, 180, 0)
    assert figures["entries"] == [{"entry": f"{KIND}@1/superior", "decided": 1}]
    assert programs("chen", READ).get("/processes/figures")[1]["steps"] == []
