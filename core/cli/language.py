"""The language a command speaks: ``--lang`` or REMIT_LANG, else that of the acting account, else the terminal's.

Without any of them, and where no account acts (init, migrate, serve), it is the installation's.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import click

from core.base.text import LOCALES, match_locale, set_locale
from core.config import SettingError, load

_CHOSEN = "core.cli.language"


def option(command: Any) -> Any:
    """The option ``--lang`` of the root command."""
    return click.option(
        "--lang", type=click.Choice(LOCALES), envvar="REMIT_LANG", expose_value=False, is_eager=True, callback=_choose,
        help="Language of messages; that of the acting account by default.",
    )(command)


def _choose(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_CHOSEN] = value
        set_locale(value)


def chosen() -> bool:
    """Whether somebody asked for a language for this command."""
    context = click.get_current_context(silent=True)
    return context is not None and _CHOSEN in context.meta


def speak_as_the_terminal() -> None:
    """Until an account is known: the language of the terminal, if it is one of ours, else the installation's."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    language = told.split(".")[0].split("_")[0].lower()
    if any(locale.split("_")[0] == language for locale in LOCALES):
        set_locale(match_locale(language))
        return
    with suppress(SettingError, OSError):
        set_locale(load().locale)
