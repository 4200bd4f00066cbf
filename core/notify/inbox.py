"""What stands under the bell: a reader's own notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, func, select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.live import publish
from core.notify.choices import own_account
from core.notify.models import Notice, NotificationRow
from core.notify.people import addressees
from core.notify.topics import INBOX

_ = catalogue("notify")

#: More than this is not counted.
MOST = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One notice as its reader sees it. ``instead_of`` is the name of whom he stands in for."""

    row: NotificationRow
    notice: Notice
    instead_of: str = ""

    @property
    def unread(self) -> bool:
        """Whether nobody has opened it yet."""
        return self.notice.read_at is None


def unread(account_id: int | None) -> ScalarSelect[int]:
    """How many notices an account has not read, a hundred at most, as a part of another statement."""
    few = (
        select(Notice.notification_id)
        .where(Notice.account_id == account_id, Notice.shown.is_(True), Notice.read_at.is_(None)).limit(MOST).subquery()
    )
    return select(func.count()).select_from(few).scalar_subquery()


def mine(account_id: int) -> Select[NotificationRow, Notice]:
    """The notices of an account, as a statement."""
    return (
        select(NotificationRow, Notice).join(Notice, Notice.notification_id == NotificationRow.id)
        .where(Notice.account_id == account_id, Notice.shown.is_(True))
    )


def items(
    session: Session, actor: Actor, *, kind: str = "", only_unread: bool = False, before: int | None = None,
    limit: int = 50,
) -> list[Item]:
    """The latest notices of the reader, newest first: of one kind, unread only, older than notification ``before``."""
    statement = mine(own_account(actor)).order_by(NotificationRow.id.desc()).limit(limit)
    if kind:
        statement = statement.where(Notice.kind == kind)
    if only_unread:
        statement = statement.where(Notice.read_at.is_(None))
    if before is not None:
        statement = statement.where(NotificationRow.id < before)
    rows = session.execute(statement).all()
    names = _names(session, [notice.for_account_id for _row, notice in rows if notice.for_account_id is not None])
    return [Item(row, notice, names.get(notice.for_account_id or 0, "")) for row, notice in rows]


def counts(session: Session, actor: Actor) -> Mapping[str, tuple[int, int]]:
    """Of each kind the reader has notices of: how many, and how many unread."""
    rows = session.execute(
        select(Notice.kind, func.count(), func.count().filter(Notice.read_at.is_(None)))
        .where(Notice.account_id == own_account(actor), Notice.shown.is_(True)).group_by(Notice.kind)
    )
    return {kind: (number, fresh) for kind, number, fresh in rows}


def one(session: Session, actor: Actor, notification_id: int) -> Item:
    """One notice of the reader; ``NotFound`` for any other."""
    found = session.execute(mine(own_account(actor)).where(NotificationRow.id == notification_id)).one_or_none()
    if found is None:
        raise NotFound("not_found", _("There is no such notification, or it is not yours."))
    return Item(found[0], found[1])


def mark(session: Session, actor: Actor, notification_ids: Sequence[int] | None, *, read: bool) -> int:
    """Mark notices as read or unread, all of them with None; returns how many changed."""
    account_id = own_account(actor)
    statement = update(Notice).where(Notice.account_id == account_id)
    statement = statement.where(Notice.read_at.is_(None) if read else Notice.read_at.is_not(None))
    if notification_ids is not None:
        statement = statement.where(Notice.notification_id.in_(notification_ids))
    moment: datetime | None = clock.now() if read else None
    changed: int = session.execute(statement.values(read_at=moment)).rowcount  # type: ignore[attr-defined]
    if changed:
        publish(session, INBOX, account_id)  # for the other pages of the same reader
    return changed


def _names(session: Session, accounts: Sequence[int]) -> dict[int, str]:
    if not accounts:
        return {}
    return {account_id: one.name for account_id, one in addressees(session, accounts).items()}
