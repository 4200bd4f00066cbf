"""Conditions that the two databases are asked in different words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, literal
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement


def among(session: Session, column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a column is one of many ids. PostgreSQL takes them as one array: the statement stays the same however
    many there are, and need not be read anew.
    """
    if session.get_bind().dialect.name == "postgresql":
        found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(BigInteger)))
        return found
    listed: ColumnElement[bool] = column.in_(ids)
    return listed
