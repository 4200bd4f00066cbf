"""Goals: setting one, aligning it with another, agreeing to it and ending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.goals import GOAL_AGREE, GOAL_ALIGN, GOAL_EDIT, GOAL_READ
from performance.models import CheckIn, Goal, KeyResult
from performance.rules.goals import circle
from performance.rules.scoring import LARGEST_FIGURE
from performance.services.figures import versions_on
from performance.services.places import Units, posts_in, units_on
from performance.services.spans import span_of
from performance.text import AGREED, DONE, DRAFT, DROPPED, _
from remit.base import Actor, DomainError, clock
from remit.live import publish
from remit.models import hold
from remit.services import load, require, system, visible

TOPIC = "performance_board"
#: No two people move goals at once, so that two moves never close a circle together.
_TREE = "performance.goals"
#: The alignment of a goal with the one above it: asked of the other owner, or confirmed.
ASKED, CONFIRMED = "asked", "confirmed"


def save(session: Session, actor: Actor, goal: Goal | None, values: dict[str, Any]) -> Goal:
    """Set a goal, or change one that is not ended: ``title``, ``grain``, ``unit_id``, ``person_id``, ``starts_on``,
    ``ends_on``, ``parent_id``, and ``results``, each with ``title``, ``unit``, ``start``, ``target``, ``weight``,
    ``kpi_id``, ``of_unit_id`` and ``takes``.

    Key results keep their check-ins as long as their titles stay. Agreed goals are drafts again once they change.
    Raises ``DomainError`` with the field.
    """
    if goal is not None and goal.state in (DONE, DROPPED):
        raise DomainError("performance.goal_ended", _("This goal is ended; it changes no more."))
    if values["starts_on"] >= values["ends_on"]:
        raise DomainError("performance.period", _("The last day is not before the first."), "last_day")
    units = units_on(session, clock.today(actor.zone))
    if goal is not None:
        require(session, actor, GOAL_EDIT, goal)
    made = goal or Goal(state=DRAFT, drafted_by_person_id=actor.person_id, created_at=clock.now())
    made.title, made.starts_on, made.ends_on = " ".join(values["title"].split()), values["starts_on"], values["ends_on"]
    made.grain, stood = values["grain"], made.unit_id
    made.unit_id, made.person_id = _owner(session, actor, units, values)
    made.legal_entity_id = units.entity_of(made.unit_id)
    require(session, actor, GOAL_EDIT, made)
    if goal is not None and made.state != DRAFT:
        made.state, made.drafted_by_person_id = DRAFT, actor.person_id
    session.add(made)
    align(session, actor, made, values.get("parent_id"), units, moved=made.unit_id != stood)
    _set_results(session, made, values["results"])
    publish(session, TOPIC)
    return made


def _owner(session: Session, actor: Actor, units: Units, values: Mapping[str, Any]) -> tuple[int, int | None]:
    """Where a goal stands and whose it is. A person's goal is the actor's own where no other is named."""
    if values["grain"] == "company":
        entity = units.entity_of(values["unit_id"]) if values.get("unit_id") is not None else None
        top = [
            unit for unit, parent in units.parents.items()
            if parent is None and entity in (None, units.entities[unit])
        ]  # fmt: skip
        if not top:
            raise DomainError("performance.no_unit", _("Choose a unit that exists that day."), "unit_id")
        return top[0], None
    if values["grain"] == "unit":
        if values.get("unit_id") is None:
            raise DomainError("performance.unit", _("Choose the unit whose goal it is."), "unit_id")
        return int(values["unit_id"]), None
    person = values.get("person_id") or actor.person_id
    posts = posts_in(session, span_of("month", clock.today(actor.zone)))
    mine = posts.where((posts.person == (person or 0)) & posts.primary)
    if not mine.unit.size:
        raise DomainError("performance.person", _("This person holds no post that day."), "person_id")
    return int(mine.unit[-1]), person


def align(
    session: Session, actor: Actor, goal: Goal, parent_id: int | None, units: Units, *, moved: bool = False
) -> None:
    """Hang a goal below another, or below none. Of the same department or one above it is confirmed at once, as it is
    where the actor may confirm it himself; any other owner is asked, anew where the goal moved to another unit.

    Raises ``DomainError`` for a circle, which is named, for an ended goal, and ``NotFound`` for one out of sight.
    """
    if parent_id == goal.parent_id and goal.parent_id is not None and not moved:
        return
    if parent_id is None:
        goal.parent_id, goal.aligned = None, ""
        session.flush()
        return
    hold(session, _TREE)
    parent = load(session, actor, GOAL_READ, Goal, parent_id)
    if parent.state in (DONE, DROPPED):
        raise DomainError("performance.parent_ended", _("“{title}” is ended; choose another.", title=parent.title),
                          "parent_id")  # fmt: skip
    if goal.id is not None:
        _refuse_circle(session, goal, parent)
    within = parent.unit_id in units.above(goal.unit_id)
    settled = within or _may_take(session, actor, parent)
    goal.parent_id, goal.aligned = parent.id, CONFIRMED if settled else ASKED
    session.flush()


def _may_take(session: Session, actor: Actor, parent: Goal) -> bool:
    return session.scalar(
        visible(session, actor, GOAL_ALIGN, select(Goal.id).where(Goal.id == parent.id))
    ) is not None  # fmt: skip


def _refuse_circle(session: Session, goal: Goal, parent: Goal) -> None:
    with system(session, "whether the tree of goals stays without circles"):
        parents = {number: above for number, above in session.execute(select(Goal.id, Goal.parent_id))}
        way = circle(parents, goal.id, parent.id)
        titles = {number: title for number, title in session.execute(
            select(Goal.id, Goal.title).where(Goal.id.in_(way)))}  # fmt: skip
    if way:
        seen = [titles[one] for one in way]
        raise DomainError("performance.circle", _(
            "That would be a circle: {path}.", path=" → ".join([goal.title, *seen])), "parent_id")  # fmt: skip


def confirm_alignment(session: Session, actor: Actor, goal: Goal, *, agreed: bool) -> None:
    """The owner of the goal above takes another under it, or does not: then it hangs below none.

    Raises ``Denied`` unless the goal above is the actor's by the lists, ``DomainError`` where nothing is asked.
    """
    with system(session, "the goal that another asks to be aligned with"):
        session.refresh(goal, with_for_update=True)
        parent = session.get(Goal, goal.parent_id or 0)
    if parent is None or goal.aligned != ASKED:
        raise DomainError("performance.nothing_asked", _("Nobody is asked about this goal."))
    require(session, actor, GOAL_ALIGN, parent)
    if agreed:
        goal.aligned = CONFIRMED
    else:
        goal.parent_id, goal.aligned = None, ""
    session.flush()
    publish(session, TOPIC)


def _set_results(session: Session, goal: Goal, results: Sequence[dict[str, Any]]) -> None:
    """Write the key results; one whose title stays keeps its number and its check-ins."""
    versions = versions_on(session, clock.today())
    titles = [" ".join(one["title"].split()) for one in results]
    if len(set(titles)) != len(titles):
        raise DomainError("performance.twice", _("Two key results have the same words."), "results")
    before = {one.title: one for one in results_of(session, [goal.id])}
    for number, (title, one) in enumerate(zip(titles, results, strict=True)):
        if one["start"] == one["target"] or not title:
            raise DomainError("performance.result", _("A key result goes from one number to another."), "results")
        if not 0 < one["weight"] <= 1000 or max(abs(one["start"]), abs(one["target"])) > LARGEST_FIGURE:
            raise DomainError("performance.result", _("A weight is between 1 and 1000."), "results")
        if one.get("kpi_id") is not None and (
            one["kpi_id"] not in versions or versions[one["kpi_id"]].grain == "person"
        ):
            raise DomainError("performance.kpi", _("Choose a figure of units or of the company."), "results")
        found = before.pop(title, None)
        made = found or KeyResult(goal_id=goal.id, title=title, current=one["start"])
        if found is not None and found.unit != one["unit"]:
            raise DomainError("performance.result_unit", _(
                "“{title}” is measured otherwise; give it other words.", title=title), "results")  # fmt: skip
        for name in ("unit", "start", "target", "weight"):
            setattr(made, name, one[name])
        made.kpi_id, made.of_unit_id = one.get("kpi_id"), one.get("of_unit_id")
        made.takes, made.order = one.get("takes") or "latest", 10 * (number + 1)
        session.add(made)
    _take_away(session, list(before.values()))
    session.flush()


def _take_away(session: Session, gone: Sequence[KeyResult]) -> None:
    said = set(session.scalars(
        select(CheckIn.key_result_id).where(CheckIn.key_result_id.in_([one.id for one in gone]))
    ))  # fmt: skip
    for one in gone:
        if one.id in said:
            raise DomainError("performance.result_said", _(
                "“{title}” has check-ins; it stays. Drop the goal if it no longer counts.", title=one.title),
                "results")  # fmt: skip
        session.delete(one)


def results_of(session: Session, goal_ids: Sequence[int]) -> Sequence[KeyResult]:
    """The key results of goals that somebody may see, in order."""
    return session.scalars(
        select(KeyResult).where(KeyResult.goal_id.in_(goal_ids)).order_by(KeyResult.goal_id, KeyResult.order)
    ).all()


def agree(session: Session, actor: Actor, goal: Goal) -> None:
    """Agree to a draft. Raises ``DomainError`` where it has no key result or is no draft."""
    require(session, actor, GOAL_AGREE, goal)
    session.refresh(goal, with_for_update=True)
    if goal.state != DRAFT:
        raise DomainError("performance.goal_agreed", _("This goal is agreed already, or ended."))
    if not results_of(session, [goal.id]):
        raise DomainError("performance.no_result", _("A goal needs a key result before it is agreed."))
    goal.state = AGREED
    session.flush()
    publish(session, TOPIC)


def end(session: Session, actor: Actor, goal: Goal, *, done: bool, reason: str = "") -> None:
    """End a goal: an agreed one is done, any is dropped with a reason. Raises ``DomainError`` with the field."""
    require(session, actor, GOAL_EDIT, goal)
    session.refresh(goal, with_for_update=True)
    if goal.state in (DONE, DROPPED):
        raise DomainError("performance.goal_ended", _("This goal is ended; it changes no more."))
    if done and goal.state != AGREED:
        raise DomainError("performance.goal_draft", _("Only a goal that was agreed can be done."))
    words = " ".join(reason.split())
    if not done and not words:
        raise DomainError("performance.reason", _("Say why it is dropped."), "reason")
    goal.state, goal.reason = (DONE, "") if done else (DROPPED, words[:400])
    session.flush()
    publish(session, TOPIC)
