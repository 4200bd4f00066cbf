"""Agreements on collaboration bonuses: drafting, checking formulas, signing by whomever the lists name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.rewards import REWARD, REWARD_DRAFT, REWARD_READ, REWARD_SIGN
from performance.models import KpiVersion, Reward, RewardGate, RewardMeasure, RewardParty
from performance.rules.scoring import LARGEST_CAP, LARGEST_FIGURE
from performance.services.figures import TYPES, shown, versions_on
from performance.services.places import units_on
from performance.text import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN, _
from remit.base import Actor, DomainError, clock
from remit.formula import MONEY, RATE, Expression, FormulaError, Input, Scope, Type, compile_expression
from remit.services import require, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, ask

#: The parts of a measure that formulas may name.
ACTUAL, TARGET, ATTAINMENT = "_actual", "_target", "_attainment"


@dataclass(frozen=True)
class Terms:
    """An agreement with all its parts, as it is computed and shown."""

    reward: Reward
    measures: Sequence[RewardMeasure]
    gates: Sequence[RewardGate]
    parties: Sequence[RewardParty]


def terms_of(session: Session, reward: Reward) -> Terms:
    """The parts of an agreement, in order."""

    def of(model: Any, *order: Any) -> Sequence[Any]:
        return session.scalars(select(model).where(model.reward_id == reward.id).order_by(*order)).all()

    return Terms(
        reward, of(RewardMeasure, RewardMeasure.id), of(RewardGate, RewardGate.id),
        of(RewardParty, RewardParty.order, RewardParty.id),
    )  # fmt: skip


def draft(session: Session, actor: Actor, reward: Reward | None, values: dict[str, Any]) -> Reward:
    """Write an agreement down, or change a draft.

    ``code``, ``title``, ``place_unit_id``, ``valid_from``, ``valid_to``, ``period``, ``currency``, ``pool`` (a formula
    of money); ``measures`` with ``name``, ``kpi_id``, ``unit_id``, ``target``; ``gates`` with ``name``, ``measure``,
    ``threshold``, ``inclusive``, ``at_most``; ``parties`` with ``unit_id``, ``share`` (a formula of a rate), ``per``.
    Raises ``DomainError`` with the field.
    """
    if reward is not None and reward.state != DRAFT:
        raise DomainError("performance.closed", _("This agreement is handed in; it changes no more."))
    if not values["parties"] or not values["measures"]:
        raise DomainError("performance.empty", _("An agreement needs measures and parties."), "parties")
    units = units_on(session, values["valid_from"])
    for one in values["parties"]:
        units.entity_of(one["unit_id"])
    made = reward or Reward(state=DRAFT, drafted_by_person_id=actor.person_id, created_at=clock.now())
    for name in ("code", "title", "place_unit_id", "valid_from", "valid_to", "period", "currency", "pool"):
        setattr(made, name, values[name])
    made.legal_entity_id = units.entity_of(values["place_unit_id"])
    require(session, actor, REWARD_DRAFT, made)
    session.add(made)
    session.flush()
    old = terms_of(session, made)
    for row in (*old.measures, *old.gates, *old.parties):
        session.delete(row)
    session.flush()
    session.add_all(RewardMeasure(reward_id=made.id, **one) for one in values["measures"])
    session.add_all(RewardGate(reward_id=made.id, **one) for one in values["gates"])
    session.add_all(
        RewardParty(reward_id=made.id, order=10 * at, **one) for at, one in enumerate(values["parties"], start=1)
    )
    session.flush()
    _check(session, terms_of(session, made))
    return made


def _check(session: Session, terms: Terms) -> None:
    versions = versions_on(session, terms.reward.valid_from)
    names = [one.name for one in terms.measures]
    if len(set(names)) != len(names) or not all(name.isidentifier() for name in names):
        raise DomainError("performance.name", _(
            "Each measure has a name of its own, of letters, digits and underscores."), "measures")  # fmt: skip
    if any(one.kpi_id not in versions for one in terms.measures):
        raise DomainError("performance.not_yet", _("A figure is not defined on the first day."), "measures")
    for gate in terms.gates:
        if gate.name not in names:
            raise DomainError("performance.gate", _(
                "A gate names {name}, which is no measure of this agreement.", name=gate.name), "gates")  # fmt: skip
    units = units_on(session, terms.reward.valid_from)
    for left in terms.parties:
        if any(left is not right and left.unit_id in units.below(right.unit_id) for right in terms.parties):
            raise DomainError("performance.nested", _(
                "One party lies within another; its people would be paid twice."), "parties")  # fmt: skip
    formulas(terms, versions)


def formulas(terms: Terms, versions: Mapping[int, KpiVersion]) -> tuple[Expression, list[Expression]]:
    """The pool and the shares, ready to compute. Raises ``DomainError`` with what is wrong and where."""
    inputs: dict[str, Input] = {}
    for one in terms.measures:
        kind = TYPES[versions[one.kpi_id].unit]
        for part in (ACTUAL, TARGET):
            inputs[one.name + part] = Input(kind, -LARGEST_FIGURE, LARGEST_FIGURE)
        inputs[one.name + ATTAINMENT] = Input(RATE, 0, 100 * LARGEST_CAP)
    return (
        _compiled(terms.reward.pool, MONEY, inputs, "pool"),
        [_compiled(one.share, RATE, inputs, "share") for one in terms.parties],
    )


def _compiled(source: str, kind: Type, inputs: Mapping[str, Input], name: str) -> Expression:
    try:
        return compile_expression(source, kind, Scope(inputs=inputs), name=name)
    except FormulaError as error:
        raise DomainError("performance.formula", error.message, name) from error


def submit(session: Session, actor: Actor, reward: Reward) -> Run:
    """Hand a draft in: whomever the lists name signs it."""
    require(session, actor, REWARD_DRAFT, reward)
    session.refresh(reward, with_for_update=True)
    if reward.state != DRAFT:
        raise DomainError("performance.submitted", _("This agreement is handed in already."))
    reward.state = SUBMITTED
    session.flush()
    return ask(session, actor, REWARD, reward)


def listed_rewards(session: Session, actor: Actor) -> Sequence[Reward]:
    """The agreements somebody may see, by code."""
    return session.scalars(visible(session, actor, REWARD_READ, select(Reward).order_by(Reward.code))).all()


# -- the question ------------------------------------------------------------------------------------------------------


def subject(session: Session, reward: Reward) -> Text:
    """An agreement in one line."""
    del session
    return _("Collaboration bonus: {title}", title=reward.title)


def lines(session: Session, reward: Reward) -> list[tuple[Text | str, Any]]:
    """What whoever signs must know: gates, pool, shares."""
    terms, units = terms_of(session, reward), units_on(session, reward.valid_from)
    versions = versions_on(session, reward.valid_from)
    told: list[tuple[Text | str, Any]] = [
        (_("From"), str(reward.valid_from)), *((_("Gate"), one) for one in gates_told(terms, versions)),
        (_("Pool"), reward.pool),
    ]  # fmt: skip
    told += [(str(units.title(one.unit_id)), one.share) for one in terms.parties]
    return told


def gates_told(terms: Terms, versions: Mapping[int, KpiVersion]) -> list[Text]:
    """Each gate as a sentence."""
    of = {one.name: versions[one.kpi_id] for one in terms.measures if one.kpi_id in versions}
    words = {
        (False, True): lambda **named: _("{figure} at least {threshold}", **named),
        (False, False): lambda **named: _("{figure} more than {threshold}", **named),
        (True, True): lambda **named: _("{figure} up to {threshold}", **named),
        (True, False): lambda **named: _("{figure} less than {threshold}", **named),
    }
    return [
        words[one.at_most, one.inclusive](figure=of[one.name].title, threshold=_threshold(one, of[one.name]))
        for one in terms.gates if one.name in of
    ]  # fmt: skip


def _threshold(gate: RewardGate, version: KpiVersion) -> Text | str:
    if gate.measure == "attainment":
        return _("{rate} % of the target", rate=shown(gate.threshold))
    if version.unit == "rate":
        return f"{shown(gate.threshold)} %"
    return TYPES[version.unit].show(gate.threshold)


def _link(reward: Reward) -> str:
    return f"/performance/rewards/{reward.id}"


def answered(session: Session, actor: Actor, reward: Reward, answer: Answer) -> None:
    """Move an agreement on."""
    del actor
    reward.state = {
        "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "void": SUBMITTED, "returned": DRAFT,
    }[answer]  # fmt: skip
    if reward.state == APPROVED:
        reward.signed_at = clock.now()
    session.flush()


TASK_KINDS = (TaskKind(REWARD, _("Collaboration bonus"), REWARD_SIGN, subject, lines, _link, answered),)
