"""People: one row a natural person, whatever number of employments they have had."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BlindIndex, EncryptedText, Id


class Person(Base):
    """A natural person.

    ``sort_key`` is the pinyin of the name (or the name itself), editable, for finding and sorting. Identity number,
    phone and bank account are encrypted; the identity number also has a keyed blind index, so that a re-hire finds
    the same person without the number ever standing in clear.
    """

    __tablename__ = "core_person"
    __kept__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    sort_key: Mapped[str] = mapped_column(String(200), default="")
    initials: Mapped[str] = mapped_column(String(40), default="")
    sex: Mapped[str | None] = mapped_column(String(1))
    born_on: Mapped[date | None] = mapped_column(Date)
    identity_kind: Mapped[str | None] = mapped_column(String(20))
    identity_number: Mapped[str | None] = mapped_column(EncryptedText("core_person.identity_number"))
    identity_index: Mapped[str | bytes | None] = mapped_column(
        BlindIndex("core_person.identity_number"), unique=True
    )
    phone: Mapped[str | None] = mapped_column(EncryptedText("core_person.phone"))
    email: Mapped[str | None] = mapped_column(String(200))
    bank_name: Mapped[str | None] = mapped_column(String(100))
    bank_account: Mapped[str | None] = mapped_column(EncryptedText("core_person.bank_account"))
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)

    __table_args__ = (Index("ix_core_person_sort_key", "sort_key"),)
