"""Text that people read: lazy, in the reader's language, without a web framework.

A package makes its own catalogue, ``_ = catalogue("payroll")``, and writes English sentences; the Chinese stands in
``<package>/locale/zh_CN/LC_MESSAGES/<domain>.po``. A ``Text`` is rendered when it is shown, in the locale of the
context that shows it, so a refusal raised in a job reads Chinese on one screen and English on another.

A sentence about a number of things has two forms, ``_("{count} person", "{count} people", count=found)``; the number
is ``count``, and the catalogue has ``msgid_plural`` and as many forms as its language tells apart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from gettext import c2py
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
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

    Parameters are named in braces, ``Row {row}: unknown unit {unit}.``; a parameter may itself be a ``Text``. With a
    ``plural`` the parameter ``count`` says which form is shown.
    """

    __slots__ = ("domain", "msgid", "params", "plural")

    def __init__(
        self, domain: str, msgid: str, params: Mapping[str, Any] | None = None, plural: str | None = None
    ) -> None:
        self.domain = domain
        self.msgid = msgid
        self.params = dict(params) if params else {}
        self.plural = plural

    def __str__(self) -> str:
        return self.render(current_locale())

    def render(self, locale: str) -> str:
        """The sentence in a named locale."""
        pattern = self.pattern(locale)
        if not self.params:
            return pattern
        values = {
            name: value.render(locale) if isinstance(value, Text) else value
            for name, value in self.params.items()
        }
        return pattern.format(**values)

    def filled(self, **params: Any) -> Text:
        """The same sentence with more parameters."""
        return Text(self.domain, self.msgid, {**self.params, **params}, self.plural)

    def pattern(self, locale: str) -> str:
        """The sentence in a named locale before its parameters are filled in."""
        if self.plural is None:
            return translate(self.domain, self.msgid, locale)
        return translate_count(self.domain, self.msgid, self.plural, self.params["count"], locale)

    def __repr__(self) -> str:
        plural = "" if self.plural is None else f", {self.plural!r}"
        return f"Text({self.domain!r}, {self.msgid!r}, {self.params!r}{plural})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Text)
            and (self.domain, self.msgid, self.plural, self.params)
            == (other.domain, other.msgid, other.plural, other.params)
        )

    def __hash__(self) -> int:
        return hash((self.domain, self.msgid))

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def catalogue(domain: str) -> Callable[..., Text]:
    """The function a package names ``_``: English sentence and parameters in, lazy ``Text`` out.

    A second sentence is the plural; which of them is shown depends on the parameter ``count``.
    """

    def _(msgid: str, plural: str | None = None, /, **params: Any) -> Text:
        return Text(domain, msgid, params, plural)

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
    return _forms(domain, locale).get(msgid, (msgid,))[0]


def translate_count(domain: str, msgid: str, plural: str, count: Any, locale: str) -> str:
    """The form of a sentence for a number of things. A number that is written out ("1,204", "0.5") is read back."""
    number = amount(count)
    forms = () if locale == SOURCE_LOCALE else _forms(domain, locale).get(msgid, ())
    if not forms:
        return msgid if number == 1 else plural
    return forms[min(_plural_rule(domain, locale)(int(number)), len(forms) - 1)]


def amount(count: Any) -> Decimal:
    """The number behind a count as a sentence gets it: a number, or one written for reading. A mask counts as many."""
    try:
        return Decimal(str(count).replace(",", ""))
    except InvalidOperation:
        return Decimal(0)


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
def _catalogue_of(domain: str, locale: str) -> Catalog | None:
    """The .po file of a domain, read once per process."""
    directory = locale_directory(domain)
    path = directory / locale / "LC_MESSAGES" / f"{domain}.po" if directory else None
    if path is None or not path.is_file():
        return None
    with _reading, path.open("rb") as file:
        return read_po(file, locale=locale, domain=domain)


@lru_cache(maxsize=256)
def _plural_rule(domain: str, locale: str) -> Callable[[int], int]:
    """Which form of its language a number takes."""
    catalog = _catalogue_of(domain, locale)
    return c2py(catalog.plural_expr) if catalog is not None else int


@lru_cache(maxsize=256)
def _forms(domain: str, locale: str) -> Mapping[str, tuple[str, ...]]:
    """All translations of a domain by their English sentence, each in the forms its language has."""
    return {
        str(message.id[0] if message.pluralizable else message.id):
            tuple(map(str, message.string)) if message.pluralizable else (str(message.string),)
        for message in _catalogue_of(domain, locale) or ()
        if message.id and message.string and all(message.string) and not message.fuzzy
    }


def messages(domain: str, locale: str) -> Mapping[str, str]:
    """All translations of a domain, by their English sentence in the singular."""
    return {english: forms[0] for english, forms in _forms(domain, locale).items()}
