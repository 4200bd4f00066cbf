"""What campaigns, budgets and spending bring to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plugins.crm import actions, jobs, labels, nav, topics
from plugins.crm.figures import give_kpi_rows, give_kpi_values, register_kpi_sources  # noqa: F401 -- hooks
from plugins.crm.services import spending, transfers
from plugins.crm.services.arriving import absence
from plugins.crm.services.deals import discounts
from plugins.crm.services.following import telling
from plugins.crm.services.standard import signing
from plugins.crm.text import _
from remit.events import Handler
from remit.notify import Notification
from remit.specs import (
    ActionDef,
    Job,
    Module,
    NavItem,
    NumberKind,
    ResourceType,
    SuggestedEntry,
    TaskKind,
    Topic,
    hookimpl,
)
from remit.webhooks import IncomingWebhook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.contracts import LeadDesk
    from remit.demo import Demo

module = Module(name="crm", title=_("Customers and business"), package="plugins.crm", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Campaigns, budgets, spending."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """All three are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What everybody, marketing and finance usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Pages for people; spending and leads for programs."""
    from plugins.crm.api import BLUEPRINTS
    from plugins.crm.pages import blueprint, open_to_all

    return [blueprint, open_to_all, *BLUEPRINTS]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """Campaigns, spending and budgets, each for whom the list names."""
    return nav.NAV


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """Spending, transfers and discounts are decided by whomever the lists name, the standard by both heads."""
    return (*spending.TASK_KINDS, *transfers.TASK_KINDS, *discounts.TASK_KINDS, *signing.TASK_KINDS)


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """An absence that is approved hands leads on at once."""
    return absence.HANDLERS


@hookimpl
def register_numbers() -> Sequence[NumberKind]:
    """Requests are numbered by company and year."""
    return [
        NumberKind(spending.NUMBER, _("Spending request"), "{entity}-ZC-{year}-{number:04}"),
        NumberKind(transfers.NUMBER, _("Transfer between budgets"), "{entity}-DB-{year}-{number:04}"),
    ]


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Leads are looked after by themselves."""
    return (*jobs.JOBS, *absence.JOBS)


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Owners and heads are told of leads that wait."""
    return telling.NOTIFICATIONS


@hookimpl
def register_topics() -> Sequence[Topic]:
    """Lists of leads and the funnel follow what happens."""
    return topics.TOPICS


@hookimpl
def register_exchanges() -> Sequence[Any]:
    """Leads from files."""
    from plugins.crm.exchange import EXCHANGES

    return EXCHANGES


@hookimpl
def register_incoming_webhooks() -> Sequence[IncomingWebhook]:
    """Leads that another program sends."""
    from plugins.crm.services.intake.delivered import INCOMING

    return INCOMING


@hookimpl
def choose_lead_desk() -> LeadDesk:
    """Bridges to other programs bring leads here and fetch them."""
    from plugins.crm.services.intake.desk import DESK

    return DESK


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """A campaign with its budgets, and requests that were decided by different people."""
    from plugins.crm.demo import give_demo as give

    give(session, demo)
