"""The base class of all models, with the names that constraints get on every database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, Date, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from core.db.types import Id, UtcDateTime

#: Constraints have predictable names, so that a migration written on one database finds them on the other.
NAMING: dict[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model of Remit derives from.

    Annotations choose the column: ``Mapped[int]`` is 64 bits wide (money is counted in minor units and outgrows 32),
    ``Mapped[datetime]`` is aware UTC, ``Mapped[dict[str, Any]]`` is JSON. A primary key is written
    ``id: Mapped[int] = mapped_column(Id, primary_key=True)``.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Id,
        bool: Boolean(),
        str: Text(),
        date: Date(),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        list[Any]: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
    }
