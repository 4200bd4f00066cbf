"""What boards listen to: that some figure, scheme or score of the house changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from performance.actions.schemes import SCORE_READ
from performance.text import _
from remit.base import Actor
from remit.live import Topic
from remit.services import allowed


def may_hear(session: Session, actor: Actor, key: str) -> bool:
    """Whoever may see some score hears that something changed; what it is he fetches as far as he may."""
    return key == "" and allowed(session, actor, SCORE_READ)


TOPICS = (Topic("performance_board", _("Performance board"), may_hear),)
