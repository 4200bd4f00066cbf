"""Keeping files: put, open, delete, and the purge of what has had its time.

Who may put or open a file is decided by whoever calls: a file belongs to an import, a payslip, an application, and
carries no authority of its own.
"""

from __future__ import annotations

import io
import re
import secrets
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, SessionTransaction

from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db.keys import KeysError
from core.db.types import keys_of
from core.files import blob, sniff
from core.files.models import File

if TYPE_CHECKING:
    from core.base.actor import Actor
    from core.kernel.house import House

_ = catalogue("files")

KEEP_DAYS = 7
#: A file on disk without a row, left by a process that was killed, is removed after this time.
ORPHAN_AGE = timedelta(days=1)
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f\"\\/:*?<>|]+")


def put(
    session: Session,
    actor: Actor,
    source: bytes | BinaryIO,
    *,
    name: str,
    kind: str,
    personal: bool = True,
    keep_days: int | None = KEEP_DAYS,
    accept: Collection[str] = (),
    limit: int | None = None,
) -> File:
    """Keep a file. It is there as soon as the transaction is committed and gone if it is rolled back.

    ``personal`` content is encrypted. ``keep_days`` None keeps it until ``delete``. ``accept`` names the media types
    allowed, found by looking into the file (``sniff``); ``limit`` is in bytes, the upload limit of the installation by
    default. Raises ``DomainError`` ``file.too_large`` or ``file.type``.
    """
    folder = directory(session)
    most = limit if limit is not None else _house(session).config.upload_limit_bytes
    stream = io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    token = secrets.token_hex(6)

    def place(stored: blob.Stored) -> Path:
        found = sniff.content_type(stored.head, name)
        if accept and found not in accept:
            raise DomainError(
                "file.type", _("A file of this kind cannot be used here. Choose an .xlsx or a CSV file."), "file"
            )
        return folder / _path(stored.digest, token)

    try:
        stored = blob.write(stream, folder, place, keys_of(session) if personal else None, most)
    except blob.TooLarge:
        raise DomainError(
            "file.too_large", _("The file is larger than {size} MB.", size=max(1, most >> 20)), "file"
        ) from None
    now = clock.now()
    file = File(
        digest=stored.digest, size=stored.size, content_type=sniff.content_type(stored.head, name),
        name=_safe(name), kind=kind, blob=_path(stored.digest, token), personal=personal, encrypted=personal,
        created_at=now, created_by=actor.account_id,
        expires_at=now + timedelta(days=keep_days) if keep_days is not None else None,
    )
    session.add(file)
    _forget_on_rollback(session, file, folder / file.blob)
    session.flush()
    return file


def open_file(session: Session, file: File) -> BinaryIO:
    """The content as a stream to read once from beginning to end; close it.

    Raises ``DomainError`` ``file.gone`` when its time is over, ``file.damaged`` when it does not open.
    """
    if file.expires_at is not None and file.expires_at <= clock.now():
        raise _gone()
    try:
        return blob.read(directory(session) / file.blob, keys_of(session) if file.encrypted else None)
    except FileNotFoundError:
        raise _gone() from None


def read_file(session: Session, file: File) -> bytes:
    """The whole content; raises like ``open_file``."""
    try:
        with open_file(session, file) as stream:
            return stream.read()
    except (blob.DamagedFile, KeysError):
        raise DomainError(
            "file.damaged", _("The stored file is damaged. Upload it again."), "file"
        ) from None


def delete(session: Session, file: File) -> None:
    """Remove a file; its bytes go once the transaction is committed."""
    _forget_on_commit(session, [(file, directory(session) / file.blob)])
    session.delete(file)
    session.flush()


def purge_expired(session: Session, *, at: datetime | None = None) -> int:
    """Remove the files whose time is over, and bytes that no row knows. Returns how many rows went."""
    moment = at or clock.now()
    folder = directory(session)
    expired = session.scalars(select(File).where(File.expires_at <= moment)).all()
    kept = set(session.scalars(select(File.blob))) - {file.blob for file in expired}
    doomed: list[tuple[File | None, Path]] = [(file, folder / file.blob) for file in expired]
    for file in expired:
        session.delete(file)
    session.flush()
    newest = (moment - ORPHAN_AGE).timestamp()
    if folder.is_dir():
        doomed += [
            (None, path) for path in folder.rglob("*")
            if path.is_file() and path.relative_to(folder).as_posix() not in kept and path.stat().st_mtime < newest
        ]
    _forget_on_commit(session, doomed)
    return len(expired)


def directory(session: Session) -> Path:
    """Where the files of an installation lie."""
    return _house(session).config.instance / "files"


def _house(session: Session) -> House:
    house: House = session.info["house"]
    return house


def _path(digest: str, token: str) -> str:
    return f"{digest[:2]}/{digest}-{token}"


def _safe(name: str) -> str:
    """A name that can be shown and offered for saving: no path, no control characters, at most 255 characters."""
    cleaned = _UNSAFE.sub(" ", unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])).strip(" .")
    if len(cleaned) > 255:
        stem, dot, ending = cleaned.rpartition(".")
        cleaned = (stem or cleaned)[: 250 - len(ending)] + dot + ending if len(ending) < 10 else cleaned[:255]
    return cleaned or "file"


def _gone() -> DomainError:
    return DomainError("file.gone", _("The file is no longer kept. Upload it again."), "file")


def _forget_on_rollback(session: Session, file: File, path: Path) -> None:
    """Remove the bytes when the row never came to be, be it by the whole transaction or by a savepoint."""

    def rolled_back(_session: Session, _previous: SessionTransaction) -> None:
        if inspect(file).transient:
            path.unlink(missing_ok=True)

    event.listen(session, "after_soft_rollback", rolled_back)


def _forget_on_commit(session: Session, doomed: list[tuple[File | None, Path]]) -> None:
    """Remove bytes once the transaction, not just a savepoint in it, is committed and their rows are gone."""
    if not doomed:
        return

    def committed(session: Session) -> None:
        while doomed and not session.in_nested_transaction():
            file, path = doomed.pop()
            if file is None or not inspect(file).persistent:
                path.unlink(missing_ok=True)

    event.listen(session, "after_commit", committed)
