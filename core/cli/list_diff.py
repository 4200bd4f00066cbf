"""Two versions of a list compared, on the command line: clause by clause, what they mean for people, and what the later
one would have made of last quarter's decisions.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.access.calls import require
from core.authority.diffing import Difference, compare, pair, versions
from core.authority.document import ListDraft
from core.authority.drafting import draft_of
from core.authority.effects import Effects, Shift, effects
from core.authority.publish import publish
from core.authority.readable import READ
from core.authority.replay import Replay, replay
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.cli.lists import read_file
from core.org.services import unit_by_code

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ = catalogue("authority")

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
WORDS = {"gain": _("May do more"), "lose": _("May do less"), "other": _("More in one way, less in another")}
TURNED = {"refused": _("Would be refused"), "allowed": _("Would be allowed"), "routed": _("Would go to somebody else")}


@click.command("diff", help="Compare two versions of a list, or one with a draft; UNIT is its code, - the list of all.")
@click.argument("unit")
@click.argument("before", type=click.IntRange(0))
@click.argument("after")
@click.option("--effects", "with_effects", is_flag=True,
              help="Also who may do more and who less, and which decisions of last quarter would differ.")
@acting
def list_diff(desk: Desk, unit: str, before: int, after: str, *, with_effects: bool) -> None:
    """Clause by clause; with effects by post, on the first day of the version named last.

    AFTER is a version, or the file of a draft, which is published nowhere: it must be fit to be.
    """
    draft = None if after.isdecimal() else _draft(after)
    with desk.session(write=draft is not None) as session:
        require(session, desk.actor, READ)
        unit_id = None if unit == "-" else unit_by_code(session, unit).id
        if draft is not None:
            _suppose(session, unit, draft)
        old, new = pair(versions(session, desk.actor, unit_id), before, draft.version if draft else int(after))
        difference = compare(session, old, new)
        found = effects(session, desk.actor, old, new) if with_effects else None
        past = replay(session, desk.actor, draft or draft_of(session, new)) if with_effects else None
        _say(desk, difference, found)
        if past is not None:
            _say_past(desk, past)
        desk.result(_as_data(unit, difference, found, past))
        session.rollback()


def _draft(after: str) -> ListDraft:
    if not Path(after).is_file():
        raise click.UsageError(str(_("{after} is neither the number of a version nor a file.", after=after)))
    _file, draft, _names = read_file(Path(after))
    return draft


def _suppose(session: Session, unit: str, draft: ListDraft) -> None:
    """Publish a draft in a transaction that is taken back, by the product itself: nobody needs authority to ask."""
    if (draft.unit or "-") != unit:
        raise DomainError("list.unit", _("The draft is the list of {unit}, not of {other}.", unit=draft.unit or "-",
                                         other=unit))
    _list, written = publish(session, Actor.system("a draft is compared with the list in force"), draft)
    if not written:
        raise DomainError("list.order", _("Version {version} is published already; give the draft the next number.",
                                          version=draft.version))


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


def _say_past(desk: Desk, past: Replay) -> None:
    if not past.judged + past.blind:
        desk.say(_("Nothing was decided last quarter about what it says otherwise."))
        return
    desk.say(str(_("Decisions of last quarter that would differ: {count}", count=past.differ)) + str(
        _(" (judged again: {judged}, changed since: {blind})", judged=past.judged, blind=past.blind)))
    for one in past.turned:
        desk.say(f"  {TURNED[one.kind]}: {one.what or one.action} · " + " · ".join(
            str(part) for part in (one.at.date(), one.who, one.entry) if part))
        desk.say(f"      {one.would}" + (f" {_('It would go to: {post}.', post=one.next)}" if one.next else ""))


def _sentence(shift: Shift) -> str:
    if shift.before is not None and shift.after is not None:
        return f"{shift.before} -> {shift.after}"
    return shift.after if shift.after is not None else str(shift.before)


def _as_data(
    unit: str, difference: Difference, found: Effects | None, past: Replay | None
) -> dict[str, Any]:
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
    if past is not None:
        told["replay"] = {
            "since": past.since, "judged": past.judged, "changed_since": past.blind, "differ": past.differ,
            "more": past.more,
            "decisions": [
                {"kind": one.kind, "at": one.at, "who": one.who, "action": str(one.action), "about": str(one.what),
                 "entry": one.entry, "list_version": one.list_version, "code": one.code, "would": str(one.would),
                 "next": str(one.next) if one.next else None} for one in past.turned
            ],
        }
    return told
