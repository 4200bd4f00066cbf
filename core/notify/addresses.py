"""Addresses that took nothing: seen by their owner and by who looks after mails, confirmed by either."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.audit.events import record_decision
from core.base import clock
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.notify.actions import MANAGE
from core.notify.choices import channels, own_account
from core.notify.models import Bounce
from core.notify.people import Addressee, addressees

_ = catalogue("notify")


def standing(session: Session, reader: Addressee) -> list[Bounce]:
    """What keeps messages from a reader today: of the addresses he has now."""
    known = channels(session)
    rows = session.scalars(
        select(Bounce).where(Bounce.account_id == reader.account_id, Bounce.cleared_at.is_(None)).order_by(Bounce.id)
    )
    now = {name: channel.address_of(reader) for name, channel in known.items()}
    return list({row.channel: row for row in rows if now.get(row.channel) == row.address}.values())


def confirm_own(session: Session, actor: Actor) -> int:
    """The reader says that his address is right; returns how many notes were taken back."""
    rows = session.scalars(
        select(Bounce).where(Bounce.account_id == own_account(actor), Bounce.cleared_at.is_(None))
    ).all()
    return _clear(rows, session)


def confirm(session: Session, actor: Actor, bounce_id: int) -> int:
    """Who looks after mails says that an address is right. ``Denied`` without ``notify.delivery:manage``, ``NotFound``
    for a note that is none any more.
    """
    record_decision(session, require(session, actor, MANAGE))
    row = session.get(Bounce, bounce_id)
    if row is None or row.cleared_at is not None:
        raise NotFound("not_found", _("There is no such note any more."))
    rows = session.scalars(
        select(Bounce).where(
            Bounce.account_id == row.account_id, Bounce.channel == row.channel, Bounce.address == row.address,
            Bounce.cleared_at.is_(None),
        )
    ).all()
    return _clear(rows, session)


def names(session: Session, rows: Sequence[Bounce]) -> dict[int, str]:
    """Whose addresses they are."""
    return {account_id: one.name for account_id, one in addressees(session, [row.account_id for row in rows]).items()}


def _clear(rows: Sequence[Bounce], session: Session) -> int:
    for row in rows:
        row.cleared_at = clock.now()
    session.flush()
    return len(rows)
