"""The employments a computation is about, as sorted arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from attendance.rules.plan import Ints
from remit.base import Period
from remit.models import Employment, bulk

#: Up to so many ids are named in a statement; more are read as the range they lie in.
NAMED = 500
CHUNK = 8_000


@dataclass(frozen=True)
class People:
    """Employments in the order of their ids. `hired` and `left` are dates as `date.toordinal` counts them."""

    ids: Ints
    hired: Ints
    left: Ints

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    def among(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """The condition that a column names one of them, or at least lies between the first and the last."""
        if len(self.ids) <= NAMED:
            return column.in_(self.ids.tolist())
        return and_(column >= int(self.ids[0]), column <= int(self.ids[-1]))

    def row(self, employment_id: int) -> int | None:
        """Where an employment stands, or None."""
        at = int(np.searchsorted(self.ids, employment_id))
        return at if at < len(self.ids) and self.ids[at] == employment_id else None

    def rows(self, employment_ids: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Where employments stand, and which of them are among these at all."""
        at = np.searchsorted(self.ids, employment_ids)
        safe = np.minimum(at, max(len(self.ids) - 1, 0))
        known = self.ids[safe] == employment_ids if len(self.ids) else np.zeros(len(employment_ids), dtype=bool)
        return safe, known

    def spans(
        self, rows: Mapping[str, NDArray[Any]], first: date, days: int, value: str
    ) -> Iterator[tuple[int, int, int, int]]:
        """Dated rows as (row, from day, to day, value), days counted from `first` and clipped to `days`."""
        at, known = self.rows(rows["employment_id"])
        zero = np.datetime64(first, "D")
        begin = np.clip((rows["valid_from"] - zero).astype(np.int64), 0, days)
        finish = np.clip((rows["valid_to"] - zero).astype(np.int64), 0, days)
        for row, start, end, found, mine in zip(
            at.tolist(), begin.tolist(), finish.tolist(), rows[value].tolist(), known.tolist(), strict=True
        ):
            if mine:
                yield row, start, end, found

    def chunks(self, size: int = CHUNK) -> Iterator[People]:
        """The same people in runs of at most `size`, so that memory does not grow with the company."""
        for at in range(0, len(self.ids), size):
            yield self.take(slice(at, at + size))

    def take(self, which: slice | NDArray[np.bool_]) -> People:
        """Some of them."""
        return People(self.ids[which], self.hired[which], self.left[which])


def people_of(employments: Iterable[tuple[int, date, date]]) -> People:
    """People from (id, hired on, left on) that somebody has read already."""
    rows = sorted(employments)
    ids, hired, left = (np.array(column, dtype=np.int64) for column in zip(
        *((one, start.toordinal(), end.toordinal()) for one, start, end in rows), strict=True
    )) if rows else (np.zeros(0, dtype=np.int64),) * 3  # fmt: skip
    return People(ids, hired, left)


def employed_during(session: Session, period: Period, ids: Sequence[int] | None = None) -> People:
    """Everybody, or those of `ids`, who is employed on some day of the period: one statement."""
    statement = select(Employment.id, Employment.hired_on, Employment.left_on).where(
        Employment.hired_on < period.end, Employment.left_on > period.start
    )
    if ids is not None:
        statement = statement.where(Employment.id.in_(list(ids)))
    rows = bulk.read_columns(session, statement.order_by(Employment.id))
    epoch = date(1970, 1, 1).toordinal()
    return People(
        rows["id"], rows["hired_on"].astype(np.int64) + epoch, rows["left_on"].astype(np.int64) + epoch
    )
