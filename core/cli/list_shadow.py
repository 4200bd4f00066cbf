"""Drafts that run beside the lists in force, on the command line: start, stop, and what they would have turned."""

from __future__ import annotations

from pathlib import Path

import click

from core.access.calls import require
from core.authority.actions import IMPORT
from core.authority.shadow import running
from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.cli.lists import FILE, read_file

_ = catalogue("authority")


@click.command("start", help="Let the draft in FILE run beside the list in force; it allows nothing.")
@click.argument("file", type=FILE)
@acting
def shadow_start(desk: Desk, file: Path) -> None:
    """What it would have turned is kept from now on."""
    _file, draft, _names = read_file(file)
    with desk.session(write=True) as session:
        row = running.start(session, desk.actor, draft)
    desk.say(_("List {unit}, version {version}: runs beside the list in force.", unit=row.place, version=row.version))
    desk.result({"list": row.place, "version": row.version, "started_at": row.started_at})


@click.command("stop", help="Stop the draft that runs; UNIT is the code of its list, or - for the list of all.")
@click.argument("unit")
@acting
def shadow_stop(desk: Desk, unit: str) -> None:
    """What it found stays."""
    with desk.session(write=True) as session:
        require(session, desk.actor, IMPORT)
        row = running.stop(session, desk.actor, unit)
    desk.say(_("List {unit}, version {version}: no longer runs.", unit=row.place, version=row.version))
    desk.result({"list": row.place, "version": row.version, "stopped_at": row.stopped_at})


@click.command("show", help="Which drafts run, and with UNIT every decision that differs.")
@click.argument("unit", required=False)
@acting
def shadow_show(desk: Desk, unit: str | None) -> None:
    """Of lists one may publish; the latest hundred differences of the latest draft."""
    with desk.session() as session:
        require(session, desk.actor, IMPORT)
        found = [one for one in running.runs(session, desk.actor) if unit in (None, one.row.place)]
        seen = running.differences(session, desk.actor, found[0]) if unit and found else []
        if not found:
            desk.say(_("No draft is on trial"))
        for one in found if unit is None else found[:1]:
            state = _("stopped") if one.row.stopped_at else _("runs")
            desk.say(_("{list} version {version}, {state}: {refuse} would be refused, {allow} would be allowed, "
                       "{failed} could not be asked", list=one.row.place, version=one.row.version, state=state,
                       refuse=one.would_refuse, allow=one.would_allow, failed=one.failed))
        for difference in seen:
            row = difference.row
            desk.say("  " + " · ".join(str(part) for part in (
                row.at.isoformat(timespec="minutes"), difference.who, difference.action, difference.what) if part))
            answer = (_("allowed by {entry}, version {version}", entry=row.entry, version=row.list_version)
                      if row.allowed else difference.message)  # fmt: skip
            desk.say("    " + str(_("In force: {answer}", answer=answer)))
            desk.say("    " + str(_("By the draft: {answer}", answer=difference.would)))
        desk.result([
            {"list": one.row.place, "version": one.row.version, "started_at": one.row.started_at,
             "stopped_at": one.row.stopped_at, "would_refuse": one.would_refuse, "would_allow": one.would_allow,
             "failed": one.failed,
             "differences": [
                 {"at": each.row.at, "who": each.who, "action": each.row.action, "about": str(each.what),
                  "allowed": each.row.allowed, "entry": each.row.entry, "list_version": each.row.list_version,
                  "message": str(each.message), "would": str(each.would), "would_code": each.row.would_code}
                 for each in seen
             ]} for one in (found if unit is None else found[:1])
        ])  # fmt: skip
