"""The verifier: whether the log is what the tree says, and the tree what was signed. It writes nothing.

It needs the database, or an export of it as JSON lines, and the public key. Entries are read in the order of the tree
and the first that does not fit ends it. What can be told from what:

* an entry that was altered, taken away or put in between does not fit its leaf, or leaves a place empty;
* leaves that were altered or put in another order with their entries do not fit the checkpoints of the database;
* a tail that was cut off, or a log that was written anew with a tree of its own, fits itself; only checkpoints that
  were kept elsewhere tell, so the last hour before the newest of them is the part nobody can vouch for.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.audit import checkpoints
from core.audit.checkpoints import Checkpoint
from core.audit.leaves import VALUES, body, leaf_of, values_hash
from core.audit.merkle import Range
from core.audit.models import ERASED, AuditProgress, AuditSubject
from core.audit.sequencer import ENTRY, LEAF, READING
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db.guard import mark, table_of

if TYPE_CHECKING:
    from sqlalchemy import Row

_ = catalogue("audit")

SUBJECT = table_of(AuditSubject)
_READ_AT_ONCE = 5_000
_NAMES = tuple(column.name for column in ENTRY.columns)


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that does not fit: ``seq`` is its place in the tree, None for what has none."""

    seq: int | None
    code: str
    message: Text


@dataclass(slots=True)
class Report:
    """What was checked: ``entries`` in the tree, its ``root`` in hex, ``checkpoints`` that fitted, entries ``waiting``
    for their place, entries whose values can no longer be checked because a key was ``erased``; and what was found.
    """

    entries: int = 0
    root: str = ""
    checkpoints: int = 0
    waiting: int = 0
    erased: int = 0
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as it is stored: its hash and the body that must give it, None where the body is not at hand.

    ``problem`` is what was found before the hash was even computed.
    """

    seq: int
    leaf_hash: bytes
    body: Mapping[str, Any] | None
    problem: Finding | None = None
    erased: bool = False


class Wrong(Exception):
    """Carries the finding that ends a check."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass(slots=True)
class Check:
    """One check: the tree as it grows, and the checkpoints it must meet on the way."""

    key: Ed25519PublicKey
    ours: Sequence[Checkpoint]
    others: Sequence[Checkpoint] = ()
    tree: Range = field(default_factory=Range)
    report: Report = field(default_factory=Report)
    _fitted: int = 0
    _due: dict[int, list[Checkpoint]] = field(default_factory=dict)

    def run(self, leaves: Iterable[Leaf]) -> Report:
        """Check leaves in their order against each other and the checkpoints; the first finding ends it."""
        try:
            self._signatures()
            self._meet()
            for leaf in leaves:
                self._take(leaf)
                self._meet()
            self._cut_off()
        except Wrong as wrong:
            self.report.finding = wrong.finding
        self.report.entries, self.report.root = self.tree.size, self.tree.root().hex()
        return self.report

    def _signatures(self) -> None:
        own = checkpoints.key_id(self.key)
        for one in (*self.ours, *self.others):
            if one.key_id != own or not one.is_signed_by(self.key):
                raise Wrong(Finding(one.size, "audit.signature", _(
                    "The checkpoint of {at} over {size} entries is not signed with this key.", at=one.at,
                    size=one.size,
                )))  # fmt: skip
            self._due.setdefault(one.size, []).append(one)

    def _take(self, leaf: Leaf) -> None:
        seq = self.tree.size
        if leaf.seq != seq:
            raise Wrong(Finding(seq, "audit.gap", _("Entry {seq} of the tree is missing.", seq=seq)))
        if leaf.problem is not None:
            raise Wrong(leaf.problem)
        if leaf.body is not None and not hmac.compare_digest(leaf_of(leaf.body), leaf.leaf_hash):
            raise Wrong(Finding(seq, "audit.altered", _("Entry {seq} is not what it was when it got its place.",
                                                        seq=seq)))
        self.report.erased += leaf.erased
        self.tree.append(leaf.leaf_hash)

    def _meet(self) -> None:
        for one in self._due.pop(self.tree.size, ()):
            if one.root != self.tree.root().hex():
                raise Wrong(Finding(self._fitted, "audit.rewritten", _(
                    "From entry {first} on, before entry {end}, the log is not the one that was signed at {at}.",
                    first=self._fitted, end=self.tree.size, at=one.at,
                )))  # fmt: skip
            self.report.checkpoints += 1
            self._fitted = self.tree.size

    def _cut_off(self) -> None:
        if self._due:
            size = min(self._due)
            raise Wrong(Finding(self.tree.size, "audit.cut", _(
                "The log ends before entry {seq}; at {at} it had {size} entries.", seq=self.tree.size,
                at=self._due[size][0].at, size=size,
            )))  # fmt: skip


# -- the database ------------------------------------------------------------------------------------------------------


def database(session: Session, key: Ed25519PublicKey, others: Sequence[Checkpoint] = ()) -> Report:
    """Check the log of a database; ``others`` are checkpoints that were kept elsewhere."""
    check = Check(key, checkpoints.stored(session), others)
    report = check.run(_of_database(session))
    if report.finding is None:
        report.finding = _strays(session) or _unrecorded(session)
    report.waiting = session.scalars(mark(_unplaced(func.count()), READING)).one()
    return report


def _of_database(session: Session) -> Iterator[Leaf]:
    after = -1
    statement = (
        select(
            LEAF.columns.seq, LEAF.columns.leaf_hash, LEAF.columns.values_hash, LEAF.columns.subject_id,
            SUBJECT.columns.id.label("subject"), SUBJECT.columns.key, *(column.label(f"e_{column.name}")
                                                                         for column in ENTRY.columns),
        )
        .join_from(LEAF, ENTRY, ENTRY.columns.id == LEAF.columns.entry_id, isouter=True)
        .join(SUBJECT, SUBJECT.columns.id == LEAF.columns.subject_id, isouter=True)
        .order_by(LEAF.columns.seq).limit(_READ_AT_ONCE)
    )  # fmt: skip
    while True:
        rows = session.execute(mark(statement.where(LEAF.columns.seq > after), READING)).all()
        yield from map(leaf_at, rows)
        if len(rows) < _READ_AT_ONCE:
            return
        after = rows[-1].seq


def leaf_at(row: Row[Any]) -> Leaf:
    """A leaf with its entry and the key of its subject, judged as far as one row can be."""
    seq = row.seq
    entry: dict[str, Any] = dict(zip(_NAMES, row[6:], strict=True))
    if entry["id"] is None:
        return _wrong(row, "audit.gone", _("The record of entry {seq} of the tree is gone.", seq=seq))
    if row.subject is None:
        return _wrong(row, "audit.key_gone", _("The key under which entry {seq} was kept is gone.", seq=seq))
    holds = any(entry[name] is not None for name in VALUES)
    if row.key is None:
        if holds:
            return _wrong(row, "audit.not_erased", _(
                "Entry {seq} still holds values, though the key of its person was destroyed.", seq=seq))
    elif values_hash(entry, row.key) != row.values_hash:
        return _wrong(row, "audit.altered", _("The values of entry {seq} are not what they were.", seq=seq))
    return Leaf(seq, row.leaf_hash, body(entry, row.values_hash), erased=row.key is None)


def _wrong(row: Row[Any], code: str, message: Text) -> Leaf:
    return Leaf(row.seq, row.leaf_hash, None, Finding(row.seq, code, message))


def _unplaced(*columns: Any) -> Select[Any]:
    there = select(LEAF.columns.seq).where(LEAF.columns.entry_id == ENTRY.columns.id).exists()
    return select(*columns).select_from(ENTRY).where(~there)


def _strays(session: Session) -> Finding | None:
    """An entry that should long have a place: it was put in behind the sequencer's back."""
    settled = session.scalar(select(AuditProgress.mark))
    if settled is None:
        return None
    statement = _unplaced(ENTRY.columns.id).where(ENTRY.columns.id <= settled).order_by(ENTRY.columns.id).limit(1)
    found = session.scalars(mark(statement, READING)).first()
    if found is None:
        return None
    return Finding(None, "audit.stray", _("Entry number {id} stands in the log and not in the tree.", id=found))


def _unrecorded(session: Session) -> Finding | None:
    """A key that is gone without a record of who destroyed it: that way values could be altered unseen."""
    told = (
        select(ENTRY.columns.id)
        .join(LEAF, LEAF.columns.entry_id == ENTRY.columns.id)
        .where(ENTRY.columns.kind == ERASED, ENTRY.columns.subject_id == SUBJECT.columns.person_id).exists()
    )
    statement = (
        select(func.min(LEAF.columns.seq)).join(SUBJECT, SUBJECT.columns.id == LEAF.columns.subject_id)
        .where(SUBJECT.columns.key.is_(None), ~told)
    )
    seq = session.scalar(mark(statement, READING))
    if seq is None:
        return None
    return Finding(seq, "audit.key_gone", _("The key under which entry {seq} was kept was destroyed without a record.",
                                            seq=seq))


# -- an export ---------------------------------------------------------------------------------------------------------


def export(path: Path, key: Ed25519PublicKey, others: Sequence[Checkpoint] = ()) -> Report:
    """Check an export as JSON lines. Raises ``DomainError`` ``audit.export`` naming the line that is none."""
    ours = [Checkpoint.read(told) for _number, told in _lines(path) if told["type"] == "checkpoint"]
    return Check(key, ours, others).run(
        Leaf(told["seq"], bytes.fromhex(told["leaf"]), told["body"])
        for _number, told in _lines(path) if told["type"] == "leaf"
    )


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                told = json.loads(line)
                if told["type"] == "leaf":
                    int(told["seq"]), bytes.fromhex(told["leaf"]), told["body"]
                elif told["type"] == "checkpoint":
                    Checkpoint.read(told)
                yield number, told
    except (OSError, ValueError, KeyError, TypeError):
        raise DomainError("audit.export", _("Line {number} of {file} is not from an export of the audit log.",
                                            number=number, file=path)) from None
