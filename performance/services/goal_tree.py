"""Goals as people look at them: the tree, one of them with all that was said, and one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from performance.actions.goals import GOAL_ALIGN, GOAL_READ
from performance.models import CheckIn, Goal, KeyResult
from performance.rules.goals import progress, together
from performance.services.checkins import last_said
from performance.services.following import live_values
from performance.services.goals import ASKED, CONFIRMED, results_of
from performance.services.places import Units, names_of, units_on
from performance.text import DONE, DROPPED
from remit.base import Actor, clock
from remit.services import visible

#: More goals than this are not drawn at once; choosing a department shows the rest.
MOST = 400


@dataclass(frozen=True)
class Reached:
    """A key result with its number as it is now, live where it follows a figure, and what was said of it last."""

    result: KeyResult
    value: int
    live: bool
    said: CheckIn | None

    @property
    def progress(self) -> int:
        """Millionths of the way from start to target."""
        return progress(self.result.start, self.result.target, self.value)


@dataclass
class Node:
    """A goal with whose it is, its key results, and the goals below it that the reader may see.

    ``own`` is the progress of its key results by weight, ``below`` the mean of the goals that are confirmed under it;
    both in millionths, beside each other and never one of both.
    """

    goal: Goal
    owner: str
    results: list[Reached] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    level: int = 0

    @property
    def own(self) -> int | None:
        """Progress by its own key results; None without any."""
        return together([(one.result.weight, one.progress) for one in self.results])

    @property
    def counted(self) -> list[Node]:
        """The goals below it that count: confirmed, not dropped, with key results."""
        return [
            one for one in self.children
            if one.goal.aligned == CONFIRMED and one.goal.state != DROPPED and one.own is not None
        ]  # fmt: skip

    @property
    def below(self) -> int | None:
        """Progress of the goals below it, each alike; None where none counts."""
        return together([(1, one.own or 0) for one in self.counted])

    @property
    def worst(self) -> str:
        """The least sure of what was said last of its key results; empty where nothing was said."""
        said = {one.said.confidence for one in self.results if one.said is not None}
        return next((word for word in ("off", "risk", "sure") if word in said), "")


def tree(
    session: Session, actor: Actor, *, unit_id: int | None = None, ended: bool = False, day: date | None = None
) -> list[Node]:
    """The goals somebody may see as a tree, in the order of units: of a unit and all below it, or of all; without
    ``ended`` only those that are neither done nor dropped, in whose period ``day`` (today) lies or which begin later.
    """
    today = day or clock.today(actor.zone)
    units = units_on(session, today)
    statement = select(Goal).order_by(Goal.id).limit(MOST)
    if unit_id is not None:
        statement = statement.where(Goal.unit_id.in_(units.below(unit_id)))
    if not ended:
        statement = statement.where(Goal.state.not_in((DONE, DROPPED)), Goal.ends_on > today)
    goals = session.scalars(visible(session, actor, GOAL_READ, statement)).all()
    return nested(nodes(session, goals, units), units)


def mine(session: Session, actor: Actor) -> list[Node]:
    """The goals that are somebody's own and run or were not ended, those that end first before the others."""
    statement = select(Goal).where(
        Goal.person_id == (actor.person_id or 0), Goal.state.not_in((DONE, DROPPED))
    ).order_by(Goal.ends_on, Goal.id)  # fmt: skip
    goals = session.scalars(visible(session, actor, GOAL_READ, statement)).all()
    return nodes(session, goals, units_on(session, clock.today(actor.zone)))


def one(session: Session, actor: Actor, goal: Goal) -> tuple[Node, Goal | None]:
    """A goal with those below it that the reader may see, and the goal above it; that of another may be out of sight,
    and is then None."""
    statement = select(Goal).where(or_(Goal.parent_id == goal.id, Goal.id == (goal.parent_id or 0))).order_by(Goal.id)
    around = session.scalars(visible(session, actor, GOAL_READ, statement)).all()
    units = units_on(session, clock.today(actor.zone))
    found = nodes(session, [goal, *(row for row in around if row.parent_id == goal.id)], units)
    found[0].children = found[1:]
    return found[0], next((row for row in around if row.id == goal.parent_id), None)


def nodes(session: Session, goals: Sequence[Goal], units: Units) -> list[Node]:
    """Goals with their key results, numbers and owners, in a handful of statements whatever their number."""
    results = results_of(session, [goal.id for goal in goals])
    by_id = {goal.id: goal for goal in goals}
    live = live_values(session, [(by_id[row.goal_id], row) for row in results])
    said = last_said(session, [row.id for row in results])
    names = names_of(session, {goal.person_id for goal in goals if goal.person_id})
    found = {goal.id: Node(goal, names.get(goal.person_id or 0) or str(units.title(goal.unit_id))) for goal in goals}
    for row in results:
        now = live.get(row.id, row.current)
        found[row.goal_id].results.append(Reached(row, now, row.id in live, said.get(row.id)))
    return list(found.values())


def nested(found: Sequence[Node], units: Units) -> list[Node]:
    """The roots of the tree, each with those below it; a goal whose parent is out of sight stands at the top."""
    order = {unit: at for at, unit in enumerate(units.titles)}
    grains = ("company", "unit", "person")

    def place(node: Node) -> tuple[int, int, int]:
        return order.get(node.goal.unit_id, len(order)), grains.index(node.goal.grain), node.goal.id

    by_id = {node.goal.id: node for node in found}
    roots: list[Node] = []
    for node in sorted(found, key=place):
        above = by_id.get(node.goal.parent_id or 0)
        (above.children if above is not None else roots).append(node)
    return roots


def flat(roots: Sequence[Node]) -> Iterator[Node]:
    """The tree in the order of reading, each with how deep it is."""
    waiting = [(node, 0) for node in reversed(roots)]
    while waiting:
        node, level = waiting.pop()
        node.level = level
        yield node
        waiting.extend((child, level + 1) for child in reversed(node.children))


def choices(session: Session, actor: Actor, but: int | None = None) -> list[tuple[int, str]]:
    """The goals that one may be hung below, for a form: those in sight that are not ended."""
    statement = select(Goal).where(Goal.state.not_in((DONE, DROPPED)), Goal.id != (but or 0)).order_by(
        Goal.starts_on, Goal.unit_id, Goal.id).limit(MOST)  # fmt: skip
    goals = session.scalars(visible(session, actor, GOAL_READ, statement)).all()
    units = units_on(session, clock.today(actor.zone))
    return [(goal.id, f"{units.title(goal.unit_id)} · {goal.title}") for goal in goals]


def asked_of(session: Session, actor: Actor, nodes_: Collection[Node]) -> Mapping[int, Goal]:
    """Of goals whose owners ask to hang them below another, those that this reader may answer, by their id."""
    wanted = {node.goal.parent_id for node in nodes_ if node.goal.aligned == ASKED}
    if not wanted:
        return {}
    statement = select(Goal).where(Goal.id.in_(wanted))
    mine_ = {goal.id for goal in session.scalars(visible(session, actor, GOAL_ALIGN, statement))}
    return {node.goal.id: node.goal for node in nodes_ if node.goal.parent_id in mine_ and node.goal.aligned == ASKED}
