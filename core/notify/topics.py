"""What the bell listens to: that the notices of its reader changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel.specs import Topic

_ = catalogue("notify")

#: The key is the number of the account.
INBOX = "inbox"


def may_hear(session: Session, actor: Actor, key: str) -> bool:
    """Everybody his own."""
    del session
    return actor.account_id is not None and key == str(actor.account_id)


TOPICS = (Topic(INBOX, _("My notifications"), may_hear),)
