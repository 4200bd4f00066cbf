"""The tree of commands: core's own, and what modules register, under the words they chose."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import click

from core.cli import acting, authority, demo, importing, operate, people

#: What each first word is for; commands of modules join these groups or bring their own.
GROUPS = {
    "import": "Import people, salaries, punches and more from spreadsheets.",
    "authority": "Duty and authority lists: import, read, ask what an account may do.",
    "user": "Accounts that can sign in.",
    "module": "Modules: list, switch on, switch off.",
    "demo": "The demo company.",
}

OWN: dict[str, list[click.Command]] = {
    "": [operate.init, operate.migrate, operate.serve],
    "authority": [authority.list_import, authority.list_show, authority.can],
    "user": [people.user_create],
    "module": [operate.module_list, operate.module_on, operate.module_off],
    "demo": [demo.build, demo.accounts],
}


class Tree(click.Group):
    """A group whose commands include those of the installed modules, found when they are first asked for."""

    def __init__(self, *args: Any, path: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.path = path

    def _commands(self) -> dict[str, click.Command]:
        found = {command.name or "": command for command in OWN.get(self.path, ())}
        house = acting.the_house()
        if self.path == "import":
            found.update({command.name or "": command for command in importing.commands(house)})
        found.update(
            {spec.command.name or "": spec.command for spec in house.registry.commands() if spec.group == self.path}
        )
        if not self.path:
            words = {*GROUPS, *(spec.group for spec in house.registry.commands())} - {""}
            found.update({word: Tree(name=word, path=word, help=GROUPS.get(word)) for word in words})
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        del ctx
        return sorted(self._commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command by name; core's own top-level ones are found without loading the modules."""
        own = next((command for command in OWN.get(self.path, ()) if command.name == cmd_name), None)
        if own is not None:
            return own
        del ctx
        return self._commands().get(cmd_name)


@click.group(cls=Tree, name="remit")
@click.version_option(version("remit"), prog_name="remit")
def remit() -> None:
    """Remit, the modular HR ERP whose duty and authority lists are the permission model."""
