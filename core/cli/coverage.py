"""The coverage report on the command line, for people and for checks that run by themselves."""

from __future__ import annotations

from datetime import date

import click

from core.authority.coverage import report
from core.authority.coverage.finding import CODES, SEVERITIES
from core.authority.coverage.told import told
from core.base import clock
from core.base.errors import Usage
from core.base.text import catalogue
from core.cli.acting import Desk, acting

_ = catalogue("authority")

#: The exit code when a finding of a code that ``--fail-on`` names is open.
FOUND = 3

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("coverage", help="What the lists leave open, claim twice or give to nobody; 3 when --fail-on names one.")
@click.option("--unit", "unit_code", help="Only this unit and those below.")
@click.option("--at", "at", type=DAY, help="The day looked at, as 2026-04-01; today by default.")
@click.option("--fail-on", "fail_on", default="", help="Codes that end with exit code 3 when open, as C05,C11.")
@acting
def coverage(desk: Desk, unit_code: str | None, at: object, fail_on: str) -> None:
    """Findings that are accepted are listed as such and never fail."""
    wanted = _codes(fail_on)
    with desk.session() as session:
        day: date = at.date() if hasattr(at, "date") else clock.today(desk.actor.zone)
        unit = report.unit_named(session, unit_code or "", day)
        found = report.reported(session, report.findings(session, desk.actor, day, unit), day)
        rows = [told(one) for one in found]
    for severity, words in SEVERITIES.items():
        ours = [one for one in found if one.finding.severity == severity and one.accepted is None]
        if ours:
            desk.say(_("{severity}: {count}", severity=words, count=len(ours)))
        for one in ours:
            desk.say(f"  {one.finding.code}  {one.finding.message}")
            desk.say(f"       {one.finding.remedy}")
    accepted = sum(one.accepted is not None for one in found)
    if accepted:
        desk.say(_("{count} accepted.", count=accepted))
    if not found:
        desk.say(_("Nothing is left open."))
    desk.result({"day": day, "findings": rows})
    if any(one.accepted is None and one.finding.code in wanted for one in found):
        raise click.exceptions.Exit(FOUND)


def _codes(text: str) -> set[str]:
    """The codes a check names; ``Usage`` for one that the method does not have."""
    wanted = {part.strip().upper() for part in text.split(",") if part.strip()}
    unknown = sorted(wanted - set(CODES))
    if unknown:
        raise Usage(
            "coverage.code", _("There is no code {code}; codes are {first} to {last}.", code=unknown[0],
                               first=min(CODES), last=max(CODES))
        )
    return wanted
