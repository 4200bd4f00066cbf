"""What is wrong with a formula or its data, said so that the author of the formula can put it right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.base.errors import DomainError
from core.base.text import Text


class FormulaError(DomainError):
    """A formula that cannot be used, or data it cannot be computed with.

    ``field`` is the name of the formula, where it has one. ``start`` and ``end`` are 0-based character positions in
    the source (for an editor's underline), ``rows`` the 0-based rows of the columns that are affected.
    """

    def __init__(
        self,
        code: str,
        message: Text | str,
        *,
        field: str | None = None,
        start: int | None = None,
        end: int | None = None,
        rows: Sequence[int] = (),
    ) -> None:
        super().__init__(code, message, field)
        self.start = start
        self.end = end
        self.rows = tuple(rows)


@contextmanager
def naming(formula: str) -> Iterator[None]:
    """Put the name of the formula on the errors of a block."""
    try:
        yield
    except FormulaError as error:
        error.field = error.field or formula or None
        raise
