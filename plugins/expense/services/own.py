"""Who may change a claim: whoever wrote it, while it is a draft."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.expense.actions import CLAIM_REQUEST
from plugins.expense.models import Claim
from plugins.expense.text import DRAFT, _
from remit.base import Actor, DomainError
from remit.services import require


def changeable(session: Session, actor: Actor, claim: Claim) -> None:
    """Insist that the actor may change a claim now. Raises ``Denied``, ``DomainError`` for any but his own draft."""
    require(session, actor, CLAIM_REQUEST, claim)
    only_own(actor, claim)
    if claim.state != DRAFT:
        raise DomainError("expense.closed", _("Only a draft is changed; take the claim back first."))


def only_own(actor: Actor, claim: Claim) -> None:
    """Raise ``DomainError`` for somebody else's claim."""
    if not actor.is_system and claim.requester_person_id != actor.person_id:
        raise DomainError("expense.not_own", _("Only whoever wrote a claim changes it."))
