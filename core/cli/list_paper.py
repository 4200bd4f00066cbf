"""Published lists on paper, on the command line: a sheet for each post."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import select

from core.authority.document.formatting import posts
from core.authority.drafting import draft_of
from core.authority.paper.content import sheets_of
from core.authority.readable import readable
from core.base import clock
from core.base.errors import NotFound
from core.base.text import catalogue
from core.cli.acting import Desk, Failed, acting
from core.cli.lists import OUT, chosen
from core.org.models import Position

_ = catalogue("authority")


@click.command("print", help="Write the sheets of a list's posts as a PDF; UNIT is its code, or - for the list of all.")
@click.argument("unit")
@click.option("--position", help="Only the post of this code.")
@click.option("--version", type=click.IntRange(1), help="Which version; by default the one in force, else the last.")
@click.option("-o", "--output", type=OUT, required=True, help="Where to write it.")
@acting
def list_print(desk: Desk, unit: str, position: str | None, version: int | None, output: Path) -> None:
    """What is in force for each post while the version is: today, else the nearest day of it."""
    from core.authority.paper.drawing import render  # fonts take their time to load

    with desk.session() as session:
        published = chosen(session, desk, unit, version)
        codes = posts(draft_of(session, published))
        if position is not None:
            if position not in codes:
                raise NotFound("list.position", _("The list {unit}, version {version}, does not speak of the position "
                                                  "{code}.", unit=unit, version=published.version, code=position))
            codes = [position]
        ids = {code: key for key, code in session.execute(
            select(Position.id, Position.code).where(Position.code.in_(codes)))}
        day = min(max(clock.today(desk.actor.zone), published.effective_from),
                  published.effective_to - timedelta(days=1))
        sheets = sheets_of(session, [ids[code] for code in codes], day, readable(session, desk.actor))
        if not sheets:
            raise Failed("list.no_posts", _("The list {unit}, version {version}, names no post that is there on {day}.",
                                            unit=unit, version=published.version, day=day))
        output.write_bytes(render(sheets))
        number = published.version
    desk.say(_("List {unit}, version {version}: {count} sheet written to {file}.",
               "List {unit}, version {version}: {count} sheets written to {file}.", unit=unit, version=number,
               count=len(sheets), file=output))
    desk.result({"list": unit, "version": number, "day": day, "posts": [sheet.code for sheet in sheets],
                 "file": str(output)})
