"""Goals: the tree, one's own, one of them with its key results; saying how far one is, agreeing, aligning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.figures import KPI_READ
from performance.actions.goals import GOAL_AGREE, GOAL_CHECK_IN, GOAL_EDIT, GOAL_READ
from performance.models import CheckIn, Goal
from performance.pages.blueprint import blueprint
from performance.rules.goals import progress
from performance.schemas import CheckInSchema
from performance.services import checkins, goal_tree
from performance.services import goals as services
from performance.services.figures import written
from performance.services.goal_tree import Node, Reached
from performance.services.places import names_of, units_on
from performance.services.writing import number
from performance.text import AGREED, CONFIDENCE, DONE, DRAFT, DROPPED, GOAL_STATES, GRAINS, _
from remit.base import Actor, DomainError, NotFound, Period, clock
from remit.services import allowed, allowed_many, load
from remit.web import Form, Page, access, flash, page, redirect_to

#: So many check-ins of a key result are drawn, the latest.
DRAWN = 24


@blueprint.get("/goals")
@access(GOAL_READ)
def goals(session: Session, actor: Actor) -> Page:
    """The tree of goals as far as one may see it, by department."""
    units = units_on(session, clock.today(actor.zone))
    unit = request.args.get("unit", type=int)
    ended = request.args.get("which") == "all"
    roots = goal_tree.tree(session, actor, unit_id=unit if unit in units.titles else None, ended=ended)
    rows = list(goal_tree.flat(roots))
    waiting = goal_tree.asked_of(session, actor, rows)
    again = url_for("performance.goals", unit=unit, which="all" if ended else None)
    return page(
        "performance/goals.html", {"goals": "goals"}, title=_("Goals"), again=again,
        rows=[_row(node) for node in rows], waiting=[_asking(node) for node in rows if node.goal.id in waiting],
        may_edit=allowed(session, actor, GOAL_EDIT), filters=[
            {"name": "unit", "label": _("Unit"), "kind": "select", "value": str(unit or ""), "placeholder": _(
                "All departments"), "options": [(str(key), title) for key, title in units.titles.items()]},
            {"name": "which", "label": _("Which goals"), "kind": "select", "value": "all" if ended else "",
             "placeholder": _("Those that run"), "options": [("all", _("Ended ones, too"))]},
        ],
    )  # fmt: skip


def _row(node: Node) -> dict[str, Any]:
    goal = node.goal
    return {
        "title": goal.title, "owner": node.owner, "period": _period(goal), "level": node.level,
        "has_children": bool(node.children), "url": url_for("performance.goal", goal_id=goal.id),
        "own": _percent(node.own), "below": _percent(node.below),
        "said": _chip(CONFIDENCE.get(node.worst)), "state": _chip(GOAL_STATES[goal.state]),
    }  # fmt: skip


def _chip(told: tuple[Any, str] | None) -> dict[str, Any] | None:
    return {"text": told[0], "kind": told[1]} if told else None


def _percent(millionths: int | None) -> str:
    """Whole percent, rounded down: what is not reached is not 100 %."""
    return f"{millionths // 10_000}%" if millionths is not None else ""


def _period(goal: Goal) -> str:
    return f"{goal.starts_on} – {Period(goal.starts_on, goal.ends_on).last}"


def _asking(node: Node) -> dict[str, Any]:
    return {"title": node.goal.title, "owner": node.owner, "goal_id": node.goal.id}


@blueprint.get("/goals/mine")
@access(GOAL_READ)
def own_goals(session: Session, actor: Actor) -> Page:
    """One's own goals, each key result with a place to say how far it is."""
    found = goal_tree.mine(session, actor)
    may = allowed_many(session, actor, GOAL_CHECK_IN, [node.goal for node in found])
    return page(
        "performance/own_goals.html", title=_("My goals"), may_edit=allowed(session, actor, GOAL_EDIT),
        goals=[_shown(node, bool(may_say) and node.goal.state == AGREED) for node, may_say in
               zip(found, may, strict=True)],
        crumb=[(_("Goals"), url_for("performance.goals"))], confidence=CONFIDENCE, form=None, failed=None,
        after="mine",
    )  # fmt: skip


def _shown(node: Node, may_say: bool) -> dict[str, Any]:
    goal = node.goal
    return {
        "id": goal.id, "title": goal.title, "owner": node.owner, "period": _period(goal),
        "own": node.own, "state": GOAL_STATES[goal.state], "url": url_for("performance.goal", goal_id=goal.id),
        "results": [_result(one, may_say) for one in node.results],
    }  # fmt: skip


def _result(one: Reached, may_say: bool, said: Sequence[CheckIn] = (), names: dict[int, str] | None = None) -> Any:
    result, show = one.result, written(one.result.unit)
    mine = [row for row in said if row.key_result_id == result.id]
    return {
        "id": result.id, "title": result.title, "start": show(result.start), "target": show(result.target),
        "now": show(one.value), "percent": one.progress // 10_000, "weight": result.weight, "live": one.live,
        "kpi_id": result.kpi_id, "may_say": may_say,
        "said": CONFIDENCE.get(one.said.confidence) if one.said is not None else None,
        "course": [progress(result.start, result.target, row.value) / 10_000 for row in reversed(mine[:DRAWN])],
        "history": [{
            "when": row.made_at, "value": show(row.value), "words": row.words, "said": CONFIDENCE[row.confidence],
            "who": (names or {}).get(row.made_by_person_id or 0, ""),
        } for row in mine[:DRAWN]],
    }  # fmt: skip


@blueprint.get("/goals/<id:goal_id>")
@access(GOAL_READ)
def goal(session: Session, actor: Actor, goal_id: int) -> Page:
    """One goal with its key results, what was said of them, and the goals above and below."""
    return _goal(session, actor, load(session, actor, GOAL_READ, Goal, goal_id))


def _goal(session: Session, actor: Actor, found: Goal, form: Form | None = None, failed: int | None = None) -> Page:
    node, above = goal_tree.one(session, actor, found)
    said = checkins.said_of(session, [one.result for one in node.results])
    names = names_of(session, {row.made_by_person_id for row in said if row.made_by_person_id})
    open_ = found.state not in (DONE, DROPPED)
    may_edit = open_ and allowed(session, actor, GOAL_EDIT, found)
    may_say = found.state == AGREED and allowed(session, actor, GOAL_CHECK_IN, found)
    answerable = goal_tree.asked_of(session, actor, [node, *node.children])
    return page(
        "performance/goal.html", title=found.title, found=found, node=node, state=GOAL_STATES[found.state],
        owner=node.owner, period=_period(found), results=[_result(one, may_say, said, names) for one in node.results],
        own=node.own, below=node.below, counted=len(node.counted), confidence=CONFIDENCE, form=form, failed=failed,
        whose=GRAINS[found.grain], above=above, may_edit=may_edit, may_figures=allowed(session, actor, KPI_READ),
        may_agree=found.state == DRAFT and allowed(session, actor, GOAL_AGREE, found), may_end=may_edit,
        may_answer=found.id in answerable, after="",
        children=[_row(one) | {"asked": one.goal.aligned == services.ASKED, "goal_id": one.goal.id,
                               "may_answer": one.goal.id in answerable} for one in node.children],
        crumb=[(_("Goals"), url_for("performance.goals"))],
    )  # fmt: skip


@blueprint.post("/goals/<id:goal_id>/results/<id:key_result_id>")
@access(GOAL_CHECK_IN)
def check_in(session: Session, actor: Actor, goal_id: int, key_result_id: int) -> Page | Response:
    """Say how far a key result is."""
    found = load(session, actor, GOAL_CHECK_IN, Goal, goal_id)
    result = next((one for one in services.results_of(session, [found.id]) if one.id == key_result_id), None)
    if result is None:
        raise NotFound("not_found", _("This goal has no such key result."))
    form = Form(CheckInSchema)

    def save(told: dict[str, Any]) -> Response:
        told["value"] = number(told["value"], result.unit, "value") if result.kpi_id is None else 0
        checkins.check_in(session, actor, found, result, told)
        flash(_("It is kept."))
        if request.form.get("after") == "mine":
            return redirect_to("performance.own_goals")
        return redirect_to("performance.goal", goal_id=found.id)

    return form.answer(session, lambda: _goal(session, actor, found, form, result.id), save)


@blueprint.post("/goals/<id:goal_id>/agree")
@access(GOAL_AGREE)
def agree_goal(session: Session, actor: Actor, goal_id: int) -> Response:
    """Agree to a draft."""
    found = load(session, actor, GOAL_AGREE, Goal, goal_id)
    return _done(session, found, lambda: services.agree(session, actor, found))


@blueprint.post("/goals/<id:goal_id>/done")
@access(GOAL_EDIT)
def goal_done(session: Session, actor: Actor, goal_id: int) -> Response:
    """End a goal as done."""
    found = load(session, actor, GOAL_EDIT, Goal, goal_id)
    return _done(session, found, lambda: services.end(session, actor, found, done=True))


@blueprint.post("/goals/<id:goal_id>/aligned")
@access(GOAL_READ)
def answer_alignment(session: Session, actor: Actor, goal_id: int) -> Response:
    """The owner of the goal above takes this one under it (``answer`` is ``yes``), or does not."""
    found = load(session, actor, GOAL_READ, Goal, goal_id)
    agreed = request.form.get("answer") == "yes"
    return _done(session, found, lambda: services.confirm_alignment(session, actor, found, agreed=agreed))


def _done(session: Session, found: Goal, act: Any) -> Response:
    try:
        with session.begin_nested():
            act()
    except DomainError as error:
        session.refresh(found)
        flash(error.message, "bad")
    return redirect_to("performance.goal", goal_id=found.id)
