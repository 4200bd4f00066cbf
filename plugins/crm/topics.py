"""What pages of this module can listen to: that something about leads, deals or customers changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.services.following.contacting import TOPIC
from plugins.crm.text import _
from remit.base import Actor
from remit.live import Topic
from remit.services import allowed


def may_hear(session: Session, actor: Actor, key: str) -> bool:
    """Whoever sees any leads hears that some changed, not which."""
    return key == "" and allowed(session, actor, LEAD_READ)


TOPICS = (Topic(TOPIC, _("Leads and deals"), may_hear),)
