"""The review of a run as its page draws it: steps, figures, table, filters, the reasons of one slip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from payroll.models import Run, RunStep
from payroll.rules.states import ORDER
from payroll.services.present import MASK, percent, rise
from payroll.services.review import KINDS, PAGE, Asked, Review, ReviewRow
from payroll.text import _
from remit.base import Actor, div_round, format_money, minor_per_major
from remit.text import Text, current_locale

_STEPS: tuple[tuple[str, Text], ...] = (
    ("calculated", _("Calculate")), ("reviewed", _("Review")), ("approved", _("Approve")), ("paid", _("Pay")),
    ("published", _("Publish")), ("locked", _("Lock")),
)  # fmt: skip
_FILTERS: dict[str, Text] = {
    "all": _("All"), "problems": _("With notes"), "joiners": _("Joiners"), "leavers": _("Leavers"),
}  # fmt: skip
#: From here on, in millionths, a change against last month is set off for the eye.
FAR = 150_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where the reader is in a run; ``at`` is the same place with something else chosen."""

    run_id: int
    asked: Asked
    slip: int | None = None

    def at(self, *, slip: int | None = None, anchor: str | None = None, **changes: Any) -> str:
        """The address of this view with changes; another filter or order begins on its first page."""
        asked = replace(self.asked, **{"page": 1, **changes})
        told: dict[str, Any] = {
            "show": asked.kind if asked.kind != "all" else None, "page": asked.page if asked.page > 1 else None,
            "unit": asked.unit, "sort": asked.sort if asked.sort != "number" else None,
            "amounts": "covered" if asked.covered else None, "slip": slip,
        }  # fmt: skip
        chosen = {name: value for name, value in told.items() if value is not None}
        return url_for("payroll.run", run_id=self.run_id, _anchor=anchor, **chosen)

    def here(self, **changes: Any) -> str:
        """This very view, with the chosen slip."""
        return self.at(slip=self.slip, page=self.asked.page, **changes)


def steps(
    run: Run, taken: Mapping[str, RunStep], actor: Actor, *, running: bool, waits: str
) -> list[dict[str, Any]]:
    """The way of a run: who did what when, by what right, and under the next step what it waits for."""
    at = 0 if running else ORDER.index(run.state)
    found: list[dict[str, Any]] = []
    for state, title in _STEPS:
        place = ORDER.index(state)
        way = "done" if place <= at else "now" if place == at + 1 else ""
        step = taken.get(state) if way == "done" else None
        sub: Markup | str = _told(step, actor) if step is not None else ""
        if way == "now":
            sub = str(_("Being calculated")) if running else waits
        found.append({"label": title, "sub": sub, "state": way})
    return found


def _told(step: RunStep, actor: Actor) -> Markup | str:
    """Who took a step and when, and under it the entry of the list he did it by."""
    said = f"{_by(step)} {_when(step.at, actor)}"
    return Markup("{}<br>{}").format(said, _entry(step)) if step.entry else said


def _by(step: RunStep) -> str:
    """Who took a step; work of the product itself has no account."""
    return step.name if step.account_id is not None else str(_("The system"))


def _entry(step: RunStep) -> Markup:
    """The entry a step was taken by, with the way to it in the version of the list that was in force."""
    url = url_for("authority.entry", code=step.entry, version=step.list_version)
    return Markup('<a href="{}">{}</a>').format(url, step.entry)


def past(steps: Sequence[RunStep], actor: Actor) -> list[dict[str, Any]]:
    """Every step that was ever taken, the last one first, as rows of a table."""
    titles = dict(_STEPS)
    return [
        {
            "title": titles[step.state], "name": _by(step), "at": _when(step.at, actor, year=True),
            "entry": _entry(step) if step.entry else "–",
            "version": step.list_version if step.list_version is not None else "–",
            "task": step.task_id,
            "withdrawn": _when(step.withdrawn_at, actor, year=True) if step.withdrawn_at is not None else "",
        }
        for step in reversed(steps)
    ]  # fmt: skip


def _when(moment: datetime, actor: Actor, *, year: bool = False) -> str:
    return f"{moment.astimezone(ZoneInfo(actor.zone)):{'%Y-%m-%d' if year else '%m-%d'} %H:%M}"


def waits(posts: Sequence[str]) -> str:
    """Whom a step waits for."""
    between = "、" if current_locale() == "zh_CN" else " / "
    return str(_("Waits for {posts}", posts=between.join(posts))) if posts else ""


def figures(shown: Review) -> list[dict[str, Any]]:
    """The totals of the run, with what changed; dots where they would tell of few people."""
    run, before = shown.run, shown.before if shown.before is not None and shown.before.id in shown.told else None
    told = run.id in shown.told
    pairs = (
        (_("Gross pay"), run.gross, before.gross if before else 0),
        (_("Net pay"), run.net, before.net if before else 0),
        (_("Employer cost"), run.employer_cost, before.employer_cost if before else 0),
        (_("Cost per head"), _per_head(run), _per_head(before) if before else 0),
    )  # fmt: skip
    found: list[dict[str, Any]] = [
        {"label": label, "value": whole(now, run.currency), **_delta(now, then)} if told
        else {"label": label, "value": MASK} for label, now, then in pairs
    ]
    notes = run.error_count + run.warning_count
    return [*found, {"label": _("Notes"), "value": str(notes), "note": str(_("of {count} person", "of {count} people",
                                                                              count=run.slip_count))}]  # fmt: skip


def _per_head(run: Run) -> int:
    return div_round(run.employer_cost, run.slip_count) if run.slip_count else 0


def _delta(now: int, then: int) -> dict[str, str]:
    if not then:
        return {}
    return {
        "delta": rise(now, then), "trend": "up" if now > then else "down" if now < then
        else "flat",
    }  # fmt: skip


def whole(minor: int | None, currency: str = "") -> str:
    """An amount without its cents, as tables of many show it; the exact one stands in the reasons beside it."""
    if minor is None:
        return MASK
    if not minor and not currency:
        return "–"
    one = minor_per_major(currency or "CNY")
    said = format_money(div_round(minor, one) * one, currency=currency or "CNY", symbol=bool(currency))
    return said.removesuffix(".00")


def columns(shown: Review, address: Address) -> list[dict[str, Any]]:
    """Employee, the headings of the run that hold an amount, net, change; who may open nothing sees no amounts."""
    who = {"label": _("Employee"), **_sort(shown, address, "name", always=True)}
    if not shown.may_open:
        return [who, {"label": _("Employee number")}, {"label": _("Notes")}]
    money = [
        {"label": str(one.title), "align": "right", "spare": True, **_sort(shown, address, one.code)}
        for one in used(shown)
    ]  # fmt: skip
    net = {"label": _("Net pay"), "align": "right", "strong": True, **_sort(shown, address, "net")}
    change = {"label": _("Change"), "align": "right", **_sort(shown, address, "change")}
    return [who, *money, net, *([change] if shown.open and shown.before else [])]


def used(shown: Review) -> list[Any]:
    """The headings with an amount on this page; all of them while amounts are masked."""
    rows = [row for row in shown.rows if row.shown]
    return [one for one in shown.headings if not rows or any(row.sums[one.code] for row in rows)]


def _sort(shown: Review, address: Address, key: str, *, always: bool = False) -> dict[str, Any]:
    if not (shown.sortable or always):
        return {}
    now = {key: "asc", f"-{key}": "desc"}.get(shown.asked.sort)
    following = key if (now == "desc" or (now is None and always)) else f"-{key}"
    return {"sort": address.at(sort=following), "sorted": now}


def rows(shown: Review, address: Address) -> list[dict[str, Any]]:
    """A line for each slip, in the shape of the template."""
    return [
        {
            "who": {"name": row.name, "id": row.person_id}, "sub": row.unit or row.number, "number": row.number,
            "url": address.at(slip=row.slip_id, page=shown.asked.page, anchor="panel"), "notes": row.problems,
            "sums": _sums(shown, row), "net": format_money(row.net) if row.net is not None else MASK,
            "change": percent(row.change), "far": row.change is not None and abs(row.change) >= FAR,
            "current": row.slip_id == address.slip,
        }
        for row in shown.rows
    ]  # fmt: skip


def _sums(shown: Review, row: ReviewRow) -> list[str]:
    return [whole(row.sums[one.code]) if row.shown else MASK for one in used(shown)]


def filters(shown: Review, address: Address) -> list[dict[str, Any]]:
    """The choice of kinds of people."""
    return [
        {"label": _FILTERS[one], "count": shown.counts[one], "current": one == shown.asked.kind,
         "url": address.at(kind=one)}
        for one in KINDS
    ]  # fmt: skip


def units(shown: Review, address: Address) -> list[dict[str, Any]]:
    """The choice of a unit, as a menu."""
    return [
        {"label": _("All units"), "url": address.at(unit=None)},
        *({"label": f"{title} {count}", "url": address.at(unit=unit)} for unit, title, count in shown.units),
    ]  # fmt: skip


def unit_name(shown: Review) -> str:
    """The unit that is shown alone."""
    return next((title for unit, title, _count in shown.units if unit == shown.asked.unit), "")


def pager(shown: Review, address: Address) -> dict[str, Any]:
    """Which rows are shown, and the way to the others."""
    number = shown.asked.page
    first = (number - 1) * PAGE + 1
    return {
        "first": min(first, shown.total), "last": min(first + PAGE - 1, shown.total), "total": shown.total,
        "previous_url": address.at(page=number - 1) if number > 1 else "",
        "next_url": address.at(page=number + 1) if number < shown.last_page else "",
    }  # fmt: skip
