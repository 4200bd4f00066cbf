"""Runs: one connection after the other, how each went, and when it is tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from plugins.crm_tryton.models import Connection, Letter, State
from plugins.crm_tryton.rpc import Away, Refused, Tryton, sender
from plugins.crm_tryton.services import opportunities
from plugins.crm_tryton.services.fetching import bring, fetch_page
from plugins.crm_tryton.services.sending import carry, send_page
from plugins.crm_tryton.services.work import MOST, WHY, Work, desk_of, setup_of, state_of
from plugins.crm_tryton.text import IN, OUT
from remit.base import DomainError, clock
from remit.jobs import JobContext
from remit.services import system
from remit.text import Text, to_json
from remit.webhooks import reach_of, wait_after


def exchange(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let every connection that is due do its run; ``connection`` names one that is not asked whether it is due."""
    only = arguments.get("connection")
    with context.session(write=True) as session:
        ids = due(session, clock.now(), int(only) if only is not None else None)
    counts: dict[str, int] = {"runs": 0, "failed": 0}
    for number, key in enumerate(ids):
        context.progress(number, len(ids))
        found = run(context, key)
        counts["runs"] += 1
        counts["failed"] += found is None
        for name, count in (found or {}).items():
            counts[name] = counts.get(name, 0) + count
    with context.session(write=True) as session:
        context.complete(session, counts)
    return counts


def due(session: Session, now: datetime, only: int | None = None) -> list[int]:
    """The connections that are on and whose wait is over."""
    statement = select(Connection.id).join(State, State.connection_id == Connection.id).where(
        Connection.is_on.is_(True)).order_by(Connection.id)  # fmt: skip
    if only is not None:
        statement = statement.where(Connection.id == only)
    else:
        statement = statement.where(or_(State.next_at.is_(None), State.next_at <= now))
    with system(session, WHY):
        return list(session.scalars(statement))


def run(context: JobContext, connection_id: int) -> Mapping[str, int] | None:
    """One run: what was asked for again, then what happened here, then what happened there. None where it failed.

    Each piece is kept before the next one begins, so that a run that is cut off goes on where it was.
    """

    def opened() -> AbstractContextManager[Session]:
        return context.session(write=True)

    with opened() as session:
        with system(session, WHY):
            row = session.get_one(Connection, connection_id)
            client = Tryton(row.url, row.database, row.login, row.password, sender(reach_of(session)))
            work = Work(setup_of(row), client, opened)
        begun(session, connection_id)
    client.context = {"company": work.setup.company, "companies": [work.setup.company], "active_test": False}
    try:
        _again(work)
        first = True
        while send_page(work, first=first):
            first = False
            context.progress(0, None)
        while fetch_page(work):
            context.progress(0, None)
    except (Away, Refused, DomainError) as failed:
        with opened() as session:
            missed(session, connection_id, failed.message)
        return None
    with opened() as session:
        state = state_of(session, connection_id)
        state.done_at, state.next_at, state.failures, state.error = clock.now(), None, 0, None
    return dict(work.counts)


def begun(session: Session, connection_id: int) -> None:
    """A run begins."""
    state_of(session, connection_id).tried_at = clock.now()


def missed(session: Session, connection_id: int, why: Text | str) -> None:
    """A run did not get through, and why; the next one waits the longer, the more in a row did not."""
    state = state_of(session, connection_id)
    state.failures += 1
    state.error, state.next_at = [to_json(why)], clock.now() + wait_after(state.failures)


def _again(work: Work) -> None:
    """Hand over again what somebody asked for; read anew, as it stands now."""
    with work.open() as session, system(session, WHY):
        rows = session.scalars(select(Letter).where(
            Letter.connection_id == work.setup.id, Letter.again.is_(True), Letter.done_at.is_(None)
        ).order_by(Letter.id)).all()  # fmt: skip
        out, back = ([one.number for one in rows if one.way == way] for way in (OUT, IN))
        leads = desk_of(session).look(session, out)
    carry(work, leads)
    for start in range(0, len(back), MOST):
        bring(work, opportunities.read(work.client, [["id", "in", back[start : start + MOST]]]))
    _lay_aside(work, rows)


def _lay_aside(work: Work, rows: Sequence[Letter]) -> None:
    """Nothing stays marked: what is still a letter waits to be asked for anew, what is gone on both sides is done."""
    with work.open() as session, system(session, WHY):
        for row in session.scalars(select(Letter).where(Letter.id.in_([one.id for one in rows]), Letter.again)):
            row.again, row.done_at = False, clock.now()
