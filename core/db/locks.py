"""Letting transactions that mean the same thing wait for each other, where no row of their own could be locked."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import ARRAY, BigInteger, func, literal, select
from sqlalchemy.orm import Session


def hold(session: Session, name: str) -> None:
    """Wait until no other transaction holds ``name``, and hold it until this one ends.

    On SQLite a writing session is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_number(name))))


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def hold_all(session: Session, names: Iterable[str]) -> None:
    """Hold many at once, always in the same order, so that two transactions never wait for each other here."""
    numbers = sorted({_number(name) for name in names})
    if numbers and session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.unnest(literal(numbers, ARRAY(BigInteger))))))


def try_hold(session: Session, name: str) -> bool:
    """Hold ``name`` until this transaction ends, or say that another one holds it."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalars(select(func.pg_try_advisory_xact_lock(_number(name)))).one())
