"""What is known about a stored file; its bytes lie outside the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id


class File(Base):
    """A stored file.

    ``digest`` is the SHA-256 of the content in hex, ``size`` its length in bytes, ``blob`` the path below the files
    folder. ``kind`` says what it is for (``import``). After ``expires_at`` it is deleted; None keeps it.
    """

    __tablename__ = "core_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(64))
    blob: Mapped[str] = mapped_column(String(128), unique=True)
    personal: Mapped[bool]
    encrypted: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
