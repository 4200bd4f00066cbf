"""Keeping files: put, open, delete.

Who may put or open a file is decided by whoever calls: a file belongs to an import, a payslip, an application, and
carries no authority of its own.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import structlog
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, SessionTransaction

from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.contracts.files import Store
from core.db.keys import KeyRing, KeysError
from core.db.types import keys_of
from core.files import blob, checks, names, scanning, sniff, thumbnails
from core.files.models import QUARANTINED, REFUSED, File
from core.files.stores import NO_ROOM, PART, current, directory, no_room, store_of, unreachable
from core.kernel.house import of
from core.kernel.specs import Upload

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("files")
log = structlog.get_logger("remit.files")

KEEP_DAYS = 7


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
    subject_id: int | None = None,
    thumbnail: bool = False,
) -> File:
    """Keep a file. It is there as soon as the transaction is committed and gone if it is rolled back.

    ``personal`` content is encrypted; ``subject_id`` is the person it is about. ``keep_days`` None keeps it until
    ``delete``. ``accept`` names the media types allowed, found by looking into the file; with it the file is examined
    (``checks``), as everything that comes from outside must be. ``limit`` is in bytes, the upload limit of the
    installation by default. With ``thumbnail`` a small picture of it is made later.

    Raises ``DomainError``: ``file.too_large``, ``file.no_room``, ``file.unreachable``, what ``checks.examine`` finds,
    what a scanner refuses. Where a scanner does not answer, the file waits in quarantine (``File.state``).
    """
    most = limit if limit is not None else of(session).config.upload_limit_bytes
    stream = io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    keys = keys_of(session) if personal else None
    staged = directory(session) / f".{secrets.token_hex(8)}{PART}"
    try:
        stored = blob.stage(stream, staged, keys, most)
        with blob.read(staged, keys, stored.size) as content:
            found = _found(content, stored, name, accept)
        upload = Upload(names.safe(name), kind, found, stored.size, stored.digest, io.BytesIO())
        state = scanning.first_look(session, replace(upload, stream=blob.read(staged, keys, stored.size)))
        place, store = _path(stored.digest), store_of(session, current(session))
        kept: list[File] = []
        _cleared_on_rollback(session, store, place, kept)
        store.keep(staged, place)
    except blob.TooLarge:
        raise DomainError(
            "file.too_large", _("The file is larger than {size} MB.", size=max(1, most >> 20)), "file"
        ) from None
    except OSError as error:
        raise _failed(error) from error
    finally:
        staged.unlink(missing_ok=True)
    return _add(session, actor, upload, place, state, kept, personal=personal, keep_days=keep_days,
                subject_id=subject_id, thumbnail=thumbnail)


def _add(
    session: Session, actor: Actor, upload: Upload, place: str, state: str, kept: list[File], *, personal: bool,
    keep_days: int | None, subject_id: int | None, thumbnail: bool,
) -> File:
    now = clock.now()
    file = File(
        digest=upload.digest, size=upload.size, content_type=upload.content_type, name=upload.name, kind=upload.kind,
        blob=place, personal=personal, encrypted=personal, created_at=now, created_by=actor.account_id,
        expires_at=now + timedelta(days=keep_days) if keep_days is not None else None,
        store=current(session), state=state, subject_id=subject_id,
    )
    session.add(file)
    kept.append(file)
    session.flush()
    if state == QUARANTINED:
        scanning.ask_again(session, actor, file)
    if thumbnail:
        thumbnails.ask(session, actor, file)
    return file


def _found(content: BinaryIO, stored: blob.Stored, name: str, accept: Collection[str]) -> str:
    if accept:
        return checks.examine(content, stored.head, stored.size, name, accept)
    return sniff.content_type(stored.head, name)


def _failed(error: OSError) -> DomainError:
    log.error("a file could not be kept", error=type(error).__name__, number=error.errno)
    return no_room() if error.errno in NO_ROOM else unreachable()


def open_file(session: Session, file: File) -> BinaryIO:
    """The content as a stream, to be read from anywhere; close it.

    Raises ``DomainError``: ``file.gone`` when its time is over, ``file.quarantined`` while it waits for the virus scan,
    ``file.refused``, ``file.unreachable``. ``DamagedFile`` may come while reading.
    """
    if file.expires_at is not None and file.expires_at <= clock.now() and not file.held:
        raise _gone()
    if file.state == QUARANTINED:
        raise DomainError(
            "file.quarantined", _("The file has not been checked for viruses yet. Try again in a few minutes."), "file"
        )
    if file.state == REFUSED:
        raise DomainError("file.refused", _("The virus scan refused this file; it was removed."), "file")
    return open_stored(session, file)


def open_stored(session: Session, file: File) -> BinaryIO:
    """The content whatever its state, for the scan, the thumbnails and the move to another store."""
    store, place = store_of(session, file.store), file.blob  # read on when the session is closed
    try:
        return blob.reader(lambda start: store.read(place, start), _keys(session, file), file.size)
    except FileNotFoundError:
        raise _gone() from None
    except OSError:
        raise unreachable() from None


def _keys(session: Session, file: File) -> KeyRing | None:
    return keys_of(session) if file.encrypted else None


def read_file(session: Session, file: File) -> bytes:
    """The whole content; raises like ``open_file``, and ``file.damaged`` when it does not open."""
    try:
        with open_file(session, file) as stream:
            return stream.read()
    except (blob.DamagedFile, KeysError):
        raise DomainError(
            "file.damaged", _("The stored file is damaged. Upload it again."), "file"
        ) from None
    except OSError:
        raise unreachable() from None


def delete(session: Session, file: File) -> None:
    """Remove a file with what was made of it; the bytes go once the transaction is committed.

    Raises ``DomainError`` ``file.held`` when it is held back.
    """
    if file.held:
        raise DomainError("file.held", _("This file is held back from deletion. Release it first."), "file")
    remove(session, [file])


def remove(session: Session, files: Collection[File]) -> None:
    """Remove files with what was made of them, each with a row in the audit log."""
    if not files:
        return
    made = session.scalars(select(File).where(File.made_from_id.in_([file.id for file in files]))).all()
    doomed = [*made, *(file for file in files if file not in made)]
    cleared_on_commit(session, [(file, store_of(session, file.store), file.blob) for file in doomed])
    for group in (made, [file for file in doomed if file not in made]):
        for file in group:
            session.delete(file)
        session.flush()


def hold(session: Session, file: File, held: bool) -> None:
    """Hold a file back from deletion, by anybody and by the purge, or release it."""
    file.held = held
    session.flush()


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}-{secrets.token_hex(6)}"


def _gone() -> DomainError:
    return DomainError("file.gone", _("The file is no longer kept. Upload it again."), "file")


# -- with the transaction ----------------------------------------------------------------------------------------------


def _cleared_on_rollback(session: Session, store: Store, place: str, kept: list[File]) -> None:
    """Remove the bytes when their row never came to be, be it by the whole transaction or by a savepoint.

    Listens before the bytes are kept: a store that failed half way may have them all the same.
    """

    def rolled_back(_session: Session, _previous: SessionTransaction) -> None:
        if not kept or inspect(kept[0]).transient:
            quietly_delete(store, place)

    event.listen(session, "after_soft_rollback", rolled_back)


def cleared_on_commit(session: Session, doomed: list[tuple[File | None, Store, str]]) -> None:
    """Remove bytes once the transaction, not just a savepoint in it, is committed and their rows are gone."""
    if not doomed:
        return

    def committed(session: Session) -> None:
        while doomed and not session.in_nested_transaction():
            file, store, place = doomed.pop()
            if file is None or not inspect(file).persistent:
                quietly_delete(store, place)

    event.listen(session, "after_commit", committed)


def quietly_delete(store: Store, place: str) -> None:
    """Remove bytes that no row needs; where the store fails, the sweep of the night does it."""
    try:
        store.delete(place)
    except OSError as error:
        log.warning("bytes that nobody needs stay until the sweep", error=type(error).__name__)
