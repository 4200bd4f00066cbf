"""What whoever decides about a claim or an advance is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.expense.actions import ADVANCE, ADVANCE_APPROVE, CLAIM, CLAIM_APPROVE
from plugins.expense.models import Advance, Claim, Line
from plugins.expense.services import advances, budgets, claims, ledger, lines
from plugins.expense.services.places import names_of
from plugins.expense.text import CATEGORIES, KINDS, WITHOUT, _
from remit.base import format_money
from remit.specs import TaskKind
from remit.text import Text

#: So many lines are told of one by one.
SHOWN = 12


def money(minor: int, currency: str) -> str:
    """An amount with the sign of its currency."""
    return format_money(minor, currency=currency, symbol=True)


def claim_subject(session: Session, claim: Claim) -> Text:
    """A claim in one line."""
    del session
    return _("{category}: {amount}, {purpose}", category=CATEGORIES[claim.category], purpose=claim.purpose,
             amount=money(claim.amount, claim.currency))  # fmt: skip


def claim_lines(session: Session, claim: Claim) -> list[tuple[Text | str, Any]]:
    """What must be known of a claim: its head, its budget, open advances, and its lines with what is above a rule."""
    found = lines.of_claim(session, claim)
    told = claim_head(session, claim)
    told += [(_("{kind}, {day}", kind=KINDS[one.kind], day=one.spent_on), _line(one, claim)) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        told.append((_("Further lines"), len(found) - SHOWN))
    return told


def claim_head(session: Session, claim: Claim) -> list[tuple[Text | str, Any]]:
    """What is known of a claim as a whole."""
    waiting = ledger.held(session, claim.requester_person_id, claim.legal_entity_id, claim.currency)
    open_sum = sum(one.balance for one in waiting)
    told: list[tuple[Text | str, Any]] = [
        (_("Number"), claim.number), (_("Asked by"), names_of(session, [claim.requester_person_id]).get(
            claim.requester_person_id, "–")),
        (_("Amount"), money(claim.amount, claim.currency)), (_("Category"), CATEGORIES[claim.category]),
        (_("Purpose"), claim.purpose), *([(_("Project"), claim.project)] if claim.project else []),
        (_("Budget"), _standing(session, claim)),
    ]  # fmt: skip
    if open_sum:
        told.append((_("Open advances"), _("{amount}; the claim is set against them first",
                                           amount=money(open_sum, claim.currency))))  # fmt: skip
    return told


def _standing(session: Session, claim: Claim) -> Text:
    covered = budgets.covering(session, claim)
    if covered is None:
        return _("None covers it")
    words = {"budget": covered.budget.title, "left": money(covered.left, claim.currency)}
    if claim.amount > covered.left:
        return _("{budget}: {left} left, not enough", **words)
    return _("{budget}: {left} left before this", **words)


def _line(line: Line, claim: Claim) -> Text | str:
    amount = money(line.claimed, claim.currency)
    if lines.is_over(line):
        return _("{amount}, above the {allowed} of the rule: {reason}", amount=amount, reason=line.explanation,
                 allowed=money(line.allowed or 0, claim.currency))  # fmt: skip
    if line.without:
        return _("{amount}, without invoice: {reason}", amount=amount, reason=WITHOUT[line.without])
    return amount


def advance_subject(session: Session, advance: Advance) -> Text:
    """An advance in one line."""
    del session
    return _("Advance of {amount}: {purpose}", amount=money(advance.amount, advance.currency), purpose=advance.purpose)


def advance_lines(session: Session, advance: Advance) -> list[tuple[Text | str, Any]]:
    """What must be known of an advance, with what is open of earlier ones."""
    waiting = ledger.held(session, advance.requester_person_id, advance.legal_entity_id, advance.currency)
    before = sum(one.balance for one in waiting if one.advance.id != advance.id)
    return [
        (_("Number"), advance.number), (_("Asked by"), names_of(session, [advance.requester_person_id]).get(
            advance.requester_person_id, "–")),
        (_("Amount"), money(advance.amount, advance.currency)), (_("Category"), CATEGORIES[advance.category]),
        (_("Purpose"), advance.purpose), (_("Needed on"), str(advance.needed_on)),
        (_("Open advances"), money(before, advance.currency) if before else _("none")),
    ]  # fmt: skip


def _claim_link(claim: Claim) -> str:
    return f"/expense/claims/{claim.id}"


def _advance_link(advance: Advance) -> str:
    return f"/expense/advances/{advance.id}"


TASK_KINDS = (
    TaskKind(CLAIM, _("Expense claim"), CLAIM_APPROVE, claim_subject, claim_lines, _claim_link, claims.answered),
    TaskKind(
        ADVANCE, _("Advance"), ADVANCE_APPROVE, advance_subject, advance_lines, _advance_link, advances.answered
    ),
)
