"""The tree of commands: core's own, and what modules register, under the words they chose.

Core's commands are named here and imported when they are asked for: a command does not wait for what others need.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click

from core.cli import acting, language
from core.cli.outcome import exits

if TYPE_CHECKING:
    from core.kernel.house import House

#: What each first word is for; commands of modules join these groups or bring their own.
GROUPS = {
    "import": "Import people, salaries, punches and more from spreadsheets.",
    "authority": "Duty and authority lists: import, read, check, ask what an account may do.",
    "user": "Accounts that can sign in.",
    "module": "Modules: list, switch on, switch off.",
    "jobs": "Work that outlives a request: list, look at, stop, run again.",
    "schedules": "What starts by itself: list, start now, change its time.",
    "events": "What modules told each other: list, replay or skip what failed.",
    "letters": "Letters about people: issue, find, revoke.",
    "mail": "Mails that Remit sends: try the server.",
    "webhooks": "What other programs are told: list, send a test, send again.",
    "files": "Where files lie: check them, move them to another storage.",
    "audit": "The audit log: verify it, prove and export what it says, who looked at whom.",
    "demo": "The demo company.",
}

#: Groups within groups, by the path of each.
WITHIN = {
    "authority list": "The lists themselves: import, export, print, form, check, test, compare, templates.",
    "authority rates": "Exchange rates by which limits are compared: list, publish, policy.",
    "authority list shadow": "Drafts that run beside the lists in force: start, stop, what they would have turned.",
}

#: Core's own commands by group and word, and where they stand.
OWN: dict[str, dict[str, str]] = {
    "": {
        "init": "core.cli.operate:init", "migrate": "core.cli.operate:migrate", "serve": "core.cli.serving:serve",
        "worker": "core.cli.serving:worker", "live": "core.cli.living:live",
    },
    "authority": {
        "import": "core.cli.lists:list_import", "show": "core.cli.authority:list_show",
        "can": "core.cli.authority:can", "can-i": "core.cli.asking:can_i", "who-can": "core.cli.asking:who",
        "route": "core.cli.asking:route_", "explain": "core.cli.explaining:explain",
        "coverage": "core.cli.coverage:coverage",
    },
    "authority list": {
        "show": "core.cli.authority:list_show",
        **{word: f"core.cli.lists:list_{word}" for word in ("import", "export", "lint")},
        "fmt": "core.cli.lists:list_format", "diff": "core.cli.list_diff:list_diff",
        "print": "core.cli.list_paper:list_print", "test": "core.cli.list_tests:list_test",
        "template": "core.cli.list_templates:list_template", "sheets": "core.cli.list_sheets:list_sheets",
    },
    "authority rates": {word: f"core.cli.rates:rates_{word}" for word in ("list", "publish", "policy")},
    "authority list shadow": {word: f"core.cli.list_shadow:shadow_{word}" for word in ("start", "stop", "show")},
    "user": {"create": "core.cli.people:user_create"},
    "module": {word: f"core.cli.operate:module_{word}" for word in ("list", "on", "off")},
    "jobs": {word: f"core.cli.jobs:jobs_{word}" for word in ("list", "show", "retry", "cancel")},
    "schedules": {word: f"core.cli.schedules:schedules_{word}" for word in ("list", "run", "set")},
    "events": {word: f"core.cli.events:events_{word}" for word in ("list", "replay", "skip")},
    "letters": {word: f"core.cli.letters:letters_{word}" for word in ("issue", "list", "revoke")},
    "mail": {"test": "core.cli.mails:mail_test"},
    "webhooks": {word: f"core.cli.webhooks:webhooks_{word}" for word in ("list", "test", "redeliver")},
    "files": {word: f"core.cli.files:files_{word}" for word in ("check", "move")},
    "audit": {
        "verify": "core.cli.audit:audit_verify", "prove": "core.cli.audit:audit_prove",
        "export": "core.cli.audit:audit_export", "erase": "core.cli.audit:audit_erase",
        "who-looked-at": "core.cli.audit:audit_who_looked_at",
    },
    "demo": {word: f"core.cli.demo:{word}" for word in ("build", "accounts")},
}


def _own(path: str, word: str) -> click.Command:
    """One of core's own commands."""
    place, _colon, name = OWN[path][word].partition(":")
    command: click.Command = getattr(import_module(place), name)
    return command


def _title(house: House, word: str) -> str | None:
    """What a module that groups its commands under its own name is called."""
    module = house.registry.modules.get(word)
    return f"{module.manifest.title.render('en')}." if module and module.manifest else None


class Tree(click.Group):
    """A group whose commands include those of the installed modules, found when they are first asked for."""

    def __init__(self, *args: Any, path: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.path = path

    def _of_modules(self) -> dict[str, click.Command]:
        house = acting.the_house()
        found: dict[str, click.Command] = {}
        if self.path == "import":
            from core.cli import importing

            found.update({command.name or "": command for command in importing.commands(house)})
        specs = house.registry.commands()
        found.update({spec.command.name or "": spec.command for spec in specs if spec.group == self.path})
        for path, told in WITHIN.items():
            above, _space, word = path.rpartition(" ")
            if above == self.path:
                found[word] = Tree(name=word, path=path, help=told)
        if not self.path:
            for word in {*GROUPS, *(spec.group for spec in specs)} - {""}:
                found[word] = Tree(name=word, path=word, help=GROUPS.get(word) or _title(house, word))
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted; without those of modules that are off, and without groups that have no others."""
        house = acting.the_house()
        on = acting.modules_on(house)

        def there(name: str, command: click.Command) -> bool:
            if isinstance(command, Tree):
                return name in OWN or bool(command.list_commands(ctx))
            return acting.owner_of(house, command) in on

        return sorted({
            *OWN.get(self.path, ()), *(name for name, command in self._of_modules().items() if there(name, command))
        })  # fmt: skip

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command by name; core's own ones are found without loading the modules."""
        del ctx
        if cmd_name in OWN.get(self.path, ()):
            return _own(self.path, cmd_name)
        path = f"{self.path} {cmd_name}"
        if path in WITHIN:
            return Tree(name=cmd_name, path=path, help=WITHIN[path])
        if not self.path and cmd_name in GROUPS:
            return Tree(name=cmd_name, path=cmd_name, help=GROUPS[cmd_name])
        return self._of_modules().get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; where a module did not load, an unknown command may be one of its own."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            failed = [name for name, one in acting.the_house().registry.modules.items() if one.state != "loaded"]
            if not failed:
                raise
            told = f"{error.message} Modules that did not load: {', '.join(failed)}; see `remit module list`."
            raise click.UsageError(told, ctx) from None


class Root(Tree):
    """The command ``remit`` itself: whatever goes wrong before a command begins is told like all the rest."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run the command line."""
        if extra.get("obj") is None:
            language.speak_as_the_terminal()
        with exits("--json" in (sys.argv[1:] if args is None else args)):
            return super().main(args, *more, **extra)


@click.group(cls=Root, name="remit")
@click.version_option(version("remit"), prog_name="remit")
@language.option
def remit() -> None:
    """Remit, the modular HR ERP whose duty and authority lists are the permission model."""
