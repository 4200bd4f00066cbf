"""What an agreement comes to: tried out before it is signed, worked out, confirmed, and handed to payroll.

Everything that went into an amount is kept with it. The pool is divided among the parties, and each part among its
people, by the largest remainder: the amounts add up to the pool to the last cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from performance.actions.rewards import AMOUNT_READ, RESULT_COMPUTE, RESULT_CONFIRM, RESULT_READ, REWARD_READ
from performance.models import Reward, RewardAmount, RewardGate, RewardMeasure, RewardParty, RewardResult
from performance.rules.gates import Gate, Measure, passes
from performance.rules.scoring import LARGEST_CAP, WHOLE, attainment
from performance.rules.shares import apportion
from performance.services.actuals import ORIGINS, actuals
from performance.services.agreements import ACTUAL, ATTAINMENT, TARGET, Terms, formulas, gates_told, terms_of
from performance.services.figures import shown, versions_on
from performance.services.places import Posts, Units, posts_in, units_on
from performance.text import APPROVED, COMPUTED, CONFIRMED, _
from remit.base import Actor, DomainError, Month, Period, clock
from remit.services import check, require, system, visible
from remit.specs import Change
from remit.text import Text

#: What payroll's formulas call it, in minor units.
CODE = "collaboration_reward"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of an agreement in a period. ``known`` false: no source and nobody told it."""

    name: str
    kpi_id: int
    unit_id: int | None
    actual: int
    target: int
    attainment: int
    known: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a party gets, and each of its people: employment, person, unit, amount."""

    party: RewardParty
    share: int
    amount: int
    people: tuple[tuple[int, int, int, int], ...]


@dataclass
class Outcome:
    """What an agreement comes to in a period; ``gates`` with whether each is passed; amounts in minor units."""

    measures: list[Measured]
    gates: list[tuple[RewardGate, Text, bool]]
    passed: bool
    pool: int
    parts: list[Part] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Measures that nobody told."""
        return [one.name for one in self.measures if not one.known]


def simulate(
    session: Session, actor: Actor, reward: Reward, period: Period, given: Mapping[str, int] | None = None
) -> Outcome:
    """What an agreement, signed or not, would come to in a period, nothing kept.

    ``given`` replaces actual figures by the names of measures, to see what would be. Raises ``DomainError`` for shares
    that are not 100 % and for formulas that cannot be computed.
    """
    require(session, actor, REWARD_READ, reward)
    return _outcome(session, reward, period, given or {})


def _outcome(session: Session, reward: Reward, period: Period, given: Mapping[str, int]) -> Outcome:
    terms = terms_of(session, reward)
    versions = versions_on(session, period.last)
    lacking = [one.name for one in terms.measures if one.kpi_id not in versions]
    if lacking:
        raise DomainError("performance.not_yet", _("{names} is not defined in this period.", names=lacking[0]))
    units, posts = units_on(session, period.last), posts_in(session, period)
    measures = _measured(session, terms, versions, period, units, posts, given)
    told = dict(zip((one.id for one in terms.gates), gates_told(terms, versions), strict=True))
    by_name = {one.name: one for one in measures}
    gates = [
        (one, told[one.id], by_name[one.name].known and passes(
            Gate(cast("Measure", one.measure), one.threshold, one.inclusive, one.at_most),
            by_name[one.name].actual, by_name[one.name].target,
        )) for one in terms.gates
    ]  # fmt: skip
    found = Outcome(measures, gates, all(passed for _gate, _text, passed in gates), 0)
    if found.passed and not found.missing:
        _divide(found, terms, versions, posts, units, period)
    return found


def _measured(
    session: Session, terms: Terms, versions: Mapping[int, Any], period: Period, units: Units, posts: Posts,
    given: Mapping[str, int],
) -> list[Measured]:  # fmt: skip
    subject = [
        one.unit_id if versions[one.kpi_id].grain == "unit" else terms.reward.legal_entity_id for one in terms.measures
    ]
    kpi = np.array([one.kpi_id for one in terms.measures], dtype=np.int64)
    found = actuals(
        session, versions, kpi, np.array([one or 0 for one in subject], dtype=np.int64), period.start,
        min(period.last, clock.today()), units, posts,
    )  # fmt: skip
    return [
        _one(one, versions[one.kpi_id], int(found.values[at]), bool(found.known[at]), ORIGINS[found.origin[at]], given)
        for at, one in enumerate(terms.measures)
    ]


def _one(
    measure: RewardMeasure, version: Any, actual: int, known: bool, origin: str, given: Mapping[str, int]
) -> Measured:
    target = measure.target if measure.target is not None else version.target or 0
    if measure.name in given:
        actual, known, origin = given[measure.name], True, "manual"
    reached = attainment(np.array([actual]), np.array([target]), version.direction)
    return Measured(
        measure.name, measure.kpi_id, measure.unit_id, actual, target, min(int(reached[0]), 100 * LARGEST_CAP), known,
        origin,
    )


def _divide(
    found: Outcome, terms: Terms, versions: Mapping[int, Any], posts: Posts, units: Units, period: Period
) -> None:
    """Pool, shares and what each person gets."""
    pool, shares = formulas(terms, versions)
    row: dict[str, int | None] = {}
    for one in found.measures:
        row |= {one.name + ACTUAL: one.actual, one.name + TARGET: one.target, one.name + ATTAINMENT: one.attainment}
    found.pool = max(pool.row(row), 0)
    rates = [share.row(row) for share in shares]
    if sum(rates) != WHOLE or min(rates) < 0:
        raise DomainError("performance.shares", _(
            "The shares of the parties add up to {total} %; they must be 100 %.", total=shown(sum(rates))),
            "share")  # fmt: skip
    amounts = apportion(found.pool, np.array(rates, dtype=np.int64)).tolist()
    for party, rate, amount in zip(terms.parties, rates, amounts, strict=True):
        found.parts.append(Part(party, rate, amount, _people(party, amount, posts, units, period)))


def _people(
    party: RewardParty, amount: int, posts: Posts, units: Units, period: Period
) -> tuple[tuple[int, int, int, int], ...]:
    """Whoever's primary post on the last day is in the party, with his part, in the order of employments."""
    within = np.isin(posts.unit, sorted(units.below(party.unit_id)))
    mine = posts.where(posts.primary & (posts.end == period.days) & within)
    if not mine.employment.size:
        if amount:
            raise DomainError("performance.nobody", _("{unit} has nobody to divide its part among.",
                              unit=units.title(party.unit_id)), "parties")  # fmt: skip
        return ()
    weights = np.ones(mine.employment.size, dtype=np.int64)
    if party.per == "time":
        weights = mine.fte * (mine.end - mine.first)
    return tuple(zip(
        mine.employment.tolist(), mine.person.tolist(), mine.unit.tolist(), apportion(amount, weights).tolist(),
        strict=True,
    ))  # fmt: skip


def work_out(session: Session, actor: Actor, reward: Reward, period: Period, paid_with: Month) -> RewardResult:
    """Work out what a signed agreement came to in a period that is over, anew until it is confirmed.

    It is to be paid with the payroll of work month ``paid_with``. Raises ``DomainError`` where the agreement is not
    signed or not in force, a figure is missing, or the result is final.
    """
    require(session, actor, REWARD_READ, reward)
    if reward.state != APPROVED:
        raise DomainError("performance.unsigned", _("This agreement is not signed."))
    if period.start < reward.valid_from or period.end > reward.valid_to:
        raise DomainError("performance.not_in_force", _("This agreement is not in force all of that period."), "day")
    if period.end > clock.today(actor.zone):
        raise DomainError("performance.not_over", _("This period is not over."), "day")
    with system(session, "what was worked out before"):
        made = session.scalars(select(RewardResult).where(
            RewardResult.reward_id == reward.id, RewardResult.starts_on == period.start
        ).with_for_update()).one_or_none()  # fmt: skip
    if made is not None and made.state == CONFIRMED:
        raise DomainError("performance.final", _("What this agreement came to in that period is final."))
    found = _outcome(session, reward, period, {})
    if found.missing:
        raise DomainError("performance.missing", _(
            "Nothing tells {name} of this period; enter it first.", name=found.missing[0]))  # fmt: skip
    made = made or RewardResult(
        reward_id=reward.id, legal_entity_id=reward.legal_entity_id, place_unit_id=reward.place_unit_id,
        starts_on=period.start, ends_on=period.end, state=COMPUTED,
    )  # fmt: skip
    made.month, made.passed, made.pool, made.currency = paid_with.number, found.passed, found.pool, reward.currency
    made.lineage = lineage_of(reward, found)
    made.computed_by_person_id, made.computed_at = actor.person_id, clock.now()
    require(session, actor, RESULT_COMPUTE, made)
    session.add(made)
    session.flush()
    _keep(session, made, found.parts)
    return made


def _keep(session: Session, made: RewardResult, parts: Sequence[Part]) -> None:
    with system(session, "amounts of a bonus are worked out anew"):
        for old in session.scalars(select(RewardAmount).where(RewardAmount.result_id == made.id)):
            session.delete(old)
        session.flush()
    session.add_all(
        RewardAmount(result_id=made.id, employment_id=employment, person_id=person, unit_id=unit, amount=amount)
        for part in parts for employment, person, unit, amount in part.people
    )  # fmt: skip
    session.flush()


def lineage_of(reward: Reward, found: Outcome) -> dict[str, Any]:
    """Every figure, gate and step of a result, as data that is kept with it."""
    return {
        "pool_formula": reward.pool,
        "measures": [
            {"name": one.name, "kpi_id": one.kpi_id, "unit_id": one.unit_id, "actual": one.actual,
             "target": one.target, "attainment": one.attainment, "origin": one.origin} for one in found.measures
        ],
        "gates": [
            {"name": gate.name, "measure": gate.measure, "threshold": gate.threshold, "inclusive": gate.inclusive,
             "at_most": gate.at_most, "passed": passed} for gate, _text, passed in found.gates
        ],
        "parties": [
            {"unit_id": part.party.unit_id, "share_formula": part.party.share, "share": part.share,
             "amount": part.amount, "per": part.party.per, "people": len(part.people)} for part in found.parts
        ],
    }  # fmt: skip


def confirm(session: Session, actor: Actor, result: RewardResult) -> RewardResult:
    """Make a result final, so that payroll pays it. Modules may object: a payroll that is decided takes no more."""
    require(session, actor, RESULT_CONFIRM, result)
    session.refresh(result, with_for_update=True)
    if result.state == CONFIRMED:
        raise DomainError("performance.final", _("What this agreement came to in that period is final."))
    month = Month.from_number(result.month)
    check(session, actor, Change("performance.result:confirm", result, {"paid_with": month}))
    result.state, result.confirmed_at = CONFIRMED, clock.now()
    session.flush()
    return result


def results_of(session: Session, actor: Actor, reward: Reward) -> Sequence[RewardResult]:
    """What an agreement came to so far, as far as somebody may see it, the latest first."""
    statement = select(RewardResult).where(RewardResult.reward_id == reward.id).order_by(RewardResult.starts_on.desc())
    return session.scalars(visible(session, actor, RESULT_READ, statement)).all()


def amounts_of(session: Session, actor: Actor, result: RewardResult) -> Sequence[RewardAmount]:
    """What each gets of a result, as far as somebody may see it."""
    statement = select(RewardAmount).where(RewardAmount.result_id == result.id).order_by(RewardAmount.id)
    return session.scalars(visible(session, actor, AMOUNT_READ, statement)).all()


def own_amounts(session: Session, actor: Actor) -> Sequence[tuple[RewardAmount, RewardResult]]:
    """What somebody himself got of confirmed results, the latest first."""
    statement = select(RewardAmount).where(RewardAmount.person_id == (actor.person_id or 0))
    mine = session.scalars(visible(session, actor, AMOUNT_READ, statement)).all()
    with system(session, "the results that one's own amounts come from"):
        found = {one.id: one for one in session.scalars(select(RewardResult).where(
            RewardResult.id.in_([one.result_id for one in mine]), RewardResult.state == CONFIRMED))}  # fmt: skip
    rows = [(one, found[one.result_id]) for one in mine if one.result_id in found]
    return sorted(rows, key=lambda row: row[1].starts_on, reverse=True)


def results_paid(session: Session, actor: Actor, employment_id: int, month: Month) -> list[RewardResult]:
    """The confirmed results that somebody's pay of a month has an amount of, those that the actor may see."""
    with system(session, "which results somebody's pay is made of"):
        ids = session.scalars(
            select(RewardResult.id).join(RewardAmount, RewardAmount.result_id == RewardResult.id).where(
                RewardResult.month == month.number, RewardResult.state == CONFIRMED,
                RewardAmount.employment_id == employment_id, RewardAmount.amount != 0,
            )
        ).all()  # fmt: skip
    statement = select(RewardResult).where(RewardResult.id.in_(ids)).order_by(RewardResult.id)
    return list(session.scalars(visible(session, actor, RESULT_READ, statement))) if ids else []


def amounts_paid(session: Session, month: Month) -> dict[int, int]:
    """The confirmed collaboration bonuses that are paid with the payroll of a month: minor units by employment."""
    statement = (
        select(RewardAmount.employment_id, func.sum(RewardAmount.amount))
        .join(RewardResult, RewardResult.id == RewardAmount.result_id)
        .where(RewardResult.month == month.number, RewardResult.state == CONFIRMED)
        .group_by(RewardAmount.employment_id)
    )
    with system(session, "collaboration bonuses that are paid with a payroll"):
        return {number: int(amount) for number, amount in session.execute(statement)}
