"""What is pinned to the board."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id


class Notice(Base):
    """One notice, on the board from ``shown_from`` until the day before ``shown_until``.

    ``code`` is how a file names it; ``holds_changes`` keeps others from undoing work while it hangs there.
    """

    __tablename__ = "sample_notice"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    text: Mapped[str] = mapped_column(String(500))
    shown_from: Mapped[date] = mapped_column(Date)
    shown_until: Mapped[date] = mapped_column(Date, default=FOREVER)
    holds_changes: Mapped[bool] = mapped_column(Boolean, default=False)
