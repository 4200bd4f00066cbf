"""Looking at what others are paid: masked until somebody opens a run or a slip, which goes on record.

Opening a run is one record with its purpose, and the record itself is the key: as long as it is fresh the amounts of
that run are open to the account that made it, on pages and to programs alike. Nothing is open that is not on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, not_, select
from sqlalchemy.orm import Session, aliased

from payroll import actions
from payroll.models import Run, Slip
from payroll.text import _
from remit.base import Actor, DomainError, clock
from remit.models import guard
from remit.services import Group, least_people, record_reveal, require, revealed_at, system, visible

#: The field group, as ``payroll.actions`` declares it.
GROUP = "pay"
#: How long a run stays open after its amounts were asked for.
OPEN_FOR = timedelta(minutes=15)


def open_until(session: Session, run: Run) -> datetime | None:
    """Until when the amounts of a run are open to the account of this session; None while they are masked."""
    opened = revealed_at(session, GROUP, run, since=clock.now() - OPEN_FOR)
    return opened + OPEN_FOR if opened is not None else None


def open_run(session: Session, actor: Actor, run: Run, purpose: str) -> datetime:
    """Open the amounts of a run, with one record for all of it, or one for each person if it is not all; returns until
    when.

    Raises ``Denied`` for whoever may open no slip of it beside his own, ``DomainError`` without a purpose or slips.
    """
    others = select(Slip.id).where(Slip.run_id == run.id, Slip.person_id != (actor.person_id or 0))
    inner = visible(session, actor, actions.SLIP_REVEAL, others)
    found, every = inner.subquery(), others.subquery()
    with system(session, "how many payslips of a run are opened"):
        total = select(func.count()).select_from(every).scalar_subquery()
        count, first, of_all = session.execute(
            guard.carry(select(func.count(), func.min(found.c.id), total).select_from(found), inner)
        ).one()
        of_others = Slip.id == first if first is not None else Slip.person_id != (actor.person_id or 0)
        slip = session.scalars(select(Slip).where(Slip.run_id == run.id, of_others).limit(1)).first()
        some = session.scalars(select(Slip.person_id).where(Slip.id.in_(inner))).all() if count < of_all else ()
    if slip is None:
        raise DomainError("payroll.nothing_to_open", _("There are no payslips of others in this payroll."))
    decision = require(session, actor, actions.SLIP_REVEAL, slip)
    record_reveal(
        session, GROUP, run, subject_id=None, purpose=said(purpose), decision=decision, count=count, subjects=some,
    )  # fmt: skip
    return clock.now() + OPEN_FOR


def totals_told(session: Session, actor: Actor, runs: Sequence[Run]) -> frozenset[int]:
    """The ids of those of some runs whose totals may be told the actor, who may read them.

    Of few people only while all of them are open to him, and nowhere where his own looks would leave few over.
    """
    if actor.is_system:
        return frozenset(run.id for run in runs)
    least, hidden = least_people(session), _hidden(session, actor, [run.id for run in runs if run.slip_count])
    found = set()
    for run in runs:
        group = Group(run.slip_count, hidden.get(run.id, 0))
        if group.told(least) or (not group.hidden and open_until(session, run) is not None):
            found.add(run.id)
    return frozenset(found)


def _hidden(session: Session, actor: Actor, run_ids: Sequence[int]) -> dict[int, int]:
    """How many payslips of each run the actor may not open; runs without such a one are left out."""
    if not run_ids:
        return {}
    every = aliased(Slip)
    may = visible(session, actor, actions.SLIP_REVEAL, select(Slip.id).where(Slip.id == every.id).correlate(every))
    statement = (
        select(every.run_id, func.count()).where(every.run_id.in_(run_ids), not_(exists(may))).group_by(every.run_id)
    )
    with system(session, "how many payslips of a run somebody may not open"):
        return {run_id: count for run_id, count in session.execute(guard.carry(statement, may))}


def shown_of(session: Session, actor: Actor, slip_ids: Iterable[int]) -> frozenset[int]:
    """Which of these slips the actor may open at all."""
    statement = visible(session, actor, actions.SLIP_REVEAL, select(Slip.id).where(Slip.id.in_(list(slip_ids))))
    return frozenset(session.scalars(statement))


def open_of(session: Session, actor: Actor, run: Run, slip_ids: Iterable[int]) -> frozenset[int]:
    """Which of these slips of a run are open to the actor at this moment."""
    return shown_of(session, actor, slip_ids) if open_until(session, run) is not None else frozenset()


def is_open(session: Session, actor: Actor, run: Run, slip: Slip) -> bool:
    """Whether somebody else's slip is open because its whole run is; one's own is asked for by itself."""
    own = actor.person_id is not None and actor.person_id == slip.person_id
    return not own and bool(open_of(session, actor, run, [slip.id]))


def reveal(session: Session, actor: Actor, slip: Slip, purpose: str) -> None:
    """Open the amounts of one slip, once and on the record. Raises ``Denied``, ``DomainError`` without a purpose.

    One's own needs no reason.
    """
    decision = require(session, actor, actions.SLIP_REVEAL, slip)
    own = actor.person_id is not None and actor.person_id == slip.person_id
    reason = purpose.strip()[:500] or str(_("Own payslip")) if own else said(purpose)
    record_reveal(session, GROUP, slip, subject_id=slip.person_id, purpose=reason, decision=decision)


def said(purpose: str) -> str:
    """What amounts are needed for, as it is kept; ``DomainError`` when nothing is said."""
    reason = purpose.strip()[:500]
    if len(reason) < 2:
        raise DomainError("payroll.purpose", _("Say what the amounts are needed for."), "purpose")
    return reason
