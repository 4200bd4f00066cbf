"""How a command acts: in whose name, in which transaction, and how what happened becomes text and an exit code.

Every business command acts ``--as ACCOUNT`` (or ``REMIT_AS``) and passes through the same authority checks as the
pages. ``@acting`` adds the options and hands the command a ``Desk``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.access.decision import Denied
from core.audit import events
from core.base.actor import Actor
from core.base.errors import DomainError, Usage
from core.base.period import Month
from core.base.text import catalogue, set_locale
from core.cli.language import chosen
from core.cli.outcome import Failed as Failed
from core.cli.outcome import exits
from core.cli.progress import Progress
from core.config import load
from core.identity import services as identity
from core.kernel.registry import CORE
from core.opening import open_house

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.config import Config
    from core.db.session import Database
    from core.kernel.house import House

_ = catalogue("cli")

F = TypeVar("F", bound=Callable[..., Any])


class MonthType(click.ParamType[Month]):
    """A month argument, ``2026-10``."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """Read the month or say how it is written."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except DomainError as error:
            self.fail(str(error), param, ctx)


MONTH = MonthType()


@dataclass(slots=True)
class Desk:
    """What a business command works with: the house, the acting account and how to answer."""

    house: House
    actor: Actor
    as_json: bool

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """A session in the actor's name; committed at the end when ``write``."""
        with self.house.session(self.actor, write=write) as session:
            yield session

    def say(self, text: object) -> None:
        """One line for a person; silent with ``--json``."""
        if not self.as_json:
            click.echo(str(text))

    def table(self, head: Sequence[object], rows: Sequence[Sequence[object]]) -> None:
        """A plain table for a person; silent with ``--json``."""
        if self.as_json:
            return
        lines = [[str(cell) for cell in row] for row in (head, *rows)]
        widths = [max(_width(line[n]) for line in lines) for n in range(len(head))]
        for line in lines:
            click.echo("  ".join(c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True)).rstrip())

    def result(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """The machine's answer, printed only with ``--json``."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=str, indent=2))

    def progress(self, label: object) -> Progress:
        """A bar for long work: ``with desk.progress(...) as bar: bar(done, total)``; silent with ``--json``."""
        return Progress(str(label), quiet=self.as_json)


def acting(command: F) -> F:
    """Give a command ``--as``, ``--json``, a ``Desk`` as its first argument, and exit codes."""

    @click.option("--as", "account", envvar="REMIT_AS", help="Account the command acts for (or REMIT_AS).")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @wraps(command)
    def run(*args: Any, account: str | None, as_json: bool, **options: Any) -> Any:
        with exits(as_json):
            if not account:
                raise Usage("usage.account", _("Name the account this acts for: --as ACCOUNT, or REMIT_AS."))
            house = ready(the_house())
            with house.session(Actor.system("command line finds the acting account")) as session:
                actor = identity.actor_of(identity.by_login(session, account), zone=house.config.zone)
            if not chosen():
                set_locale(actor.locale)
            _refuse_when_off(house)
            try:
                return command(Desk(house, actor, as_json), *args, **options)
            except Denied as refused:
                _keep(house, actor, refused)
                raise

    return run  # type: ignore[return-value]


def _keep(house: House, actor: Actor, refused: Denied) -> None:
    """Keep a refused change in the audit log; the command's own transaction is rolled back by now."""
    action = house.registry.actions.get(refused.decision.action)
    if action is not None and action.power != "read":
        events.record_denied(house.database, actor, refused.decision)


def plain(command: F) -> F:
    """For commands of the operator that act for no account (init, migrate, serve): only exit codes."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        with exits(bool(options.get("as_json"))):
            return command(*args, **options)

    return run  # type: ignore[return-value]


def the_house() -> House:
    """The house of this process's settings, opened once per command run."""
    context = click.get_current_context(silent=True)
    root = context.find_root() if context else None
    if root is not None and root.obj is not None:
        return root.obj  # type: ignore[no-any-return]
    house = opened(load())
    if root is not None:
        root.obj = house
    return house


def opened(config: Config, *, pages: bool = False) -> House:
    """Open a house whose connections end with the command; without ``pages`` it opens in half the time."""
    house = open_house(config, pages=pages)
    context = click.get_current_context(silent=True)
    if context is not None:
        context.find_root().call_on_close(house.database.dispose)
    return house


def with_pages(house: House) -> House:
    """The same installation as it is served: a module whose pages do not load has failed there."""
    return house if "blueprints" in house.registry.items else opened(house.config, pages=True)


def ready(house: House) -> House:
    """The house, if it is set up and up to date with its own tables; ``Usage`` with the remedy otherwise."""
    database, config = house.database, house.config
    there = file_of(database)
    if there is not None and not there.exists():
        raise Usage(
            "usage.instance",
            _("There is no installation in {folder}; set one up with `remit init`.", folder=config.instance),
        )
    if database.keys is None:
        raise Usage(
            "usage.keys",
            _("There are no keys in {folder}. Restore keys.json from the backup; a new installation gets its keys from "
              "`remit init`.", folder=config.instance),
        )
    return house


def file_of(database: Database) -> Path | None:
    """The file of an SQLite database."""
    path = database.url.database
    if not database.is_sqlite or database.in_memory or not path:
        return None
    return Path(path.removeprefix("file:").partition("?")[0])


class OwnedCommand(click.Command):
    """A command made for something a module contributes, such as a kind of file; ``owner`` is the module."""

    owner: str = CORE


def owner_of(house: House, command: click.Command | None) -> str:
    """The module a command belongs to."""
    if isinstance(command, OwnedCommand):
        return command.owner
    return next((o.owner for o in house.registry.items.get("commands", ()) if o.item.command is command), CORE)


def modules_on(house: House) -> frozenset[str]:
    """The modules whose commands are commands; all of them where there is no installation to ask yet."""
    from sqlalchemy.exc import SQLAlchemyError

    from core.kernel import state

    try:
        with ready(house).session(Actor.system("command line asks which modules are on")) as session:
            return state.read(session) | {CORE}
    except (Usage, SQLAlchemyError):
        return frozenset({*house.registry.loaded, CORE})


def _refuse_when_off(house: House) -> None:
    """A command of a module that is off is no command."""
    context = click.get_current_context(silent=True)
    owner = owner_of(house, context.command if context else None)
    if owner != CORE and owner not in modules_on(house):
        raise Usage("module.off", _("This command belongs to the module {name}, which is off.", name=owner))


def _width(text: str) -> int:
    """Columns a text takes on a terminal; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
