"""What is in force, on the command line: the sheet of a post or a unit, and what an account may do."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from core.access.calls import decide, require
from core.access.decision import Decision, Denied
from core.authority import reading
from core.authority.readable import READ, readable
from core.base import clock
from core.base.errors import NotFound
from core.base.text import catalogue
from core.cli.acting import Desk, Failed, acting
from core.org.services import position_by_code, unit_by_code

_ = catalogue("authority")

@click.command("show", help="Duties, authority and targets of a position or a unit in force today.")
@click.argument("code")
@acting
def list_show(desk: Desk, code: str) -> None:
    """The sentences people signed, by the code of the position, else of the unit."""
    with desk.session() as session:
        require(session, desk.actor, READ)
        day, may_read = clock.today(desk.actor.zone), readable(session, desk.actor)
        try:
            sheet = reading.position_sheet(session, position_by_code(session, code).id, day, may_read)
        except NotFound:
            sheet = reading.unit_sheet(session, unit_by_code(session, code).id, day, may_read)
    if sheet.empty and sheet.hidden:
        raise Denied(Decision(False, "OUT_OF_SCOPE", _("This list is not yours to read."), READ))
    if sheet.empty:
        raise Failed("list.empty", _("Nothing is published for {code}.", code=code))
    for one in sheet.sources:
        at = one.published_at.astimezone(ZoneInfo(desk.actor.zone)).date()
        desk.say(_("List of {unit}, version {version}, in force from {day}", unit=one.unit, version=one.version,
                   day=one.effective_from))
        desk.say(_("published on {at} by {publisher}", at=at, publisher=one.publisher) if one.publisher
                 else _("set up with the installation on {at}", at=at))
    if sheet.hidden:
        desk.say(_("Other lists that speak of it are not yours to read."))
    for duty in sheet.duties:
        desk.say(f"  {duty.code}  {duty.text}")
    for entry in sheet.entries:
        power = _("Prohibited") if entry.prohibits else entry.power
        parts = [power, entry.title, entry.scope, entry.limit]
        desk.say(f"  {entry.code}  " + " · ".join(str(part) for part in parts if str(part)))
    for kpi in sheet.kpis:
        desk.say(f"  {kpi.code}  {kpi.title}: {kpi.target}")
    desk.result({
        "version": sheet.version, "effective_from": sheet.effective_from,
        "lists": [
            {"list": str(one.unit), "version": one.version, "effective_from": one.effective_from,
             "published_at": one.published_at, "published_by": one.publisher} for one in sheet.sources
        ],
        "duties": [{"code": d.code, "text": str(d.text), "raci": d.raci} for d in sheet.duties],
        "authority": [
            {"code": e.code, "action": e.action, "title": str(e.title), "scope": str(e.scope), "limit": str(e.limit),
             "prohibits": e.prohibits} for e in sheet.entries
        ],
        "assessment": [{"code": k.code, "title": str(k.title), "target": str(k.target)} for k in sheet.kpis],
    })


@click.command("can", help="Whether the acting account holds any entry for an action, and which one.")
@click.argument("action")
@acting
def can(desk: Desk, action: str) -> None:
    """Exits 1 when it does not. Where and up to how much is decided about the object itself."""
    if action not in desk.house.registry.actions:
        raise NotFound("action.unknown", _("There is no action {action}.", action=action))
    with desk.session() as session:
        decision = decide(session, desk.actor, action)
    desk.result({
        "allowed": decision.allowed, "code": decision.code, "entry": decision.entry,
        "list_version": decision.list_version, "message": str(decision.message),
    })
    if decision.allowed:
        desk.say(decision.message)
    elif desk.as_json:
        raise click.exceptions.Exit(1)
    else:
        raise Failed(f"denied.{decision.code.lower()}", decision.message)
