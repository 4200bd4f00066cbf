"""What the sources of all modules say, gathered for many at once; what fails is contained and named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from performance.rules.scoring import Ints, Mask
from performance.services.places import Posts, Units
from remit.base import Period
from remit.contracts import Grain, KpiAsk, KpiSource, Table
from remit.services import give, modules_on, of


@dataclass
class Gathered:
    """Values of sources over ``ids``: by key the integers and which of them are known; ``failed`` are modules."""

    ids: Ints
    values: dict[str, Ints] = field(default_factory=dict)
    known: dict[str, Mask] = field(default_factory=dict)

    def add(self, key: str, ids: Ints, values: Ints) -> None:
        """Take one column of an answer in; ids that were not asked for are passed over."""
        at = np.searchsorted(self.ids, ids)
        safe = np.minimum(at, max(self.ids.size - 1, 0))
        mine = self.ids[safe] == ids if self.ids.size else np.zeros(ids.size, bool)
        column = self.values.setdefault(key, np.zeros(self.ids.size, dtype=np.int64))
        known = self.known.setdefault(key, np.zeros(self.ids.size, dtype=bool))
        np.add.at(column, safe[mine], values[mine])
        known[safe[mine]] = True


def sources(session: Session) -> Mapping[str, KpiSource]:
    """The sources of modules that are on, by key."""
    found: Mapping[str, KpiSource] = of(session).registry.kpi_sources(modules_on(session))
    return found


def gather(
    session: Session, grain: Grain, ids: Ints, keys: Collection[str], period: Period, as_of: date, units: Units,
    posts: Posts,
) -> Gathered:  # fmt: skip
    """What sources were for employments, units or companies.

    Numbers of people are added up to their primary unit, all units above it, and their company, where they sum.
    """
    known = sources(session)
    wanted = {key for key in keys if key in known}
    gathered = Gathered(ids)
    exact = {key for key in wanted if known[key].grain == grain}
    for table in _asked(session, KpiAsk(ids, grain, period, as_of, frozenset(exact))) if exact and ids.size else ():
        for key in exact & set(table.columns):
            gathered.add(key, table.ids, table.columns[key])
    finer = {key for key in wanted - exact if grain != "person" and known[key].grain == "person" and known[key].sums}
    if finer:
        people = np.unique(posts.employment)
        for table in _asked(session, KpiAsk(people, "person", period, as_of, frozenset(finer))):
            for key in finer & set(table.columns):
                _add_up(gathered, grain, key, table, units, posts)
    return gathered


def _asked(session: Session, ask: KpiAsk) -> list[Table]:
    return give(session, "give_kpi_values", ask=ask)


def _add_up(gathered: Gathered, grain: str, key: str, table: Table, units: Units, posts: Posts) -> None:
    """Employments to the units and companies they belong to, by the primary post they held last."""
    main = posts.where(posts.primary)
    last = np.searchsorted(main.employment, table.ids, side="right") - 1
    has = (last >= 0) & (main.employment[np.maximum(last, 0)] == table.ids) if main.employment.size else last > last
    unit, values = main.unit[last[has]], table.columns[key][has]
    for one in np.unique(unit).tolist():
        total = np.array([int(values[unit == one].sum())], dtype=np.int64)
        goes_to = units.above(one) if grain == "unit" else [units.entities.get(one, 0)]
        for target in goes_to:
            gathered.add(key, np.array([target], dtype=np.int64), total)
