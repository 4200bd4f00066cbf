"""Finding units and positions by what a file calls them: a code, a title in any language, or a path of titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.text import Text, catalogue, listed
from core.exchange.columns import normal
from core.org.models import LegalEntity, Position, PositionVersion, Unit, UnitVersion

_ = catalogue("org")

_SEPARATOR = re.compile(r"\s*[/\\>／＞]\s*")


class Unclear(Exception):
    """A name that means nothing or several things: the message and the remedy."""

    def __init__(self, message: Text, remedy: Text) -> None:
        super().__init__()
        self.message = message
        self.remedy = remedy


class Missing(Unclear):
    """Nothing has that name."""


@dataclass
class Units:
    """All units with their newest version, by code and by title."""

    versions: dict[int, UnitVersion]
    codes: dict[str, int]
    titles: dict[str, list[int]] = field(default_factory=dict)
    _found: dict[str, int | Unclear] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> Units:
        """Two statements."""
        rows = session.scalars(select(UnitVersion).order_by(UnitVersion.valid_from)).all()
        made = cls({row.unit_id: row for row in rows},
                   {code: one for one, code in session.execute(select(Unit.id, Unit.code))})
        for one, version in made.versions.items():
            for title in {normal(title) for title in version.title.values()}:
                made.titles.setdefault(title, []).append(one)
        return made

    def find(self, words: str) -> int:
        """The unit that is meant. Raises ``Missing`` or ``Unclear``."""
        found = self._found.get(words)
        if found is None:
            try:
                found = self._find(words)
            except Unclear as unclear:
                found = unclear
            self._found[words] = found
        if isinstance(found, Unclear):
            raise found
        return found

    def _find(self, words: str) -> int:
        if words in self.codes:
            return self.codes[words]
        parts = [normal(part) for part in _SEPARATOR.split(words) if part.strip()]
        if not parts:
            raise Missing(_("The unit is missing."), _("Fill in the cell."))
        named = [one for one in self.titles.get(parts[-1], []) if self._is_under(one, parts[:-1])]
        if not named and len(parts) == 1:
            named = [one for code, one in self.codes.items() if normal(code) == parts[0]]
        if not named:
            raise Missing(
                _("There is no unit {name}.", name=words),
                _("Correct the name, import units first, or let the import create what is missing."),
            )
        if len(named) > 1:
            by_id = {one: code for code, one in self.codes.items()}
            raise Unclear(
                _("{name} stands for several units.", name=words),
                _("Write the code of one of them: {codes}.", codes=listed(sorted(by_id[one] for one in named)[:8])),
            )
        return named[0]

    def _is_under(self, unit: int, above: list[str]) -> bool:
        here = self.versions[unit].parent_id
        for title in reversed(above):
            if here is None or title not in {normal(own) for own in self.versions[here].title.values()}:
                return False
            here = self.versions[here].parent_id
        return True


@dataclass
class Positions:
    """All positions with their newest version, by code and by unit and title."""

    versions: dict[int, PositionVersion]
    codes: dict[str, int]
    titles: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> Positions:
        """Two statements."""
        rows = session.scalars(select(PositionVersion).order_by(PositionVersion.valid_from)).all()
        made = cls({row.position_id: row for row in rows},
                   {code: one for one, code in session.execute(select(Position.id, Position.code))})
        for one, version in made.versions.items():
            for title in {normal(title) for title in version.title.values()}:
                made.titles.setdefault(title, []).append(one)
        return made

    def find(self, words: str, unit: int | None) -> int:
        """The position that is meant, in a unit if one is given. Raises ``Missing`` or ``Unclear``."""
        if words in self.codes:
            found = self.codes[words]
            if unit is not None and self.versions[found].unit_id != unit:
                raise Unclear(
                    _("The position {name} belongs to another unit.", name=words),
                    _("Correct the unit or the position."),
                )
            return found
        named = [
            one for one in self.titles.get(normal(words), [])
            if unit is None or self.versions[one].unit_id == unit
        ]
        if not named:
            raise Missing(
                _("There is no position {name} in this unit.", name=words),
                _("Correct the name, import positions first, or let the import create what is missing."),
            )
        if len(named) > 1:
            by_id = {one: code for code, one in self.codes.items()}
            raise Unclear(
                _("{name} stands for several positions.", name=words),
                _("Write the code of one of them: {codes}.", codes=listed(sorted(by_id[one] for one in named)[:8])),
            )
        return named[0]


def path_of(words: str) -> list[str]:
    """The titles of a path such as 公司/部门/组."""
    return [part.strip() for part in _SEPARATOR.split(words) if part.strip()]


def free_code(wanted: str, taken: Mapping[str, Any], limit: int) -> str:
    """A code that nobody has, made from a title."""
    base = wanted[: limit - 4]
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


def entities(session: Session) -> dict[str, int]:
    """Companies by code and by each of their names, normalised."""
    found: dict[str, int] = {}
    for entity in session.scalars(select(LegalEntity)):
        for words in (entity.code, *entity.name.values()):
            found[normal(words)] = entity.id
    return found


#: Where a file says nothing, units and positions have always been there.
ALWAYS = date(1970, 1, 1)
