"""What a story of a demo is made of: its tables, the accounts through which it is told, numbers that are nobody's."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from stdnum import luhn
from stdnum.cn import ric

from core.base.period import Month

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class StoryAccount:
    """An account of a demo and the role it plays."""

    login: str
    number: str
    role_zh: str
    role_en: str
    #: What its password begins with.
    word: str = "lingke"

    @property
    def password(self) -> str:
        """The demo's passwords are public; they follow one rule."""
        return f"{self.word}-{self.login}-2026"


@dataclass(frozen=True, slots=True)
class Story:
    """A demo: ``kind`` is what `remit demo build --kind` calls it, ``folder`` holds ``units``, ``positions``,
    ``people`` and the lists.

    ``places`` gives, by the word of the table of people, the withholding agent, the contribution place and the region
    of identity numbers. ``from_product`` are the lists that come with the installation, since by them the keeper may
    more; she publishes the others. ``letters`` are by whom, about whom, language, purpose and addressee; ``revoked`` is
    one of them, by whom it is about, and why.
    """

    kind: str
    folder: Path
    today: date
    founded: date
    mail: str
    places: Mapping[str, tuple[str, str | None, str]]
    banks: Sequence[str]
    accounts: Sequence[StoryAccount]
    keeper: str
    from_product: Sequence[str]
    closed: Sequence[Month]
    open: Month
    letters: Sequence[tuple[str, str, str, str, str]] = ()
    revoked: tuple[str, str] = ("", "")
    #: Who acts for a position from a day on, as number and code.
    acting: Sequence[tuple[str, str, date]] = field(default_factory=tuple)
    #: Personnel changes: who asks, of which kind, what; and who approves it, nobody where it waits.
    changes: Sequence[tuple[str, str, Mapping[str, Any], str]] = ()

    def table(self, name: str) -> tuple[dict[str, str], ...]:
        """A table of the story: ``units``, ``positions`` or ``people``."""
        return _table(self.folder / f"{name}.csv")

    def lists(self) -> list[Path]:
        """The published lists, those of units first, the installation's own last."""
        files = sorted((self.folder / "lists").glob("*.yaml"))
        return sorted(files, key=lambda path: (path.stem == "everybody", path.stem))

    def identity_number(self, row: Mapping[str, str], order: int) -> str:
        """A resident number that is formally right and belongs to nobody: its serial part counts the story's people."""
        serial = order * 2 + (1 if row["sex"] == "M" else 0)
        first = f"{self.places[row['place']][2]}{row['born'].replace('-', '')}{serial:03d}"
        return first + str(ric.calc_check_digit(first + "0"))


@cache
def _table(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def phone(order: int) -> str:
    """A mobile number of a range that is not given out."""
    return f"1700000{order:04d}"


def bank_account(order: int) -> str:
    """A card number that passes its check and belongs to nobody."""
    first = f"62226000000{order:07d}"
    return first + str(luhn.calc_check_digit(first))
