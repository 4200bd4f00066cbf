"""What attendance brings to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attendance import actions, cli, events, exchange, incoming, jobs, labels, leave_cli, nav, slots, telling, widgets
from attendance import demo as demo_company
from attendance.figures import give_kpi_values, register_kpi_sources  # noqa: F401 -- hooks
from attendance.services import answers, busy, correcting
from attendance.services.leave import away, requests
from attendance.services.overtime import requests as overtime
from attendance.text import _
from remit.events import Event
from remit.exchange import Exchange
from remit.notify import Notification
from remit.specs import (
    ActionDef,
    CommandSpec,
    Job,
    Module,
    NavItem,
    ResourceType,
    Slot,
    SuggestedEntry,
    TaskKind,
    Widget,
    hookimpl,
)
from remit.webhooks import IncomingWebhook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.contracts import Ask, Spans, Table
    from remit.demo import Demo

module = Module(name="attendance", title=_("Attendance"), package="attendance", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Importing and seeing punches, seeing days, closing and reopening months; asking for leave, and granting it."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Punches, days, months and leave are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What employees, heads of departments and HR usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """One's own month, leave and overtime, the month sheet, balances, importing punches; most of it for programs."""
    from attendance.blueprints import BLUEPRINTS

    return BLUEPRINTS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Months that were closed and reopened."""
    return events.EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """A month that is final, or may change again."""
    return telling.NOTIFICATIONS


@hookimpl
def register_incoming_webhooks() -> Sequence[IncomingWebhook]:
    """Punches that a terminal sends."""
    return incoming.INCOMING


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """My attendance for everybody, sheet and import for whom the list names."""
    return nav.NAV


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """Today's punches on the home page."""
    return widgets.WIDGETS


@hookimpl
def register_slots() -> Sequence[Slot]:
    """Closing, as a step of the month on the home page."""
    return slots.SLOTS


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """Requests for leave, overtime and corrected punches are decided by whomever the lists name."""
    return (*requests.TASK_KINDS, *overtime.TASK_KINDS, *correcting.TASK_KINDS)


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    """Leave balances."""
    return exchange.EXCHANGES


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Every night leave expires, and overtime that is over is counted."""
    return jobs.JOBS


@hookimpl
def register_commands() -> Sequence[CommandSpec]:
    """Importing punches, closing, reopening and showing months; balances of leave."""
    return (*cli.COMMANDS, *leave_cli.COMMANDS)


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """A log for each site and month, imported; the months that are over, closed."""
    demo_company.give_demo(session, demo)


@hookimpl
def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """Overtime, absence and lateness of closed months."""
    return answers.give_pay_inputs(session, ask)


@hookimpl
def give_absences(session: Session, ask: Ask) -> Spans | None:
    """Leave that was approved or recorded, and business trips."""
    return away.give_absences(session, ask)


@hookimpl
def give_busy_times(session: Session, ask: Ask) -> Spans | None:
    """Leave and business trips, and overtime that was approved."""
    return busy.give_busy_times(session, ask)
