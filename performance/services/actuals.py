"""What figures really were, for many subjects at once: computed from sources, else as entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import numpy as np
from sqlalchemy.orm import Session

from performance.models import KpiVersion
from performance.rules.scoring import LARGEST_FIGURE, Ints, Mask
from performance.services.figures import compiled
from performance.services.places import Posts, Units
from performance.services.sources import Gathered, gather, sources
from performance.services.spans import span_of
from performance.services.values import Told, told_in
from remit.base import DomainError, Period
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
    alike: dict[tuple[str, Period], list[int]] = {}
    for number in np.unique(kpi).tolist():
        alike.setdefault((versions[number].grain, span_of(versions[number].period, day)), []).append(number)
    for (grain, period), numbers in alike.items():
        formulas = _formulas(session, versions, numbers, found.failed)
        ids = np.unique(subject[np.isin(kpi, numbers)])
        names = {name for one in formulas.values() for name in one.names}
        given = gather(session, cast("Grain", grain), ids, names, period, as_of, units, posts) if formulas else None
        told = told_in(session, numbers, grain, period)
        for number in numbers:
            rows = np.flatnonzero(kpi == number)
            at = np.searchsorted(ids, subject[rows])
            values, known = np.zeros(rows.size, np.int64), np.zeros(rows.size, bool)
            if number in formulas and given is not None:
                values, known = _computed(formulas[number], given, at)
            origin = np.where(known, ORIGINS.index("source"), 0).astype(np.int64)
            _entered(told[number], subject[rows], values, known, origin)
            found.values[rows], found.known[rows], found.origin[rows] = values, known, origin
    return found


def _formulas(
    session: Session, versions: Mapping[int, KpiVersion], numbers: Sequence[int], failed: dict[int, str]
) -> dict[int, Expression]:
    """The formulas of figures, ready to compute; why one cannot be goes to ``failed``."""
    known, found = sources(session), {}
    for number in numbers:
        version = versions[number]
        try:
            if version.formula:
                found[number] = compiled(version.formula, version.unit, known)
        except DomainError as error:
            failed[number] = str(error)
    return found


def _computed(formula: Expression, given: Gathered, at: Ints) -> tuple[Ints, Mask]:
    """A formula over its sources at places of what was gathered; a row is known where every source it names is."""
    known = np.ones(at.size, dtype=bool)
    for name in formula.names:
        known &= given.known[name][at] if name in given.known else False
    values = np.zeros(at.size, dtype=np.int64)
    if known.any():
        columns = {name: given.values[name][at][known] for name in formula.names}
        values[known], good = _row_by_row(formula, columns, int(known.sum()))
        known[known] = good
    return values, known


def _entered(told: Told, subject: Ints, values: Ints, known: Mask, origin: Ints) -> None:
    """Where a figure is not known, what was entered of it."""
    entered, there = told.of(subject)
    take = there & ~known
    if not take.any():
        return
    values[take], known[take] = entered[take], True
    at = np.searchsorted(told.ids, subject[take])
    origin[take] = np.array([ORIGINS.index(str(told.origins[one])) for one in at.tolist()])


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
