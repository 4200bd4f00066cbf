"""What is known about a stored file; its bytes lie outside the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id

READY, QUARANTINED, REFUSED = "ready", "quarantined", "refused"


class File(Base):
    """A stored file.

    ``digest`` is the SHA-256 of the content in hex, ``size`` its length in bytes. ``blob`` is the name of its bytes in
    ``store``, the address of a store or empty for the files folder. ``kind`` says what it is for (``import``), and
    ``subject_id`` which person it is about. After ``expires_at`` it is deleted; None keeps it, and so does ``held``.
    ``state`` is ``ready``, ``quarantined`` until it was looked at for viruses, or ``refused``. What was made of another
    file, such as a thumbnail, names it as ``made_from_id`` and goes with it.
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
    store: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(16), default=READY, index=True)
    held: Mapped[bool] = mapped_column(default=False)
    subject_id: Mapped[int | None] = mapped_column(Id)
    made_from_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("core_file.id", ondelete="CASCADE"), index=True
    )
