"""Imports and what each of them changed, so that it can be told and undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import EncryptedJSON, Id

CHECKING, CHECKED, DONE = "checking", "checked", "done"
UNCHANGED, FAILED, UNDONE = "unchanged", "failed", "undone"


class Import(Base):
    """One file that was handed in.

    ``kind`` names the exchange. States: ``checking``, ``checked`` (dry run only), ``done``, ``unchanged`` (nothing
    in it was new), ``failed``, ``undone``. ``counts`` holds rows, new, changed, unchanged and closed; ``report`` the
    problems and warnings, ``options`` what the user chose. ``file_id`` is the upload kept between dry run and real run.
    """

    __tablename__ = "core_import"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    file_digest: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[int | None]
    account_id: Mapped[int | None] = mapped_column(index=True)
    person_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))
    options: Mapped[list[Any]] = mapped_column(default=list)
    counts: Mapped[dict[str, Any]]
    report: Mapped[Any] = mapped_column(EncryptedJSON("core_import.report"), nullable=True, info={"secret": True})
    job_id: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]


class ImportChange(Base):
    """One chunk of rows an import wrote.

    ``before`` holds, sealed, the ids and what stood in the changed columns; ``digest`` is a keyed digest of what was
    written, by which the undo sees whether somebody has changed the rows since.
    """

    __tablename__ = "core_import_change"
    __audit__ = False
    __table_args__ = (UniqueConstraint("import_id", "seq"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("core_import.id"))
    seq: Mapped[int]
    table_name: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(8))
    row_count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    before: Mapped[bytes] = mapped_column(LargeBinary)
