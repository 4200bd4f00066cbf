"""Key results that follow a figure: what the figure is now, for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import Goal, KeyResult, KpiValue, KpiVersion
from performance.services.actuals import actuals
from performance.services.figures import versions_on
from performance.services.places import posts_in, units_on
from performance.services.spans import span_of
from remit.base import Period, clock
from remit.services import system

#: Periods of a figure by what they are about, the id that means, and their first day.
Told = dict[tuple[int, int, date], int]


def live_values(session: Session, wanted: Sequence[tuple[Goal, KeyResult]]) -> dict[int, int]:
    """What the figures behind key results are by now, by the id of the key result; missing where nothing is told.

    Entered figures are read in one statement for all, those with a formula in a few for each of their periods.
    """
    today = clock.today()
    versions = versions_on(session, today)
    bound = [(goal, one) for goal, one in wanted if one.kpi_id in versions and goal.starts_on <= today]
    if not bound:
        return {}
    spans = {one.id: _spans(goal, versions[_kpi(one)], today) for goal, one in bound}
    told = _entered(session, bound, spans)
    told |= _computed(session, bound, spans, versions)
    found = {}
    for goal, one in bound:
        subject = one.of_unit_id or goal.legal_entity_id
        known = [told[_kpi(one), subject, span.start] for span in spans[one.id]
                 if (_kpi(one), subject, span.start) in told]  # fmt: skip
        if known:
            found[one.id] = sum(known) if one.takes == "total" else known[-1]
    return found


def _kpi(result: KeyResult) -> int:
    return result.kpi_id or 0


def _spans(goal: Goal, version: KpiVersion, today: date) -> list[Period]:
    """The periods of a figure that begin within a goal's period and have begun, in order."""
    found = []
    span = span_of(version.period, goal.starts_on)
    while span.start < goal.ends_on and span.start <= today:
        if span.end > goal.starts_on:
            found.append(span)
        span = span_of(version.period, span.end)
    return found


def _entered(
    session: Session, bound: Sequence[tuple[Goal, KeyResult]], spans: Mapping[int, list[Period]]
) -> Told:
    starts = {span.start for _goal, one in bound for span in spans[one.id]}
    statement = select(KpiValue.kpi_id, KpiValue.subject_id, KpiValue.starts_on, KpiValue.value).where(
        KpiValue.kpi_id.in_({_kpi(one) for _goal, one in bound}), KpiValue.starts_on.in_(starts),
        KpiValue.grain != "person",
    )  # fmt: skip
    with system(session, "figures that goals somebody may see are bound to"):
        return {(kpi, subject, day): value for kpi, subject, day, value in session.execute(statement)}


def _computed(
    session: Session, bound: Sequence[tuple[Goal, KeyResult]], spans: Mapping[int, list[Period]],
    versions: Mapping[int, KpiVersion],
) -> Told:  # fmt: skip
    asked: dict[Period, set[tuple[int, int]]] = {}
    for goal, one in bound:
        if versions[_kpi(one)].formula:
            for span in spans[one.id]:
                asked.setdefault(span, set()).add((_kpi(one), one.of_unit_id or goal.legal_entity_id))
    found: Told = {}
    for span, pairs in asked.items():
        as_of = min(span.last, clock.today())
        rows = sorted(pairs)
        answer = actuals(
            session, versions, np.array([kpi for kpi, _subject in rows], dtype=np.int64),
            np.array([subject for _kpi, subject in rows], dtype=np.int64), span.start, as_of,
            units_on(session, as_of), posts_in(session, span),
        )  # fmt: skip
        found |= {
            (kpi, subject, span.start): int(answer.values[at]) for at, (kpi, subject) in enumerate(rows)
            if answer.known[at]
        }  # fmt: skip
    return found
