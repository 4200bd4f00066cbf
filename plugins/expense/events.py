"""What this module tells: that somebody got his money."""

from __future__ import annotations

from dataclasses import dataclass

from plugins.expense.text import _
from remit.events import Event


@dataclass(frozen=True, slots=True)
class ClaimPaid(Event):
    """What was payable of a claim has been paid."""

    name = "expense.claim_paid"
    title = _("Expense claim paid")
    thing = "expense_claim"
    about = "claim_id"

    claim_id: int


@dataclass(frozen=True, slots=True)
class AdvancePaid(Event):
    """An advance was handed out; claims are set against it from now on."""

    name = "expense.advance_paid"
    title = _("Advance handed out")
    thing = "expense_advance"
    about = "advance_id"

    advance_id: int


EVENTS: tuple[type[Event], ...] = (ClaimPaid, AdvancePaid)
