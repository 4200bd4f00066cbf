"""Where the rows of a people file place somebody: unit, position and withholding agent, and whether that is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.access.calls import decide
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.exchange.check import Checked
from core.exchange.importing import Plan
from core.org.exchange.lookup import Missing, Positions, Unclear, Units
from core.org.exchange.missing import Maker
from core.org.resources import IMPORT, Place

_ = catalogue("org")

#: Unit and position that a pair of names means, and what is unclear about either.
Found = tuple[int | None, int | None, list[tuple[str, Unclear]]]


@dataclass
class Places:
    """Looks places up row by row and notes in the plan what is wrong; ``maker`` makes what is missing, if wanted."""

    session: Session
    actor: Actor
    checked: Checked
    plan: Plan
    units: Units
    positions: Positions
    maker: Maker | None
    found: dict[tuple[str | None, str | None], Found] = field(default_factory=dict)
    refused: dict[int, Text | str | None] = field(default_factory=dict)

    def problem(self, row: int, column: str, message: Text | str, remedy: Text | None = None) -> None:
        """Note what is wrong with a cell."""
        self.plan.problems.append(self.checked.at(row, column, message, remedy))  # type: ignore[arg-type]

    def find(self, row: int) -> tuple[int | None, int | None]:
        """Unit and position of a row, each pair of names looked up once."""
        spoilt = self.checked.spoilt.get(row, frozenset())
        if "unit" in spoilt:
            return None, None  # the position is one of that unit
        key = (self.checked.columns["unit"][row], self.checked.columns["position"][row])
        found = self.found.get(key)
        if found is None:
            found = self.found[key] = self._look_up(*key)
        unit, position, problems = found
        for column, unclear in problems:
            if column not in spoilt:
                self.problem(row, column, unclear.message, unclear.remedy)
        if unit is not None and all(column in spoilt for column, _unclear in problems):
            self._may(row, unit)
        return unit, position

    def agent(self, row: int) -> int | None:
        """The withholding agent that a row names."""
        words = self.checked.columns["withholding_agent"][row]
        try:
            return self.units.find(words) if words is not None else None
        except Unclear as unclear:
            self.problem(row, "withholding_agent", unclear.message, unclear.remedy)
            return None

    def _look_up(self, unit_words: str | None, words: str | None) -> Found:
        unit: int | None = None
        if unit_words is not None:
            try:
                unit = self.units.find(unit_words)
            except Missing as missing:
                if self.maker is None:
                    return None, None, [("unit", missing)]
                unit = self.maker.unit(unit_words)
            except Unclear as unclear:
                return None, None, [("unit", unclear)]
        if words is None:
            return unit, None, [("position", Unclear(_("The position is missing."), _("Fill in the cell.")))]
        try:
            position = self.positions.find(words, unit)
        except Missing as missing:
            if self.maker is None or unit is None:
                return unit, None, [("position", missing)]
            position = self.maker.position(words, unit)
        except Unclear as unclear:
            return unit, None, [("position", unclear)]
        return self.positions.versions[position].unit_id, position, []

    def _may(self, row: int, unit: int) -> None:
        """Whether the actor may bring people to a unit; decided once a unit."""
        if unit not in self.refused:
            entity = self.units.versions[unit].legal_entity_id
            # A company that is only being made is no place yet; then only an entry for everywhere allows it.
            place = Place(unit if unit > 0 else None, entity if entity > 0 else None)
            decision = decide(self.session, self.actor, IMPORT, place)
            self.refused[unit] = None if decision.allowed else decision.message
        message = self.refused[unit]
        if message is not None:
            self.problem(row, "unit", message)
