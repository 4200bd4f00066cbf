"""Several people at work in one transaction, each under his own name and by his own authority."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from core.audit import recorder
from core.authority import install
from core.base.actor import Actor


@contextmanager
def acting(session: Session, actor: Actor) -> Iterator[None]:
    """What is written inside is somebody's own: his entries allow it, and the audit log names him and cites them.

    As if the block were a transaction, without committing anything: what is undecided before it and after it is
    settled, so that the company is built as a whole or not at all. Raises ``Denied`` as a commit would.
    """
    if session.in_nested_transaction():
        raise RuntimeError("a savepoint may be rolled back; act outside of it")
    _settle(session)
    before = session.info["actor"]
    session.info["actor"] = actor
    try:
        yield
        _settle(session)
    finally:
        session.info["actor"] = before


def _settle(session: Session) -> None:
    install.recheck(session)
    recorder.settle(session)
