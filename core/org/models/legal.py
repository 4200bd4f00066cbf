"""Legal entities: the companies that sign contracts."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, Translated, Translation


class LegalEntity(Base):
    """A company in law. ``country`` chooses the country pack; ``credit_code`` is its registration number.

    ``fte_bound`` is the most that all posts of one person may come to, in hundredths of full working time.
    """

    __tablename__ = "core_legal_entity"
    __kept__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Translation] = mapped_column(Translated)
    country: Mapped[str] = mapped_column(String(2), default="CN")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    credit_code: Mapped[str | None] = mapped_column(String(18))
    fte_bound: Mapped[int] = mapped_column(Integer, default=100, server_default="100")
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)
