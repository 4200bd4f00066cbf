"""Templates of lists, on the command line: which there are, and one as a file with the organisation's codes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from core.access.calls import require
from core.authority.readable import READ
from core.authority.starters import as_file, mapped, starter, starters, to_change
from core.authority.starters.writing import idle_actions
from core.base import clock
from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.cli.lists import OUT
from core.kernel.state import read as modules_on

_ = catalogue("authority")


@click.command("template", help="Tell which templates of lists there are, or write the one of NAME as a file.")
@click.argument("name", required=False)
@click.option("--unit", "units", multiple=True, metavar="CODE=CODE", help="A unit of the template and your own.")
@click.option("--position", "posts", multiple=True, metavar="CODE=CODE", help="A position of it and your own.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day; today if left out.")
@click.option("-o", "--output", type=OUT, help="Where to write it; by default on standard output.")
@acting
def list_template(
    desk: Desk, name: str | None, units: tuple[str, ...], posts: tuple[str, ...], first: datetime | None,
    output: Path | None,
) -> None:
    """What is written is changed and imported; the lines above the list say what to change."""
    with desk.session() as session:
        require(session, desk.actor, READ)
        on = modules_on(session)
    if name is None:
        _tell(desk)
        return
    found = starter(name)
    day = first.date() if first else clock.today(desk.actor.zone)
    draft, named = mapped(found, _pairs("--unit", units), _pairs("--position", posts), day)
    text = as_file(draft, named, desk.house.registry, on)
    if output is not None:
        output.write_text(text, encoding="utf-8", newline="\n")
        desk.say(_("Template {name}: written to {file}. Change what its first lines name, then import it.", name=name,
                   file=output))
    else:
        desk.say(text.removesuffix("\n"))
    answer = {"template": name, "list": draft.unit or "-", "effective_from": draft.effective_from,
              "to_change": to_change(draft), "idle": idle_actions(draft, desk.house.registry, on)}
    desk.result(answer | ({"file": str(output)} if output else {"text": text}))


def _tell(desk: Desk) -> None:
    known = starters().values()
    desk.table(
        [_("Name"), _("Title"), _("Units"), _("Posts"), _("Entries")],
        [[one.name, one.title, len(one.units), len(one.posts), len(one.draft.entries)] for one in known],
    )
    desk.result([
        {"template": one.name, "title": str(one.title), "about": str(one.about), "units": list(one.units),
         "positions": list(one.posts)} for one in known
    ])


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """``CODE=CODE`` as old and new. Raises a usage error for what is written otherwise."""
    found = {}
    for pair in given:
        old, sign, new = (part.strip() for part in pair.partition("="))
        if not (old and sign and new):
            raise click.UsageError(str(_("{option} is written CODE=CODE, as in MKT=YX.", option=option)))
        found[old] = new
    return found
