"""Leads as bridges to other programs hand them over: between whoever keeps leads and whoever carries them.

Whoever answers ``choose_lead_desk`` keeps the leads; bridges know this desk and nothing of the tables behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.errors import DomainError
    from core.base.text import Text

#: How a lead stands, as far as other programs tell it: nobody has spoken to it, somebody does, it buys, it does not.
LEAD_NEW, LEAD_WORKING, LEAD_WON, LEAD_LOST = "new", "working", "won", "lost"
LEAD_STATES = (LEAD_NEW, LEAD_WORKING, LEAD_WON, LEAD_LOST)
#: What a bridge may bring of a lead, beside how it stands; all are texts but ``staff``.
LEAD_FIELDS = ("channel", "campaign", "company", "contact", "phone", "email", "industry", "region", "product", "staff",
               "consent", "note")  # fmt: skip
#: What may be mended of a lead that is there.
LEAD_MENDED = ("company", "contact", "phone", "email")


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead as a bridge sees it. ``state`` is one of ``LEAD_STATES``, or empty for one that nobody counts any more.

    ``owner`` is the personnel number of whoever has it in hand, empty for nobody. ``amount`` is what was won, in minor
    units of ``currency``, None before. ``changed_at`` is when something last happened to it.
    """

    id: int
    company: str
    contact: str
    phone: str
    email: str
    state: str
    reason: str
    owner: str
    changed_at: datetime
    amount: int | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Leads to which something happened, each once, and the place in the record from which to go on."""

    leads: Sequence[LeadView]
    cursor: int


@dataclass(frozen=True, slots=True)
class LeadTaken:
    """What became of a lead that was brought: its number, whether it was made just now, or why it was refused."""

    id: int | None
    made: bool = False
    error: DomainError | None = None


@dataclass(frozen=True, slots=True)
class LeadMove:
    """How another program says a lead stands: one of ``LEAD_STATES``, and what it said.

    ``reason`` is a code of the company's list, for ``lost``; ``amount`` what is paid, in minor units of the currency
    the company sells in, and ``on`` the day, both for ``won``.
    """

    state: str
    said: str = ""
    reason: str = ""
    amount: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class LeadWords:
    """What the company chooses from: codes and titles of its channels and of its reasons of loss."""

    channels: Sequence[tuple[str, Text | str]] = field(default=())
    reasons: Sequence[tuple[str, Text | str]] = field(default=())


class LeadDesk(Protocol):
    """Where bridges bring leads and fetch them. Everything is written in the caller's transaction, by the program
    itself; who may set a bridge up is asked by the bridge.
    """

    def words(self, session: Session) -> LeadWords:
        """What leads are described with."""

    def take(self, session: Session, source: str, rows: Sequence[Mapping[str, Any]]) -> list[LeadTaken]:
        """Take leads in, each for itself: ``LEAD_FIELDS`` and ``external_id``, the number under which ``source`` has
        it; what came under one number once is not taken in again. The answers are in the order of ``rows``."""

    def known(self, session: Session, source: str, numbers: Collection[str]) -> dict[str, int]:
        """The leads that came under these numbers of a source."""

    def changed(self, session: Session, after: int, most: int) -> LeadPage:
        """The leads of the next ``most`` things that happened behind a place in the record; none at its end.

        A transaction that began earlier may commit later: whoever must miss nothing reads a piece again and leaves
        alone what it has handed over already.
        """

    def look(self, session: Session, ids: Collection[int]) -> list[LeadView]:
        """Leads by their numbers, in that order; those that are gone are left out."""

    def mend(self, session: Session, lead_id: int, values: Mapping[str, str]) -> None:
        """Write what another program knows better, of ``LEAD_MENDED``. Raises ``DomainError`` with the field."""

    def move(self, session: Session, lead_id: int, move: LeadMove) -> None:
        """Let a lead stand as another program says; one that does already is left alone.

        Raises ``DomainError`` with what is missing or in the way: no amount, no reason, a lead that is closed.
        """
