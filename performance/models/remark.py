"""What people tell each other in between: feedback, private praise, and notes of talks."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, EncryptedText, Id, UtcDateTime


class Remark(Base):
    """One person writes to or about another: ``kind`` is feedback, praise, note or private.

    ``reader_person_id`` is the other, where he may read it; ``superior_person_id`` his superior of that day, only for
    feedback. A private line of a talk has neither: nobody but the writer reads it. The text is sealed, and the audit
    log keeps nothing of it.
    """

    __tablename__ = "performance_remark"
    __audit__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    writer_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    reader_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    superior_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(EncryptedText("performance_remark.text"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("writer_person_id <> person_id", name="to_somebody_else"),)
