"""How a command acts: in whose name, in which transaction, and how what happened becomes text and an exit code.

Every business command acts ``--as ACCOUNT`` (or ``REMIT_AS``) and passes through the same authority checks as the
pages. ``@acting`` adds the options and hands the command a ``Desk``.
"""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.access.decision import Denied
from core.audit import events
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, Usage
from core.base.period import Month
from core.base.text import catalogue, set_locale
from core.cli.progress import Progress
from core.config import load
from core.identity import services as identity
from core.opening import open_house

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.kernel.house import House

_ = catalogue("cli")

DONE, FAILED, WRONG_USE, REFUSED, BAD_INPUT = 0, 1, 2, 3, 4
SHOWN_PROBLEMS = 50

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


class Failed(DomainError):
    """A command did its work and the work says no; exits 1."""


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
            set_locale(actor.locale)
            _refuse_when_off(house, actor)
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


@contextmanager
def exits(as_json: bool) -> Iterator[None]:
    """Turn what a command raises into one clear message and an exit code; a stack trace never reaches a person."""
    try:
        yield
    except InputErrors as error:
        _complain(error, BAD_INPUT, as_json, problems=error)
    except Denied as error:
        _complain(error, REFUSED, as_json)
    except Usage as error:
        _complain(error, WRONG_USE, as_json)
    except DomainError as error:
        _complain(error, FAILED, as_json)
    except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
        raise
    except BrokenPipeError:
        sys.exit(DONE)
    except Exception:
        where = _keep_traceback()
        message = _("This did not work because of a fault in the program; {file} tells more.", file=where)
        _complain(DomainError("failed", message), FAILED, as_json)


def _keep_traceback() -> Path:
    """Write what went wrong where the operator can read it; a person at the terminal gets a sentence."""
    folder = load().instance
    path = (folder if folder.is_dir() else Path(tempfile.gettempdir())) / "remit-faults.log"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{clock.now().isoformat()} {' '.join(sys.argv)}\n{traceback.format_exc()}\n")
    return path


def _complain(error: DomainError, code: int, as_json: bool, problems: InputErrors | None = None) -> None:
    found = problems.problems if problems else ()
    if as_json:
        answer: dict[str, Any] = {"error": error.code, "message": str(error)}
        if problems:
            answer["problems"] = [
                {"row": p.row, "column": p.column, "value": p.value, "message": p.sentence()} for p in found
            ]
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo(str(error), err=True)
        for problem in found[:SHOWN_PROBLEMS]:
            place = _place(problem.row, problem.column)
            click.echo(f"  {place}{problem.sentence()}", err=True)
        if len(found) > SHOWN_PROBLEMS:
            click.echo(f"  {_('and {count} more; --json lists all.', count=len(found) - SHOWN_PROBLEMS)}", err=True)
    sys.exit(code)


def _place(row: int | None, column: str | None) -> str:
    if row is not None and column:
        return str(_("Row {row}, {column}: ", row=row, column=column))
    if row is not None:
        return str(_("Row {row}: ", row=row))
    return f"{column}: " if column else ""


def the_house() -> House:
    """The house of this process's settings, opened once per command run."""
    context = click.get_current_context(silent=True)
    root = context.find_root() if context else None
    if root is not None and root.obj is not None:
        return root.obj  # type: ignore[no-any-return]
    house = open_house(load())
    if root is not None:
        root.obj = house
    return house


def ready(house: House) -> House:
    """The house, if it is set up and up to date with its own tables; ``Usage`` with the remedy otherwise."""
    database, config = house.database, house.config
    path = database.url.database if database.is_sqlite and not database.in_memory else None
    if database.keys is None or (path and not Path(path.removeprefix("file:").partition("?")[0]).is_file()):
        raise Usage(
            "usage.instance",
            _("There is no installation in {folder}; set one up with `remit init`.", folder=config.instance),
        )
    return house


def _refuse_when_off(house: House, actor: Actor) -> None:
    """A command of a module that is off is no command."""
    from core.kernel import state

    context = click.get_current_context(silent=True)
    command = context.command if context else None
    owner = next((o.owner for o in house.registry.items.get("commands", ()) if o.item.command is command), None)
    if owner is None:
        return
    with house.session(actor) as session:
        if owner not in state.read(session):
            raise Usage("module.off", _("This command belongs to the module {name}, which is off.", name=owner))


def _width(text: str) -> int:
    """Columns a text takes on a terminal; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
