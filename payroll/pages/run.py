"""Runs: the list, the review of one, and its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from payroll import actions
from payroll.models import Run, RunStep, Slip
from payroll.pages import review as drawn
from payroll.pages.blueprint import blueprint
from payroll.pages.review import Address
from payroll.rules.states import MOVES, reached
from payroll.services import approval, calculation, explain, files, look, steps
from payroll.services import run as services
from payroll.services.present import MASK, explained, parts
from payroll.services.review import KINDS, Asked, Review, review, runs_list
from payroll.services.slip import name_of
from payroll.text import _
from remit.base import Actor, Month, NotFound, clock, format_money
from remit.jobs import JobRow, progress_of
from remit.services import allowed, allowed_actions, held_by, least_people, load
from remit.text import Text
from remit.web import Page, access, disposition, flash, local_path, page, redirect_to

#: Where a run may go from a state, as buttons: word, title, icon.
_BUTTONS: dict[str, tuple[str, Text, str]] = {
    "calculated": ("review", _("Finish review"), "clipboard-check"),
    "approved": ("pay", _("Record payment"), "credit-card"),
    "paid": ("publish", _("Publish payslips"), "send"),
    "published": ("lock", _("Lock month"), "lock"),
}
#: What amounts are usually looked at for in a state.
_PURPOSES: dict[str, Text] = {"calculated": _("Payroll review"), "reviewed": _("Payroll approval")}
_LARGEST = 2**63


@blueprint.get("/runs")
@access(actions.RUN_READ)
def runs(session: Session, actor: Actor) -> Page:
    """All runs one may see, and the month that comes next."""
    found = runs_list(session, actor)
    following = found[0][1].next() if found else Month.of(clock.today(actor.zone)).previous()
    return page(
        "payroll/runs.html", title=_("Payroll"), runs=found, mask=MASK,
        told=look.totals_told(session, actor, [row[0] for row in found]), next_month=following, state=_state,
        may_calculate=allowed(session, actor, actions.CALCULATE),
    )  # fmt: skip


@blueprint.post("/runs")
@access(actions.CALCULATE)
def start(session: Session, actor: Actor) -> Response:
    """Have a month calculated, making its run when there is none."""
    run = services.open_run(session, actor, Month.parse(request.form.get("month", "")))
    calculation.ask(session, actor, run)
    return redirect_to("payroll.run", run_id=run.id)


@blueprint.get("/runs/<id:run_id>")
@access(actions.RUN_READ, opens=True)
def run(session: Session, actor: Actor, run_id: int) -> Page:
    """The review of a run: steps, figures, slips, and the reasons of the chosen one."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    asked = _asked(request.args)
    shown = review(session, actor, found, asked)
    job = calculation.latest(session, found) if "calculated" in MOVES[found.state] else None
    running = job is not None and not job.ended
    address = Address(run_id, asked, _number(request.args, "slip"))
    past = steps.history(session, [found.id])[found.id]
    taken = steps.standing(past)
    may = _may(session, actor, found, running=running)
    button = _BUTTONS.get(found.state)
    asked_now = approval.of_run(session, actor, found, may_review=found.state == "calculated" and may["step"])
    waits = asked_now.waits or ("" if button is None or may["step"] or running else drawn.waits(
        held_by(session, actor, services.STEPS[button[0]][0])))  # fmt: skip
    return page(
        "payroll/run.html", {"slips": "slips", "panel": "panel"}, title=_title(shown.month),
        crumb=[(_("Payroll"), url_for("payroll.runs"))], review=shown, run=found, state=_state(found.state),
        address=address, may=may, button=button,
        approval=asked_now, confirm=_confirm(shown, button), told=found.id in shown.told,
        least=least_people(session), purpose=_PURPOSES.get(found.state, _("Payroll enquiry")),
        steps=drawn.steps(found, taken, actor, running=running, waits=str(waits)), past=drawn.past(past, actor),
        calculated=reached(found.state, "calculated"), approved=reached(found.state, "approved"),
        figures=drawn.figures(shown), columns=drawn.columns(shown, address), rows=drawn.rows(shown, address),
        filters=drawn.filters(shown, address),
        units=drawn.units(shown, address), unit_name=drawn.unit_name(shown), pager=drawn.pager(shown, address),
        panel=_panel(session, actor, found, address.slip, shown), **_work(session, job, taken),
        bank=files.formats_of(session, shown.country, "bank"), tax=files.formats_of(session, shown.country, "tax"),
    )  # fmt: skip


@blueprint.get("/runs/<id:run_id>/progress")
@access(actions.RUN_READ)
def progress(session: Session, actor: Actor, run_id: int) -> Page | Response:
    """How far the calculation of a run is; its page asks every second, and is shown again when it has ended."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    job = calculation.latest(session, found)
    if job is None or job.ended:
        return redirect_to("payroll.run", run_id=run_id)
    return page(
        "payroll/calculating.html", {"calculation": "progress"}, title=_("Being calculated"),
        crumb=[(_("Payroll"), url_for("payroll.runs"))], run=found, job=job,
        progress=progress_of(session, job),
    )  # fmt: skip


@blueprint.post("/runs/<id:run_id>/calculate")
@access(actions.CALCULATE)
def calculate(session: Session, actor: Actor, run_id: int) -> Response:
    """Have a run calculated again."""
    calculation.ask(session, actor, load(session, actor, actions.CALCULATE, Run, run_id))
    return redirect_to("payroll.run", run_id=run_id)


@blueprint.post("/runs/<id:run_id>/amounts")
@access(actions.SLIP_REVEAL)
def amounts(session: Session, actor: Actor, run_id: int) -> Response:
    """Open the amounts of a run for a while, on the record."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    look.open_run(session, actor, found, request.form.get("purpose", ""))
    return redirect_to(local_path(request.form.get("next")) or f"/payroll/runs/{run_id}")


@blueprint.post("/runs/<id:run_id>/<word>")
@access(actions.RUN_READ)
def step(session: Session, actor: Actor, run_id: int, word: str) -> Response:
    """Take a run one step further."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    if word not in services.STEPS:
        raise NotFound("payroll.step", _("A payroll has no such step."))
    services.STEPS[word][1](session, actor, found)
    flash(_("The payroll is now: {state}.", state=services.STATE_TITLES[found.state]))
    return redirect_to("payroll.run", run_id=run_id)


@blueprint.post("/runs/<id:run_id>/export/<word>")
@access(actions.RUN_READ)
def export(session: Session, actor: Actor, run_id: int, word: str) -> Response:
    """A file for the bank or the tax client; writing it is on the record, hence POST."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    if word not in ("bank", "tax"):
        raise NotFound("payroll.file", _("There is no such file."))
    purpose: files.Purpose = "bank" if word == "bank" else "tax"
    made = files.export(session, actor, found, purpose, layout=request.form.get("layout") or None)
    response = Response(made.data, mimetype=made.media)
    response.headers["Content-Disposition"] = disposition(made.name)
    return response


def _asked(args: MultiDict[str, str]) -> Asked:
    """What the address asks for; what makes no sense is left out."""
    return Asked(
        kind=next((one for one in KINDS if one == args.get("show")), "all"),
        page=max(1, min(args.get("page", 1, type=int), 100_000)), unit=_number(args, "unit"),
        sort=args.get("sort", "number")[:60], covered=args.get("amounts") == "covered",
    )  # fmt: skip


def _number(args: MultiDict[str, str], name: str) -> int | None:
    value = args.get(name, type=int)
    return value if value is not None and 0 < value < _LARGEST else None


def _title(month: Month) -> Text:
    return _("Payroll {month}", month=month.title)


def _state(state: str) -> str:
    """The word that ``ui.status`` knows a state by."""
    return "pending" if state == "draft" else state


def _work(session: Session, job: JobRow | None, taken: Mapping[str, RunStep]) -> dict[str, Any]:
    """The calculation that is under way, or why the last one failed."""
    if job is not None and not job.ended:
        return {"job": job, "progress": progress_of(session, job), "failure": None}
    failure = job.failure if job and calculation.failed(job, taken.get("calculated")) else None
    return {"job": None, "progress": None, "failure": failure}


def _may(session: Session, actor: Actor, run: Run, *, running: bool) -> dict[str, bool]:
    word = _BUTTONS[run.state][0] if run.state in _BUTTONS and not running else None
    again = not running and "calculated" in MOVES[run.state]
    asked = {"bank": actions.EXPORT_BANK, "tax": actions.EXPORT_TAX}
    if again:
        asked["calculate"] = actions.CALCULATE
    if word is not None:
        asked["step"] = services.STEPS[word][0]
    may = allowed_actions(session, actor, asked.values(), run)
    return {"calculate": False, "step": False} | {name: may[action] for name, action in asked.items()}


def _confirm(shown: Review, button: tuple[str, Text, str] | None) -> Text | str:
    """What is asked before a step that cannot be taken back lightly."""
    run = shown.run
    net = format_money(run.net, currency=run.currency, symbol=True) if run.id in shown.told else MASK
    asked: dict[str, Text] = {
        "pay": _("Record that {net} were paid to {count} person?",
                 "Record that {net} were paid to {count} people?", net=net, count=run.slip_count),
        "publish": _("Everybody sees his payslip then. Publish {count} payslip?",
                     "Everybody sees his payslip then. Publish {count} payslips?", count=run.slip_count),
        "lock": _("A locked month can never change again."),
    }
    return asked.get(button[0], "") if button is not None else ""


def _panel(session: Session, actor: Actor, run: Run, chosen: int | None, shown: Review) -> dict[str, Any] | None:
    """The reasons of one slip beside the table; by default of the first one. Masked where its amounts are."""
    identity = chosen or (shown.rows[0].slip_id if shown.rows else None)
    if identity is None:
        return None
    slip = shown.slips.get(identity) or load(session, actor, actions.SLIP_READ, Slip, identity)
    if slip.run_id != run.id:
        raise NotFound("payroll.other_run", _("This payslip belongs to another payroll."))
    row = next((row for row in shown.rows if row.slip_id == slip.id), None)
    is_open = row.shown if row else shown.open and slip.id in look.shown_of(session, actor, [slip.id])
    told = (explain.explain if is_open else explain.outline)(session, run, slip, shown.columns)
    by_part = parts(told)
    net = format_money(slip.net, currency=run.currency, symbol=True) if is_open else MASK
    return {
        "name": row.name if row else name_of(session, slip)[0], "slip_id": slip.id, "chosen": chosen is not None,
        "notes": row.problems if row else (), "masked": not is_open, "total": {"label": _("Net pay"), "value": net},
        "lines": explained([*by_part["earning"], *by_part["deduction"]], masked=not is_open),
        "employer": explained(by_part["employer"], masked=not is_open),
    }  # fmt: skip
