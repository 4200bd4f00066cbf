"""Keeping incompatible duties out of one hand before they get there, and letting somebody hold both for a time.

An appointment, a delegation or a list by which somebody would hold what a rule keeps apart is refused, unless a
mitigation is in force on the day it begins: what keeps the risk small, who approved it, and when it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from core.access.calls import load, require
from core.authority import rules
from core.authority.actions import MITIGATE
from core.authority.coverage import hands, reading, separated
from core.authority.coverage.finding import citation
from core.authority.coverage.hands import Conflict
from core.authority.coverage.world import EntryRow, World
from core.authority.document import ListDraft
from core.authority.models import Delegation, PublishedList, SeparationMitigation
from core.authority.rules import Rule
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound, Problem
from core.base.text import Text, catalogue
from core.db import guard
from core.kernel.house import of as house_of
from core.kernel.specs import Change
from core.org.models import Assignment, Person
from core.org.resources import CHANGE, IMPORT

_ = catalogue("authority")

_MARK = [(CHANGE, "core_assignment"), (CHANGE, "core_delegation"), (CHANGE, "core_person")]
#: A mitigation is looked at again after a year at the latest.
LONGEST = timedelta(days=366)


# -- appointments ------------------------------------------------------------------------------------------------------


def check_appointment(session: Session, change: Change) -> None:
    """Object to assignments by which somebody holds what a rule keeps apart; they are written, and not committed."""
    if change.action == CHANGE and isinstance(change.subject, Assignment):
        one = change.subject
        _insist(session, one.person_id, one.position_id, one.valid_from, one.valid_to)
    elif change.action == IMPORT and "appointed" in change.values:
        _insist_of_all(session, change.values["appointed"])


def _insist(session: Session, person_id: int, position_id: int, start: date, end: date) -> None:
    for day in _days(session, person_id, start, end):
        if not _keeps_hands_apart(session, day):
            continue
        world = reading.of_person(session, day, person_id)
        for found in hands.of_persons(world, lambda grip: grip.handed is None and grip.held.post.id == position_id):
            raise DomainError("separation.person_holds", _("{name} would hold {both} from {day}. {remedy}",
                name=_name(session, person_id), both=_both(session, world, found), day=day, remedy=_REMEDY,
            ), "position")  # fmt: skip


_REMEDY = _("Appoint somebody else, or first record what keeps the risk small.")


def _insist_of_all(session: Session, appointed: Collection[tuple[int, int]]) -> None:
    """The same for many at once, by the day of today: pairs of person and position."""
    day, pairs = clock.today(), set(appointed)
    if not pairs or not _keeps_hands_apart(session, day):
        return
    world = reading.read(session, day)
    found = [
        one for one in hands.of_persons(world)
        if any(grip.handed is None and (one.person_id, grip.held.post.id) in pairs for grip in one.grips)
    ]
    if found:
        raise DomainError("separation.person_holds", _(
            "Of those in the file {count} would hold {both}. {remedy}",
            "Of those in the file {count} would hold what rules keep apart, the first of them {both}. {remedy}",
            count=len(found), both=_both(session, world, found[0]), remedy=_REMEDY,
        ), "position")  # fmt: skip


def _days(session: Session, person_id: int, start: date, end: date) -> list[date]:
    """The days from today on within a period on which what a person holds may become more, the first one first."""
    first = max(start, clock.today())
    held = select(Assignment.valid_from).where(Assignment.person_id == person_id)
    handed = select(Delegation.valid_from).where(Delegation.to_person_id == person_id)
    lists = select(PublishedList.effective_from)
    days = session.scalars(guard.mark(union(held, handed, lists), _MARK))
    return sorted({first, *(day for day in days if first < day < end)}) if first < end else []


def _keeps_hands_apart(session: Session, day: date) -> bool:
    return any(rule.kind == "person_holds" for rule in rules.read(session, day).of)


def _both(session: Session, world: World, found: Conflict) -> Text:
    """Both actions with their entries, and the rule."""
    actions = house_of(session).registry.actions
    world = replace(world, actions=actions)
    (one, grip), (other, another) = found.one, found.other
    return _(
        "“{one}” ({entry}) and “{other}” ({other_entry}), which rule {rule} keeps apart",
        one=separated.title(world, one), entry=citation(world, grip.held.entry), other=separated.title(world, other),
        other_entry=citation(world, another.held.entry), rule=found.rule.citation,
    )


def _name(session: Session, person_id: int) -> str:
    return str(session.scalar(guard.mark(select(Person.name).where(Person.id == person_id), _MARK)))


# -- delegations -------------------------------------------------------------------------------------------------------


def check_delegation(session: Session, made: Delegation, position_id: int) -> None:
    """Refuse a delegation, written and not committed, by which its taker holds what a rule keeps apart."""
    for day in _days(session, made.to_person_id, made.valid_from, made.valid_to):
        if not _keeps_hands_apart(session, day):
            continue
        world = reading.of_person(session, day, made.to_person_id)
        for found in hands.of_persons(world, lambda grip: grip.handed is not None and grip.held.post.id == position_id):
            raise DomainError("separation.person_holds", _("{name} would hold {both} from {day}. {remedy}",
                name=_name(session, made.to_person_id), both=_both(session, world, found), day=day,
                remedy=_("Delegate to somebody else, or leave one of the two out."),
            ), "to")  # fmt: skip


# -- lists -------------------------------------------------------------------------------------------------------------


def entries_before(session: Session, draft: ListDraft) -> Sequence[EntryRow] | None:
    """What is in force on the first day of a list that is about to be published; None where no rule asks for it."""
    day = draft.effective_from
    if any(rule.kind == "person_holds" for rule in draft.separation) or _keeps_hands_apart(session, day):
        return reading.read(session, day).entries
    return None


def newly_held(session: Session, draft: ListDraft, before: Sequence[EntryRow] | None) -> list[Problem]:
    """By a list that was written: who holds on its first day what a rule keeps apart, and did not by those before it.

    What somebody held before a rule came is no fault of the list; the coverage report tells of it.
    """
    if before is None:
        return []
    world = reading.read(session, draft.effective_from)
    known = {(one.rule.citation, one.person_id) for one in hands.of_persons(replace(world, entries=before))}
    numbers = {one.person_id: one.number for one in world.employed}
    return [
        Problem(
            _("The employee of number {number} would hold {both}.", number=numbers.get(one.person_id or 0, "–"),
              both=_both(session, world, one)),
            column=_place(draft, one), remedy=_("Give one of the two to another post, or first record what keeps the "
                                                "risk small."),
        )
        for one in hands.of_persons(world) if (one.rule.citation, one.person_id) not in known
    ]


def _place(draft: ListDraft, found: Conflict) -> str:
    """Where the list says one of the two, else its rules."""
    said = {(entry.position, entry.code) for entry in draft.entries}
    holders = [(grip.held.post.code if grip.held.entry.position_id is not None else None, grip.held.entry.code)
               for grip in found.grips]
    return next((f"{holder or 'everybody'}.{code}" for holder, code in holders if (holder, code) in said), "separation")


# -- mitigations -------------------------------------------------------------------------------------------------------


def in_force(session: Session, day: date) -> list[Rule]:
    """The rules of a day that a mitigation may be recorded for."""
    return list(rules.read(session, day).of)


def mitigate(
    session: Session, actor: Actor, *, rule: str, person_id: int, control: str, first_day: date, last_day: date
) -> SeparationMitigation:
    """Let a person do what a rule (by its citation) keeps apart from a day to a day, both included.

    ``control`` says what keeps the risk small. Raises ``DomainError`` with the field it is about: a rule that is not in
    force on the first day, no control, days that lie wrong, more than a year, a time in which another one holds;
    ``Denied`` without ``authority.separation:mitigate`` where the person is, and for oneself.
    """
    found = next((one for one in in_force(session, max(first_day, clock.today())) if one.citation == rule), None)
    if found is None:
        raise DomainError("separation.rule", _("No such rule is in force on that day."), "rule")
    if not control.strip():
        raise DomainError("separation.control", _("Say what keeps the risk small, such as who checks what, and when."),
                          "control")  # fmt: skip
    if last_day < max(first_day, clock.today()):
        raise DomainError("separation.days", _("The last day lies before the first, or before today."), "last_day")
    if last_day - first_day > LONGEST:
        raise DomainError("separation.days", _("A mitigation ends after a year at the latest; then it is looked at "
                                               "again."), "last_day")  # fmt: skip
    made = SeparationMitigation(
        unit_id=found.unit_id, rule_code=found.code, person_id=person_id, control=control.strip()[:500],
        valid_from=first_day, valid_to=last_day + timedelta(days=1), approved_at=clock.now(),
        approved_by_account_id=actor.account_id, approved_by_person_id=actor.person_id,
    )
    require(session, actor, MITIGATE, made)
    same = select(SeparationMitigation.id).where(
        SeparationMitigation.person_id == person_id, SeparationMitigation.rule_code == found.code,
        SeparationMitigation.unit_id.is_(None) if found.unit_id is None
        else SeparationMitigation.unit_id == found.unit_id,
        SeparationMitigation.valid_from < made.valid_to, SeparationMitigation.valid_to > made.valid_from,
    ).limit(1)
    if session.scalars(guard.mark(same, [(MITIGATE, "core_separation_mitigation")])).first() is not None:
        raise DomainError("separation.twice", _("One holds in that time already; end it first."), "first_day")
    session.add(made)
    session.flush()
    return made


def end(session: Session, actor: Actor, mitigation_id: int) -> None:
    """End a mitigation today; one that has not begun is removed, one that is over stays as it is.

    ``NotFound`` for one that is not the actor's to see.
    """
    row = load(session, actor, MITIGATE, SeparationMitigation, mitigation_id)
    require(session, actor, MITIGATE, row)
    today = clock.today()
    if row.valid_to <= today:
        raise NotFound("not_found", _("This mitigation is over."))
    if row.valid_from >= today:
        session.delete(row)
    else:
        row.valid_to = today
    session.flush()
