"""How mails fare, for who looks after the installation; and a mail to try the server with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.audit.events import record_decision
from core.base import clock
from core.base.actor import Actor
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.jobs.models import JobRow
from core.jobs.queue import enqueue
from core.kernel.house import of
from core.kernel.specs import Notification
from core.notify import smtp
from core.notify.actions import MANAGE, READ
from core.notify.channels import MAIL
from core.notify.models import BOUNCED, FAILED, WAITING, Bounce, Delivery, NotificationRow
from core.notify.outgoing import Outgoing, Told
from core.notify.people import Addressee

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("notify")

#: The mail that tries the server; nobody is told of it otherwise.
TEST = Notification("notify.test", _("Test of the mail server"), _("Settings"), fixed=_("Somebody asked for it."))
TEST_JOB = "notify.test_mail"
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Overview:
    """The server, why it cannot be used, how many deliveries of the last month are in which state, which did not
    arrive or were tried more than once, and the addresses that take nothing.
    """

    server: str
    sender: str
    missing: Text | None
    counts: dict[str, int]
    troubled: Sequence[Delivery]
    bounces: Sequence[Bounce]


def overview(session: Session, actor: Actor, *, limit: int = 50) -> Overview:
    """How mails fare. ``Denied`` without ``notify.delivery:read``."""
    require(session, actor, READ)
    config = of(session).config
    since = clock.now() - RECENT
    counts = session.execute(
        select(Delivery.state, func.count()).where(Delivery.channel == MAIL, Delivery.due_at > since)
        .group_by(Delivery.state)
    )
    troubled = session.scalars(
        select(Delivery)
        .where(
            Delivery.due_at > since, Delivery.state.in_((FAILED, BOUNCED, WAITING)), Delivery.error.is_not(None),
        )
        .order_by(Delivery.due_at.desc(), Delivery.notification_id.desc()).limit(limit)
    ).all()
    bounces = session.scalars(
        select(Bounce).where(Bounce.cleared_at.is_(None)).order_by(Bounce.id.desc()).limit(limit)
    ).all()
    return Overview(
        str(smtp.Server.of(config.smtp_url)) if config.smtp_url else "", config.mail_from, smtp.missing(of(session)),
        {state: number for state, number in counts}, troubled, bounces,
    )


def ask_for_test(session: Session, actor: Actor) -> JobRow:
    """A mail to the actor's own address, sent by a job whose end says how it went. ``Denied`` without
    ``notify.delivery:manage``.
    """
    record_decision(session, require(session, actor, MANAGE))
    return enqueue(session, actor, TEST_JOB, {})


def send_test(house: House, reader: Addressee, address: str) -> None:
    """Send a mail to an address now. Raises ``Undelivered`` with what the server said."""
    now, server = clock.now(), str(smtp.Server.of(house.config.smtp_url))
    row = NotificationRow(
        id=0, kind=TEST.name, subject=[to_json(_("The mail server works"))],
        lines=[to_json(_("This mail came from Remit through {server}.", server=server))],
        link="", action=None, about="", key=None, at=now,
    )  # fmt: skip
    told = (Told(row, TEST),)
    outgoing = Outgoing(MAIL, reader, address, told, "", f"test.{now:%Y%m%dT%H%M%S%f}")
    with smtp.connected(house) as send:
        send(outgoing)
