"""A small house of tables, apart from the product's own metadata."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, MetaData, SmallInteger, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from core.base.period import FOREVER
from core.db.base import NAMING, Base
from core.db.no_overlap import no_overlap
from core.db.types import BlindIndex, EncryptedJSON, EncryptedText, Id, Translated, Translation


class Tables(DeclarativeBase):
    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = Base.type_annotation_map


class House(Tables):
    __tablename__ = "t_house"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    rooms: Mapped[list[Room]] = relationship(back_populates="house", cascade="all, delete-orphan")


class Room(Tables):
    __tablename__ = "t_room"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    house_id: Mapped[int] = mapped_column(Id, ForeignKey("t_house.id"))
    house: Mapped[House] = relationship(back_populates="rooms")
    name: Mapped[str] = mapped_column(String(40))


class Terms(Tables):
    """A dated version: what a house costs."""

    __tablename__ = "t_terms"
    __dated_ignore__ = ("note",)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    house_id: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=FOREVER)
    amount: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column("grade_code", String(10))
    title: Mapped[Translation | None] = mapped_column(Translated)
    secret: Mapped[str | None] = mapped_column(EncryptedText("t_terms.secret"))
    secret_index: Mapped[Any] = mapped_column(BlindIndex("t_terms.secret"), nullable=True)
    note: Mapped[str | None]


no_overlap(Terms.__table__, keys=["house_id"])


class Visit(Tables):
    """Who comes for part of a day, from the first quarter of it to the last."""

    __tablename__ = "t_visit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    house_id: Mapped[int]
    comes: Mapped[date]
    goes: Mapped[date]
    first_quarter: Mapped[int] = mapped_column(SmallInteger)
    last_quarter: Mapped[int] = mapped_column(SmallInteger)


no_overlap(
    Visit.__table__, keys=["house_id"], period=("comes", "goes"), within=("first_quarter", "last_quarter")
)  # fmt: skip


class Booking(Tables):
    """Two keys, and its period named otherwise."""

    __tablename__ = "t_booking"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    house_id: Mapped[int]
    bed: Mapped[int]
    arrives: Mapped[date]
    leaves: Mapped[date]


no_overlap(Booking.__table__, keys=["house_id", "bed"], period=("arrives", "leaves"))


class Everything(Tables):
    """One column of each type."""

    __tablename__ = "t_everything"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    moment: Mapped[datetime | None]
    day: Mapped[date | None]
    big: Mapped[int | None]
    small: Mapped[int] = mapped_column(SmallInteger, default=3)
    ok: Mapped[bool | None]
    text: Mapped[str | None]
    title: Mapped[Translation | None] = mapped_column(Translated)
    number: Mapped[str | None] = mapped_column(EncryptedText("t_everything.number"))
    number_index: Mapped[Any] = mapped_column(BlindIndex("t_everything.number"), unique=True, nullable=True)
    papers: Mapped[Any] = mapped_column(EncryptedJSON("t_everything.papers"), nullable=True)
    data: Mapped[dict[str, Any] | None]
