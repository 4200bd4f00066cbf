"""Where the sealed bytes lie: a folder by default, or whatever answers the hook ``choose_file_store`` for an address.

A store keeps bytes under names and knows nothing of what they are. What is kept is there as a whole or not at all.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.text import catalogue
from core.contracts.files import Store
from core.kernel import house as houses
from core.kernel.house import of

if TYPE_CHECKING:
    from core.config import Config

_ = catalogue("files")

#: Where a house remembers its stores by address.
OPENED = "file_stores"
#: Temporary files of an upload under way.
PART = ".part"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FolderStore:
    """Files in a folder, one file for each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, staged: Path, name: str) -> None:
        """Move it in; across file systems it is copied and appears in one step."""
        final = self.folder / name
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            staged.replace(final)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(staged, final)
            staged.unlink()

    def _copy(self, staged: Path, final: Path) -> None:
        beside = final.with_name(f".{final.name}{PART}")
        try:
            with staged.open("rb") as source, os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as target:
                shutil.copyfileobj(source, target, 1 << 20)
                target.flush()
                os.fsync(target.fileno())
            beside.replace(final)
        finally:
            beside.unlink(missing_ok=True)

    def read(self, name: str, start: int = 0) -> BinaryIO:
        """Open it."""
        source = (self.folder / name).open("rb")
        source.seek(start)
        return source

    def delete(self, name: str) -> None:
        """Remove it."""
        (self.folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """All files below the folder but those under way."""
        for path, changed in _below(self.folder):
            if path.suffix != PART:
                yield path.relative_to(self.folder).as_posix(), changed

    def sweep(self, before: datetime) -> int:
        """Remove temporary files."""
        doomed = [path for path, changed in _below(self.folder) if path.suffix == PART and changed < before]
        for path in doomed:
            path.unlink(missing_ok=True)
        return len(doomed)


def _below(folder: Path) -> Iterator[tuple[Path, datetime]]:
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            if path.is_file():
                yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue  # taken away while we look


def directory(session: Session) -> Path:
    """Where files are staged on their way, and where they lie unless another store is set."""
    return of(session).config.instance / "files"


def current(session: Session) -> str:
    """The address of the store that new files go to; empty for the folder of the installation."""
    return of(session).config.files_url


def store_of(session: Session, url: str) -> Store:
    """The store behind an address, opened once per process. ``DomainError`` when nobody knows such addresses."""
    opened: dict[str, Store] = of(session).session_info.setdefault(OPENED, {})
    if url not in opened:
        found = houses.choose(session, "choose_file_store", config=of(session).config, url=url)
        if found is None:
            raise DomainError("file.store", _("There is no file store for the address {url}.", url=_shown(url)))
        opened[url] = found
    return opened[url]


def own_store(config: Config, url: str) -> Store | None:
    """Core's own answer to ``choose_file_store``: the folder of the installation, another folder, or S3."""
    if not url:
        return FolderStore(config.instance / "files")
    if url.startswith("file://"):
        return FolderStore(Path(url.removeprefix("file://")))
    if url.startswith("s3://"):
        from core.files.s3 import S3Store  # its library is an extra

        return S3Store(url)
    return None


def no_room() -> DomainError:
    """The disk or the quota is full."""
    return DomainError(
        "file.no_room", _("There is no room left for files. Tell whoever runs Remit; nothing was changed."), "file"
    )


def unreachable() -> DomainError:
    """The store does not answer."""
    return DomainError(
        "file.unreachable", _("The file storage does not answer. Try again in a few minutes; nothing was changed."),
        "file",
    )


def _shown(url: str) -> str:
    return url.partition("?")[0]
