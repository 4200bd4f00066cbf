"""The approval matrix: matters by amount in rows, posts in columns, and in each cell how the post takes part.

It says nothing that the entries do not say. It is made of them, and a matrix that is sent along with them must agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.authority.document import EntryDraft, ListDraft
from core.authority.document.formatting import amount, posts
from core.db.types import Translation

#: What makes a row: action, scope, conditions, amount and total, each as a list writes it.
Key = tuple[str, str, str, str, str]


@dataclass(slots=True)
class MatrixRow:
    """One matter at one amount: its sentence (that of the first entry), and the powers of each holder."""

    title: Translation
    cells: dict[str | None, list[str]] = field(default_factory=dict)


def key_of(entry: EntryDraft) -> Key:
    """The row an entry belongs to."""
    when = "\n".join(f"{name}: {text}" for name, text in sorted((entry.conditions or {}).items()))
    return (
        entry.action, f"{entry.scope}({entry.scope_unit})" if entry.scope_unit else entry.scope, when,
        amount(entry.limit_minor, entry.currency) if entry.limit_minor is not None else "",
        f"{amount(entry.cap_minor, entry.currency)}/{entry.cap_period}" if entry.cap_minor is not None else "",
    )


def rows(draft: ListDraft) -> dict[Key, MatrixRow]:
    """The matrix of a list: by matter in the order of the list, within a matter from the smallest amount."""
    grants = [entry for entry in draft.entries if entry.effect == "grant"]
    first: dict[str, int] = {}
    for number, entry in enumerate(grants):
        first.setdefault(entry.action, number)
    found: dict[Key, MatrixRow] = {}
    for entry in sorted(grants, key=lambda one: (
        first[one.action], one.currency or "", one.limit_minor is None, one.limit_minor or 0
    )):
        row = found.setdefault(key_of(entry), MatrixRow(entry.title))
        row.cells.setdefault(entry.position, []).append(entry.power)
    return found


def holders(draft: ListDraft) -> list[str | None]:
    """The columns of the matrix: everybody where an entry speaks of everybody, then the posts that hold entries."""
    held = {entry.position for entry in draft.entries if entry.effect == "grant"}
    everybody: list[str | None] = [None] if None in held else []
    return everybody + [post for post in posts(draft) if post in held]


def said(entries: Iterable[EntryDraft]) -> dict[tuple[Key, str | None], set[str]]:
    """The cells of a matrix, by row and holder: which powers stand in them."""
    found: dict[tuple[Key, str | None], set[str]] = {}
    for entry in entries:
        if entry.effect == "grant":
            found.setdefault((key_of(entry), entry.position), set()).add(entry.power)
    return found
