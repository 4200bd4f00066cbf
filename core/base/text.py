"""Text that people read: lazy, in the reader's language, without a web framework.

A package makes its own catalogue, ``_ = catalogue("payroll")``, and writes English sentences; the Chinese stands in
``<package>/locale/zh_CN/LC_MESSAGES/<domain>.po``. A ``Text`` is rendered when it is shown, in the locale of the
context that shows it, so a refusal raised in a job reads Chinese on one screen and English on another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = ("zh_CN", "en")
DEFAULT_LOCALE = "zh_CN"
SOURCE_LOCALE = "en"

_locale: ContextVar[str] = ContextVar("remit_locale", default=DEFAULT_LOCALE)
_reading = threading.Lock()


def current_locale() -> str:
    """The locale of this request, command or job."""
    return _locale.get()


def set_locale(locale: str) -> None:
    """Make a locale the current one for the rest of this context; unknown names fall back to the default."""
    _locale.set(match_locale(locale))


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Render everything inside the block in the named locale."""
    token = _locale.set(match_locale(locale))
    try:
        yield
    finally:
        _locale.reset(token)


def match_locale(name: str | None) -> str:
    """The supported locale for a name as browsers and people write it (``zh``, ``zh-CN``, ``en_GB``)."""
    if not name:
        return DEFAULT_LOCALE
    language = name.replace("-", "_").split("_")[0].lower()
    return next((locale for locale in LOCALES if locale.split("_")[0] == language), DEFAULT_LOCALE)


class Text:
    """A sentence not yet rendered: domain, English msgid and parameters. ``str()`` renders it.

    Parameters are named in braces, ``Row {row}: unknown unit {unit}.``; a parameter may itself be a ``Text``.
    """

    __slots__ = ("domain", "msgid", "params")

    def __init__(self, domain: str, msgid: str, params: Mapping[str, Any] | None = None) -> None:
        self.domain = domain
        self.msgid = msgid
        self.params = dict(params) if params else {}

    def __str__(self) -> str:
        return self.render(current_locale())

    def render(self, locale: str) -> str:
        """The sentence in a named locale."""
        pattern = translate(self.domain, self.msgid, locale)
        if not self.params:
            return pattern
        values = {
            name: value.render(locale) if isinstance(value, Text) else value
            for name, value in self.params.items()
        }
        return pattern.format(**values)

    def __repr__(self) -> str:
        return f"Text({self.domain!r}, {self.msgid!r}, {self.params!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Text)
            and (self.domain, self.msgid, self.params) == (other.domain, other.msgid, other.params)
        )

    def __hash__(self) -> int:
        return hash((self.domain, self.msgid))

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def catalogue(domain: str) -> Callable[..., Text]:
    """The function a package names ``_``: English sentence and parameters in, lazy ``Text`` out."""

    def _(msgid: str, **params: Any) -> Text:
        return Text(domain, msgid, params)

    return _


_ = catalogue("base")


def listed(values: Iterable[Any]) -> Text | str:
    """A handful of things in a sentence, parted as the reader's language does it: ``A、B``, ``A, B``."""
    found: Any = ""
    for place, value in enumerate(values):
        found = _("{items}, {item}", items=found, item=value) if place else value
    return found if isinstance(found, Text) else str(found)


def translate(domain: str, msgid: str, locale: str) -> str:
    """One msgid of one domain in one locale; the msgid itself where there is no translation."""
    if locale == SOURCE_LOCALE:
        return msgid
    return messages(domain, locale).get(msgid, msgid)


_directories: dict[str, Path] = {}


def register_domain(domain: str, directory: Path) -> None:
    """Say where the catalogue of a domain lies, for packages whose name does not tell (vendors, tests)."""
    _directories[domain] = directory


def locale_directory(domain: str) -> Path | None:
    """Where a domain's catalogues lie: registered, or the ``locale`` folder of the package of that name."""
    if domain in _directories:
        return _directories[domain]
    for package in (f"core.{domain}", domain, f"plugins.{domain}"):
        try:
            spec = find_spec(package)
        except ModuleNotFoundError:
            continue
        for place in (spec.submodule_search_locations or ()) if spec else ():
            directory = Path(place) / "locale"
            if directory.is_dir():
                return directory
    return None


@lru_cache(maxsize=256)
def messages(domain: str, locale: str) -> Mapping[str, str]:
    """All translations of a domain, read from its .po file once per process."""
    directory = locale_directory(domain)
    path = directory / locale / "LC_MESSAGES" / f"{domain}.po" if directory else None
    if path is None or not path.is_file():
        return {}
    with _reading, path.open("rb") as file:
        catalog = read_po(file, locale=locale, domain=domain)
    return {
        str(message.id): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
