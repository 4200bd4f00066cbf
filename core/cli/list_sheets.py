"""岗位说明书 in Word, on the command line: shown as they were understood, made into posts and drafts when confirmed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.access.calls import require
from core.authority.document import format_list
from core.authority.readable import READ
from core.authority.sheets import Unread, read_sheets
from core.authority.sheets.making import Proposed, make, propose
from core.base import clock
from core.base.errors import DomainError, InputErrors
from core.base.text import catalogue
from core.cli.acting import Desk, Failed, acting
from core.cli.lists import FILE

_ = catalogue("authority")


@click.command("sheets", help="Read job description sheets from a .docx; with -o make posts and drafts of them.")
@click.argument("file", type=FILE)
@click.option("--unit", metavar="CODE", help="Unit of sheets that name none, or none that is there.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day of new posts; today if left out.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path),
              help="Folder for the drafts, one file for each unit; without it nothing is made.")
@click.option("--yes", is_flag=True, help="Do not ask before making anything.")
@acting
def list_sheets(
    desk: Desk, file: Path, unit: str | None, first: datetime | None, output: Path | None, *, yes: bool
) -> None:
    """What was not understood is told with its table and row. Posts with problems stop the making of all."""
    day = first.date() if first else clock.today(desk.actor.zone)
    with desk.session() as session:
        require(session, desk.actor, READ)
        sheets, unread = read_sheets(file.read_bytes())
        found = propose(session, sheets, day, unit=unit)
    for one in found:
        _show(desk, one)
    _show_unread(desk, unread)
    answer: dict[str, Any] = {
        "posts": [
            {"table": one.sheet.table, "row": one.sheet.row, "unit": one.unit, "code": one.code, "title": one.title,
             "grade": one.grade, "headcount": one.headcount, "reports_to": one.reports_to, "is_there": one.is_there,
             "requirements": one.sheet.requirements, "problems": [str(problem) for problem in one.problems],
             "duties": [{"text": duty.text, "standard": duty.standard} for duty in one.sheet.duties]} for one in found
        ],
        "unread": [{"table": one.table, "row": one.row, "text": one.text} for one in unread],
    }
    if not found:
        raise Failed("sheets.none", _("No table of the document names a post (岗位名称)."))
    if output is not None:
        answer |= _made(desk, found, day, output, yes=yes)
    desk.result(answer)


def _show(desk: Desk, one: Proposed) -> None:
    state = _("is there already") if one.is_there else _("new")
    desk.say(_("Table {table}, row {row}: {title} ({code}, {state})", table=one.sheet.table, row=one.sheet.row,
               title=one.title, code=one.code or "–", state=state))
    told = [(_("Unit"), one.unit), (_("Grade"), one.grade), (_("Headcount quota"), one.headcount),
            (_("Reports to"), one.reports_to), (_("Requirements"), " ".join(one.sheet.requirements.split()))]
    for name, value in told:
        if value:
            desk.say(f"    {name}: {value}")
    for duty in one.sheet.duties:
        desk.say(f"    · {duty.text}" + (f" [{duty.standard}]" if duty.standard else ""))
    for problem in one.problems:
        desk.say(f"    ! {problem}")


def _show_unread(desk: Desk, unread: list[Unread]) -> None:
    if unread:
        desk.say(_("Not understood, and not taken over:"))
    for one in unread:
        desk.say(_("Table {table}, row {row}: {text}", table=one.table, row=one.row,
                   text=" ".join(one.text.split())[:60]))


def _made(desk: Desk, found: list[Proposed], day: Any, output: Path, *, yes: bool) -> dict[str, Any]:
    problems = sum(bool(one.problems) for one in found)
    if problems:
        raise DomainError("sheets.problems", _(
            "{count} post has a problem; nothing was made.", "{count} posts have problems; nothing was made.",
            count=problems,
        ))  # fmt: skip
    units = sorted({one.unit for one in found})
    standing = [str(path) for unit in units if (path := output / f"{unit}.yaml").exists()]
    if standing:
        raise DomainError("sheets.output", _("{file} is there already; move it, or name another folder.",
                                             file=standing[0]))
    new = sum(not one.is_there for one in found)
    if not yes and not click.confirm(str(_("Make {posts} and {drafts}?",
                                           posts=_("{count} post", "{count} posts", count=new),
                                           drafts=_("{count} draft", "{count} drafts", count=len(units)))), err=True):
        desk.say(_("Nothing was made."))
        return {"made": [], "files": []}
    with desk.session(write=True) as session:
        try:
            made = make(session, desk.actor, found, day)
        except InputErrors as error:
            raise DomainError(error.code, error.message) from error
        output.mkdir(parents=True, exist_ok=True)
        files = []
        for draft in made.drafts:
            path = output / f"{draft.unit}.yaml"
            path.write_text(format_list(draft), encoding="utf-8", newline="\n")
            files.append(str(path))
    posts = _("{count} post", "{count} posts", count=len(made.posts))
    if files:
        desk.say(_("Made: {posts}. Look through {files}, then import them.", posts=posts, files=", ".join(files)))
    else:
        desk.say(_("Made: {posts}. No duty was read, so there is no draft.", posts=posts))
    return {"made": made.posts, "files": files}
