"""What figures really were, for many subjects at once: computed from sources, else as entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import numpy as np
from sqlalchemy.orm import Session

from performance.models import KpiVersion
from performance.rules.scoring import LARGEST_FIGURE, Ints, Mask
from performance.services.figures import compiled
from performance.services.places import Posts, Units
from performance.services.sources import gather, sources
from performance.services.spans import span_of
from performance.services.values import told_in
from remit.base import DomainError
from remit.contracts import Grain
from remit.formula import Expression

#: Where an actual came from, as it is stored in few bytes while computing.
ORIGINS = ("none", "source", "manual", "import", "api")


@dataclass
class Actuals:
    """Actual figures of some subjects: values, which are known, and where each came from (an index of ``ORIGINS``).

    ``failed`` says why a formula gave nothing, by figure.
    """

    values: Ints
    known: Mask
    origin: Ints
    failed: dict[int, str] = field(default_factory=dict)


def actuals(
    session: Session, versions: Mapping[int, KpiVersion], kpi: Ints, subject: Ints, day: date, as_of: date,
    units: Units, posts: Posts,
) -> Actuals:  # fmt: skip
    """What each (figure, subject) was in the figure's own period that ``day`` lies in, counted up to ``as_of``.

    A figure with a formula is computed; where its sources say nothing, and for a figure without one, the entered value
    counts. Whatever fails leaves its own rows without a value.
    """
    found = Actuals(
        np.zeros(kpi.size, np.int64), np.zeros(kpi.size, bool), np.zeros(kpi.size, np.int64)
    )  # fmt: skip
    for number in np.unique(kpi).tolist():
        version = versions[number]
        rows = np.flatnonzero(kpi == number)
        ids, back = np.unique(subject[rows], return_inverse=True)
        values, known, origin = np.zeros(ids.size, np.int64), np.zeros(ids.size, bool), np.zeros(ids.size, np.int64)
        if version.formula:
            try:
                values, known = _computed(session, version, ids, day, as_of, units, posts)
            except DomainError as error:
                found.failed[number] = str(error)
            origin[known] = ORIGINS.index("source")
        told = told_in(session, number, version.grain, span_of(version.period, day))
        entered, there = told.of(ids)
        take = there & ~known
        values = np.where(take, entered, values)
        if take.any():
            at = np.searchsorted(told.ids, ids[take])
            origin[take] = np.array([ORIGINS.index(str(told.origins[one])) for one in at.tolist()])
        known = known | take
        found.values[rows], found.known[rows], found.origin[rows] = values[back], known[back], origin[back]
    return found


def _computed(
    session: Session, version: KpiVersion, ids: Ints, day: date, as_of: date, units: Units, posts: Posts
) -> tuple[Ints, Mask]:
    """A formula over its sources; a row is known where every source it names is. Raises ``DomainError``."""
    formula = compiled(version.formula, version.unit, sources(session))
    period = span_of(version.period, day)
    given = gather(session, cast("Grain", version.grain), ids, formula.names, period, as_of, units, posts)
    known = np.ones(ids.size, dtype=bool)
    for name in formula.names:
        known &= given.known.get(name, np.zeros(ids.size, dtype=bool))
    values = np.zeros(ids.size, dtype=np.int64)
    if known.any():
        columns = {name: given.values[name][known] for name in formula.names}
        values[known], good = _row_by_row(formula, columns, int(known.sum()))
        known[known] = good
    return values, known


def _row_by_row(formula: Expression, columns: dict[str, Ints], size: int) -> tuple[Ints, Mask]:
    """The formula over the columns; where a row cannot be computed (a division by zero) only that row is lost."""
    good = np.ones(size, dtype=bool)
    try:
        found = formula.column(columns, size=size)
    except DomainError:
        found = np.zeros(size, dtype=object)
        for row in range(size):
            try:
                found[row] = formula.row({name: int(column[row]) for name, column in columns.items()})
            except DomainError:
                good[row] = False
    small = np.abs(found) <= LARGEST_FIGURE
    return np.where(good & small, found, 0).astype(np.int64), good & small.astype(bool)
