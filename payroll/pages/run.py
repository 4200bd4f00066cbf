"""Runs: the list, the review of one, and its steps."""

from __future__ import annotations

from typing import Any, get_args

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import Run, Slip
from payroll.pages.blueprint import blueprint
from payroll.rules.states import MOVES, ORDER
from payroll.services import explain, files
from payroll.services import run as services
from payroll.services.present import explained, parts
from payroll.services.review import PAGE, Kind, Review, review, runs_list
from payroll.services.slip import name_of
from payroll.text import _
from remit.base import Actor, Month, clock, format_money
from remit.services import allowed, load
from remit.text import Text
from remit.web import Page, access, flash, page, redirect_to

#: Where a run may go from a state, as buttons: word, title, icon.
_BUTTONS: dict[str, tuple[str, Text, str]] = {
    "calculated": ("review", _("Finish review"), "clipboard-check"),
    "reviewed": ("approve", _("Approve payment"), "check"),
    "approved": ("pay", _("Record payment"), "credit-card"),
    "paid": ("publish", _("Publish payslips"), "send"),
    "published": ("lock", _("Lock month"), "lock"),
}
_STEPS: tuple[tuple[str, Text], ...] = (
    ("calculated", _("Calculate")), ("reviewed", _("Review")), ("approved", _("Approve")), ("paid", _("Pay")),
    ("published", _("Publish")), ("locked", _("Lock")),
)  # fmt: skip
_FILTERS: tuple[tuple[Kind, Text], ...] = (
    ("all", _("All")), ("problems", _("With notes")), ("joiners", _("Joiners")), ("leavers", _("Leavers")),
)  # fmt: skip


@blueprint.get("/runs")
@access(actions.RUN_READ)
def runs(session: Session, actor: Actor) -> Page:
    """All runs one may see, and the month that comes next."""
    found = runs_list(session, actor)
    following = found[0][1].next() if found else Month.of(clock.today(actor.zone)).previous()
    return page(
        "payroll/runs.html", title=_("Payroll"), runs=found, next_month=following,
        may_calculate=allowed(session, actor, actions.CALCULATE), state=_state,
    )


@blueprint.post("/runs")
@access(actions.CALCULATE)
def start(session: Session, actor: Actor) -> Response:
    """Calculate a month, making its run when there is none."""
    run = services.open_run(session, actor, Month.parse(request.form.get("month", "")))
    services.calculate(session, actor, run)
    flash(_("{count} payslips are calculated.", count=run.slip_count))
    return redirect_to("payroll.run", run_id=run.id)


@blueprint.get("/runs/<id:run_id>")
@access(actions.RUN_READ)
def run(session: Session, actor: Actor, run_id: int) -> Page:
    """The review of a run: steps, figures, slips, and the reasons of the chosen one."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    kind: Kind = next((one for one in get_args(Kind) if one == request.args.get("show")), "all")
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    shown = review(session, actor, found, kind=kind, page=number)
    chosen = request.args.get("slip", type=int)
    panel = _panel(session, actor, found, chosen if chosen and 0 < chosen < 2**63 else None, shown)
    return page(
        "payroll/run.html", {"slips": "slips", "panel": "panel"}, title=_title(shown.month), review=shown, run=found,
        state=_state(found.state), steps=_steps(found), figures=_figures(shown), rows=_rows(shown, kind, chosen, actor),
        columns=_columns(shown), filters=_filters(shown, kind, run_id), panel=panel, pager=_pager(shown, kind, run_id),
        may=_may(session, actor, found), button=_BUTTONS.get(found.state),
        problems=[one for one in found.problems or []],
        bank=files.formats_of(session, shown.country, "bank"), tax=files.formats_of(session, shown.country, "tax"),
    )  # fmt: skip


@blueprint.post("/runs/<id:run_id>/calculate")
@access(actions.CALCULATE)
def calculate(session: Session, actor: Actor, run_id: int) -> Response:
    """Calculate a run again."""
    found = load(session, actor, actions.CALCULATE, Run, run_id)
    services.calculate(session, actor, found)
    flash(_("{count} payslips are calculated.", count=found.slip_count))
    return redirect_to("payroll.run", run_id=run_id)


@blueprint.post("/runs/<id:run_id>/<word>")
@access(actions.RUN_READ)
def step(session: Session, actor: Actor, run_id: int, word: str) -> Any:
    """Take a run one step further."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    if word not in services.STEPS:
        return Response(status=404)
    services.STEPS[word][1](session, actor, found)
    flash(_("The payroll is now: {state}.", state=services.STATE_TITLES[found.state]))
    return redirect_to("payroll.run", run_id=run_id)


@blueprint.post("/runs/<id:run_id>/export/<word>")
@access(actions.RUN_READ)
def export(session: Session, actor: Actor, run_id: int, word: str) -> Response:
    """A file for the bank or the tax client; writing it is on the record, hence POST."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    purpose: files.Purpose = "bank" if word == "bank" else "tax"
    made = files.export(session, actor, found, purpose, layout=request.form.get("layout") or None)
    response = Response(made.data, mimetype=made.media)
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


def _title(month: Month) -> Text:
    return _("Payroll {month}", month=str(month))


def _state(state: str) -> str:
    """The word that ``ui.status`` knows a state by."""
    return "pending" if state == "draft" else state


def _may(session: Session, actor: Actor, run: Run) -> dict[str, bool]:
    word = _BUTTONS[run.state][0] if run.state in _BUTTONS else None
    return {
        "calculate": "calculated" in MOVES[run.state] and allowed(session, actor, actions.CALCULATE, run),
        "step": word is not None and allowed(session, actor, services.STEPS[word][0], run),
        "bank": allowed(session, actor, actions.EXPORT_BANK, run),
        "tax": allowed(session, actor, actions.EXPORT_TAX, run),
    }


def _steps(run: Run) -> list[dict[str, Any]]:
    at = ORDER.index(run.state)
    told = {
        "calculated": run.calculated_by, "reviewed": run.reviewed_by, "approved": run.approved_by,
    }  # fmt: skip
    found: list[dict[str, Any]] = []
    for state, title in _STEPS:
        place = ORDER.index(state)
        way = "done" if place <= at else "now" if place == at + 1 else ""
        sub = told.get(state) or ""
        if state == "calculated" and place <= at:
            sub = str(_("{count} payslips", count=run.slip_count))
        if state == "reviewed" and way == "now" and run.warning_count + run.error_count:
            sub = str(_("{count} notes left", count=run.warning_count + run.error_count))
        found.append({"label": title, "sub": sub, "state": way})
    return found


def _figures(shown: Review) -> list[dict[str, Any]]:
    run, before = shown.run, shown.before
    per_head = run.employer_cost // run.slip_count if run.slip_count else 0
    before_head = before.employer_cost // before.slip_count if before and before.slip_count else 0
    pairs = (
        (_("Gross pay"), run.gross, before.gross if before else 0),
        (_("Net pay"), run.net, before.net if before else 0),
        (_("Employer cost"), run.employer_cost, before.employer_cost if before else 0),
        (_("Cost per head"), per_head, before_head),
    )
    figures = [
        {"label": label, "value": format_money(now, symbol=True), **_delta(now, then)} for label, now, then in pairs
    ]
    notes = run.error_count + run.warning_count
    figures.append({
        "label": _("Notes"), "value": str(notes), "note": str(_("of {count} people", count=run.slip_count)),
    })  # fmt: skip
    return figures


def _delta(now: int, then: int) -> dict[str, str]:
    if not then:
        return {}
    change = percent((now - then) * 1_000_000 // then)
    return {"delta": change, "trend": "up" if now > then else "down" if now < then else "flat"}


def percent(millionths: int | None) -> str:
    """A change as people read it: +2.4%."""
    if millionths is None:
        return "–"
    tenths = (abs(millionths) + 500) // 1000
    sign = "+" if millionths > 0 else "−" if millionths < 0 else ""
    return f"{sign if tenths else ''}{tenths // 10}.{tenths % 10}%"


def _columns(shown: Review) -> list[dict[str, Any]]:
    money = [{"key": one.code, "label": str(one.title), "kind": "money0"} for one in shown.columns]
    return [
        {"key": "who", "label": _("Employee"), "kind": "person"},
        {"key": "net", "label": _("Net pay"), "kind": "money", "strong": True},
        {"key": "change", "label": _("Against last month"), "align": "right"}, *money,
    ]  # fmt: skip


def _rows(shown: Review, kind: Kind, chosen: int | None, actor: Actor) -> list[dict[str, Any]]:
    del actor
    kinds = {one.code: one.kind for one in shown.columns}
    found = []
    for row in shown.rows:
        url = url_for("payroll.run", run_id=shown.run.id, show=kind, page=shown.page, slip=row.slip_id)
        amounts = {code: -row.amounts[code] if kinds[code] == "deduction" else row.amounts[code] for code in kinds}
        found.append({
            "who": {"name": row.name, "id": row.person_id, "sub": row.unit or row.number, "url": url},
            "flag": " ".join(row.problems), "net": row.net, "change": percent(row.change),
            "current": row.slip_id == chosen, **amounts,
        })  # fmt: skip
    return found


def _filters(shown: Review, kind: Kind, run_id: int) -> list[dict[str, Any]]:
    return [
        {"label": title, "count": shown.counts[one], "current": one == kind,
         "url": url_for("payroll.run", run_id=run_id, show=one)}
        for one, title in _FILTERS
    ]  # fmt: skip


def _pager(shown: Review, kind: Kind, run_id: int) -> dict[str, Any]:
    first = (shown.page - 1) * PAGE + 1
    where: dict[str, Any] = {"run_id": run_id, "show": kind}
    return {
        "first": min(first, shown.total), "last": min(first + PAGE - 1, shown.total), "total": shown.total,
        "previous_url": url_for("payroll.run", page=shown.page - 1, **where) if shown.page > 1 else "",
        "next_url": url_for("payroll.run", page=shown.page + 1, **where) if shown.page < shown.last_page else "",
    }


def _panel(session: Session, actor: Actor, run: Run, chosen: int | None, shown: Review) -> dict[str, Any] | None:
    """The reasons of one slip beside the table; by default of the first one."""
    identity = chosen or (shown.rows[0].slip_id if shown.rows else None)
    if identity is None:
        return None
    slip = shown.slips.get(identity) or load(session, actor, actions.SLIP_READ, Slip, identity)
    if slip.run_id != run.id:
        return None
    by_part = parts(explain.explain(session, run, slip, shown.all_columns))
    row = next((row for row in shown.rows if row.slip_id == slip.id), None)
    notes = row.problems if row else ()
    return {
        "name": row.name if row else name_of(session, slip)[0], "slip_id": slip.id, "notes": notes,
        "lines": [*explained(by_part["earning"]), *explained(by_part["deduction"])],
        "employer": explained(by_part["employer"]),
        "total": {"label": _("Net pay"), "value": format_money(slip.net, symbol=True)},
    }
