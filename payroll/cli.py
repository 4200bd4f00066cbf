"""Commands: a month's payroll from calculation to files, and payslips that explain themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click
from sqlalchemy.orm import Session

from payroll.models import Run
from payroll.services import explain, files, look
from payroll.services import run as runs
from payroll.services import slip as slips
from payroll.services.explain import Explained
from payroll.services.present import MASK, tax_row, value_of
from payroll.services.salary import history
from payroll.text import _
from remit.base import Month, format_money
from remit.commands import MONTH, Desk, acting
from remit.specs import CommandSpec
from remit.text import Text, current_locale

_group = click.option("--group", help="Pay group; needed where there are several.")


@click.command("run", help="Calculate the payroll of a work month, such as 2026-10.")
@click.argument("month", type=MONTH)
@_group
@acting
def calculate(desk: Desk, month: Month, group: str | None) -> None:
    """Calculate a month."""
    with desk.progress(_("Payroll {month}", month=month.title)) as bar, desk.session(write=True) as session:
        made = runs.open_run(session, desk.actor, month, group=group)

        def show_progress(done: int, total: int | None, message: Text | str = "") -> None:
            bar(done, total or 100, str(message))

        runs.calculate(session, desk.actor, made, report=show_progress)
        _say_run(desk, session, month, made)


def _say_run(desk: Desk, session: Session, month: Month, run: Run) -> None:
    told = run.id in look.totals_told(session, desk.actor, [run])
    desk.say(
        _("{month}: {state}, {count} payslip, gross {gross}, net {net}, tax {tax}, employer cost {cost}.",
          "{month}: {state}, {count} payslips, gross {gross}, net {net}, tax {tax}, employer cost {cost}.",
          month=month, state=runs.STATE_TITLES[run.state], count=run.slip_count,
          **{name: format_money(amount) if told else MASK for name, amount in (
              ("gross", run.gross), ("net", run.net), ("tax", run.tax), ("cost", run.employer_cost))})
    )  # fmt: skip
    for problem in run.problems or []:
        kind = _("Error") if problem["kind"] == "error" else _("Warning")
        words = problem["text"].get(current_locale()) or problem["text"]["en"]
        desk.say(_("{kind}, {count} person: {text}", "{kind}, {count} people: {text}",
                   kind=kind, count=problem["count"], text=words))  # fmt: skip
    desk.result({
        "run": run.id, "month": str(month), "state": run.state, "slips": run.slip_count,
        **{name: getattr(run, name) if told else None for name in ("gross", "net", "tax", "employer_cost")},
        "errors": run.error_count,
        "warnings": run.warning_count, "problems": run.problems or [],
    })  # fmt: skip


def _step(word: str, text: str) -> click.Command:
    @click.command(word, help=text)
    @click.argument("month", type=MONTH)
    @_group
    @acting
    def step(desk: Desk, month: Month, group: str | None) -> None:
        action, move = runs.STEPS[word]
        with desk.session(write=True) as session:
            found = runs.run_of(session, desk.actor, month, group=group, action=action)
            move(session, desk.actor, found)
            _say_run(desk, session, month, found)

    return step


review = _step("review", "Say that the figures of a month were looked at.")
approve = _step("approve", "Approve the payroll of a month.")
pay = _step("pay", "Say that the payroll of a month has been paid.")
publish = _step("publish", "Let employees see their payslips of a month.")
lock = _step("lock", "Lock the payroll of a month for good.")


@click.command("show", help="Show the payslip of an employee number in a work month.")
@click.argument("employee")
@click.argument("month", type=MONTH)
@click.option("--explain", "explained", is_flag=True, help="With formula, inputs, rates and sources of each line.")
@click.option("--purpose", default="", help="What the amounts of somebody else are needed for; it is recorded.")
@acting
def show(desk: Desk, employee: str, month: Month, explained: bool, purpose: str) -> None:
    """Show one payslip; opening its amounts is on the record."""
    with desk.session(write=True) as session:
        slip, run = slips.slip_of_number(session, desk.actor, employee, month)
        look.reveal(session, desk.actor, slip, purpose or str(_("Payslip shown on the command line")))
        found = explain.explain(session, run, slip)
        name, employee = slips.name_of(session, slip)
    desk.say(_("{name}, {number}, {month}", name=name, number=employee, month=month.title))
    shown = [line for line in found if explained or (line.value and line.kind != "accumulator")]
    if explained:
        for line in shown:
            _say_line(desk, line)
    else:
        desk.table((_("Component"), _("Amount")), [(line.title, line.shown) for line in shown])
    desk.say(_("Gross {gross}, deductions {deductions}, net {net}", gross=format_money(slip.gross),
               deductions=format_money(slip.deductions), net=format_money(slip.net)))  # fmt: skip
    desk.result({
        "employee": employee, "month": str(month), "gross": slip.gross, "deductions": slip.deductions,
        "tax": slip.tax, "net": slip.net, "employer_cost": slip.employer_cost,
        "lines": [_line(line, explained=explained) for line in shown],
    })  # fmt: skip


def _say_line(desk: Desk, line: Explained) -> None:
    desk.say(f"{line.title}  {line.shown}")
    words, figures = (told.get(current_locale(), line.formula) for told in (line.words, line.figures))
    desk.say(f"    = {words}")
    if figures != words and not line.formula.endswith("_due"):
        desk.say(f"    = {figures}")
    if not line.agrees:
        desk.say(_("    This line no longer computes to the stored amount."))
    for basis in line.basis:
        source = f"  [{basis.source}, {basis.valid_from}]" if basis.source else ""
        desk.say(f"    {basis.title}  {tax_row(basis) if basis.facts else value_of(basis)}{source}")
    for one in line.slices:
        desk.say(_("    Days {first} to {last}: {share} of {amount}", first=one.first, last=one.last,
                   share=format_money(one.share), amount=format_money(one.amount)))  # fmt: skip
    if line.source:
        desk.say(f"    {line.source}")


def _line(line: Explained, *, explained: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": line.code, "title": str(line.title), "kind": line.kind, "value": line.value, "type": line.type,
    }
    if explained:
        told |= {
            "formula": line.formula, "figures": line.figures.get(current_locale()), "source": line.source,
            "agrees": line.agrees,
            "basis": [
                {"code": one.code, "kind": one.kind, "shown": one.shown, "source": one.source,
                 "valid_from": one.valid_from, "place": one.place, "facts": dict(one.facts)}
                for one in line.basis
            ],
            "slices": [
                {"first": one.first, "last": one.last, "amount": one.amount, "share": one.share} for one in line.slices
            ],
        }  # fmt: skip
    return told


@click.command("salary", help="Show the agreed salary of an employee number and how it changed.")
@click.argument("employee")
@acting
def salary(desk: Desk, employee: str) -> None:
    """Show the salary history of somebody."""
    with desk.session() as session:
        rows = history(session, desk.actor, employee)
    desk.table(
        (_("Component"), _("Valid from"), _("Valid to"), _("Amount")),
        [(title, row.valid_from, row.valid_to, format_money(row.amount)) for title, row in rows],
    )
    desk.say(_("{number}: {count} salary row", "{number}: {count} salary rows", number=employee, count=len(rows)))
    desk.result([
        {"component": str(title), "valid_from": str(row.valid_from), "valid_to": str(row.valid_to),
         "amount": row.amount}
        for title, row in rows
    ])  # fmt: skip


@click.command("export", help="Write the bank file or the tax file of an approved month.")
@click.argument("purpose", type=click.Choice(["bank", "tax"]))
@click.argument("month", type=MONTH)
@click.option("--layout", help="Layout of the file, such as bank_generic; the first one known by default.")
@click.option("--as-kind", "extension", help="xlsx, csv or txt, as the layout allows.")
@click.option("--output", type=click.Path(path_type=Path), help="File or folder to write to; here by default.")
@_group
@acting
def export(
    desk: Desk, purpose: Literal["bank", "tax"], month: Month, layout: str | None, extension: str | None,
    output: Path | None, group: str | None,
) -> None:  # fmt: skip
    """Write a file."""
    with desk.session(write=True) as session:
        run = runs.run_of(session, desk.actor, month, group=group)
        made = files.export(session, desk.actor, run, purpose, layout=layout, extension=extension)
        target = output if output is not None and not output.is_dir() else (output or Path()) / made.name
        target.write_bytes(made.data)
    desk.say(_("{file}: {count} row, {total} in all.", "{file}: {count} rows, {total} in all.",
               file=target, count=made.count, total=format_money(made.total)))
    desk.result({"file": str(target), "rows": made.count, "total": made.total})


COMMANDS = [
    CommandSpec("payroll", command)
    for command in (calculate, review, approve, pay, publish, lock, show, salary, export)
]
