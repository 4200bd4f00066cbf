"""Leave on the command line: what somebody has left, granting a year, letting go what has expired."""

from __future__ import annotations

import click
from sqlalchemy import select

from attendance import text
from attendance.actions import BALANCE_IMPORT, BALANCES
from attendance.services.leave import grants, look
from attendance.services.show import name_of
from remit.base import NotFound, clock
from remit.commands import Desk, acting
from remit.models import Employment
from remit.services import require, unseen, visible
from remit.specs import CommandSpec
from remit.text import catalogue

_ = catalogue("attendance")


@click.command("balance", help="Show what an employee has left of his leave, and until when.")
@click.argument("employee")
@acting
def balance(desk: Desk, employee: str) -> None:
    """Print the balances of the employee with that number."""
    day = clock.today(desk.actor.zone)
    with desk.session() as session:
        found = session.scalars(
            visible(session, desk.actor, BALANCES, select(Employment).where(Employment.number == employee))
        ).one_or_none()
        if found is None:
            missing = NotFound(
                "attendance.employee", _("There is no employee {number}, or it is not yours to see.", number=employee)
            )
            raise unseen(session, desk.actor, BALANCES, Employment, missing)
        name, known = name_of(session, found), look.balances_of(session, [found.id], day)[found.id]
        lots = [(text.leave_title(one.leave_type), one.leave_type.code, lot) for one in known for lot in one.lots]
    desk.result({"employee": employee, "name": name, "balances": [
        {"type": code, "year": lot.year, "granted": lot.granted, "left": lot.left, "last_day": str(lot.last)}
        for _title, code, lot in lots
    ]})  # fmt: skip
    desk.say(_("{number} {name}, leave left on {day}", number=employee, name=name, day=day))
    desk.table(
        [_("Type"), _("Year"), _("Granted"), _("Days left"), _("May be taken until")],
        [[title, lot.year, text.amount(lot.granted), text.amount(lot.left), lot.last] for title, _code, lot in lots],
    )


@click.command("grant-leave", help="Grant everybody the leave of a year by the law of his country.")
@click.argument("year", type=click.IntRange(2008, 2100))
@acting
def grant_leave(desk: Desk, year: int) -> None:
    """Grant a year; a second time changes only what the law now counts otherwise."""
    with desk.session(write=True) as session:
        done = grants.grant_year(session, desk.actor, year)
    desk.result({"year": year, "new": done.new, "corrected": done.corrected, "unknown": done.unknown})
    desk.say(text.granted_sentence(year, done.new, done.corrected))
    if done.unknown:
        desk.say(text.unknown_sentence(done.unknown))


@click.command("expire-leave", help="Write off leave that can no longer be taken; it also happens every night.")
@acting
def expire(desk: Desk) -> None:
    """Let go what has expired until today, whatever nights were missed."""
    with desk.session(write=True) as session:
        require(session, desk.actor, BALANCE_IMPORT)
        done = grants.expire(session, clock.today(desk.actor.zone))
    desk.result(done)
    desk.say(_("{count} balance expired, {days} in all.", "{count} balances expired, {days} in all.",
               count=done["lots"], days=text.days(done["days"])))  # fmt: skip


COMMANDS = (
    CommandSpec("attendance", balance),
    CommandSpec("attendance", grant_leave),
    CommandSpec("attendance", expire),
)
