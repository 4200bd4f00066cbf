"""Whom a step of a process asks: whoever the lists name, or a post, a person or a relation of the requester.

A post that nobody holds passes the question to the next one above (权限上移一级), and so does one whose holder is away,
has agreed already or is the requester himself, also where somebody else would act for him. Away is only passed over
where somebody else can decide: absence changes who is asked, never who may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import routing
from core.authority.routing import ApprovalPlan, Post, Step
from core.authority.supposing import facts_of
from core.base import clock
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.kernel.house import of
from core.kernel.kept import kept_of_organisation
from core.kernel.specs import TaskKind
from core.org.absences import away_now
from core.org.models import Assignment, Person, Position
from core.org.resources import facts_of_person
from core.workflow.actions import ANSWER, PARTNER
from core.workflow.processes.definition import Ask

_ = catalogue("workflow")

#: The code of a decision that a published process lets somebody take, and no list.
PROCESS: Final = "PROCESS"
_MARK = [("workflow.approvers", name) for name in ("core_assignment", "core_person")]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about whom: the kind of a record and the record, who put it, and what was said before.

    ``agreed`` are persons who count no second time, ``passed`` those whose time is over, ``handed`` the one to whom
    whoever was asked has handed it. ``citation`` is how an answer names the step, ``leave@3/superior``.
    """

    kind: TaskKind
    record: Any
    requester: int | None
    citation: str = ""
    version: int = 0
    agreed: frozenset[int] = frozenset()
    passed: frozenset[int] = frozenset()
    handed: int | None = None


def action_of(kind: TaskKind, ask: Ask) -> str:
    """The action under which a task of this ask is kept and answered."""
    if ask.kind == "action":
        return ask.value or kind.action
    if ask.kind == "relation" and ask.value == "hr_partner":
        return PARTNER
    return ANSWER


def by_list(ask: Ask) -> bool:
    """Whether the authority lists say who answers, and not the process."""
    return ask.kind == "action" or (ask.kind == "relation" and ask.value == "hr_partner")


def asked_about(session: Session, ask: Ask, question: Question) -> Any | None:
    """What the lists are asked about: the record, or the person who put the request. None where he is nobody."""
    if ask.about == "record" and ask.kind == "action":
        return question.record
    if question.requester is None:
        return None
    statement = select(Person).where(Person.id == question.requester)
    return session.scalars(guard.mark(statement, _MARK)).one_or_none()


def plan(session: Session, ask: Ask, question: Question) -> ApprovalPlan:
    """Who answers, with everybody who was passed over before and why; by the lists and the organisation of today."""
    action = action_of(question.kind, ask)
    if by_list(ask):
        about = asked_about(session, ask, question)
        if about is None:
            return ApprovalPlan(action, (), None)
        away = Away(session)
        found = routing.route(
            session, action, about, agreed=question.agreed, passed=question.passed, away=away.message
        )
        return _handed(session, action, about, question, found)
    return _walked(session, ask, question, action)


class Away:
    """Says of persons whether they are away, asking once for each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Text | None] = {}

    def message(self, person_id: int) -> Text | None:
        """Why a person is passed over, None where he is there."""
        if person_id not in self._known:
            until = away_now(self._session, [person_id]).get(person_id)
            self._known[person_id] = _("Away until {day}; whoever comes next is asked.", day=until) if until else None
        return self._known[person_id]


def _handed(session: Session, action: str, about: Any, question: Question, found: ApprovalPlan) -> ApprovalPlan:
    """The plan with the one first to whom it was handed on, while the lists let him decide."""
    if question.handed is None or question.handed in question.agreed:
        return found
    step = next((one for one in routing.who_can(session, action, about) if one.person_id == question.handed), None)
    if step is None:
        return found
    return ApprovalPlan(action, (step,), step)


# -- by the process ----------------------------------------------------------------------------------------------------


def _walked(session: Session, ask: Ask, question: Question, action: str) -> ApprovalPlan:
    """Up the line from where the ask begins, until somebody may be asked."""
    away, path = Away(session), []
    spare: Step | None = None
    for post, holders in _line(session, ask, question):
        steps = list(_steps(session, ask, question, action, post, holders, away))
        path.extend(steps)
        for step in steps:
            if step.code == "ASKED":
                return ApprovalPlan(action, tuple(path), step)
            if step.code in ("ABSENT", "OVERDUE") and spare is None:
                spare = step
    return ApprovalPlan(action, tuple(path), spare)


def _line(session: Session, ask: Ask, question: Question) -> Iterator[tuple[Post, list[Any] | None]]:
    """Posts from the first one asked upwards; a person who is named himself comes alone on his own post."""
    if question.handed is not None:
        yield from _of_person(session, question.handed)
    if ask.kind == "person":
        person_id = int(ask.value)
        yield from _of_person(session, person_id)
        yield from ((post, None) for post in _above(session, person_id, 1))
    elif ask.kind == "position":
        found = session.scalar(select(Position.id).where(Position.code == ask.value))
        yield from ((post, None) for post in routing.line_up(session, found))
    elif ask.value == "owner":
        owner = _owner(session, question)
        if owner is not None:
            yield from _of_person(session, owner)
            yield from ((post, None) for post in _above(session, owner, 1))
    elif ask.value == "unit_head":
        head = routing.head_for(session, _units(session, question))
        yield from ((post, None) for post in routing.line_up(session, head))
    else:
        yield from ((post, None) for post in _above(session, question.requester, ask.level))


def _above(session: Session, person_id: int | None, level: int) -> Iterator[Post]:
    """The posts above the primary post of a person, from ``level`` up."""
    if person_id is None:
        return
    today = clock.today()
    own = kept_of_organisation(
        session, "own_posts", [(person_id, today)], lambda keys: {key: _own_post(session, *key) for key in keys}
    )[person_id, today]
    for number, post in enumerate(routing.line_up(session, own)):
        if number >= level:
            yield post


def _own_post(session: Session, person_id: int, day: date) -> int | None:
    """The primary post of a person, else the first he was given."""
    statement = (
        select(Assignment.position_id).where(Assignment.person_id == person_id, as_of(Assignment, day))
        .order_by(Assignment.is_primary.desc(), Assignment.id).limit(1)
    )
    return session.scalar(guard.mark(statement, _MARK))


def _of_person(session: Session, person_id: int) -> Iterator[tuple[Post, list[Any] | None]]:
    statement = (
        select(Assignment.position_id, Assignment.id, Assignment.kind, Person.name)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.person_id == person_id, as_of(Assignment, clock.today()))
        .order_by(Assignment.is_primary.desc(), Assignment.id).limit(1)
    )
    row = session.execute(guard.mark(statement, _MARK)).first()
    if row is not None:
        post = next(routing.line_up(session, row.position_id), None)
        if post is not None:
            yield post, [(person_id, row.name, row.id, row.kind, person_id)]


def _owner(session: Session, question: Question) -> int | None:
    """Whose record it is: whom it benefits, else whom it is about."""
    facts = _facts(session, question)
    found: int | None = facts.beneficiary_person_id or next(iter(facts.person_ids), None)
    return found


def _units(session: Session, question: Question) -> tuple[int, ...]:
    """Where the record is; where it is nowhere, where the requester is."""
    units: tuple[int, ...] = _facts(session, question).unit_ids
    if units or question.requester is None:
        return units
    return facts_of_person(session, question.requester).unit_ids


def _facts(session: Session, question: Question) -> Any:
    registry = of(session).registry
    resource = registry.resource_types[registry.actions[question.kind.action].resource or ""]
    return facts_of(session, resource, question.record)


def _steps(
    session: Session, ask: Ask, question: Question, action: str, post: Post, holders: list[Any] | None, away: Away
) -> Iterator[Step]:
    """A step for everybody who holds a post, or one alone where nobody does."""
    named = holders if holders is not None else routing.holders_of(session, post)
    if not named:
        yield Step(post, "VACANT", _("Nobody holds this post; it goes to the next one above."))
        return
    for person_id, name, assignment_id, kind, principal in named:
        step = Step(post, "", "", person_id, name, assignment_id, kind)
        if question.requester is not None and question.requester in (person_id, principal):
            yield replace(step, code="SOD_SELF", message=_("Nobody decides what he asks for himself, nor lets another "
                                                           "do it for him."))  # fmt: skip
        elif {person_id, principal} & question.agreed:
            yield replace(step, code="AGREED", message=_("Has agreed already in this process."))
        else:
            yield _candidate(ask, question, action, step, principal, away)


def _candidate(ask: Ask, question: Question, action: str, step: Step, principal: int, away: Away) -> Step:
    person_id = step.person_id or 0
    behalf = principal if principal != person_id else None
    reason = _reason(ask)
    decision = Decision(
        True, PROCESS, reason, action, question.citation, question.version, step.assignment_id, step.post.position_id,
        on_behalf_of=behalf,
    )  # fmt: skip
    why = away.message(person_id)
    if person_id in question.passed:
        return replace(step, code="OVERDUE", message=_("The time is over; it goes to whoever comes next."),
                       decision=decision)  # fmt: skip
    if why is not None:
        return replace(step, code="ABSENT", message=why, decision=decision)
    return replace(step, code="ASKED", message=reason, decision=decision)


_REASONS: Mapping[str, Text] = {
    "superior": _("The process asks the superior of whoever asks"), "owner": _("The process asks whom it concerns"),
    "unit_head": _("The process asks the head of the unit"), "position": _("The process asks this post"),
    "person": _("The process asks this person"),
}


def _reason(ask: Ask) -> Text:
    return _REASONS[ask.value if ask.kind == "relation" else ask.kind]


def permission(found: ApprovalPlan, person_id: int | None) -> Decision | None:
    """The decision of somebody whom a process asks, or passed over only because he is away or late; None for others."""
    for step in found.path:
        if step.person_id == person_id is not None and step.decision is not None and step.decision.allowed:
            return step.decision
    return None
