"""Every hook there is, answered once. A real plugin answers the few it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plugins.sample import (
    actions,
    answers,
    contributions,
    desk,
    events,
    exchange,
    handlers,
    incoming,
    labels,
    letters,
    services,
    tasks,
    telling,
)
from plugins.sample.papers import check_upload, choose_file_store, register_document_kinds  # noqa: F401 -- hooks
from plugins.sample.text import _
from remit import specs
from remit.base import Actor
from remit.contracts import (
    Ask,
    Country,
    KpiAsk,
    KpiRows,
    KpiRowsAsk,
    KpiSource,
    LeadDesk,
    PayPage,
    PayPagesAsk,
    PeopleCost,
    PeopleCostAsk,
    Table,
)
from remit.events import Event, Handler
from remit.live import Topic
from remit.notify import Channel, Notification
from remit.specs import hookimpl

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.demo import Demo

module = specs.Module(name="sample", title=_("Pinned notices"), package="plugins.sample", version="1.0.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[specs.ActionDef]:
    """Reading and pinning."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[specs.ResourceType]:
    """Notices are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[specs.SuggestedEntry]:
    """Everybody reads, personnel pins."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The board."""
    from plugins.sample.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[specs.NavItem]:
    """A line of the menu."""
    return contributions.NAV


@hookimpl
def register_widgets() -> Sequence[specs.Widget]:
    """A card at home."""
    return contributions.WIDGETS


@hookimpl
def register_slots() -> Sequence[specs.Slot]:
    """A line below the reader's name."""
    return contributions.SLOTS


@hookimpl
def register_jobs() -> Sequence[specs.Job]:
    """Old notices are taken down."""
    return contributions.JOBS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Notices that were pinned."""
    return events.EVENTS


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """A notice when the attendance of a month was reopened."""
    return handlers.HANDLERS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Everybody is told of a new notice."""
    return telling.NOTIFICATIONS


@hookimpl
def register_channels() -> Sequence[Channel]:
    """The screen in the hall."""
    return telling.CHANNELS


@hookimpl
def register_incoming_webhooks() -> Sequence[Any]:
    """Notices from another program."""
    return incoming.INCOMING


@hookimpl
def register_topics() -> Sequence[Topic]:
    """The board, for pages that show it."""
    return contributions.TOPICS


@hookimpl
def register_exchanges() -> Sequence[Any]:
    """Notices from a file."""
    return exchange.EXCHANGES


@hookimpl
def register_country() -> Country:
    """A country with one holiday."""
    return answers.country()


@hookimpl
def register_task_kinds() -> Sequence[specs.TaskKind]:
    """Whether a notice stays."""
    return tasks.TASK_KINDS


@hookimpl
def register_numbers() -> Sequence[specs.NumberKind]:
    """Confirmations are numbered."""
    return letters.NUMBERS


@hookimpl
def register_letters() -> Sequence[specs.LetterKind]:
    """A confirmation that somebody reads the board."""
    return letters.LETTERS


@hookimpl
def register_kpi_sources() -> Sequence[KpiSource]:
    """How often somebody read the board."""
    return answers.KPI_SOURCES


@hookimpl
def register_commands() -> Sequence[specs.CommandSpec]:
    """`remit notices list`."""
    return contributions.COMMANDS


@hookimpl
def choose_landing(session: Session, actor: Actor) -> str | None:
    """The board comes first while something important hangs there."""
    return services.landing(session, actor)


@hookimpl
def choose_number(session: Session, ask: specs.NumberAsk) -> str | None:
    """Confirmations count down by a scheme of their own; everything else is left to the house."""
    return letters.number(session, ask)


@hookimpl
def choose_lead_desk() -> LeadDesk:
    """Bridges may bring leads to the board."""
    return desk.Board()


@hookimpl
def check_change(session: Session, change: specs.Change) -> None:
    """Nothing is reopened while a notice says so."""
    services.refuse_while_held(session, change)


@hookimpl
def on_module_switched(session: Session, name: str, on: bool) -> None:
    """The board tells what is off."""
    services.tell_of_switch(session, name, on)


@hookimpl
def give_pay_inputs(ask: Ask) -> Table | None:
    """Reading the board earns a small bonus."""
    return answers.pay_of(ask)


@hookimpl
def give_pay_pages(ask: PayPagesAsk) -> Sequence[PayPage]:
    """What the bonus is for is read on the board."""
    return answers.pay_pages_of(ask)


@hookimpl
def give_people_costs(ask: PeopleCostAsk) -> PeopleCost | None:
    """Whoever keeps the board costs a little every month."""
    return answers.people_cost_of(ask)


@hookimpl
def give_kpi_values(ask: KpiAsk) -> Table | None:
    """Everybody reads the board once a day."""
    return answers.kpi_of(ask)


@hookimpl
def give_kpi_rows(ask: KpiRowsAsk) -> KpiRows | None:
    """Each reading of the board."""
    return answers.kpi_rows_of(ask)


@hookimpl
def give_outcomes(ask: Ask) -> Table | None:
    """Everybody reads the board as he should."""
    return answers.outcomes_of(ask)


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """A first notice."""
    answers.demo(session, demo)
