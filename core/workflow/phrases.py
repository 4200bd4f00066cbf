"""What somebody keeps at hand for his comments: his own list, which begins with the phrases that ship."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.workflow.models import Phrases

_ = catalogue("workflow")

#: So many stand beside a comment without hiding it, of so many characters each.
MOST = 20
LONGEST = 100
SHIPPED: tuple[Text, ...] = (
    _("I agree."), _("Please add the missing attachments."), _("Please say more about the reason."),
    _("I do not agree, for this reason:"),
)


def mine(session: Session, actor: Actor) -> list[str]:
    """The phrases of somebody in his order; those that ship, in his language, until he changes one."""
    row = session.get(Phrases, actor.account_id) if actor.account_id is not None else None
    return list(row.texts) if row is not None else [str(one) for one in SHIPPED]


def add(session: Session, actor: Actor, text: str) -> None:
    """Keep one more, at the end. Raises ``DomainError`` for none, a long one, one that is there, and one too many."""
    row = _own(session, actor)
    if len(row.texts) >= MOST:
        raise DomainError("phrase.many", _("Keep at most {most} phrases; remove one first.", most=MOST), "text")
    row.texts = [*row.texts, _checked(text, row.texts)]
    session.flush()


def change(session: Session, actor: Actor, old: str, text: str) -> None:
    """Word one anew, where it stands. Raises what ``add`` says, and where it is there no longer."""
    row = _own(session, actor)
    at = _place(row, old)
    others = [one for one in row.texts if one != old]
    row.texts = [*row.texts[:at], _checked(text, others), *row.texts[at + 1:]]
    session.flush()


def move(session: Session, actor: Actor, text: str, *, up: bool) -> None:
    """Move one a place up or down; the first stays first, the last last. Raises ``DomainError`` where it is gone."""
    row = _own(session, actor)
    at = _place(row, text)
    to = max(0, at - 1) if up else min(len(row.texts) - 1, at + 1)
    texts = list(row.texts)
    texts.insert(to, texts.pop(at))
    row.texts = texts
    session.flush()


def remove(session: Session, actor: Actor, text: str) -> None:
    """Take one off the list. Raises ``DomainError`` where it is there no longer."""
    row = _own(session, actor)
    at = _place(row, text)
    row.texts = [*row.texts[:at], *row.texts[at + 1:]]
    session.flush()


def restore(session: Session, actor: Actor) -> None:
    """Have those that ship again, instead of one's own."""
    row = session.get(Phrases, actor.account_id) if actor.account_id is not None else None
    if row is not None:
        session.delete(row)
        session.flush()


def changed(session: Session, actor: Actor) -> bool:
    """Whether somebody has a list of his own."""
    return actor.account_id is not None and session.get(Phrases, actor.account_id) is not None


def _own(session: Session, actor: Actor) -> Phrases:
    """The list of somebody, held until the commit; with his first change it is made of those that ship."""
    if actor.account_id is None:
        raise NotFound("phrase.nobody", _("Phrases belong to an account."))
    held = select(Phrases).where(Phrases.account_id == actor.account_id).with_for_update()
    row = session.scalars(held.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        row = Phrases(account_id=actor.account_id, texts=[str(one) for one in SHIPPED])
        session.add(row)
        session.flush()
    return row


def _place(row: Phrases, text: str) -> int:
    if text not in row.texts:
        raise DomainError("phrase.gone", _("This phrase is not in your list any more."))
    return row.texts.index(text)


def _checked(text: str, others: list[str]) -> str:
    text = " ".join(text.split())
    if not text:
        raise DomainError("phrase.empty", _("Write a phrase first."), "text")
    if len(text) > LONGEST:
        raise DomainError("phrase.long", _("Write at most {most} characters.", most=LONGEST), "text")
    if text in others:
        raise DomainError("phrase.twice", _("You have this phrase already."), "text")
    return text
