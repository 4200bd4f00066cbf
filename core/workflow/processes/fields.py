"""The fields of a simple request, as a definition writes them.

    form:
      - {name: seal, kind: choice, title: {en: Seal, zh_CN: 印章}, choices: {contract: {en: Contract seal, ...}}}
      - {name: copies, kind: number, title: {en: Copies, zh_CN: 份数}, needed: true}
      - {name: price, kind: amount, title: {en: Price, zh_CN: 金额}}

The first field of kind ``amount`` is what limits of authority lists are held against, in the currency of the request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from core.base.errors import DomainError
from core.base.text import LOCALES, Text, catalogue, listed
from core.db.types import Translation
from core.formula.scope import Scope, check_name
from core.formula.types import BOOL, COUNT, DAYS, MONEY, Type, enum

_ = catalogue("workflow")

FieldKind = Literal[
    "text", "long", "number", "days", "amount", "date", "period", "choice", "yes_no", "person", "unit", "file"
]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)
MOST_FIELDS = 30
MOST_CHOICES = 50
#: What the two days of a period are called behind the name of their field, which holds no hyphen.
FROM, TO = "-from", "-to"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPES: Mapping[str, Type] = {"number": COUNT, "days": DAYS, "amount": MONEY, "yes_no": BOOL, "period": COUNT}
#: Names that mean something else beside the fields of a form.
_TAKEN = frozenset({"form", "amount", "currency", "unit_id", "values"})


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: ``choices`` are value and words of a choice; ``type`` is how formulas read it, None for what they do
    not read. A period reads as the number of its days.
    """

    name: str
    kind: FieldKind
    title: Translation
    hint: Translation
    needed: bool = False
    choices: tuple[tuple[str, Translation], ...] = ()

    @property
    def type(self) -> Type | None:
        """The type of its value in formulas."""
        return enum(*(value for value, _words in self.choices)) if self.kind == "choice" else _TYPES.get(self.kind)


def read_fields(source: Sequence[Any]) -> tuple[FormField, ...]:
    """The fields of a form from data. Raises ``DomainError`` with the place (``form.2.kind``) and the remedy."""
    if len(source) > MOST_FIELDS:
        raise _wrong("form", _("A form has at most {most} fields.", most=MOST_FIELDS))
    found = tuple(_field(one, f"form.{number}") for number, one in enumerate(source, 1))
    names = [one.name for one in found]
    for number, name in enumerate(names, 1):
        if names.index(name) != number - 1:
            raise _wrong(f"form.{number}.name", _("Two fields are called {name}.", name=name))
    return found


def _field(source: Any, place: str) -> FormField:
    if not isinstance(source, Mapping):
        raise _wrong(place, _("This must be a set of named values."))
    unknown = sorted(set(map(str, source)) - {"name", "kind", "title", "hint", "needed", "choices"})
    if unknown:
        raise _wrong(f"{place}.{unknown[0]}", _("There is nothing called {name} here.", name=unknown[0]))
    name, kind = source.get("name"), source.get("kind", "text")
    if not isinstance(name, str) or not usable(name):
        raise _wrong(f"{place}.name", _("The name of a field is a short word of small Latin letters, such as copies."))
    if kind not in FIELD_KINDS:
        raise _wrong(f"{place}.kind", _("A field is one of {kinds}.", kinds=listed(FIELD_KINDS)))
    choices = source.get("choices") or {}
    if (kind == "choice") != bool(choices) or not isinstance(choices, Mapping):
        raise _wrong(f"{place}.choices", _("A choice, and only a choice, has values to choose from."))
    if len(choices) > MOST_CHOICES:
        raise _wrong(f"{place}.choices", _("A choice has at most {most} values.", most=MOST_CHOICES))
    if not all(isinstance(value, str) and _NAME.fullmatch(value) for value in choices):
        raise _wrong(f"{place}.choices", _("The values of a choice are short words of small Latin letters."))
    needed = source.get("needed", False)
    if not isinstance(needed, bool):
        raise _wrong(f"{place}.needed", _("This must be yes or no."))
    return FormField(
        name, kind, _title(source.get("title"), f"{place}.title"), _title(source.get("hint") or {}, f"{place}.hint"),
        needed, tuple((value, _title(words, f"{place}.choices")) for value, words in choices.items()),
    )  # fmt: skip


def days_of(value: Mapping[str, str]) -> int:
    """How many days a period has, as a request keeps it: ``from`` its first day, ``until`` the day after its last."""
    return (date.fromisoformat(value["until"]) - date.fromisoformat(value["from"])).days


def usable(name: str) -> bool:
    """Whether a field can be called so: a short word of small Latin letters that means nothing else."""
    if not _NAME.fullmatch(name) or name in _TAKEN or Scope().holds(name):
        return False
    try:
        check_name(name)
    except ValueError:
        return False
    return True


def _title(source: Any, place: str) -> Translation:
    if isinstance(source, str):
        source = {LOCALES[0]: source}
    if not isinstance(source, Mapping) or not set(source) <= set(LOCALES) or not all(
        isinstance(text, str) and len(text) <= 200 for text in source.values()
    ):
        raise _wrong(place, _("A title is a short text for each language."))
    return Translation(dict(source))


def _wrong(place: str, message: Text) -> DomainError:
    return DomainError("process.definition", message, place)


def both_days(value: dict[str, str]) -> tuple[date, date]:
    """The first and the last day of a period, as people say it."""
    return date.fromisoformat(value["from"]), date.fromisoformat(value["until"]) - timedelta(days=1)
