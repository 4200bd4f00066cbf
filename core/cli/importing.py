"""``remit import KIND FILE``: one command for each file that the house can import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.base.errors import InputErrors
from core.base.text import Text, catalogue
from core.cli.acting import Desk, OwnedCommand, acting
from core.exchange.importing import Exchange, import_file

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("cli")


def commands(house: House) -> list[click.Command]:
    """An import command for each registered exchange."""
    return [command_for(one.item, one.owner) for one in house.registry.items.get("exchanges", ())]


def command_for(exchange: Exchange, owner: str) -> click.Command:
    """The command that imports one kind of file, which the module ``owner`` knows."""

    @click.command(exchange.name, cls=OwnedCommand, help=f"{exchange.title} (xlsx or csv).")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Report every bad row and column, write nothing.")
    @acting
    def command(desk: Desk, file: Path, dry_run: bool, **chosen: bool) -> None:
        with desk.progress(file.name) as bar:

            def show(done: int, total: int | None, message: Text | str = "") -> None:
                bar(done, total or 100, str(message))

            report = import_file(
                desk.house, desk.actor, exchange, file.read_bytes(), name=file.name, dry=dry_run,
                options=[name for name, wanted in chosen.items() if wanted], report=show,
            )
        for warning in report.warnings:
            desk.say(warning.sentence())
        if not report.ok:
            raise InputErrors(report.summary(), report.problems)
        desk.say(report.summary())
        desk.result(report.rendered())

    for option in exchange.options:
        flag = f"--{option.name.replace('_', '-')}"
        command = click.option(flag, option.name, is_flag=True, help=str(option.title))(command)
    command.owner = owner
    return command
