"""Signed statements of what the tree was, and where they are kept.

A checkpoint says: at this moment the tree had so many entries and this root. It is signed with a key that is derived
from the key ring of the installation, so every machine that runs jobs signs alike and there is no second secret to
carry and to lose; who checks needs the public half alone (``audit.pub`` in the instance folder). It stands in the
database and, a line each, in ``checkpoints.log`` of the instance folder. Whoever rewrites the whole database cannot
rewrite the copies of that file which lie elsewhere; how often they leave the house is the window in which he still
could.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.audit.canonical import canonical
from core.audit.merkle import Range
from core.audit.models import AuditCheckpoint
from core.audit.sequencer import LEAF
from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db.guard import table_of

if TYPE_CHECKING:
    from core.db.keys import KeyRing

_ = catalogue("audit")

CHECKPOINT = table_of(AuditCheckpoint)
PURPOSE = "audit checkpoint"
LOG, PUBLIC = "checkpoints.log", "audit.pub"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One statement: ``size`` entries, ``root`` in hex, ``at`` in UTC, ``key_id`` the key, ``signature`` in hex."""

    size: int
    root: str
    at: str
    key_id: str
    signature: str = ""

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        told = {"at": self.at, "key_id": self.key_id, "root": self.root, "size": self.size}
        return b"remit audit checkpoint 1\n" + canonical(told)

    def line(self) -> str:
        """The checkpoint as a line of ``checkpoints.log``."""
        told = {"size": self.size, "root": self.root, "at": self.at, "key_id": self.key_id,
                "signature": self.signature}
        return json.dumps(told)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Checkpoint:
        """A checkpoint from what its line says. Raises ``ValueError`` when that is none."""
        try:
            made = cls(told["size"], told["root"], told["at"], told["key_id"], told["signature"])
            bytes.fromhex(made.root), bytes.fromhex(made.signature)
        except (KeyError, TypeError) as error:
            raise ValueError("this is no checkpoint") from error
        if type(made.size) is not int or made.size < 0:
            raise ValueError("this is no checkpoint")
        return made

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the signature fits."""
        try:
            key.verify(bytes.fromhex(self.signature), self.signed)
        except (InvalidSignature, ValueError):
            return False
        return True


# -- keys --------------------------------------------------------------------------------------------------------------


def signing_key(keys: KeyRing) -> Ed25519PrivateKey:
    """The key of an installation that signs checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(keys.derive(PURPOSE))


def key_id(key: Ed25519PublicKey) -> str:
    """By what a key is told from others: the beginning of the hash of its bytes."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def publish_key(keys: KeyRing, folder: Path) -> Path:
    """Write the public key into the instance folder, for those who check; it is no secret."""
    path = folder / PUBLIC
    pem = signing_key(keys).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not path.is_file() or path.read_bytes() != pem:
        path.write_bytes(pem)
    return path


def public_key(path: Path) -> Ed25519PublicKey:
    """Read a public key. Raises ``DomainError`` ``audit.key`` when the file holds none."""
    try:
        found = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, Ed25519PublicKey):
        raise DomainError("audit.key", _("{file} holds no public key of an audit log; take audit.pub of the "
                                         "installation.", file=path))
    return found


# -- the table ---------------------------------------------------------------------------------------------------------


def stored(session: Session) -> list[Checkpoint]:
    """The checkpoints of the database, the smallest first."""
    columns = CHECKPOINT.columns
    rows = session.execute(
        select(columns.size, columns.root, columns.at, columns.key_id, columns.signature).order_by(columns.size)
    )
    return [Checkpoint(row.size, row.root, _moment(row.at), row.key_id, row.signature) for row in rows]


def latest(session: Session) -> Checkpoint | None:
    """The last checkpoint of the database; None before the first."""
    row = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)).first()
    return None if row is None else Checkpoint(row.size, row.root, _moment(row.at), row.key_id, row.signature)


def write(session: Session, keys: KeyRing) -> Checkpoint | None:
    """Sign the tree as it is and keep that in the transaction; None when it did not grow since the last time.

    The tree grows from the parts that the last checkpoint was made of, never from older leaves read again: what
    somebody changed there since is not signed after the fact. Raises ``DomainError`` ``audit.broken`` when the last
    checkpoint itself does not fit.
    """
    key = signing_key(keys)
    tree = _last(session, key.public_key())
    began = tree.size
    statement = select(LEAF.columns.seq, LEAF.columns.leaf_hash).where(LEAF.columns.seq >= began)
    for seq, leaf in session.execute(statement.order_by(LEAF.columns.seq).execution_options(yield_per=5_000)):
        if seq != tree.size:
            raise _broken(tree.size)
        tree.append(leaf)
    if tree.size == began:
        return None
    now = clock.now()
    made = Checkpoint(tree.size, tree.root().hex(), _moment(now), key_id(key.public_key()))
    made = Checkpoint(made.size, made.root, made.at, made.key_id, key.sign(made.signed).hex())
    session.execute(insert(CHECKPOINT), {
        "size": made.size, "root": made.root, "at": now, "key_id": made.key_id, "signature": made.signature,
        "peaks": [peak.hex() for peak in tree.peaks],
    })  # fmt: skip
    return made


def _last(session: Session, key: Ed25519PublicKey) -> Range:
    """The tree of the last checkpoint."""
    row = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)).first()
    if row is None:
        return Range()
    told = Checkpoint(row.size, row.root, _moment(row.at), row.key_id, row.signature)
    try:
        tree = Range(row.size, [bytes.fromhex(peak) for peak in row.peaks])
    except ValueError:
        raise _broken(row.size) from None
    if tree.root().hex() != row.root or not told.is_signed_by(key):
        raise _broken(row.size)
    return tree


def _broken(size: int) -> DomainError:
    return DomainError(
        "audit.broken",
        _("The audit log is not what was signed, or not all there, about entry {seq}; nothing more is signed. Run "
          "`remit audit verify`.", seq=size),
    )


# -- the file ----------------------------------------------------------------------------------------------------------


def hand_out(folder: Path, checkpoints: Iterable[Checkpoint]) -> int:
    """Append to ``checkpoints.log`` what stands in the database and not yet there; returns how many lines.

    What a killed process left out is made up for. Raises ``DomainError`` ``audit.broken`` when the last line is a
    checkpoint that the database does not know: the database was rewritten, or brought back from a backup.
    """
    path = folder / LOG
    told = {one.size: one for one in checkpoints}
    _mend(path)
    known = list(read_file(path)) if path.is_file() else []
    for one in known:
        if told.get(one.size) != one:
            raise _broken(one.size)
    there = {one.size for one in known}
    missing = [one for size, one in sorted(told.items()) if size not in there]
    if missing:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write("".join(one.line() + "\n" for one in missing))
            file.flush()
            os.fsync(file.fileno())
    return len(missing)


def _mend(path: Path) -> None:
    """Take away a last line that a crash cut off in the middle; it is written again."""
    data = path.read_bytes() if path.is_file() else b""
    if data and not data.endswith(b"\n"):
        os.truncate(path, data.rfind(b"\n") + 1)


def read_file(path: Path) -> Iterator[Checkpoint]:
    """The checkpoints of a file, a line each. Raises ``DomainError`` ``audit.checkpoints`` naming the line that is
    none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise DomainError("audit.checkpoints", _("{file} cannot be read as a file of checkpoints.",
                                                 file=path)) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            if not isinstance(told, dict):
                raise ValueError(line)
            yield Checkpoint.read(told)
        except ValueError:
            raise DomainError("audit.checkpoints", _("Line {number} of {file} is no checkpoint.", number=number,
                                                     file=path)) from None


def _moment(at: datetime) -> str:
    return at.isoformat()
