"""Punches: who delivers them, each delivery, each line as it came, and the punches that were believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime, append_only

#: Files and terminals deliver many punches at once; the web and approved corrections one each.
SOURCE_KINDS = ("attlog", "table", "web", "correction")
DELIVERIES = ("attlog", "table")


class Source(Base):
    """Something that delivers punches: the terminals of a site, the export of another program, the web page.

    `zone` is what the source's clock shows. Lines are compared for repeats within one source.
    """

    __tablename__ = "attendance_punch_source"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(64))


class Import(Base):
    """One delivery: which file, when, by whom, and what became of its lines."""

    __tablename__ = "attendance_import"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_punch_source.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(Id)
    lines: Mapped[int] = mapped_column(Integer, default=0)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    repeated: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (Index("ix_attendance_import_digest", "digest"),)


class PunchLine(Base):
    """One line of a delivery as it came, kept for good; exact repeats from one source are kept once.

    `digest` is BLAKE2b (16 bytes, hex) of the line. `wall` is the local time it names, in seconds on the wall clock
    since 1970, or None. `reason` says why it was no punch when it came; a line whose employee number became known
    later may still have a punch.
    """

    __tablename__ = "attendance_punch_line"
    __audit__: ClassVar[bool] = False  # the import's own audit row vouches for its lines

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_punch_source.id"))
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_import.id"))
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(32))
    raw: Mapped[str] = mapped_column(Text)
    pin: Mapped[str | None] = mapped_column(String(40))
    wall: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        UniqueConstraint("source_id", "digest"),
        Index("ix_attendance_punch_line_source_id_wall", "source_id", "wall"),
        Index("ix_attendance_punch_line_import_id", "import_id"),
    )


class Punch(Base):
    """A believed punch of an employment. `second` counts from 1970 in UTC, `zone` is where it was made.

    `state` is what the terminal said (0 in, 1 out, 255 undefined); evaluation goes by the order of the punches.
    """

    __tablename__ = "attendance_punch"
    __audit__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    line_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_punch_line.id"), unique=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    second: Mapped[int] = mapped_column(BigInteger)
    zone: Mapped[str] = mapped_column(String(64))
    state: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_attendance_punch_employment_id_second", "employment_id", "second"),
        Index("ix_attendance_punch_second", "second"),
    )

    @property
    def at(self) -> datetime:
        """The instant, aware, in UTC."""
        return datetime.fromtimestamp(self.second, UTC)


append_only(PunchLine.__table__)
append_only(Punch.__table__)
