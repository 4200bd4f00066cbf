"""What final scores lead to: proposed by the rules, confirmed by whomever the lists name, and told to other modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from performance.actions.outcomes import OUTCOME_CONFIRM, OUTCOME_PROPOSE, OUTCOME_READ
from performance.models import OutcomeRule, OutcomeTable, Proposal, Score
from performance.rules.scoring import WHOLE, Ints
from performance.services.outcome_rules import in_force
from performance.text import CONFIRMED, DECLINED, PROPOSED, _
from remit.base import Actor, DomainError, Month, Period, clock
from remit.contracts import OUTCOME_UNITS, Ask, Table
from remit.live import publish
from remit.models import bulk, hold
from remit.services import check, record_bulk, require, system, visible
from remit.specs import Change

SOURCE = "performance"
TOPIC = "performance_board"
#: What payroll's formulas call the confirmed bonus, in millionths of the pay they name.
RATE_CODE = "performance_bonus_rate"
_KINDS = ("bonus", "raise", "training", "promotion")


def propose(session: Session, actor: Actor, period: Period) -> tuple[int, int]:
    """Make the complete scores of people in a period that is over final, and propose what the rules say of them.

    As far as the actor may. Run again, or by two at once, it adds only what is not proposed yet. Returns how many
    proposals were added and how many scores wait because they are incomplete. Raises ``DomainError`` where the period
    is not over, has no score in reach or no rule in force.
    """
    if period.end > clock.today(actor.zone):
        raise DomainError("performance.not_over", _("This period is not over."), "day")
    hold(session, "performance.outcomes")
    rows = bulk.read_columns(session, visible(session, actor, OUTCOME_PROPOSE, select(Score).where(
        Score.grain == "person", Score.starts_on == period.start, Score.ends_on == period.end
    ).order_by(Score.subject_id)).with_only_columns(
        Score.id, Score.subject_id, Score.person_id, Score.unit_id, Score.legal_entity_id, Score.points, Score.scored,
        maintain_column_froms=True,
    ), nulls=0)  # fmt: skip
    if not rows["id"].size:
        raise DomainError("performance.no_score", _("No score of this period is yours to make final."), "day")
    rules = in_force(session, period.start)
    if not set(np.unique(rows["legal_entity_id"]).tolist()) & set(rules):
        raise DomainError("performance.no_rules", _("No rules for outcomes are in force in this period."), "day")
    complete = rows["scored"] == WHOLE
    rows = {name: column[complete] for name, column in rows.items()}
    with system(session, "a score that is about to become final"):
        first = session.get_one(Score, int(rows["id"][0])) if rows["id"].size else None
    if first is not None:
        require(session, actor, OUTCOME_PROPOSE, first)  # for the log: which entry all of them are proposed under
    with system(session, "scores become final"):
        bulk.update_columns(session, Score, {"id": rows["id"], "closed": True})
        added = _keep(session, actor, rows, rules, period)
    publish(session, TOPIC)
    return added, int((~complete).sum())


def _keep(
    session: Session, actor: Actor, rows: Mapping[str, Ints],
    rules: Mapping[int, tuple[OutcomeTable, Sequence[OutcomeRule]]], period: Period,
) -> int:  # fmt: skip
    """Write the proposals that are not there yet: one pass over the columns for each rule."""
    there = bulk.read_columns(session, select(Proposal.employment_id, Proposal.kind).where(
        Proposal.starts_on == period.start, Proposal.ends_on == period.end))  # fmt: skip
    added = 0
    for entity, (table, found) in sorted(rules.items()):
        for rule in found:
            known = there["employment_id"][there["kind"] == rule.kind].astype(np.int64)
            at = np.flatnonzero(
                (rows["legal_entity_id"] == entity) & (rows["points"] >= rule.low) & (rows["points"] < rule.high)
                & ~np.isin(rows["subject_id"], known)
            )  # fmt: skip
            if not at.size:
                continue
            added += bulk.write_columns(session, Proposal, {
                "table_id": table.id, "employment_id": rows["subject_id"][at], "person_id": rows["person_id"][at],
                "unit_id": rows["unit_id"][at], "legal_entity_id": entity, "starts_on": period.start,
                "ends_on": period.end, "kind": rule.kind, "points": rows["points"][at], "low": rule.low,
                "high": rule.high, "rate": rule.rate, "state": PROPOSED, "reason": "",
                "proposed_by_person_id": actor.person_id, "proposed_at": clock.now(),
            })  # fmt: skip
    if added:
        record_bulk(session, Proposal.__tablename__, f"performance:{period.start}", added, "", action=OUTCOME_PROPOSE)
    return added


def listed(session: Session, actor: Actor, period: Period) -> Sequence[Proposal]:
    """The proposals of a period that somebody may see, by unit and kind, the best score first."""
    statement = select(Proposal).where(
        Proposal.starts_on == period.start, Proposal.ends_on == period.end
    ).order_by(Proposal.kind, Proposal.points.desc(), Proposal.id)  # fmt: skip
    return session.scalars(visible(session, actor, OUTCOME_READ, statement)).all()


def confirm(session: Session, actor: Actor, proposal: Proposal, paid_with: Month) -> None:
    """Confirm a proposal; a bonus is paid with the payroll of work month ``paid_with``, once.

    Modules may object: a payroll that is decided takes no more. Raises ``DomainError`` where it was decided before.
    """
    _decide(session, actor, proposal)
    if proposal.kind == "bonus":
        check(session, actor, Change(OUTCOME_CONFIRM, proposal, {"paid_with": paid_with}))
        proposal.month = paid_with.number
    proposal.state = CONFIRMED
    session.flush()


def decline(session: Session, actor: Actor, proposal: Proposal, reason: str) -> None:
    """Decline a proposal with a reason. Raises ``DomainError`` with the field."""
    words = " ".join(reason.split())
    if not words:
        raise DomainError("performance.reason", _("Say why it is declined."), "reason")
    _decide(session, actor, proposal)
    proposal.state, proposal.reason = DECLINED, words[:400]
    session.flush()


def _decide(session: Session, actor: Actor, proposal: Proposal) -> None:
    require(session, actor, OUTCOME_CONFIRM, proposal)
    session.refresh(proposal, with_for_update=True)
    if proposal.state != PROPOSED:
        raise DomainError("performance.decided", _("This proposal is decided already."))
    proposal.decided_by_person_id, proposal.decided_at = actor.person_id, clock.now()


def rates_paid(session: Session, month: Month) -> dict[int, int]:
    """Confirmed bonuses that are paid with the payroll of a month: millionths by employment."""
    statement = (
        select(Proposal.employment_id, func.sum(Proposal.rate))
        .where(Proposal.month == month.number, Proposal.state == CONFIRMED, Proposal.kind == "bonus")
        .group_by(Proposal.employment_id)
    )
    with system(session, "performance bonuses that are paid with a payroll"):
        return {number: int(rate) for number, rate in session.execute(statement)}


def give_outcomes(session: Session, ask: Ask) -> Table | None:
    """The final scores of a period and what was confirmed of them, for many employments, in two statements."""
    with system(session, "final scores that other modules go by"):
        rows = bulk.read_columns(session, select(Score.subject_id, Score.points).where(
            Score.grain == "person", Score.starts_on == ask.period.start, Score.ends_on == ask.period.end,
            Score.closed).order_by(Score.subject_id))  # fmt: skip
        said = bulk.read_columns(session, select(Proposal.employment_id, Proposal.kind, Proposal.rate).where(
            Proposal.starts_on == ask.period.start, Proposal.ends_on == ask.period.end, Proposal.state == CONFIRMED,
            Proposal.kind != "bonus"))  # fmt: skip
    wanted = np.isin(rows["subject_id"], ask.ids)
    ids = rows["subject_id"][wanted]
    if not ids.size:
        return None
    columns = {"points": rows["points"][wanted].astype(np.int64)}
    for kind in _KINDS[1:]:
        column = np.zeros(ids.size, dtype=np.int64)
        mine = (said["kind"] == kind) & np.isin(said["employment_id"], ids)
        at = np.searchsorted(ids, said["employment_id"][mine])
        column[at] = said["rate"][mine] if kind == "raise" else 1
        columns[kind] = column
    return Table(SOURCE, ids, columns, dict(OUTCOME_UNITS))
