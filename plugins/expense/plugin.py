"""What expense claims and advances bring to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plugins.expense import actions, events, labels, nav, telling
from plugins.expense.services import advances, claims, payments, payroll, question
from plugins.expense.text import _
from remit.events import Event, Handler
from remit.notify import Notification
from remit.specs import (
    ActionDef,
    Change,
    Module,
    NavItem,
    NumberKind,
    ResourceType,
    SuggestedEntry,
    TaskKind,
    hookimpl,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.contracts import Ask, Table
    from remit.demo import Demo

module = Module(name="expense", title=_("Expenses"), package="plugins.expense", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Claims, advances, payments, budgets, rules."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """All but the rules, which everybody may read, are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What everybody, heads and finance usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Pages for people, and claims for programs."""
    from plugins.expense.api import blueprint as api
    from plugins.expense.pages import blueprint

    return [blueprint, api]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """One's own expenses for everybody, the rest for whom the list names."""
    return nav.NAV


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """Claims and advances are decided by whomever the lists name."""
    return question.TASK_KINDS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Money that was paid."""
    return events.EVENTS


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """What goes with a payroll is paid when that is."""
    return [Handler("expense.payroll_paid", payroll.RUN_PAID, payroll.run_paid)]


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Whose money is on its way is told."""
    return telling.NOTIFICATIONS


@hookimpl
def register_numbers() -> Sequence[NumberKind]:
    """Claims, advances and payments are numbered by company and year."""
    return [
        NumberKind(claims.NUMBER, _("Expense claim"), "{entity}-BX-{year}-{number:04}"),
        NumberKind(advances.NUMBER, _("Advance"), "{entity}-JK-{year}-{number:04}"),
        NumberKind(payments.NUMBER, _("Payment of expenses"), "{entity}-FK-{year}-{number:04}"),
    ]


@hookimpl
def check_change(session: Session, change: Change) -> None:
    """What waits for a payroll goes with the calculation that finds it."""
    payroll.include(session, change)


@hookimpl
def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """What is paid back with the payroll."""
    return payroll.give_pay_inputs(session, ask)


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """A trip, an exhibition and an advance, each at another point of its way."""
    from plugins.expense.demo import give_demo as give

    give(session, demo)
