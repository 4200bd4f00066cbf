"""What performance brings to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from performance import actions, exchange, labels, nav, topics
from performance.services import agreements, outcomes, paying, schemes
from performance.services.reviews import signing, telling
from performance.text import _
from remit.exchange import Exchange
from remit.live import Topic
from remit.notify import Notification
from remit.specs import ActionDef, Module, NavItem, ResourceType, SuggestedEntry, TaskKind, hookimpl

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.base import Actor
    from remit.contracts import Ask, PayPage, PayPagesAsk, Table
    from remit.demo import Demo

module = Module(name="performance", title=_("Performance"), package="performance", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Figures and their values, schemes, scores, rewards, goals, outcomes, reviews and remarks."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """All of them are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What everybody, heads and personnel usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Boards, figures, schemes, bonuses and reviews for people; values, scores and results for programs."""
    from performance import api, pages

    return [pages.blueprint, api.blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The board for everybody, the rest for whom the list names."""
    return nav.NAV


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    """Values of figures from a file."""
    return exchange.EXCHANGES


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """Schemes and agreements are signed, appeals decided by whomever the lists name."""
    return (*schemes.TASK_KINDS, *agreements.TASK_KINDS, *signing.TASK_KINDS)


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """What is to be written for reviews, what they came to, and feedback."""
    return telling.NOTIFICATIONS


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """October of the story: figures, two schemes and the agreement."""
    from performance.demo import give_demo as give

    give(session, demo)


@hookimpl
def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """Bonuses that are confirmed: what departments share, and what scores lead to."""
    return paying.give_pay_inputs(session, ask)


@hookimpl
def give_pay_pages(session: Session, actor: Actor, ask: PayPagesAsk) -> Sequence[PayPage]:
    """Where a collaboration bonus on a payslip is shown."""
    return paying.give_pay_pages(session, actor, ask)


@hookimpl
def give_outcomes(session: Session, ask: Ask) -> Table | None:
    """Final scores, and what was confirmed to follow from them."""
    return outcomes.give_outcomes(session, ask)


@hookimpl
def register_topics() -> Sequence[Topic]:
    """The boards, while figures change."""
    return topics.TOPICS
