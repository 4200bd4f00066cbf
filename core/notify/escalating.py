"""Passing on what was not read in time, to whoever stands in for the reader; both see it, once."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.kernel.house import of
from core.notify.models import Notice, NotificationRow
from core.notify.people import Addressee, addressees, stand_ins
from core.notify.planning import unread_for_long
from core.notify.telling import write

#: So many notices are looked at in one go.
MANY = 1_000


def escalate(session: Session) -> int:
    """Pass on what is over its time; returns how many copies were written. A reader whom nobody stands in for keeps
    his notice to himself, and it is not looked at again.
    """
    now = clock.now()
    overdue = session.scalars(
        select(Notice).where(unread_for_long(now)).order_by(Notice.notification_id).limit(MANY)
        .with_for_update(skip_locked=True)
    ).all()
    by_notification: dict[int, list[Notice]] = defaultdict(list)
    for notice in overdue:
        by_notification[notice.notification_id].append(notice)
    readers = addressees(session, [notice.account_id for notice in overdue])
    others = stand_ins(session, [one.person_id for one in readers.values() if one.person_id is not None])
    deputies = addressees(session, (), [person for found in others.values() for person in found])
    by_person = {one.person_id: one for one in deputies.values() if one.active}
    kinds = of(session).registry.notifications()
    written = 0
    for notification_id, notices in by_notification.items():
        row = session.get_one(NotificationRow, notification_id)
        had = set(session.scalars(select(Notice.account_id).where(Notice.notification_id == notification_id)))
        for notice in notices:
            new = _deputies(readers.get(notice.account_id), others, by_person, had)
            if new and row.kind in kinds:
                written += write(session, row, kinds[row.kind], new, for_account_id=notice.account_id)
                had |= set(new)
        session.execute(
            update(Notice)
            .where(Notice.notification_id == notification_id, Notice.account_id.in_([n.account_id for n in notices]))
            .values(escalated_at=now).execution_options(synchronize_session=False)
        )
    return written


def _deputies(
    reader: Addressee | None, others: dict[int, tuple[int, ...]], by_person: dict[int | None, Addressee], had: set[int]
) -> dict[int, Addressee]:
    if reader is None or reader.person_id is None:
        return {}
    found = [by_person[person] for person in others.get(reader.person_id, ()) if person in by_person]
    return {one.account_id: one for one in found if one.account_id not in had}
