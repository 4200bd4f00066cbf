"""What performance brings to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from performance import actions, labels, topics
from performance.services import agreements, rewards, schemes
from performance.text import _
from remit.live import Topic
from remit.specs import ActionDef, Module, ResourceType, SuggestedEntry, TaskKind, hookimpl

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.contracts import Ask, Table

module = Module(name="performance", title=_("Performance"), package="performance", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Figures and their values, schemes, scores, rewards."""
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
def register_task_kinds() -> Sequence[TaskKind]:
    """Schemes and agreements are signed by whomever the lists name."""
    return (*schemes.TASK_KINDS, *agreements.TASK_KINDS)


@hookimpl
def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """Collaboration bonuses that are confirmed."""
    return rewards.give_pay_inputs(session, ask)


@hookimpl
def register_topics() -> Sequence[Topic]:
    """The boards, while figures change."""
    return topics.TOPICS
