"""Counting what somebody outside gets wrong, in the database, so that many processes count together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.base import clock
from core.identity.models import SignInAttempt


def blocked(session: Session, key: str) -> bool:
    """Whether a key (``letters:203.0.113.7``) has failed too often and is not answered for now."""
    until = session.scalar(select(SignInAttempt.blocked_until).where(SignInAttempt.key == key[:160]))
    return until is not None and until > clock.now()


def count_failure(session: Session, key: str, *, most: int, window: timedelta) -> None:
    """Count one failure; ``most`` of them within a window block the key for as long again. Needs a writing session."""
    key, now = key[:160], clock.now()
    # Tries of several processes at once must all count: the row is there for certain, then locked, then raised.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(SignInAttempt).values(key=key, failures=0, window_from=now).on_conflict_do_nothing())
    row = session.scalars(
        select(SignInAttempt).where(SignInAttempt.key == key).with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if now - row.window_from > window:
        row.failures, row.window_from, row.blocked_until = 0, now, None
    row.failures += 1
    if row.failures >= most:
        row.blocked_until = now + window
