"""The form of a file in a store: sealed piece by piece, so that a large one never stands in memory.

``RMTF1\\n``, the length of the sealed file key (2 bytes), the file key sealed with the key ring, then pieces of
``length (4 bytes), ciphertext``. Each file has a key of its own; the nonce of a piece is its number and whether it is
the last, so pieces that are missing, swapped or cut off do not open. All pieces but the last are of one length, so
that reading can begin anywhere.
"""

from __future__ import annotations

import hashlib
import io
import os
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
#: What a full piece takes in the store: its length, the content, the tag.
SEALED = 4 + PIECE + 16
CONTEXT = "core_file.blob"

#: Opens the stored bytes from a position on.
OpenAt = Callable[[int], BinaryIO]


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


def stage(source: BinaryIO, path: Path, keys: KeyRing | None, limit: int) -> Stored:
    """Write a stream to a new file at ``path``, sealed if there are ``keys``, and have it on the disk for good.

    ``TooLarge`` past ``limit`` bytes, ``OSError`` when the disk is full; whatever fails, nothing stays behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            stored = _write(source, target, keys, limit)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return stored


def _write(source: BinaryIO, target: BinaryIO, keys: KeyRing | None, limit: int) -> Stored:
    seal = _begin(target, keys)
    hashed, size, head = hashlib.sha256(), 0, b""
    piece = _full(source)
    while True:
        following = _full(source) if len(piece) == PIECE else b""
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


def _full(source: BinaryIO) -> bytes:
    """The next piece in full, from a source that may hand out less at a time; shorter only at the end."""
    piece = source.read(PIECE)
    if not piece or len(piece) == PIECE:
        return piece
    parts, length = [piece], len(piece)
    while length < PIECE and (more := source.read(PIECE - length)):
        parts.append(more)
        length += len(more)
    return b"".join(parts)


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


def read(path: Path, keys: KeyRing | None, size: int = 0) -> BinaryIO:
    """The content of a file on this machine; see ``reader``. ``FileNotFoundError`` when it is gone."""
    return reader(lambda start: _from(path, start), keys, size)


def _from(path: Path, start: int) -> BinaryIO:
    source = path.open("rb")
    source.seek(start)
    return source


def reader(open_at: OpenAt, keys: KeyRing | None, size: int) -> BinaryIO:
    """The content as a stream, with ``keys`` as when it was written; with its ``size`` one may seek in it.

    What cannot be found is told here, ``DamagedFile`` while reading.
    """
    return io.BufferedReader(_Content(open_at, keys, size), PIECE)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class _Content(io.RawIOBase):
    """Stored pieces as a readable stream; seeking opens the store anew at the piece that is wanted."""

    def __init__(self, open_at: OpenAt, keys: KeyRing | None, size: int) -> None:
        self._open_at, self._keys, self._size = open_at, keys, size
        self._at = 0
        self._left = memoryview(b"")
        self._cipher: AESGCM | None = None
        self._header = 0
        self._source: BinaryIO | None = open_at(0)
        self._pieces: Iterator[bytes] | None = None

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Where reading goes on."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go on reading elsewhere."""
        to = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if to < 0:
            raise OSError("a file has nothing before its beginning")
        if to != self._at:
            self._at = to
            self._drop()
        return to

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer from the piece at hand, opening the next one when it is used up."""
        while not self._left:
            if self._pieces is None:
                if self._at and self._at >= self._size:
                    return 0
                self._pieces = self._begin()
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        self._at += count
        return count

    def close(self) -> None:
        """Close what is open below as well."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        self._left, self._pieces = memoryview(b""), None
        if self._source is not None:
            self._source.close()
            self._source = None

    def _begin(self) -> Iterator[bytes]:
        if self._keys is None:
            source = self._source = self._source or self._open_at(self._at)
            return iter(lambda: source.read(PIECE), b"")
        if self._cipher is None:
            self._source = self._source or self._open_at(0)
            self._cipher = self._open_key(self._source)
        number, skip = divmod(self._at, PIECE)
        if self._source is None or number:
            if self._source is not None:
                self._source.close()
            self._source = self._open_at(self._header + number * SEALED)
        return self._opened(self._source, self._cipher, number, skip)

    def _open_key(self, source: BinaryIO) -> AESGCM:
        if self._keys is None or source.read(len(MAGIC)) != MAGIC:
            raise DamagedFile
        length = int.from_bytes(source.read(2), "big")
        self._header = len(MAGIC) + 2 + length
        return AESGCM(self._keys.decrypt(source.read(length), CONTEXT))

    @staticmethod
    def _opened(source: BinaryIO, cipher: AESGCM, number: int, skip: int) -> Iterator[bytes]:
        header = source.read(4)
        while True:
            length = int.from_bytes(header, "big")
            if len(header) < 4 or not 16 <= length <= PIECE + 16:
                raise DamagedFile
            sealed, header = source.read(length), source.read(4)
            try:
                piece = cipher.decrypt(_nonce(number, not header), sealed, None)
            except InvalidTag:
                raise DamagedFile from None
            if piece[skip:]:
                yield piece[skip:]
            if not header:
                return
            number, skip = number + 1, 0
