"""The form of a file on disk: sealed piece by piece, so that a large one never stands in memory.

``RMTF1\\n``, the length of the sealed file key (2 bytes), the file key sealed with the key ring, then pieces of
``length (4 bytes), ciphertext``. Each file has a key of its own; the nonce of a piece is its number and whether it is
the last, so pieces that are missing, swapped or cut off do not open.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.db.keys import KeyRing
from core.files.sniff import HEAD

MAGIC = b"RMTF1\n"
PIECE = 1 << 20
CONTEXT = "core_file.blob"


class DamagedFile(Exception):
    """The stored bytes were altered or cut off, or belong to another key ring."""


class TooLarge(Exception):
    """More bytes came than were allowed."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was learned while a file was written: SHA-256 in hex, bytes, and how it begins."""

    digest: str
    size: int
    head: bytes


def write(
    source: BinaryIO, folder: Path, name_of: Callable[[Stored], Path], keys: KeyRing | None, limit: int
) -> Stored:
    """Write a stream into ``folder`` and give it its final name in one step.

    With ``keys`` the content is sealed. ``TooLarge`` past ``limit`` bytes; whatever fails, nothing stays behind.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f".{secrets.token_hex(8)}.part"
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            stored = _write(source, target, keys, limit)
            target.flush()
            os.fsync(target.fileno())
        final = name_of(stored)
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.replace(final)
    finally:
        temporary.unlink(missing_ok=True)
    return stored


def _write(source: BinaryIO, target: BinaryIO, keys: KeyRing | None, limit: int) -> Stored:
    seal = _begin(target, keys)
    hashed, size, head = hashlib.sha256(), 0, b""
    piece = source.read(PIECE)
    while True:
        following = source.read(PIECE) if piece else b""
        size += len(piece)
        if size > limit:
            raise TooLarge
        hashed.update(piece)
        if len(head) < HEAD:
            head = (head + piece)[:HEAD]
        target.write(seal(piece, not following))
        if not following:
            return Stored(hashed.hexdigest(), size, head)
        piece = following


def _begin(target: BinaryIO, keys: KeyRing | None) -> Callable[[bytes, bool], bytes]:
    if keys is None:
        return lambda piece, _last: piece
    key = AESGCM.generate_key(256)
    cipher, sealed_key = AESGCM(key), keys.encrypt(key, CONTEXT)
    target.write(MAGIC + len(sealed_key).to_bytes(2, "big") + sealed_key)
    number = 0

    def seal(piece: bytes, last: bool) -> bytes:
        nonlocal number
        sealed = cipher.encrypt(_nonce(number, last), piece, None)
        number += 1
        return len(sealed).to_bytes(4, "big") + sealed

    return seal


def read(path: Path, keys: KeyRing | None) -> BinaryIO:
    """The content of a stored file as a stream, with ``keys`` as when it was written. ``FileNotFoundError``: gone."""
    source = path.open("rb")
    if keys is None:
        return source
    return io.BufferedReader(_Opened(_pieces(source, keys), source), PIECE)


def _pieces(source: BinaryIO, keys: KeyRing) -> Iterator[bytes]:
    if source.read(len(MAGIC)) != MAGIC:
        raise DamagedFile
    sealed_key = source.read(int.from_bytes(source.read(2), "big"))
    cipher = AESGCM(keys.decrypt(sealed_key, CONTEXT))
    number, header = 0, source.read(4)
    while True:
        length = int.from_bytes(header, "big")
        if len(header) < 4 or not 16 <= length <= PIECE + 16:
            raise DamagedFile
        sealed, header = source.read(length), source.read(4)
        try:
            yield cipher.decrypt(_nonce(number, not header), sealed, None)
        except InvalidTag:
            raise DamagedFile from None
        if not header:
            return
        number += 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class _Opened(io.RawIOBase):
    """Pieces as a readable stream."""

    def __init__(self, pieces: Iterator[bytes], source: BinaryIO) -> None:
        self._pieces = pieces
        self._source = source
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer from the piece at hand, opening the next one when it is used up."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def close(self) -> None:
        """Close the file below as well."""
        self._source.close()
        super().close()
