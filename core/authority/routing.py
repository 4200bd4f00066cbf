"""Who decides: the way of a question up the line, and everybody who could decide it.

Both are read from the lists, never stored: who is found today is not who is found after a move, a delegation or a new
version. The way begins with the head of the unit that the object belongs to and goes from post to post along the line
of reporting; every post that cannot decide says why. Where the line ends without an answer, posts outside it are
asked whose authority reaches the object; where nobody is left, that is said, and nobody is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import saying
from core.authority.drafted import seat
from core.authority.engine import ListEngine
from core.authority.held import STEPS, matches
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.snapshot import Snapshot
from core.authority.supposing import facts_of
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel.house import of as house_of
from core.kernel.kept import kept_of_organisation
from core.kernel.specs import ActionDef, ResourceType
from core.org.models import Assignment, Person, Position, PositionVersion

_ = catalogue("authority")

_MARK = [("authority.engine", name) for name in ("core_assignment", "core_person")]
#: Why somebody is passed over because he is away, by his id; None where he is there.
Absence = Callable[[int], Text | None]
#: A line of reporting that is longer than this goes in a circle.
_LONGEST = 50
#: Whose own authority is asked before that of others on the same post.
_ORDER = {"substantive": 0, "secondment": 1, "concurrent": 2, "acting": 3, "delegated": 4}


@dataclass(frozen=True, slots=True)
class Post:
    """A post on the way."""

    position_id: int
    code: str
    title: Translation
    unit_id: int


@dataclass(frozen=True, slots=True)
class Step:
    """A post that was asked, and what it answered: ``code`` is that of a decision, or ``VACANT``.

    ``person_id`` holds the post by ``assignment_id``, or was handed it by a delegation; both are None where nobody
    does. ``outside`` says that the post is not above the object in the line.
    """

    post: Post
    code: str
    message: Text | str
    person_id: int | None = None
    name: str = ""
    assignment_id: int | None = None
    kind: str = ""
    decision: Decision | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalPlan:
    """The way of a question: ``path`` in the order asked, ``decider`` the one who may decide, None for a gap."""

    action: str
    path: tuple[Step, ...]
    decider: Step | None

    @property
    def gap(self) -> bool:
        """Whether nobody may decide it."""
        return self.decider is None


@dataclass(frozen=True, slots=True)
class _Question:
    session: Session
    engine: ListEngine
    snapshot: Snapshot
    action: ActionDef
    resource: ResourceType | None
    obj: Any
    agreed: frozenset[int] = frozenset()

    def answer(self, person_id: int, assignment_id: int) -> Decision:
        """What one person may by one hat; whoever has agreed, or stands for who has, is no second."""
        actor = Actor(kind="person", person_id=person_id, acting_as=assignment_id)
        found = self.engine.answer(self.session, self.snapshot, actor, self.action, self.resource, self.obj)
        same = found.allowed and self.agreed & {person_id, found.on_behalf_of}
        return saying.agreed(self.action, found, himself=person_id in self.agreed) if same else found


def route(
    session: Session, action: str, obj: Any, *, day: date | None = None, snapshot: Snapshot | None = None,
    agreed: frozenset[int] = frozenset(), passed: frozenset[int] = frozenset(), away: Absence | None = None,
) -> ApprovalPlan:
    """Who decides about an object, with everybody who was asked before and why not. ``day`` is today by default.

    ``obj`` is a record of the action's resource, or one that is supposed (``supposing.Supposed``). The same question on
    the same lists has the same answer. A ``snapshot`` is asked instead of what is in force on the day; ``agreed`` are
    people who have said yes where several must. Whoever is ``away``, or among those ``passed`` over because their time
    was over, is only asked where nobody else may decide: that changes who is asked, never who may. Raises
    ``LookupError`` for an action that is not declared.
    """
    asked = replace(_question(session, action, obj, day, snapshot), agreed=agreed)
    path: list[Step] = []
    spare: Step | None = None
    for step in _all_steps(asked, path):
        found = _reached(step, passed, away) if step.decision is not None and step.decision.allowed else step
        path.append(found)
        if found is step and step.decision is not None and step.decision.allowed:
            return ApprovalPlan(action, tuple(path), step)
        if found is not step and spare is None:
            spare = found
    return ApprovalPlan(action, tuple(path), spare)


def _all_steps(asked: _Question, path: Sequence[Step]) -> Iterator[Step]:
    """Everybody in the order asked: up the line, then whoever else may; ``path`` are those that were asked so far."""
    for post in _line(asked):
        yield from _ask(asked, post)
    yield from _others(asked, {step.post.position_id for step in path})


def _reached(step: Step, passed: frozenset[int], away: Absence | None) -> Step:
    """The step itself, or the same with the reason why somebody else is asked first."""
    person_id = step.person_id or 0
    if person_id in passed:
        return replace(step, code="OVERDUE", message=_("The time is over; it goes to whoever comes next."))
    why = away(person_id) if away is not None else None
    return replace(step, code="ABSENT", message=why) if why is not None else step


def line_up(session: Session, position_id: int | None) -> Iterator[Post]:
    """A post and the posts above it of today, each once; nothing for None and for a post that is gone."""
    engine: ListEngine = session.info["authority"]
    return _upwards(session, engine.on_day(session, None).day, position_id)


def head_for(session: Session, unit_ids: Sequence[int]) -> int | None:
    """The post that heads the first of these units that is there, else the nearest unit above that has one."""
    engine: ListEngine = session.info["authority"]
    return _head_above(session, engine.on_day(session, None), unit_ids)


def holders_of(session: Session, post: Post) -> list[tuple[int, str, int, str, int]]:
    """Who holds a post today, in the order in which they are asked: person, name, assignment, kind, and whose
    assignment it is, which is another's where it was delegated.
    """
    engine: ListEngine = session.info["authority"]
    found = _held_by(session, engine.on_day(session, None), post)
    theirs = {assignment: person for person, _name, assignment, kind in found if kind != "delegated"}
    return [(*one, theirs.get(one[2], one[0])) for one in found]


def who_can(
    session: Session, action: str, obj: Any, *, day: date | None = None, snapshot: Snapshot | None = None
) -> list[Step]:
    """Everybody who may decide about an object by some hat, one step for each hat, by post and then by person."""
    asked = _question(session, action, obj, day, snapshot)
    found = [step for post in _posts_with(asked) for step in _ask(asked, post)]
    return [step for step in found if step.decision is not None and step.decision.allowed]


def _question(
    session: Session, action: str, obj: Any, day: date | None, snapshot: Snapshot | None = None
) -> _Question:
    registry = house_of(session).registry
    definition = registry.actions.get(action)
    if definition is None:
        raise LookupError(f"action {action!r} is registered by no module")
    engine: ListEngine = session.info["authority"]
    resource = registry.resource_asked(definition, obj)
    return _Question(session, engine, snapshot or engine.on_day(session, day), definition, resource, obj)


# -- the line ----------------------------------------------------------------------------------------------------------


def _posts(session: Session, day: date, *conditions: Any) -> list[Any]:
    return list(session.execute(
        select(PositionVersion.position_id, Position.code, PositionVersion.title, PositionVersion.unit_id,
               PositionVersion.is_head, PositionVersion.reports_to_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(as_of(PositionVersion, day), *conditions)
        .order_by(PositionVersion.is_head.desc(), PositionVersion.order, PositionVersion.position_id)
    ))  # fmt: skip


def _line(asked: _Question) -> Iterator[Post]:
    """The head of the object's unit, and the posts above it, each once."""
    return _upwards(asked.session, asked.snapshot.day, _head_of_object(asked))


def _upwards(session: Session, day: date, position_id: int | None) -> Iterator[Post]:
    seen: set[int] = set()
    while position_id is not None and position_id not in seen and len(seen) < _LONGEST:
        seen.add(position_id)
        found = kept_of_organisation(
            session, "posts", [(position_id, day)], lambda keys: {key: _post(session, *key) for key in keys}
        )[position_id, day]
        if found is None:
            return
        post, position_id = found
        yield post


def _post(session: Session, position_id: int, day: date) -> tuple[Post, int | None] | None:
    """A post and the number of the one above it."""
    rows = _posts(session, day, PositionVersion.position_id == position_id)
    return next(((Post(row.position_id, row.code, row.title, row.unit_id), row.reports_to_id) for row in rows), None)


def _head_of_object(asked: _Question) -> int | None:
    """The post that heads the unit of the object, else the nearest unit above that has one."""
    return _head_above(
        asked.session, asked.snapshot, facts_of(asked.session, asked.resource, asked.obj).unit_ids
    )


def _head_above(session: Session, snapshot: Snapshot, unit_ids: Sequence[int]) -> int | None:
    nodes = snapshot.nodes
    unit_id = next((unit for unit in unit_ids if unit in nodes), None)
    if unit_id is None:
        return None
    here = nodes[unit_id]
    above = sorted(
        (node for node in nodes.values() if node.lft <= here.lft < node.rgt), key=lambda node: -node.depth
    )
    rows = _posts(session, snapshot.day, PositionVersion.unit_id.in_([node.unit_id for node in above]))
    by_unit: dict[int, list[Any]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    for node in above:
        head = head_of(by_unit.get(node.unit_id, ()))
        if head is not None:
            return head
    return None


def head_of(rows: Sequence[Any]) -> int | None:
    """The post marked as head; where none is, the first that reports to no other post of its unit."""
    own = {row.position_id for row in rows}
    marked = [row.position_id for row in rows if row.is_head]
    top = [row.position_id for row in rows if row.reports_to_id not in own]
    return next(iter(marked or top), None)


# -- posts and who holds them ------------------------------------------------------------------------------------------


def _ask(asked: _Question, post: Post, *, outside: bool = False) -> list[Step]:
    """A step for everybody who holds a post; one alone, ``VACANT``, where nobody does.

    Who was handed its authority is asked after those who hold it.
    """
    steps = []
    for person_id, name, assignment_id, kind in _holders(asked, post):
        decision = asked.answer(person_id, assignment_id)
        steps.append(Step(
            post, decision.code, decision.message, person_id, name, assignment_id, kind, decision, outside
        ))
    if not steps:
        return [Step(post, "VACANT", _("Nobody holds this post; it goes to the next one above."), outside=outside)]
    return steps


def _holders(asked: _Question, post: Post) -> list[tuple[int, str, int, str]]:
    """Person, name, assignment and kind, in the order in which they are asked."""
    return _held_by(asked.session, asked.snapshot, post)


def _held_by(session: Session, snapshot: Snapshot, post: Post) -> list[tuple[int, str, int, str]]:
    if snapshot.supposed:
        return [(seat(post.position_id), "", seat(post.position_id), "substantive")]
    if snapshot.instead is not None:
        return _read_held(session, snapshot, post)
    return kept_of_organisation(
        session, "holders", [(post.position_id, snapshot.day)], lambda _keys: {
            (post.position_id, snapshot.day): _read_held(session, snapshot, post)
        },
    )[post.position_id, snapshot.day]


def _read_held(session: Session, snapshot: Snapshot, post: Post) -> list[tuple[int, str, int, str]]:
    day = snapshot.day
    held: list[Any] = list(session.execute(guard.mark(
        select(Assignment.person_id, Person.name, Assignment.id, Assignment.kind)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.position_id == post.position_id, as_of(Assignment, day)),
        _MARK,
    )))  # fmt: skip
    handed = {
        (to, one.hat.assignment_id)
        for to, all_handed in snapshot.handed.items() for one in all_handed
        if one.hat.position_id == post.position_id
    }
    names = select(Person.id, Person.name).where(Person.id.in_(sorted({to for to, _assignment in handed})))
    delegates: list[Any] = list(session.execute(guard.mark(names, _MARK))) if handed else []
    found = [(row.person_id, row.name, row.id, row.kind) for row in held]
    named = {row.id: row.name for row in delegates}
    found += [(to, named[to], assignment_id, "delegated") for to, assignment_id in handed]
    return sorted(found, key=lambda one: (_ORDER.get(one[3], 9), one[2], one[0]))


def _posts_with(asked: _Question) -> list[Post]:
    """The posts whose list in force speaks of the action."""
    day = asked.snapshot.day
    if asked.snapshot.supposed:
        wanted = {
            post for post, entries in asked.snapshot.lists.posts.items()
            if any(entry.effect == "grant" and entry.covers(asked.action.key, asked.action.power) for entry in entries)
        }
    else:
        wanted = _speaking(asked, day)
    found = _posts(asked.session, day, PositionVersion.position_id.in_(sorted(wanted)))
    return sorted((Post(row.position_id, row.code, row.title, row.unit_id) for row in found), key=lambda one: one.code)


def _speaking(asked: _Question, day: date) -> set[int]:
    instead = asked.snapshot.instead
    rows = asked.session.execute(
        select(AuthorityEntry.position_id, AuthorityEntry.action)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(
            AuthorityEntry.effect == "grant", AuthorityEntry.power.not_in(STEPS),
            AuthorityEntry.position_id.is_not(None),
            PublishedList.effective_from <= day, PublishedList.effective_to > day,
            or_(AuthorityEntry.action == asked.action.key, AuthorityEntry.action.contains("*", autoescape=True)),
            *(instead.others() if instead is not None else ()),
        )
    )
    wanted = {position for position, pattern in rows if position is not None and matches(pattern, asked.action.key)}
    return wanted if instead is None else wanted | instead.posts_with(asked.action.key, asked.action.power)


def _others(asked: _Question, seen: set[int]) -> list[Step]:
    """Posts outside the line that may decide: the nearest in the tree first, then the least authority, then by code."""
    steps = [
        step for post in _posts_with(asked) if post.position_id not in seen
        for step in _ask(asked, post, outside=True) if step.code != "VACANT"
    ]
    home = next((unit for unit in facts_of(asked.session, asked.resource, asked.obj).unit_ids), None)
    return sorted(steps, key=lambda step: (_distance(asked.snapshot, home, step.post.unit_id), step.post.code))


def _distance(snapshot: Snapshot, first: int | None, second: int) -> int:
    """Steps between two units in the tree, by way of the nearest unit above both."""
    one, other = snapshot.nodes.get(first or 0), snapshot.nodes.get(second)
    if one is None or other is None:
        return len(snapshot.nodes)
    both = [
        node.depth for node in snapshot.nodes.values()
        if node.lft <= one.lft < node.rgt and node.lft <= other.lft < node.rgt
    ]
    return one.depth + other.depth - 2 * max(both) if both else len(snapshot.nodes)
