"""The keys of personal columns: a ring of data keys, one of which encrypts, all of which decrypt.

``remit init`` makes the ring and writes it to ``instance/keys.json``, readable by its owner alone. Whoever loses the
file loses every encrypted column; whoever copies it together with the database can read them. Back it up apart.

A stored value is ``<key id> 0x00 <nonce, 12 bytes> <ciphertext and tag>``, sealed with AES-256-GCM. The *context* of a
column (``core_person.identity_number``) is authenticated with it, so a value moved into another column no longer
opens. Rotation adds a key and makes it current; old values stay readable until ``reseal_many`` has rewritten them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_INDEX = 16


class KeysError(Exception):
    """The key ring is missing, or it cannot open a stored value."""


class KeyRing:
    """The data keys of one installation and what is done with them. Immutable; safe to share between threads."""

    def __init__(self, keys: Mapping[str, bytes], current: str, index: bytes) -> None:
        if current not in keys:
            raise KeysError(f"the key ring has no key {current!r}")
        for name, key in keys.items():
            if len(key) != 32 or not name.isascii() or not name.isalnum():
                raise KeysError(f"key {name!r} must be 32 bytes with a plain name")
        self.current = current
        self._keys = dict(keys)
        self._index = index
        self._ciphers = {name.encode(): AESGCM(key) for name, key in keys.items()}

    # -- the file ------------------------------------------------------------------------------------------------

    @classmethod
    def generate(cls) -> KeyRing:
        """A new ring with one fresh key."""
        return cls({"k1": secrets.token_bytes(32)}, "k1", secrets.token_bytes(32))

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read the ring of an installation; ``KeysError`` says what to do when it is not there."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise KeysError(f"{path} is missing; restore it from the backup, or run `remit init`") from None
        except ValueError:
            raise KeysError(f"{path} is damaged; restore it from the backup") from None
        try:
            keys = {name: base64.b64decode(key) for name, key in stored["keys"].items()}
            return cls(keys, stored["current"], base64.b64decode(stored["index"]))
        except (KeyError, TypeError, AttributeError, ValueError):
            raise KeysError(f"{path} is damaged; restore it from the backup") from None

    def save(self, path: Path, *, replace: bool = False) -> None:
        """Write the ring with mode 0600; an existing file is only overwritten with ``replace``, then in one step."""
        stored = {
            "version": 1,
            "current": self.current,
            "keys": {name: base64.b64encode(key).decode() for name, key in self._keys.items()},
            "index": base64.b64encode(self._index).decode(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.with_name(path.name + ".new") if replace else path
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if replace else os.O_EXCL)
        with os.fdopen(os.open(target, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(stored, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            target.replace(path)

    def rotated(self) -> KeyRing:
        """A ring with one more key, which encrypts from now on. The index key stays: indexes must stay comparable."""
        name = f"k{len(self._keys) + 1}"
        return KeyRing({**self._keys, name: secrets.token_bytes(32)}, name, self._index)

    def derive(self, purpose: str) -> bytes:
        """A 32-byte secret for something else that must survive a restart, such as the signature of cookies."""
        return hmac.digest(self._index, b"derive\x00" + purpose.encode(), "sha256")

    # -- sealing -------------------------------------------------------------------------------------------------

    def encrypt(self, value: bytes, context: str) -> bytes:
        """Seal one value for the column named by ``context``."""
        nonce = os.urandom(_NONCE)
        prefix = self.current.encode()
        return prefix + b"\x00" + nonce + self._ciphers[prefix].encrypt(nonce, value, context.encode())

    def decrypt(self, sealed: bytes, context: str) -> bytes:
        """Open one value; ``KeysError`` when its key is not in the ring or it was sealed for another column."""
        prefix, _, rest = bytes(sealed).partition(b"\x00")
        cipher = self._ciphers.get(prefix)
        if cipher is None:
            raise KeysError(f"{context} holds a value of key {prefix[:12]!r}, which is not in the key ring")
        try:
            return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], context.encode())
        except InvalidTag:
            raise KeysError(f"a value of {context} was altered or was sealed for another column") from None

    def encrypt_many(self, values: Iterable[str | None], context: str) -> list[bytes | None]:
        """Seal a whole column of text, ``None`` staying ``None``: one draw of randomness, no lookups per value."""
        texts = list(values)
        nonces = os.urandom(_NONCE * len(texts))
        seal, bound = self._ciphers[self.current.encode()].encrypt, context.encode()
        head = self.current.encode() + b"\x00"
        sealed: list[bytes | None] = []
        for at, text in zip(range(0, _NONCE * len(texts), _NONCE), texts, strict=True):
            if text is None:
                sealed.append(None)
            else:
                nonce = nonces[at : at + _NONCE]
                sealed.append(head + nonce + seal(nonce, text.encode(), bound))
        return sealed

    def decrypt_many(self, sealed: Iterable[bytes | None], context: str) -> list[str | None]:
        """Open a whole column of text."""
        return [None if value is None else self.decrypt(value, context).decode() for value in sealed]

    def reseal_many(self, sealed: Sequence[bytes | None], context: str) -> list[bytes | None]:
        """The same values under the current key, for rotation; those already under it are returned as they are."""
        head = self.current.encode() + b"\x00"
        return [
            value if value is None or value.startswith(head) else self.encrypt(self.decrypt(value, context), context)
            for value in sealed
        ]

    # -- finding -------------------------------------------------------------------------------------------------

    def blind_index(self, value: str, context: str) -> bytes:
        """Sixteen bytes by which an encrypted value is found without being opened.

        Keyed (HMAC-SHA256), so that nobody can try all identity numbers against a stolen database; bound to its
        column, so that equal values of two columns do not show as equal. Case, width and outer blanks do not count.
        """
        return hmac.digest(self._index, context.encode() + b"\x00" + normal(value).encode(), hashlib.sha256)[:_INDEX]

    def blind_index_many(self, values: Iterable[str | None], context: str) -> list[bytes | None]:
        """The blind indexes of a whole column."""
        return [None if value is None else self.blind_index(value, context) for value in values]


def normal(value: str) -> str:
    """The form in which two writings of one number are equal: ``" 11010119900307123ｘ"`` and ``"…123X"``."""
    return unicodedata.normalize("NFKC", value).strip().casefold()
