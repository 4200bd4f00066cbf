"""What lists are expected to answer, asked on the command line before they are published."""

from __future__ import annotations

from pathlib import Path

import click

from core.access.calls import require
from core.authority import checks, expecting
from core.authority.document import located
from core.authority.drafting import misnamed
from core.authority.publish import codes, unknown
from core.authority.readable import READ
from core.base.errors import Problem
from core.base.text import catalogue
from core.cli.acting import Desk, Failed, acting
from core.cli.lists import FILE, named_in, read_all, refusal
from core.org.models import Position, Unit

_ = catalogue("authority")


@click.command("test", help="Ask what lists are expected to answer, as if they were in force; publish nothing.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@acting
def list_test(desk: Desk, files: tuple[Path, ...]) -> None:
    """A sentence for each expectation; exit code 1 where something else came than was expected."""
    told, failed = [], 0
    drafts = read_all(files)
    with desk.session() as session:
        require(session, desk.actor, READ)
        units, positions = codes(session, Unit), codes(session, Position)
        problems = list[Problem]()
        for file, draft, names in drafts:
            wrong = [*unknown(draft, units, positions), *checks.problems(desk.house.registry, draft)]
            problems += named_in(file, [*located(draft.spots, wrong), *misnamed(session, draft, names)])
        if problems:
            raise refusal(problems)
        for file, draft, _names in drafts:
            results = expecting.run(session, draft, units, positions)
            failed += sum(one.state == expecting.FAILED for one in results)
            for one in results:
                desk.say(_("{file} {number}. {state}: {question} {sentence}", file=file.name, number=one.number,
                           state=one.state_title, question=one.question, sentence=one.sentence))
            if not results:
                desk.say(_("{file}: nothing is expected of this list.", file=file.name))
            told += [{
                "file": str(file), "list": draft.unit or "-", "version": draft.version, "number": one.number,
                "state": one.state, "question": str(one.question), "sentence": str(one.sentence),
            } for one in results]  # fmt: skip
    desk.result(told)
    if failed and desk.as_json:
        raise click.exceptions.Exit(1)
    if failed:
        raise Failed("list.tests", _("{count} expectation is not met.", "{count} expectations are not met.",
                                     count=failed))
