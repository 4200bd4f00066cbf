"""A progress bar for people at a terminal, plain lines for logs and pipes; always on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

from core.base.text import Text

WIDTH = 30
#: Where nobody watches a line is written at each tenth, at most this often, in seconds.
PLAIN_EVERY = 1.0


class Bar:
    """``with Bar(str(title)) as bar: service(..., report=bar)``; calling it reports done, total and a message."""

    def __init__(self, title: str, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self.title = title
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._quiet = quiet
        self._drawn_at = 0.0
        self._tenth = -1
        self._open = False

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._open:
            self._stream.write("\n")
            self._stream.flush()

    def __call__(self, done: int, total: int | None = None, message: Text | str = "") -> None:
        """Show how far it is."""
        if self._quiet:
            return
        if self._live:
            self._draw(done, total, message)
        else:
            self._print(done, total, message)

    def _draw(self, done: int, total: int | None, message: Text | str) -> None:
        now = time.monotonic()
        if now - self._drawn_at < 0.1 and done != total:
            return
        self._drawn_at, self._open = now, True
        if total:
            filled = min(WIDTH, done * WIDTH // total)
            line = f"{self.title} [{'#' * filled}{'.' * (WIDTH - filled)}] {done:,}/{total:,} {message}"
        else:
            line = f"{self.title} {done:,} {message}"
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()

    def _print(self, done: int, total: int | None, message: Text | str) -> None:
        now = time.monotonic()
        tenth = done * 10 // total if total else self._tenth + 1
        if done != total and (tenth == self._tenth or now - self._drawn_at < PLAIN_EVERY):
            return
        if tenth == self._tenth:
            return
        self._drawn_at, self._tenth = now, tenth
        figures = f"{done:,}/{total:,}" if total else f"{done:,}"
        self._stream.write(f"{self.title}: {figures} {message}".rstrip() + "\n")
        self._stream.flush()
