"""How a command ends: one clear message and an exit code, whatever was raised on the way."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from core.access.decision import Denied
from core.base import clock
from core.base.errors import DomainError, InputErrors, Usage
from core.base.text import catalogue
from core.cli.faults import explained
from core.config import SettingError, load

_ = catalogue("cli")

DONE, FAILED, WRONG_USE, REFUSED, BAD_INPUT = 0, 1, 2, 3, 4
INTERRUPTED = 130
SHOWN_PROBLEMS = 50


class Failed(DomainError):
    """A command did its work and the work says no; exits 1."""


@contextmanager
def exits(as_json: bool) -> Iterator[None]:
    """Turn what a command raises into one clear message and an exit code; a stack trace never reaches a person."""
    try:
        yield
    except InputErrors as error:
        complain(error, BAD_INPUT, as_json, problems=error)
    except Denied as error:
        complain(error, REFUSED, as_json)
    except Usage as error:
        complain(error, WRONG_USE, as_json)
    except DomainError as error:
        complain(error, FAILED, as_json)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has gone; nobody is left to be told
        sys.exit(DONE)
    except Exception as fault:
        known = explained(fault)
        if known is None:
            message = _("This did not work because of a fault in the program; {file} tells more.",
                        file=_keep_traceback())
            known = DomainError("failed", message)
        complain(known, WRONG_USE if isinstance(known, Usage) else FAILED, as_json)


def _keep_traceback() -> Path:
    """Write what went wrong where the operator can read it; a person at the terminal gets a sentence."""
    told = f"{clock.now().isoformat()} {' '.join(sys.argv)}\n{traceback.format_exc()}\n"
    folders = [Path(tempfile.gettempdir())]
    with suppress(SettingError):
        folders.insert(0, load().instance)
    path = folders[-1] / "remit-faults.log"
    for folder in folders:
        path = folder / "remit-faults.log"
        with suppress(OSError), path.open("a", encoding="utf-8") as file:
            file.write(told)
            break
    return path


def complain(error: DomainError, code: int, as_json: bool, problems: InputErrors | None = None) -> None:
    """Say what is wrong, on standard error or as JSON on standard output, and end with an exit code."""
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
            click.echo(f"  {_place(problem.row, problem.column)}{problem.sentence()}", err=True)
        if len(found) > SHOWN_PROBLEMS:
            click.echo(f"  {_('and {count} more; --json lists all.', count=len(found) - SHOWN_PROBLEMS)}", err=True)
    sys.exit(code)


def _place(row: int | None, column: str | None) -> str:
    if row is not None and column:
        return str(_("Row {row}, {column}: ", row=row, column=column))
    if row is not None:
        return str(_("Row {row}: ", row=row))
    return f"{column}: " if column else ""
