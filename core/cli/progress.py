"""Progress of long work on a terminal: a bar where there is one, one line a step where the output goes to a file."""

from __future__ import annotations

import sys
import time
from types import TracebackType


class Progress:
    """``with Progress("Reading") as bar: bar(done, total)``. Written to standard error, at most ten times a second."""

    WIDTH = 28

    def __init__(self, label: str, *, quiet: bool = False) -> None:
        self.label = label
        self.quiet = quiet
        self._tty = sys.stderr.isatty()
        self._shown = 0.0
        self._started = time.monotonic()

    def __enter__(self) -> Progress:
        if not self.quiet and not self._tty:
            print(f"{self.label} ...", file=sys.stderr, flush=True)
        return self

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is."""
        now = time.monotonic()
        if self.quiet or not self._tty or (now - self._shown < 0.1 and done < total):
            return
        self._shown = now
        filled = self.WIDTH * done // total if total else self.WIDTH
        bar = "█" * filled + "░" * (self.WIDTH - filled)
        print(f"\r{self.label} {bar} {done:,}/{total:,} {message}\x1b[K", end="", file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.quiet or kind is not None:
            return
        took = time.monotonic() - self._started
        start = "\r" if self._tty else ""
        print(f"{start}{self.label}: {took:.1f} s\x1b[K" if self._tty else f"{self.label}: {took:.1f} s",
              file=sys.stderr, flush=True)
