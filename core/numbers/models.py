"""How far each series has come, and the patterns that were changed."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id


class NumberPattern(Base):
    """A pattern that was changed for a kind; without a row that of its module holds."""

    __tablename__ = "core_number_pattern"
    __kept__ = True

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    pattern: Mapped[str] = mapped_column(String(80))


class NumberSeries(Base):
    """The last number of a series. ``legal_entity_id`` and ``year`` are 0 where the pattern names neither.

    The document itself is in the audit log, its number with it.
    """

    __tablename__ = "core_number_series"
    __audit__ = False

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)
