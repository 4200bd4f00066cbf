"""Letters on the command line: issue one, find those that were issued, revoke one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from core.access.calls import require
from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.letters import issuing, register, templates
from core.letters.actions import READ, REVOKE
from core.letters.models import LANGUAGES
from core.letters.register import Entry
from core.org.services import employment_by_number

_ = catalogue("cli")


@click.command("issue", help="Issue a letter about the employee of a number and write its PDF.")
@click.argument("kind")
@click.argument("employee")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True,
              help="Language of the letter.")
@click.option("--purpose", default="", help="What the letter is for; printed on it and kept in the register.")
@click.option("--to", "addressee", default="", help="Whom it is addressed to; to whom it may concern by default.")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder to write to; here by default.")
@acting
def letters_issue(
    desk: Desk, kind: str, employee: str, language: str, purpose: str, addressee: str, out: Path | None
) -> None:
    """The same checks as on the page."""
    with desk.session(write=True) as session:
        found = templates.kind_of(session, kind)
        require(session, desk.actor, found.action)
        employment = employment_by_number(session, desk.actor, employee)
        asked = issuing.Request(language, purpose, addressee)
        letter = issuing.issue(session, desk.actor, employment, found, asked)
        data = register.stored(session, letter)
        name = f"{letter.number}.pdf"
        target = out if out is not None and not out.is_dir() else (out or Path()) / name
        target.write_bytes(data)
    desk.say(_("{kind} {number}, check code {code}: {file}", kind=found.title, number=letter.number,
               code=issuing.shown_code(letter.code), file=target))  # fmt: skip
    desk.result({"number": letter.number, "kind": letter.kind, "code": issuing.shown_code(letter.code),
                 "digest": letter.digest, "file": str(target)})  # fmt: skip


@click.command("list", help="The latest letters that were issued.")
@click.argument("words", default="")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@acting
def letters_list(desk: Desk, words: str, limit: int) -> None:
    """Newest first; WORDS are part of a number or of a name."""
    with desk.session() as session:
        require(session, desk.actor, READ)
        rows, _total = register.search(session, desk.actor, words=words, size=limit)
        told = [_told(one) for one in rows]
        lines = [[one["number"], row.kind, one["name"], one["issued_on"], _("Revoked") if row.revoked else _("Valid")]
                 for one, row in zip(told, rows, strict=True)]  # fmt: skip
    if not told:
        desk.say(_("There are no such letters."))
    else:
        desk.table([_("Number"), _("Letter"), _("Name"), _("Issued on"), _("State")], lines)
    desk.result(told)


@click.command("revoke", help="Revoke a letter; whoever verifies it is told so.")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept in the register.")
@acting
def letters_revoke(desk: Desk, number: str, reason: str) -> None:
    """It cannot be undone."""
    with desk.session(write=True) as session:
        letter = register.by_number(session, desk.actor, number, REVOKE)
        register.revoke(session, desk.actor, letter, reason)
    desk.say(_("Letter {number} is revoked.", number=letter.number))
    desk.result({"number": letter.number, "state": "revoked"})


def _told(one: Entry) -> dict[str, Any]:
    return {
        "number": one.letter.number, "kind": one.letter.kind, "name": one.name, "employee": one.employee,
        "language": one.letter.language, "purpose": one.letter.purpose, "issued_on": str(one.letter.issued_on),
        "issued_by": one.letter.issued_by, "state": one.state,
    }
