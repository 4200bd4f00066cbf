"""Whom a number on a terminal means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.rules.attlog import Reason
from remit.models import Employment, bulk

_DIGITS = re.compile(r"[0-9]+")


@dataclass
class Roster:
    """Employee numbers, exactly and by their digits: terminals take digits alone, so LK0037 punches as 37."""

    exact: dict[str, list[int]] = field(default_factory=dict)
    digits: dict[int, list[int]] = field(default_factory=dict)
    employed: dict[int, tuple[date, date]] = field(default_factory=dict)

    def find(self, pin: str, day: date) -> tuple[int | None, Reason | None]:
        """The employment a number means on a day, or why there is none.

        A number that an employee left behind and another took over belongs to whoever is employed on the day. The
        day after the last one still counts, for a night shift that ends on it.
        """
        found = self.exact.get(pin.casefold())
        if found is None and _DIGITS.fullmatch(pin):
            found = self.digits.get(int(pin))
        if not found:
            return None, Reason.UNKNOWN_PIN
        current = [one for one in found if self.employed[one][0] <= day <= self.employed[one][1]]
        working = [one for one in current if day < self.employed[one][1]] or current
        if len(working) > 1:
            return None, Reason.AMBIGUOUS_PIN
        return (working[0], None) if working else (None, Reason.NOT_EMPLOYED)


def load_roster(session: Session) -> Roster:
    """All employee numbers in one statement."""
    rows = bulk.read_columns(
        session, select(Employment.id, Employment.number, Employment.hired_on, Employment.left_on)
    )
    roster = Roster()
    for one, number, hired, left in zip(
        rows["id"].tolist(), rows["number"].tolist(), rows["hired_on"].tolist(), rows["left_on"].tolist(), strict=True
    ):
        roster.exact.setdefault(number.casefold(), []).append(one)
        digits = "".join(_DIGITS.findall(number))
        if digits:
            roster.digits.setdefault(int(digits), []).append(one)
        roster.employed[one] = (hired, left)
    return roster
