"""The hints on their way to listeners."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id


class LiveRow(Base):
    """One hint: something about ``topic:key`` changed. Rows are kept for minutes (``sweeping``).

    ``xid`` is the transaction of PostgreSQL that wrote it: numbers of rows are not in the order of commits there.
    """

    __tablename__ = "core_live"
    __audit__ = False
    # A number is never given twice, also when all rows were removed meanwhile.
    __table_args__ = (Index(None, "at"), Index(None, "xid"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    topic: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    xid: Mapped[int | None] = mapped_column(BigInteger)
