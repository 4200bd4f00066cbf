"""Two versions of a list compared, on the command line: clause by clause, and what they mean for people."""

from __future__ import annotations

from typing import Any

import click

from core.access.calls import require
from core.authority.diffing import Difference, compare, pair, versions
from core.authority.effects import Effects, Shift, effects
from core.authority.readable import READ
from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.org.services import unit_by_code

_ = catalogue("authority")

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
WORDS = {"gain": _("May do more"), "lose": _("May do less"), "other": _("More in one way, less in another")}


@click.command("diff", help="Compare two versions of a list; UNIT is its code, or - for the list of all.")
@click.argument("unit")
@click.argument("before", type=click.IntRange(0))
@click.argument("after", type=click.IntRange(0))
@click.option("--effects", "with_effects", is_flag=True, help="Also who may do more and who less.")
@acting
def list_diff(desk: Desk, unit: str, before: int, after: int, *, with_effects: bool) -> None:
    """Clause by clause; with effects by post, on the first day of the version named last."""
    with desk.session() as session:
        require(session, desk.actor, READ)
        unit_id = None if unit == "-" else unit_by_code(session, unit).id
        old, new = pair(versions(session, desk.actor, unit_id), before, after)
        difference = compare(session, old, new)
        found = effects(session, desk.actor, old, new) if with_effects else None
        _say(desk, difference, found)
        desk.result(_as_data(unit, difference, found))


def _say(desk: Desk, difference: Difference, found: Effects | None) -> None:
    if difference.empty:
        desk.say(_("Both versions say the same."))
    for name, was, now in difference.basis:
        desk.say(f"~ {name}: {was} -> {now}")
    for section in difference.sections:
        desk.say(f"{section.title} {section.code}".strip())
        for clause in section.clauses:
            desk.say(f"  {SIGNS[clause.state]} {clause.kind} {clause.code}  {clause.title}")
            if clause.state == "changed":
                for name, was, now in clause.columns:
                    desk.say(f"      {name}: {was} -> {now}")
    if found is None:
        return
    desk.say(_("{gain} may do more, {lose} may do less.", gain=_("{count} person", "{count} people", count=found.gain),
               lose=_("{count} person", "{count} people", count=found.lose)))
    for effect in found.posts:
        held = _("{count} person", "{count} people", count=effect.held)
        desk.say(f"{effect.title} {effect.code}".strip() + f" ({held})" + "".join(f" {name}" for name in effect.people))
        for shift in effect.shifts:
            desk.say(f"  {WORDS[shift.kind]}: {shift.title} ({_sentence(shift)})")


def _sentence(shift: Shift) -> str:
    if shift.before is not None and shift.after is not None:
        return f"{shift.before} -> {shift.after}"
    return shift.after if shift.after is not None else str(shift.before)


def _as_data(unit: str, difference: Difference, found: Effects | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "list": unit, "before": difference.before.version, "after": difference.after.version,
        "clauses": [
            {"holder": section.code or str(section.title), "kind": str(clause.kind), "code": clause.code,
             "title": str(clause.title), "state": clause.state,
             "columns": [{"column": str(name), "before": str(was), "after": str(now)}
                         for name, was, now in clause.columns]}
            for section in difference.sections for clause in section.clauses
        ],
    }
    if found is not None:
        told["effects"] = {
            "day": found.day, "gain": found.gain, "lose": found.lose,
            "posts": [
                {"post": effect.code or str(effect.title), "held": effect.held, "people": effect.people,
                 "shifts": [{"entry": shift.citation, "title": str(shift.title), "kind": shift.kind,
                             "before": shift.before, "after": shift.after} for shift in effect.shifts]}
                for effect in found.posts
            ],
        }
    return told
