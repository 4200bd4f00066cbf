"""What holds the bytes of files: the interface between ``core/files`` and whoever answers ``choose_file_store``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class StoreFailed(OSError):
    """The store did not answer, or not as it should; what was asked may be asked again later."""


class Store(Protocol):
    """What holds the bytes of files. Names look like ``ab/abcdef-0123``; they are new for every file."""

    def keep(self, staged: Path, name: str) -> None:
        """Take over the bytes of a file of this machine, which is gone afterwards. ``OSError`` when it cannot."""

    def read(self, name: str, start: int = 0) -> BinaryIO:
        """The bytes from a position on. ``FileNotFoundError`` when there are none, else ``OSError``."""

    def delete(self, name: str) -> None:
        """Remove them; nothing happens where there are none."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Everything in the store and since when it lies there."""

    def sweep(self, before: datetime) -> int:
        """Remove what writes that were cut off before this moment left behind. Returns how many."""
