"""Words as a number, for what the database keeps apart by numbers alone."""

from __future__ import annotations

from hashlib import sha256


def number_of(*words: str) -> int:
    """A number for words, the same everywhere and always; 56 bits, so that two never share one in practice."""
    return int.from_bytes(sha256("\x1f".join(words).encode()).digest()[:7])
