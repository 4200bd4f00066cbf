"""What becomes of files over time: the purge, the sweep of bytes nobody knows, the check, the move to another store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.contracts.files import Store
from core.files.actions import MANAGE
from core.files.models import REFUSED, File
from core.files.service import cleared_on_commit, remove
from core.files.stores import PART, current, directory, store_of

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.files")

#: Bytes without a row, left by a process that was killed, are removed after this time.
ORPHAN_AGE = timedelta(days=1)
#: A copy to another store is taken over in steps of so many files.
STEP = 50

Report = Callable[[int, int], None]


def purge_expired(session: Session, *, at: datetime | None = None) -> int:
    """Remove the files whose time is over, unless they are held back, and bytes that no row knows.

    Returns how many files went. A store that does not answer is swept another night.
    """
    moment = at or clock.now()
    expired = session.scalars(select(File).where(File.expires_at <= moment, ~File.held)).all()
    remove(session, expired)
    for url in _stores(session):
        try:
            _sweep(session, url, moment - ORPHAN_AGE)
        except OSError as error:
            log.warning("a file store could not be swept", error=type(error).__name__)
    for path in directory(session).glob(f".*{PART}"):
        if path.stat().st_mtime < (moment - ORPHAN_AGE).timestamp():
            path.unlink(missing_ok=True)
    return len(expired)


def _stores(session: Session) -> list[str]:
    return sorted({"", current(session), *session.scalars(select(File.store).distinct())})


def _sweep(session: Session, url: str, before: datetime) -> None:
    store = store_of(session, url)
    kept = set(session.scalars(select(File.blob).where(File.store == url, File.state != REFUSED)))
    doomed: list[tuple[File | None, Store, str]] = [
        (None, store, name) for name, since in store.names() if since < before and name not in kept
    ]
    cleared_on_commit(session, doomed)
    store.sweep(before)


@dataclass(slots=True)
class Found:
    """What a check of all files found: how many there are, the ids of those without bytes, bytes without a row."""

    files: int = 0
    missing: list[int] = field(default_factory=list)
    orphans: int = 0


def check(session: Session, actor: Actor) -> Found:
    """Compare every row with what lies in its store; reads no content. ``Denied`` without ``files.file:manage``."""
    require(session, actor, MANAGE)
    found = Found()
    for url in _stores(session):
        there = {name for name, _since in store_of(session, url).names()}
        rows = session.execute(select(File.id, File.blob).where(File.store == url, File.state != REFUSED)).all()
        found.files += len(rows)
        found.missing += [number for number, blob in rows if blob not in there]
        found.orphans += len(there - {blob for _number, blob in rows})
    return found


def move(house: House, actor: Actor, url: str, report: Report = lambda _done, _all: None) -> int:
    """Bring all files into the store behind ``url``; returns how many were moved.

    A file is copied, then its row says where it lies, then the old bytes go; a move that was cut off is begun again and
    does the rest. New files go where ``REMIT_FILES_URL`` says. ``Denied`` without ``files.file:manage``.
    """
    with house.session(actor) as session:
        require(session, actor, MANAGE)
        store_of(session, url)
        total = session.scalars(
            select(func.count()).select_from(File).where(File.store != url, File.state != REFUSED)
        ).one()
    done = 0
    while True:
        moved = _move_some(house, actor, url)
        done += moved
        report(done, total)
        if not moved:
            return done


def _move_some(house: House, actor: Actor, url: str) -> int:
    with house.session(actor) as session:
        rows = session.execute(
            select(File.id, File.store, File.blob).where(File.store != url, File.state != REFUSED)
            .order_by(File.id).limit(STEP)
        ).all()
        target = store_of(session, url)
        sources = {store: store_of(session, store) for _id, store, _blob in rows}
        folder = directory(session)
    copied = {}
    for number, store, blob in rows:
        staged = folder / f".move-{number}{PART}"
        try:
            with sources[store].read(blob) as source:
                _write(staged, _parts(source))
            target.keep(staged, blob)
            copied[number] = store
        finally:
            staged.unlink(missing_ok=True)
    with house.session(actor, write=True) as session:
        require(session, actor, MANAGE)
        moved = session.scalars(select(File).where(File.id.in_(copied)).with_for_update()).all()
        gone: list[tuple[File | None, Store, str]] = []
        for file in moved:
            if file.store == copied[file.id]:
                gone.append((None, sources[file.store], file.blob))
                file.store = url
        session.flush()
        cleared_on_commit(session, gone)
    return len(moved)


def _parts(source: BinaryIO) -> Iterator[bytes]:
    while part := source.read(1 << 20):
        yield part


def _write(path: Path, parts: Iterator[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        for part in parts:
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
