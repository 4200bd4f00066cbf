"""The rows the kernel keeps: which modules are switched on, and the epoch of authority and organisation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, UtcDateTime


class ModuleState(Base):
    """Whether a module is on. A module without a row is on: installing it is the operator's decision."""

    __tablename__ = "core_module"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    switched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    switched_by: Mapped[int | None] = mapped_column(Id)


class Epoch(Base):
    """What every process compares: one row counts changes of organisation and authority, which are compared before
    something is decided, and one those of what processes keep.
    """

    __tablename__ = "core_epoch"
    __audit__ = False  # counts; what is counted has entries of its own

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    epoch: Mapped[int] = mapped_column(Id, default=0)
