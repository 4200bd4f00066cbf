"""What requests of this module share: whoever wrote one hands it in or drops it, once; what an answer makes of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.crm.models import BudgetTransfer, SpendRequest
from plugins.crm.text import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN, _
from remit.base import Actor, DomainError
from remit.services import require
from remit.workflow import Answer

#: How a request stands after an answer.
STATE_OF: dict[Answer, str] = {
    "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "void": SUBMITTED, "returned": DRAFT,
}  # fmt: skip


def only_own(actor: Actor, request: SpendRequest | BudgetTransfer) -> None:
    """Raise ``DomainError`` where somebody else wrote it."""
    if not actor.is_system and request.requester_person_id != actor.person_id:
        raise DomainError("crm.not_own", _("Only whoever wrote a request changes it."))


def hand_in(session: Session, actor: Actor, request: SpendRequest | BudgetTransfer, action: str) -> None:
    """Mark a draft as handed in, for whoever may ask under ``action``; the caller asks the question. Raises
    ``DomainError`` for another's and for one that is handed in.
    """
    only_own(actor, request)
    require(session, actor, action, request)
    session.refresh(request, with_for_update=True)  # two presses of the button come one after the other
    if request.state != DRAFT:
        raise DomainError("crm.submitted", _("This request is handed in already."))
    request.state = SUBMITTED
    session.flush()


def drop(session: Session, actor: Actor, request: SpendRequest | BudgetTransfer, action: str) -> None:
    """Take back a draft that was never handed in; the row stays, with its number. Raises as ``hand_in`` does."""
    only_own(actor, request)
    require(session, actor, action, request)
    if request.state != DRAFT:
        raise DomainError("crm.submitted", _("It is handed in: take the question back on its own page."))
    request.state = WITHDRAWN
    session.flush()
