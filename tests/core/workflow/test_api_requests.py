"""Requests on forms and definitions for programs, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from core.workflow.actions import ANSWER, EDIT, PUBLISH, READ, SUBMIT, SUBMIT_APPROVE, SUBMIT_READ
from core.workflow.designing import versions
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import KIND, SUPERIOR, Office, Programs

TRIP = "workflow.form:trip"
VALUES = {"destination": "Berlin", "first_day": "2026-04-01", "last_day": "2026-04-02", "cost": 120_000,
          "reason": "A fair"}  # fmt: skip
MINE = (SUBMIT, SUBMIT_READ)

#: Why a gap is one.
NOBODY = "Nobody may decide it: no list gives anybody authority for it, or whoever has it may not."


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


def test_a_request_is_written_and_handed_in_at_once(programs: Programs) -> None:
    sun, wang = programs("sun", *MINE, READ), programs("wang", ANSWER, SUBMIT_READ)
    status, made = sun.send("/requests", {"process": TRIP, "values": VALUES, "hand_in": True})
    assert (status, made["state"], made["amount"]) == (201, "submitted", 120_000)
    assert [(one["name"], one["state"]) for one in made["steps"]] == [("wang", "now")]
    assert sun.send(f"/requests/{made['id']}/submit")[1]["code"] == "submission.handed_in"
    assert sun.get(f"/runs/{made['run_id']}")[1]["process"] == TRIP
    seen = wang.get(f"/tasks/{made['task_id']}")[1]["digest"]
    assert wang.send(f"/tasks/{made['task_id']}/answer", {"answer": "approve", "seen": seen})[0] == 200
    assert sun.get(f"/requests/{made['id']}")[1]["state"] == "approved"
    wrong = {**VALUES, "first_day": "2026-04-32"}
    status, told = sun.send("/requests", {"process": TRIP, "values": wrong, "hand_in": True})
    assert (status, list(told["errors"])) == (422, ["values.first_day"])
    assert [one["id"] for one in sun.get("/requests?show=mine")[1]["items"]] == [made["id"]], "nothing is half done"


def test_a_period_is_two_dates_and_files_are_left_to_the_page(office: Office, programs: Programs) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        row = versions.save_draft(session, SYSTEM, "workflow.form:fair", {
            "title": {"zh_CN": "展会", "en": "Fair"}, "category": "trip", "steps": [SUPERIOR], "form": [
                {"name": "days", "kind": "period", "title": {"zh_CN": "日期", "en": "Days"}, "needed": True},
                {"name": "papers", "kind": "file", "title": {"zh_CN": "材料", "en": "Papers"}},
            ]})  # fmt: skip
        versions.publish(session, SYSTEM, "workflow.form:fair", seen=row.digest)
    sun = programs("sun", *MINE)
    fields = sun.get("/requests/forms/workflow.form:fair")[1]["fields"]
    assert [(one["name"], one["type"]) for one in fields] == [
        ("days-from", "date"), ("days-to", "date"), ("papers", "files"),
    ]
    asked = {"days-from": "2026-04-01", "days-to": "2026-04-03"}
    status, made = sun.send("/requests", {"process": "workflow.form:fair", "values": asked})
    assert (status, made["values"]) == (201, {"days": {"from": "2026-04-01", "until": "2026-04-04"}})
    back = {**asked, "days-to": "2026-03-01"}
    status, wrong = sun.send("/requests", {"process": "workflow.form:fair", "values": back})
    assert (status, list(wrong["errors"])) == (422, ["values.days-to"])


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
    shapes: list[Any] = [[], "x", None]
    for values in shapes:
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


def test_a_run_says_why_the_process_within_it_is_stuck(programs: Programs) -> None:
    """Nobody stands above zhao whom the inner process could ask."""
    li, path = programs("li", EDIT, PUBLISH), "/processes/workflow.form:fair"
    fair = {**CAR, "steps": [{"key": "inner", "type": "subprocess", "process": TRIP}]}
    seen = li.send(f"{path}/draft", {"source": fair}, method="put")[1]["digest"]
    assert li.send(f"{path}/publish", {"seen": seen})[0] == 200
    zhao = programs("zhao", *MINE, READ)
    made = zhao.send("/requests", {"process": "workflow.form:fair", "values": {"reason": "A fair"}})[1]
    asked = zhao.send(f"/requests/{made['id']}/submit")[1]
    assert asked["gap"] is True
    stuck = zhao.get("/runs?stuck=true")[1]["items"]
    assert [(one["process"], one["why_stuck"]) for one in stuck] == [
        ("workflow.form:fair", NOBODY), (TRIP, NOBODY)]
    assert asked["run_id"] == stuck[0]["id"]
