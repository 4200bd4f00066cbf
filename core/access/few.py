"""Totals and means of masked figures: told of many people, kept back where they would tell what one of them has.

Two rules, for pages, commands and programs alike. A figure of fewer than so many people is not told. Nor is one from
which the reader could take away those whom he may look at one by one, so that fewer would remain: what is left over
tells of them as plainly. Both ask what he may open, not what he has opened; he can open the rest at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Group:
    """Whose figures are added up: how many people, and how many of them the reader may not open one by one."""

    people: int
    hidden: int

    def told(self, least: int) -> bool:
        """Whether a total or a mean of theirs may be told where ``least`` people are the fewest. Of nobody it may."""
        return self.people == 0 or (self.people >= least and (self.hidden == 0 or self.hidden >= least))


def least_people(session: Session) -> int:
    """The fewest people of whom a total may be told: ``REMIT_LEAST_PEOPLE``, five by default."""
    found: int = session.info["house"].config.least_people
    return found
