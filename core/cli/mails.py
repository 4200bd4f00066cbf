"""Mails on the command line: trying the mail server."""

from __future__ import annotations

from dataclasses import replace

import click

from core.access.calls import require
from core.base.errors import DomainError
from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.notify import mails, smtp
from core.notify.actions import MANAGE
from core.notify.outgoing import Undelivered
from core.notify.people import addressees

_ = catalogue("cli")


@click.command("test", help="Send a mail now, to try the settings of the mail server.")
@click.option("--to", "address", required=True, help="Where to.")
@acting
def mail_test(desk: Desk, address: str) -> None:
    """Outside of every transaction; says what the server said."""
    with desk.session() as session:
        require(session, desk.actor, MANAGE)
        account_id = desk.actor.account_id or 0
        reader = addressees(session, [account_id])[account_id]
    reason = smtp.missing(desk.house)
    if reason is not None:
        raise DomainError("mail.missing", reason)
    try:
        mails.send_test(desk.house, replace(reader, email=address), address)
    except Undelivered as error:
        raise DomainError("mail.undelivered", error.reason) from None
    desk.say(_("The mail server took a mail to {address}.", address=address))
    desk.result({"to": address, "server": str(smtp.Server.of(desk.house.config.smtp_url))})
