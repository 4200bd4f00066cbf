"""What payroll brings to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from payroll import actions, cli, events, exchange, jobs, labels, letters, nav, slots, telling, topics, widgets
from payroll.figures import give_kpi_values, give_people_costs, register_kpi_sources  # noqa: F401 -- hooks
from payroll.services import question, run
from payroll.text import _
from remit.events import Event
from remit.exchange import Exchange
from remit.live import Topic
from remit.notify import Notification
from remit.specs import (
    ActionDef,
    Change,
    CommandSpec,
    Job,
    LetterKind,
    Module,
    NavItem,
    NumberKind,
    ResourceType,
    Slot,
    SuggestedEntry,
    TaskKind,
    Widget,
    hookimpl,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.demo import Demo

module = Module(name="payroll", title=_("Payroll"), package="payroll", version="0.1.0", uses=("attendance",))
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Salaries, runs and their steps, payslips, files."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Everything about pay is guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What employees, payroll and finance usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Pages and the interface for programs."""
    from payroll import api, api_changes, pages
    return [pages.blueprint, api.blueprint, api_changes.blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """My payslips for everybody, runs for whom the list names."""
    return nav.NAV


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """One's own payslip, and the month's steps."""
    return widgets.WIDGETS


@hookimpl
def register_slots() -> Sequence[Slot]:
    """The steps of the month and the days until pay day, on the home page."""
    return slots.SLOTS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Each step of a run."""
    return events.EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """A payslip that is ready."""
    return telling.NOTIFICATIONS


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    """Salaries, deductions, openings."""
    return exchange.EXCHANGES


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """Whether a reviewed payroll may be paid, whether somebody is paid otherwise."""
    return question.TASK_KINDS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The calculation of a run."""
    return jobs.JOBS


@hookimpl
def register_numbers() -> Sequence[NumberKind]:
    """Income certificates and changes of pay are numbered."""
    return letters.NUMBERS


@hookimpl
def register_letters() -> Sequence[LetterKind]:
    """The income certificate."""
    return letters.LETTERS


@hookimpl
def register_topics() -> Sequence[Topic]:
    """How far the calculation of a run is."""
    return topics.TOPICS


@hookimpl
def register_commands() -> Sequence[CommandSpec]:
    """A month from calculation to files."""
    return cli.COMMANDS


@hookimpl(trylast=True)
def give_demo(session: Session, demo: Demo) -> None:
    """Agreed pay and three finished months, when everything that is paid with them is there."""
    from payroll.demo import give_demo as give

    give(session, demo)


@hookimpl
def check_change(session: Session, change: Change) -> None:
    """A month whose pay is approved is not reopened."""
    run.check_reopening(session, change)
