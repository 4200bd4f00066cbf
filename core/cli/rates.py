"""Exchange rates on the command line: what holds today, publishing one, the policy. Many come by ``remit import``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from core.access.calls import require
from core.authority.rates import publishing
from core.authority.rates.publishing import STATES, Quoted, Shown
from core.authority.rates.table import decimal
from core.base import clock
from core.base.text import catalogue
from core.cli.acting import Desk, acting

_ = catalogue("cli")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("list", help="The rate of each pair of currencies that holds today, and the policy.")
@acting
def rates_list(desk: Desk) -> None:
    """What limits are compared by."""
    with desk.session() as session:
        require(session, desk.actor, "authority.list:read")
        policy, shown = publishing.current(session, clock.today(desk.actor.zone))
        age = policy.max_age_days if policy is not None else None
        told = [_told(one) for one in shown]
    if age is None:
        desk.say(_("No policy lets limits be compared by exchange rates."))
    else:
        desk.say(_("Limits are compared by rates that are at most {count} day old.",
                   "Limits are compared by rates that are at most {count} days old.", count=age))  # fmt: skip
    if told:
        desk.table([_("Rate"), _("From"), _("Source"), _("State")], [
            [f"{one['units']} {one['base']} = {one['rate']} {one['quote']}", one["day"], one["source"], state]
            for one, state in zip(told, [STATES[one.state][0] for one in shown], strict=True)
        ])  # fmt: skip
    desk.result({"max_age_days": age, "rates": told})


@click.command("publish", help="Publish a rate: so many units of BASE are RATE of QUOTE.")
@click.argument("base")
@click.argument("quote")
@click.argument("rate")
@click.option("--units", type=click.Choice([str(one) for one in publishing.UNITS]), default="1", show_default=True,
              help="Of how many units of the first currency it is.")
@click.option("--from", "day", type=_DAY, help="First day; today if left out.")
@click.option("--until", "last_day", type=_DAY, help="Last day; until the next rate if left out.")
@click.option("--source", required=True, help="Who states it, such as the central bank.")
@acting
def rates_publish(
    desk: Desk, base: str, quote: str, rate: str, units: str, day: datetime | None, last_day: datetime | None,
    source: str,
) -> None:
    """One of the same pair and first day is corrected."""
    with desk.session(write=True) as session:
        row = publishing.publish(session, desk.actor, Quoted(
            base.upper(), quote.upper(), int(units), publishing.parsed(rate),
            day.date() if day is not None else clock.today(desk.actor.zone),
            publishing.after(last_day.date() if last_day is not None else None), source,
        ))  # fmt: skip
        told = {"base": row.base, "quote": row.quote, "units": row.units, "rate": decimal(row.rate),
                "day": row.valid_from.isoformat(), "source": row.source}  # fmt: skip
    desk.say(_("Published: {units} {base} = {rate} {quote} from {day} on.", **told))
    desk.result(told)


@click.command("policy", help="Let limits be compared by rates of at most so many days, or end that.")
@click.option("--max-age", type=click.IntRange(0, publishing.MOST_AGE), help="Days that a rate may be old.")
@click.option("--end", "ends", is_flag=True, help="From the day on limits are not compared.")
@click.option("--from", "day", type=_DAY, help="First day; today if left out.")
@click.option("--basis", required=True, help="The rule or the resolution it rests on.")
@acting
def rates_policy(desk: Desk, max_age: int | None, ends: bool, day: datetime | None, basis: str) -> None:
    """What is unknown without it stays unknown until its first day."""
    if (max_age is None) == (not ends):
        raise click.UsageError("Name --max-age or --end.")
    with desk.session(write=True) as session:
        row = publishing.set_policy(
            session, desk.actor, max_age_days=max_age, basis=basis,
            day=day.date() if day is not None else clock.today(desk.actor.zone),
        )
        told: dict[str, Any] = {"day": row.valid_from.isoformat(), "max_age_days": row.max_age_days, "basis": row.basis}
    desk.say(_("From {day} on limits are not compared by exchange rates.", day=told["day"]) if ends else
             _("From {day} on limits are compared by rates that are at most {count} day old.",
               "From {day} on limits are compared by rates that are at most {count} days old.", day=told["day"],
               count=max_age))  # fmt: skip
    desk.result(told)


def _told(one: Shown) -> dict[str, Any]:
    row = one.row
    return {
        "base": row.base, "quote": row.quote, "units": row.units, "rate": decimal(row.rate),
        "day": row.valid_from.isoformat(), "last_day": one.last_day.isoformat() if one.last_day else None,
        "source": row.source, "state": one.state,
    }  # fmt: skip
