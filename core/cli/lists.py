"""Duty and authority lists as files, on the command line: import, export, put into form, check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from core.access.calls import require
from core.access.decision import Decision, Denied
from core.authority import checks, expecting
from core.authority.document import ListDraft, format_list, located, parse
from core.authority.document.source import comments
from core.authority.drafting import draft_of, misnamed, names_of_posts
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import codes, publish, unknown
from core.authority.readable import READ, readable
from core.authority.starters import MARK, to_change
from core.authority.workbook import from_workbook, to_workbook
from core.base import clock
from core.base.errors import InputErrors, NotFound, Problem
from core.base.text import catalogue
from core.cli.acting import Desk, Failed, acting, plain
from core.exchange.unpack import OLE_MAGIC, ZIP_MAGIC
from core.org.models import Position, Unit
from core.org.services import unit_by_code

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ = catalogue("authority")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)

#: A list that was read, and what its file calls the posts.
Read = tuple[Path, ListDraft, Mapping[str, str]]


@click.command("import", help="Publish lists from YAML files or workbooks, all of them or none.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@acting
def list_import(desk: Desk, files: tuple[Path, ...]) -> None:
    """Read every file first, so that all problems are told at once; then publish in one transaction."""
    told = []
    drafts = read_all(files)
    with desk.session(write=True) as session:
        for file, draft, names in drafts:
            with _in_file(file, several=len(files) > 1):
                wrong = misnamed(session, draft, names)
                if wrong:
                    raise refusal(wrong)
                published, written = publish(session, desk.actor, draft)
            told.append({"list": draft.unit or "-", "version": published.version, "published": written})
    for row in told:
        words = {"unit": row["list"], "version": row["version"]}
        desk.say(
            _("List {unit}, version {version}: published.", **words) if row["published"]
            else _("List {unit}, version {version}: stands already, nothing was written.", **words)
        )
    desk.result(told)


@click.command("export", help="Write a published list as a file; UNIT is its code, or - for the list of all.")
@click.argument("unit")
@click.option("--version", type=click.IntRange(1), help="Which version; by default the one in force, else the last.")
@click.option("--format", "form", type=click.Choice(["yaml", "xlsx"]), help="By default what the file is called.")
@click.option("-o", "--output", type=OUT, help="Where to write it; by default YAML on standard output.")
@acting
def list_export(desk: Desk, unit: str, version: int | None, form: str | None, output: Path | None) -> None:
    """What is written can be changed and imported as the next version."""
    form = form or ("xlsx" if output and output.suffix.lower() == ".xlsx" else "yaml")
    if form == "xlsx" and output is None:
        raise click.UsageError(str(_("A workbook is written to a file: -o FILE.xlsx")))
    with desk.session() as session:
        published = chosen(session, desk, unit, version)
        draft = draft_of(session, published)
        names = names_of_posts(session, draft, clock.today(desk.actor.zone))
        left_out = session.scalar(
            select(AuthorityEntry.code).where(
                AuthorityEntry.list_id == published.id, AuthorityEntry.account_id.is_not(None)
            ).limit(1)
        )
    if left_out:
        click.echo(str(_("The entry {code} of an account is in no file; publishing the next version ends it.",
                         code=left_out)), err=True)
    data = to_workbook(draft, names) if form == "xlsx" else format_list(draft).encode()
    if output is not None:
        output.write_bytes(data)
        desk.say(_("List {unit}, version {version}: written to {file}.", unit=unit, version=draft.version, file=output))
    else:
        desk.say(data.decode().removesuffix("\n"))
    answer = {"list": unit, "version": draft.version, "effective_from": draft.effective_from, "format": form}
    desk.result(answer | ({"file": str(output)} if output else {"text": data.decode()}))


@click.command("fmt", help="Put YAML files of lists into the one form in which two versions compare line by line.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a file is not in that form.")
@plain
def list_format(files: tuple[Path, ...], *, check: bool) -> None:
    """Comments stay above the list; one in the midst of it would be lost, and is refused."""
    found: list[tuple[Path, str, str]] = []
    problems = list[Problem]()
    for file in files:
        try:
            text = _text(file.read_bytes())
            found.append((file, text, _formatted(text)))
        except InputErrors as error:
            problems += named_in(file, error.problems)
    if problems:
        raise refusal(problems)
    changed = [(file, formed) for file, text, formed in found if text != formed]
    for file, formed in changed:
        if not check:
            file.write_text(formed, encoding="utf-8", newline="\n")
        click.echo(str(_("{file}: not in form.", file=file) if check else _("{file}: put into form.", file=file)))
    if check and changed:
        raise Failed("list.form", _("{count} file is not in form; without --check it is put right.",
                                    "{count} files are not in form; without --check they are put right.",
                                    count=len(changed)))


@click.command("lint", help="Tell everything that is wrong with files of lists, with its place; publish nothing.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@acting
def list_lint(desk: Desk, files: tuple[Path, ...]) -> None:
    """What import would refuse for what the files say, whoever imports them."""
    drafts, problems = _read_each(files)
    with desk.session() as session:
        require(session, desk.actor, READ)
        units, positions = codes(session, Unit), codes(session, Position)
        for file, draft, names in drafts:
            wrong = [*unknown(draft, units, positions), *checks.problems(desk.house.registry, draft)]
            wrong = wrong or expecting.problems(session, draft, units, positions)
            problems += named_in(file, [*located(draft.spots, wrong), *misnamed(session, draft, names)])
    if problems:
        raise refusal(problems)
    for file, draft, _names in drafts:
        desk.say(_("{file}: list {unit}, version {version}, is in order.", file=file.name, unit=draft.unit or "-",
                   version=draft.version))
        left = to_change(draft)
        if left:
            desk.say(_("{file}: still marked {mark}: {codes}.", file=file.name, mark=MARK, codes=", ".join(left)))
    desk.result([
        {"file": str(file), "list": draft.unit or "-", "version": draft.version} for file, draft, _names in drafts
    ])


def chosen(session: Session, desk: Desk, unit: str, version: int | None) -> PublishedList:
    """A version of a unit's list that the acting account may read, by default the one in force, else the last."""
    require(session, desk.actor, READ)
    unit_id = None if unit == "-" else unit_by_code(session, unit).id
    own = PublishedList.unit_id.is_(None) if unit_id is None else PublishedList.unit_id == unit_id
    statement = select(PublishedList).where(own).order_by(PublishedList.version.desc())
    found = session.scalars(statement.where(readable(session, desk.actor))).all()
    if not found:
        if session.scalar(statement.limit(1)):
            raise Denied(Decision(False, "OUT_OF_SCOPE", _("This list is not yours to read."), READ))
        raise Failed("list.empty", _("Nothing is published for {code}.", code=unit))
    if version is not None:
        one = next((one for one in found if one.version == version), None)
        if one is None:
            raise NotFound("list.version", _("There is no version {version}; there are {versions}.", version=version,
                                             versions=", ".join(str(one.version) for one in reversed(found))))
        return one
    day = clock.today(desk.actor.zone)
    return next((one for one in found if one.effective_from <= day < one.effective_to), found[0])


# -- files -----------------------------------------------------------------------------------------------------------


def read_file(file: Path) -> Read:
    """A list from a file; the content decides what kind it is, never the name. Raises ``InputErrors``."""
    data = file.read_bytes()
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        book = from_workbook(data, source=file.name)
        return file, book.draft, book.names
    return file, parse(_text(data), source=file.name), {}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise refusal([Problem(_("This is not UTF-8 text."))]) from None


def _read_each(files: tuple[Path, ...]) -> tuple[list[Read], list[Problem]]:
    drafts, problems = list[Read](), list[Problem]()
    for file in files:
        try:
            drafts.append(read_file(file))
        except InputErrors as error:
            problems += named_in(file, error.problems)
    return drafts, problems


def read_all(files: tuple[Path, ...]) -> list[Read]:
    """Lists from files. Raises ``InputErrors`` with the problems of all."""
    drafts, problems = _read_each(files)
    if problems:
        raise refusal(problems)
    return drafts


def _formatted(text: str) -> str:
    draft = parse(text)
    lines = text.split("\n")
    first = next(number for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#"))
    lost = [Problem(_("A comment in the midst of a list would be lost."), number, value=words,
                    remedy=_("Move it above the list, or remove it.")) for number, words in comments(text)
            if number >= first]
    if lost:
        raise refusal(lost)
    return format_list(draft, head=[line.rstrip() for line in lines[:first - 1] if line.startswith("#")])


def named_in(file: Path, problems: list[Problem] | tuple[Problem, ...]) -> list[Problem]:
    """Problems with the file they are in."""
    return [replace(one, column=f"{file.name} {one.column or ''}".strip()) for one in problems]


@contextmanager
def _in_file(file: Path, *, several: bool) -> Iterator[None]:
    """What is refused inside tells the file, where there are several."""
    try:
        yield
    except InputErrors as error:
        if not several:
            raise
        raise InputErrors(error.message, named_in(file, error.problems), error.code) from error


def refusal(problems: list[Problem]) -> InputErrors:
    return InputErrors(
        _("The lists have {count} problem; nothing was published.",
          "The lists have {count} problems; nothing was published.", count=len(problems)),
        problems,
    )
