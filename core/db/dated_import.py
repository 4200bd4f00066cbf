"""The histories of many keys at once, for imports: set-based, idempotent, and able to tell what would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, class_mapper

from core.base.errors import InputErrors, Problem
from core.base.period import FOREVER
from core.base.text import catalogue
from core.db import bulk, timeline
from core.db.guard import mark
from core.db.timeline import Piece
from core.db.types import BlindIndex, Translated, Translation, keys_of

_ = catalogue("db")

_MANY_KEYS = 5_000


@dataclass
class Replaced:
    """What ``replace_all`` did, or would do: versions counted, and the keys whose history is another one now."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    changed_keys: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything differs from before."""
        return bool(self.changed_keys)


@dataclass
class _Plan:
    """What is to be written, in the order that never lets two versions of a key overlap.

    A row is only kept where its first day stays the same, so after the deletes no change reaches the next kept row.
    """

    delete: list[int] = field(default_factory=list)
    update: list[tuple[tuple[Any, ...], Piece]] = field(default_factory=list)
    insert: list[tuple[tuple[Any, ...], Piece]] = field(default_factory=list)


def replace_all(
    session: Session,
    version: type[Any],
    columns: Mapping[str, Any],
    *,
    keys: Sequence[str],
    lines: Sequence[int] | None = None,
    dry_run: bool = False,
) -> Replaced:
    """Give each key that occurs the history that the rows tell; other keys stay untouched.

    ``columns`` maps attribute names to arrays or lists of equal length: the ``keys``, ``valid_from``, ``valid_to``
    (None for the open end) and any of the other columns. Columns that are not named keep, day by day, what they said
    before. A row that says what is stored already changes nothing, so a second import of the same file reports
    ``changed == False``. ``dry_run`` only counts. Rows that end before they begin or overlap with another of their
    key are refused together (``InputErrors``), by the numbers in ``lines`` or their position from 1.

    The caller has asked for the authority to do this; reads and writes are marked as ``dated:write``.
    """
    table = class_mapper(version).local_table.name  # type: ignore[attr-defined]
    marker = [("dated:write", table)]
    given = {name: _plain(session, version, name, values) for name, values in columns.items()}
    given["valid_to"] = [end or FOREVER for end in given["valid_to"]]
    rows = _grouped(given, keys, lines)
    names = timeline.value_columns(version, keys)
    unknown = set(given) - set(names) - {*keys, "valid_from", "valid_to"}
    if unknown:
        raise TypeError(f"{version.__name__} has no dated column {', '.join(sorted(unknown))}")
    before = _stored(session, version, keys, names, rows, marker)
    plan, result = _Plan(), Replaced()
    for key, told in rows.items():
        _compare(key, before.get(key, []), told, names, plan, result)
    if not dry_run and result.changed:
        _write(session, version, keys, names, plan, marker)
    return result


def _plain(session: Session, version: type[Any], name: str, values: Any) -> list[Any]:
    """The column as Python values that compare equal to what a SELECT gives."""
    attribute = getattr(version, name, None)
    kind = getattr(attribute, "type", None)
    plain = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if isinstance(kind, Translated):
        return [None if value is None else Translation(value) for value in plain]
    if isinstance(kind, BlindIndex):
        ring = keys_of(session)
        return [ring.blind_index(value, kind.context) if isinstance(value, str) else value for value in plain]
    return plain


def _grouped(
    given: Mapping[str, list[Any]], keys: Sequence[str], lines: Sequence[int] | None
) -> dict[tuple[Any, ...], list[tuple[date, date, dict[str, Any]]]]:
    """The rows by key, in order of days; everything wrong with them is told at once."""
    told = [name for name in given if name not in {*keys, "valid_from", "valid_to"}]
    count = len(given["valid_from"])
    numbers = lines if lines is not None else range(1, count + 1)
    rows: dict[tuple[Any, ...], list[tuple[date, date, dict[str, Any], int]]] = {}
    problems = []
    for number, key, start, end, *values in zip(
        numbers, zip(*(given[name] for name in keys), strict=True), given["valid_from"], given["valid_to"],
        *(given[name] for name in told), strict=True,
    ):  # fmt: skip
        if start >= end:
            message = _("The end {end} must be after the start {start}.", start=start, end=end)
            problems.append(Problem(message, row=number, column="valid_to"))
            continue
        rows.setdefault(key, []).append((start, end, dict(zip(told, values, strict=True)), number))
    for history in rows.values():
        history.sort(key=lambda row: row[:2])
        for earlier, later in pairwise(history):
            if later[0] < earlier[1]:
                other = earlier[3]
                message = _("The period from {start} overlaps with the one in row {row}.", start=later[0], row=other)
                problems.append(Problem(message, row=later[3], column="valid_from"))
    if problems:
        raise InputErrors(_("Some periods cannot stand beside each other."), problems, "dated.overlap")
    return {key: [row[:3] for row in history] for key, history in rows.items()}


def _stored(
    session: Session,
    version: type[Any],
    keys: Sequence[str],
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    marker: Iterable[tuple[str, str]],
) -> dict[tuple[Any, ...], list[Piece]]:
    wanted = set(rows)
    first = sorted({key[0] for key in wanted})
    if not first:
        return {}
    column = getattr(version, keys[0])
    condition = column.in_(first) if len(first) <= _MANY_KEYS else column.between(first[0], first[-1])
    fields = [getattr(version, name) for name in ("id", "valid_from", "valid_to", *keys, *names)]
    statement = select(*fields).where(condition).order_by(version.valid_from).with_for_update()
    found: dict[tuple[Any, ...], list[Piece]] = {}
    for identity, start, end, *rest in session.execute(mark(statement, marker)):
        key = tuple(rest[: len(keys)])
        if key in wanted:
            values = dict(zip(names, rest[len(keys) :], strict=True))
            found.setdefault(key, []).append(Piece(start, end, values, identity))
    return found


def _compare(
    key: tuple[Any, ...],
    stored: list[Piece],
    told: list[tuple[date, date, dict[str, Any]]],
    names: Sequence[str],
    plan: _Plan,
    result: Replaced,
) -> None:
    """Put the difference between a stored history and the told one into the plan."""

    def full(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values.get(name) for name in names}

    wanted = timeline.joined(timeline.replaced(stored, told), full)
    by_start = {piece.start: piece for piece in stored}
    kept: set[int] = set()
    changes = 0
    for piece in wanted:
        old = by_start.get(piece.start)
        if old is None:
            plan.insert.append((key, piece))
            result.inserted += 1
            changes += 1
            continue
        kept.add(old.row)
        if old.end == piece.end and full(old.values) == full(piece.values):
            result.unchanged += 1
            continue
        piece.row = old.row
        plan.update.append((key, piece))
        result.updated += 1
        changes += 1
    gone = [piece.row for piece in stored if piece.row not in kept]
    plan.delete += gone
    result.deleted += len(gone)
    if changes or gone:
        result.changed_keys.append(key)


def _write(
    session: Session,
    version: type[Any],
    keys: Sequence[str],
    names: Sequence[str],
    plan: _Plan,
    marker: Sequence[tuple[str, str]],
) -> None:
    if plan.delete:
        bulk.delete_rows(session, version, plan.delete, marker=marker)
    if plan.update:
        changed: dict[str, list[Any]] = {
            "id": [piece.row for _key, piece in plan.update],
            "valid_to": [piece.end for _key, piece in plan.update],
            **{name: [piece.values.get(name) for _key, piece in plan.update] for name in names},
        }
        bulk.update_columns(session, version, changed, marker=marker)
    for group in _alike(plan.insert):
        # A column that no row of a group names is left to its default, as it would be for a single new object.
        named = [name for name in names if name in group[0][1].values]
        new: dict[str, list[Any]] = {
            "valid_from": [piece.start for _key, piece in group],
            "valid_to": [piece.end for _key, piece in group],
            **{name: [key[at] for key, _piece in group] for at, name in enumerate(keys)},
            **{name: [piece.values[name] for _key, piece in group] for name in named},
        }
        bulk.write_columns(session, version, new, marker=marker)


def _alike(inserts: Iterable[tuple[tuple[Any, ...], Piece]]) -> Iterator[list[tuple[tuple[Any, ...], Piece]]]:
    """The new pieces, grouped by which columns they name."""
    groups: dict[frozenset[str], list[tuple[tuple[Any, ...], Piece]]] = {}
    for key, piece in inserts:
        groups.setdefault(frozenset(piece.values), []).append((key, piece))
    yield from groups.values()
