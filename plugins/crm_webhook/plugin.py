"""What mappings for other CRMs bring to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plugins.crm_webhook import actions, labels
from plugins.crm_webhook.services import incoming
from plugins.crm_webhook.services.outgoing import send
from plugins.crm_webhook.text import _
from remit.jobs import Job
from remit.specs import ActionDef, Module, NavItem, ResourceType, SuggestedEntry, hookimpl
from remit.webhooks import IncomingWebhook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.demo import Demo

module = Module(name="crm_webhook", title=_("Other CRMs over webhooks"), package="plugins.crm_webhook", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and writing mappings."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Mappings are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What marketing usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The pages of mappings."""
    from plugins.crm_webhook.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The mappings, for whom the list names."""
    return [NavItem(_("Customers and business"), _("Other CRMs"), "crm_webhook.mappings", "world", order=605,
                    action=actions.READ)]  # fmt: skip


@hookimpl
def register_incoming_webhooks() -> Sequence[IncomingWebhook]:
    """Leads of other CRMs."""
    return incoming.INCOMING


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Others are told of leads by themselves."""
    return [Job("crm_webhook.send", _("Tell other CRMs of leads"), send, schedule="*/5 * * * *", at_most=1)]


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """An agency's CRM, both ways; what it sent does not fit yet."""
    from plugins.crm_webhook.demo import give_demo as give

    give(session, demo)
