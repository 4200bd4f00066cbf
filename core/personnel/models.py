"""Requests for personnel changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.types import EncryptedText, Id

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
CANCELLED: Final = "cancelled"
STATES: Final = (DRAFT, SUBMITTED, APPROVED, REFUSED, WITHDRAWN, CANCELLED)

HIRE: Final = "hire"
TRANSFER: Final = "transfer"
PROMOTION: Final = "promotion"
CONCURRENT: Final = "concurrent"
END_CONCURRENT: Final = "end_concurrent"
TERMS: Final = "terms"
RESIGNATION: Final = "resignation"
CANCELLATION: Final = "cancellation"
KINDS: Final = (HIRE, TRANSFER, PROMOTION, CONCURRENT, END_CONCURRENT, TERMS, RESIGNATION, CANCELLATION)

_TABLE = "core_personnel_change"


class PersonnelChange(Base):
    """A change of who works where, as somebody asks for it: it holds during `[valid_from, valid_to)`.

    ``valid_from`` is the first day on which things are as the change says; for who leaves the day after the last one.
    ``unit_id`` is where the person is (or comes to), ``from_unit_id`` the unit that lets him go and ``to_unit_id`` the
    one that takes him, as they were when it was handed in; ``crosses`` says that they are two. ``position_id`` is the
    post that is taken or ended, ``from_position_id`` the main post. ``fte`` and ``main_fte`` are shares of full
    working time in hundredths: of the post, and what is left of the main post meanwhile.

    ``number`` is the employee number, also of somebody who is to have it. Of somebody new the identity number and the
    phone are sealed, and dropped once the change is decided: then they stand with the person. ``crowded`` says that the
    post had no room already when it was handed in, which whoever decides has seen. ``effect`` is how the employment
    stood before and after, so that it can be undone.
    """

    __tablename__ = _TABLE

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_employment.id"))
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"))
    from_position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    from_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    to_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    crosses: Mapped[bool] = mapped_column(Boolean, default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    fte: Mapped[int | None] = mapped_column(Integer)
    main_fte: Mapped[int | None] = mapped_column(Integer)
    grade: Mapped[str | None] = mapped_column(String(20))
    grade_changes: Mapped[bool] = mapped_column(Boolean, default=False)
    employment_kind: Mapped[str | None] = mapped_column(String(20))
    contribution_place: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(EncryptedText(f"{_TABLE}.reason"), default="")
    name: Mapped[str | None] = mapped_column(String(100))
    number: Mapped[str | None] = mapped_column(String(40))
    sex: Mapped[str | None] = mapped_column(String(1))
    born_on: Mapped[date | None] = mapped_column(Date)
    email: Mapped[str | None] = mapped_column(String(200))
    identity_number: Mapped[str | None] = mapped_column(EncryptedText(f"{_TABLE}.identity_number"))
    identity_shown: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str | None] = mapped_column(EncryptedText(f"{_TABLE}.phone"))
    cancels_id: Mapped[int | None] = mapped_column(Id, ForeignKey(f"{_TABLE}.id"))
    crowded: Mapped[bool] = mapped_column(Boolean, default=False)
    effect: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    created_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    created_by_account_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        CheckConstraint("valid_from < valid_to", name="valid_from_before_valid_to"),
        Index("ix_core_personnel_change_person_id", "person_id", "id"),
        Index("ix_core_personnel_change_employment_id", "employment_id"),
        Index("ix_core_personnel_change_created_by_person_id", "created_by_person_id"),
        Index("ix_core_personnel_change_position_id", "position_id"),
        Index("ix_core_personnel_change_from_unit_id", "from_unit_id"),
        Index("ix_core_personnel_change_to_unit_id", "to_unit_id"),
        Index("ix_core_personnel_change_unit_id", "unit_id"),
    )
