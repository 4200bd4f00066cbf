"""Pages that look through the lists: entries from any side, and the map of matters by units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access
from core.authority.asked import asked_day
from core.authority.browse import amounts, choices, entries, heat
from core.authority.browse.choices import UnitChoice
from core.authority.readable import READ, readable
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.kernel.house import of as house_of
from core.org.resources import Place
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_browse", __name__, url_prefix="/authority")

FILTERS = ("unit", "matter", "action", "person", "amount")


def tabs(current: str) -> list[dict[str, Any]]:
    """The ways to look at the lists of the organisation, for the head of each of their pages."""
    lines = (
        ("authority.index", _("By unit")), ("authority_browse.index", _("Who may do what")),
        ("authority_browse.matters", _("Who answers for what")),
    )
    return [{"label": label, "url": url_for(name), "current": name == current} for name, label in lines]


def _given() -> dict[str, str]:
    """The filters of the address, as they were written, without those that are empty."""
    found = {name: request.args.get(name, "").strip()[:100] for name in FILTERS}
    return {name: text for name, text in found.items() if text}


def _number() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 100_000))


def _unit(units: Sequence[UnitChoice], code: str, day: date) -> UnitChoice | None:
    if not code:
        return None
    found = next((one for one in units if one.code == code), None)
    if found is None:
        raise NotFound("not_found", _("There is no such unit on {day}, or it is not yours to see.", day=day))
    return found


def _reads_all(session: Session, actor: Actor) -> bool:
    """Whether somebody reads every list there is; who does not is told that there may be more."""
    return allowed(session, actor, READ, Place())


def _options(units: Sequence[UnitChoice]) -> list[tuple[str, str]]:
    return [(one.code, f"{'　' * one.depth}{one.title}") for one in units]


@blueprint.get("/browse")
@access(READ)
def index(session: Session, actor: Actor) -> Page:
    """The entries in force, narrowed by unit, matter, action, person and amount."""
    day, given, number = asked_day(actor), _given(), _number()
    may, registry = readable(session, actor), house_of(session).registry
    units, matters = choices.units(session, actor, day), choices.matters(session, day, may)
    written = choices.patterns(session, day, may)
    key = given.get("action", "")
    asked = entries.Asked(
        day, may, _unit(units, given.get("unit", ""), day), given.get("matter", ""),
        entries.covering(written, key) if key else None, given.get("person", ""),
    )
    problem: Text | str | None = None
    if "amount" in given:
        try:
            asked = replace(asked, terms=amounts.carrying(
                session, registry, day, may, amounts.read(given["amount"]), action=key,
                written=written if asked.actions is None else asked.actions,
            ))  # fmt: skip
        except DomainError as error:
            problem = error.message
    rows, total = entries.page_of(session, actor, asked, number) if problem is None else ([], 0)
    held = entries.holders(session, actor, day, {row.position_id for row in rows if row.position_id is not None})
    asked_for_day = request.args.get("day") or None

    def to(**other: Any) -> str:
        args = {**given, "day": asked_for_day, **other}
        return url_for("authority_browse.index", **{name: value for name, value in args.items() if value})

    first = (number - 1) * entries.PAGE
    return page(
        "authority/browse.html", {"entries": "entries"}, status=422 if problem is not None else 200,
        title=_("Who may do what"), day=day, given=given, problem=problem, keep_day=asked_for_day,
        partly=not _reads_all(session, actor), tabs=tabs("authority_browse.index"), units=_options(units),
        matters=_with_chosen([(matter, f"{text} ({matter})") for matter, text in matters], asked.matter),
        actions=_with_chosen(choices.actions(registry, written), key),
        rows=[(row, _held(row, held)) for row in rows], total=total, first=first + 1, last=first + len(rows),
        previous=to(page=number - 1) if number > 1 else "",
        next=to(page=number + 1) if first + len(rows) < total else "", every=url_for("authority_browse.index"),
        entry=lambda row: url_for("authority.entry", code=row.citation, version=row.version if asked_for_day else None),
        narrow=to, map=url_for("authority_browse.matters", unit=given.get("unit"), day=asked_for_day),
        duties=entries.duties(session, asked) if asked.matter else [],
        boundaries=entries.boundaries(session, asked) if asked.matter else [],
    )


def _held(row: entries.EntryRow, held: dict[int, entries.Held]) -> entries.Held | None:
    """Who holds an entry; None where it is not of a post."""
    if row.position_id is None:
        return None
    return held[row.position_id] if row.by_acting else held[row.position_id].without_acting()


def _with_chosen(options: list[tuple[str, Any]], chosen: str) -> list[tuple[str, Any]]:
    """The options, with one that an address names though no list does, so that the form says what is asked."""
    known = not chosen or any(value == chosen for value, _label in options)
    return options if known else [*options, (chosen, chosen)]


SHOWS: tuple[tuple[heat.Show, Text], ...] = (
    ("all", _("All")), ("clash", _("Claimed twice")), ("gap", _("Nobody answers")),
)


@blueprint.get("/matters")
@access(READ)
def matters(session: Session, actor: Actor) -> Page:
    """The map of matters by units: who answers, what is claimed twice, and what nobody answers for."""
    day, chosen, number = asked_day(actor), request.args.get("unit", ""), _number()
    show: heat.Show = next((name for name, _words in SHOWS if name == request.args.get("show")), "all")
    units = choices.units(session, actor, day)
    unit = _unit(units, chosen, day)
    rows = heat.rows_of(session, actor, day, unit.id if unit is not None else None)
    shown, total = heat.page_of(rows, show, number)
    asked_for_day = request.args.get("day") or None

    def to(**other: Any) -> str:
        args = {"unit": chosen, "show": show if show != "all" else "", "day": asked_for_day, **other}
        return url_for("authority_browse.matters", **{name: value for name, value in args.items() if value})

    def cell(matter: str, code: str = "") -> str:
        """The duties and entries behind a cell, or behind a whole row."""
        return url_for("authority_browse.index", matter=matter, unit=code or chosen or None, day=asked_for_day)

    first = (number - 1) * heat.ROWS
    return page(
        "authority/matters.html", {"map": "map"}, title=_("Who answers for what"), day=day, heat=shown, unit=chosen,
        partly=not _reads_all(session, actor),
        units=_options(units), show=show, keep_day=asked_for_day, url=cell, every=url_for("authority_browse.matters"),
        tabs=tabs("authority_browse.matters"),
        choices=[
            {"label": label, "url": to(show=name if name != "all" else ""), "current": name == show,
             "count": shown.counts[name]} for name, label in SHOWS
        ],
        first=first + 1, last=first + len(shown.rows), total=total,
        previous=to(page=number - 1) if number > 1 else "",
        next=to(page=number + 1) if first + len(shown.rows) < total else "",
    )
