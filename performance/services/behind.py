"""What a figure is made of: for each source of its formula the things behind the number, else what was entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.figures import VALUE_READ
from performance.models import Kpi, KpiValue, KpiVersion
from performance.services.actuals import actuals
from performance.services.figures import compiled
from performance.services.places import posts_in, units_on
from performance.services.sources import sources
from performance.services.spans import span_of
from performance.text import _
from remit.base import Actor, DomainError, NotFound, Period, clock
from remit.contracts import Grain, KpiAsk, KpiRow, KpiRowsAsk, KpiSource
from remit.services import give, require, visible

MOST = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One source of a formula: what it told, and the things behind it as far as the reader may see them.

    ``value`` is None where no module told it; ``total`` counts all things, also those the reader does not see.
    """

    source: KpiSource
    value: int | None
    total: int
    rows: Sequence[KpiRow]


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure of a unit in its period: the number itself, its sources, and what was entered."""

    version: KpiVersion
    period: Period
    value: int | None
    parts: Sequence[Part]
    entered: Sequence[KpiValue]


def behind(session: Session, actor: Actor, kpi: Kpi, version: KpiVersion, unit_id: int | None, day: date) -> Behind:
    """What the figure of a unit, or of the company, was made of in the period that ``day`` lies in.

    Raises ``Denied`` for whoever may not know what the figure of that unit was, and ``DomainError`` for a figure of
    single people and one of units where none is named, ``NotFound`` for a unit that is not there.
    """
    if version.grain == "person":
        raise DomainError("performance.of_people", _("This figure is of single people; see their scores."))
    period = span_of(version.period, day)
    units = units_on(session, min(period.last, clock.today(actor.zone)))
    if version.grain == "unit" and unit_id is None:
        raise DomainError("performance.unit", _("Choose the unit whose figure it is."), "unit_id")
    if version.grain == "unit" and unit_id not in units.titles:
        raise NotFound("performance.no_unit", _("Choose a unit that exists that day."))
    entity = units.entity_of(unit_id) if version.grain == "unit" and unit_id else kpi.legal_entity_id
    subject = unit_id if version.grain == "unit" and unit_id else entity
    require(session, actor, VALUE_READ, KpiValue(
        kpi_id=kpi.id, grain=version.grain, subject_id=subject, legal_entity_id=entity,
        unit_id=unit_id if version.grain == "unit" else None,
    ))  # fmt: skip
    as_of = min(period.last, clock.today(actor.zone))
    one = np.array([subject], dtype=np.int64)
    found = actuals(
        session, {kpi.id: version}, np.array([kpi.id], dtype=np.int64), one, period.start, as_of, units,
        posts_in(session, period),
    )  # fmt: skip
    entered = session.scalars(visible(session, actor, VALUE_READ, select(KpiValue).where(
        KpiValue.kpi_id == kpi.id, KpiValue.grain == version.grain, KpiValue.subject_id == subject,
        KpiValue.starts_on == period.start,
    ))).all()  # fmt: skip
    value = int(found.values[0]) if found.known[0] else None
    return Behind(version, period, value, _parts(session, actor, version, subject, period, as_of), entered)


def _parts(
    session: Session, actor: Actor, version: KpiVersion, subject: int, period: Period, as_of: date
) -> list[Part]:
    known = sources(session)
    if not version.formula:
        return []
    names = sorted(name for name in compiled(version.formula, version.unit, known).names if name in known)
    grain = cast("Grain", version.grain)
    ask = KpiAsk(np.array([subject], dtype=np.int64), grain, period, as_of, frozenset(names))
    told = {
        name: int(column[0])
        for table in give(session, "give_kpi_values", ask=ask) if table.ids.size
        for name, column in table.columns.items()
    }
    parts = []
    for name in names:
        answers = give(session, "give_kpi_rows", actor=actor, ask=KpiRowsAsk(name, grain, subject, period, as_of, MOST))
        total = sum(one.total for one in answers)
        parts.append(Part(known[name], told.get(name), total, [row for one in answers for row in one.rows]))
    return parts
