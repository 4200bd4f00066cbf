"""Kinds of numbered documents and of letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor


@dataclass(frozen=True, slots=True)
class NumberKind:
    """A kind of document that is numbered: ``pattern`` such as ``{entity}-L-{year}-{number:04}``.

    ``{entity}`` is the code of the company, ``{year}`` the year of the day of issue, ``{number:04}`` the number with at
    least four digits. Numbers run by company where the pattern names it, and begin at 1 each year where it names that.
    """

    name: str
    title: Text
    pattern: str


@dataclass(frozen=True, slots=True)
class NumberAsk:
    """The question which number a document gets: its kind, the company that issues it and the day."""

    kind: str
    legal_entity_id: int
    day: date


#: How the value of a field is given and written: text of people or in two languages; a day; a month; minor units.
LetterType = Literal["text", "day", "month", "money", "count"]


@dataclass(frozen=True, slots=True)
class LetterField:
    """Something a letter can say, ``{person.name}`` in its text. ``sample`` is what a preview shows instead of anybody.

    ``group`` names the masked group it belongs to. Money also offers its amount in Chinese words, ``{x.words}``.
    """

    name: str
    title: Text
    type: LetterType = "text"
    sample: Any = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Fields of a letter that are masked elsewhere, such as amounts of pay.

    ``open(session, actor, employment, purpose)`` insists that the actor may see them and keeps on record that he does;
    it raises ``Denied``. ``values(session, actor, employment, day)`` then gives them. A letter that uses none of them
    asks neither.
    """

    name: str
    title: Text
    open: Callable[[Session, Actor, Any, str], None]
    values: Callable[[Session, Actor, Any, date], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter that is issued about an employment, from a template that the company may change.

    ``action`` is who may issue it, asked about the employment; ``number`` the kind of number it gets. ``template`` is
    the text the module brings along, a YAML file. ``values(session, actor, employment, day)`` gives the fields without
    a group by name; raises ``DomainError`` where such a letter would not be true. ``keep_days`` is how long its PDF is
    kept.
    """

    name: str
    title: Text
    action: str
    number: str
    template: Path
    fields: tuple[LetterField, ...]
    values: Callable[[Session, Actor, Any, date], Mapping[str, Any]]
    groups: tuple[LetterGroup, ...] = ()
    keep_days: int | None = 3650
