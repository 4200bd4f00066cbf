"""Units and positions that a people file names and nobody has made yet, for the option to create them."""

from __future__ import annotations

from datetime import date

from core.base.period import FOREVER
from core.db.types import Translation
from core.exchange.columns import normal
from core.org.exchange.lookup import Missing, Positions, Units, free_code, path_of
from core.org.exchange.people_data import PeopleData
from core.org.models import PositionVersion, UnitVersion

#: Stands for the company that is made when there is none at all.
NEW_ENTITY = -1


class Maker:
    """Makes what is missing, in memory, with negative numbers."""

    def __init__(self, data: PeopleData, units: Units, positions: Positions, entities: dict[str, int]) -> None:
        self.data, self.units, self.positions, self.entities = data, units, positions, entities

    def unit(self, words: str) -> int:
        """The unit of a name or path, each missing part of it made."""
        parts = path_of(words)
        here: int | None = None
        for depth in range(1, len(parts) + 1):
            try:
                here = self.units.find("/".join(parts[:depth]))
            except Missing:
                here = self._new_unit(parts[depth - 1], here, company=here is None and len(parts) > 1)
        if here is None:
            raise ValueError("a path has at least one part")
        self.units._found[words] = here
        return here

    def _new_unit(self, title: str, parent: int | None, *, company: bool) -> int:
        if parent is None and not company:
            tops = [one for one, version in self.units.versions.items()
                    if version.parent_id is None and version.kind == "company"]
            parent = tops[0] if len(tops) == 1 else None
        number = -(len(self.data.units) + 1)
        entity = self.units.versions[parent].legal_entity_id if parent is not None else self._entity(title)
        code = free_code(title, self.units.codes, 40)
        version = UnitVersion(
            unit_id=number, parent_id=parent, legal_entity_id=entity, title=Translation(zh_CN=title),
            kind="company" if company else "department", is_withholding_agent=company, order=100,
            valid_from=date.min, valid_to=FOREVER,
        )
        self.data.units[number] = {"code": code, "version": version}
        self.units.versions[number] = version
        self.units.codes[code] = number
        self.units.titles.setdefault(normal(title), []).append(number)
        self.units._found.clear()
        return number

    def _entity(self, title: str) -> int:
        known = self.entities.get(normal(title))
        if known is None and len(set(self.entities.values())) == 1:
            known = next(iter(self.entities.values()))
        if known is not None:
            return known
        if self.data.entity is None:
            name = Translation(zh_CN=title)
            self.data.entity = {"code": title[:40], "name": name, "country": "CN", "currency": "CNY"}
        self.entities[normal(title)] = NEW_ENTITY
        return NEW_ENTITY

    def position(self, words: str, unit: int) -> int:
        """A new position of that title in a unit."""
        number = -(len(self.data.positions) + 1)
        home = next(code for code, one in self.units.codes.items() if one == unit)
        code = free_code(f"{home}-{words}", self.positions.codes, 60)
        version = PositionVersion(
            position_id=number, unit_id=unit, title=Translation(zh_CN=words), headcount=1, is_head=False, order=100,
            valid_from=date.min, valid_to=FOREVER,
        )
        self.data.positions[number] = {"code": code, "version": version}
        self.positions.versions[number] = version
        self.positions.codes[code] = number
        self.positions.titles.setdefault(normal(words), []).append(number)
        return number
