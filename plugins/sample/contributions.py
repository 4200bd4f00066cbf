"""What appears in places of others: the menu, a card at home, a word in the menu below the reader's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.orm import Session

from plugins.sample import services
from plugins.sample.actions import READ
from plugins.sample.text import _
from remit.base import Actor, clock
from remit.commands import Desk, acting
from remit.jobs import Job, JobContext
from remit.services import allowed
from remit.specs import CommandSpec, Fragment, NavItem, Slot, Topic, Widget

NAV = (NavItem(_("Company"), _("Notices"), "sample.board", "pin", order=190, action=READ),)


def card(session: Session, actor: Actor) -> Fragment | None:
    """Today's notices; stays away when there are none."""
    found = services.on_the_board(session, actor)
    return Fragment("sample/card.html", {"notices": [one.text for one in found]}) if found else None


WIDGETS = (Widget("sample.notices", _("Notices"), card, area="side", order=50, action=READ),)


def account_line(session: Session, actor: Actor, **context: Any) -> Fragment | None:
    """A line in the menu below the reader's name."""
    del session, actor, context
    return Fragment("sample/account_line.html")


SLOTS = (Slot("shell.account", "sample", account_line, action=READ),)


def may_hear(session: Session, actor: Actor, key: str) -> bool:
    """Whoever reads the board hears that it changed; there is one board."""
    return key == "" and allowed(session, actor, READ)


TOPICS = (Topic("board", _("Notices"), may_hear),)


def tidy(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take down what has ended; once a day, and harmless when run again."""
    del arguments
    with context.session(write=True) as session:
        result = {"taken_down": services.take_down(session, clock.today())}
        context.complete(session, result)
    return result


JOBS = (Job("sample.tidy", _("Take down old notices"), tidy, schedule="workdays 07:30"),)


@click.command("list", help="Today's notices.")
@acting
def list_notices(desk: Desk) -> None:
    """Code and text of each notice on the board."""
    with desk.session() as session:
        rows = [{"code": one.code, "text": one.text} for one in services.on_the_board(session, desk.actor)]
    desk.table((_("Code"), _("Text")), [tuple(row.values()) for row in rows])
    desk.result(rows)


COMMANDS = (CommandSpec("notices", list_notices),)
