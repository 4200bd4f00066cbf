"""The storage of files on the command line: checking it, and moving to another one."""

from __future__ import annotations

import click

from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.cli.outcome import Failed
from core.files import retention

_ = catalogue("cli")

SHOWN = 20


@click.command("check", help="Compare what is known about files with what lies in the storage.")
@acting
def files_check(desk: Desk) -> None:
    """Missing bytes end with exit code 1."""
    with desk.session() as session:
        found = retention.check(session, desk.actor)
    desk.result({"files": found.files, "missing": found.missing, "orphans": found.orphans})
    if found.missing:
        numbers = ", ".join(map(str, found.missing[:SHOWN])) + (" ..." if len(found.missing) > SHOWN else "")
        raise Failed("files.missing", _(
            "{count} file has lost its bytes: {numbers}. Restore the storage from a backup.",
            "{count} files have lost their bytes: {numbers}. Restore the storage from a backup.",
            count=len(found.missing), numbers=numbers,
        ))  # fmt: skip
    desk.say(_("{count} file is where it should be.", "{count} files are where they should be.", count=found.files))
    if found.orphans:
        desk.say(_(
            "{count} object in the storage belongs to no file; it is removed when it is a day old.",
            "{count} objects in the storage belong to no file; they are removed when they are a day old.",
            count=found.orphans,
        ))  # fmt: skip


@click.command("move", help="Bring all files into another storage; what was cut off goes on when it is called again.")
@click.option("--to", "url", required=True, metavar="URL", help="Empty for the folder, or s3://bucket/prefix?endpoint=URL.")
@acting
def files_move(desk: Desk, url: str) -> None:
    """New files go where REMIT_FILES_URL says."""
    moved = retention.move(desk.house, desk.actor, url)
    desk.say(_("{count} file was moved.", "{count} files were moved.", count=moved))
    if desk.house.config.files_url != url:
        desk.say(_("New files still go elsewhere: set REMIT_FILES_URL and start Remit again."))
    desk.result({"moved": moved})
