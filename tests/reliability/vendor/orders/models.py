"""What came of orders."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id


class Effect(Base):
    """Something was done with an order: ``kind`` says what."""

    __tablename__ = "orders_effect"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Id)
