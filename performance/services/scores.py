"""Scores of units and people: which schemes count for whom and how long, worked out for everybody at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.schemes import SCORE_COMPUTE
from performance.models import Scheme, SchemeItem, Score, ScoreLine
from performance.rules.scoring import WHOLE, Ints, Lines, Scores, blended, rounded, score
from performance.services.actuals import ORIGINS, Actuals, actuals
from performance.services.figures import scale_of, versions_on
from performance.services.places import Posts, Units, posts_in, units_on
from performance.services.schemes import in_force
from performance.text import _
from remit.base import Actor, DomainError, Period, clock
from remit.live import publish
from remit.models import bulk
from remit.services import require, system

TOPIC = "performance_board"


@dataclass(frozen=True)
class Parts:
    """Which scheme counts for whom and how much: one row for each stretch of a post or unit under one scheme.

    ``person`` is 0 for units; ``share`` is fte (hundredths) times days.
    """

    subject: Ints
    person: Ints
    unit: Ints
    scheme: Ints
    share: Ints

    @classmethod
    def of(cls, rows: list[tuple[Ints, Ints, Ints, Ints, Ints]]) -> Parts:
        """All stretches, sorted by whom they are about."""
        columns = [np.concatenate([row[at] for row in rows]) if rows else np.zeros(0, np.int64) for at in range(5)]
        order = np.argsort(columns[0], kind="stable")
        return cls(*(column[order] for column in columns))


def compute(session: Session, actor: Actor, period: Period) -> int:
    """Work out the scores of a period anew and keep them; returns how many. Scores that are closed stay as they are.

    Raises ``DomainError`` where no signed scheme is in force.
    """
    require(session, actor, SCORE_COMPUTE)
    schemes, items = in_force(session, period)
    if not schemes:
        raise DomainError("performance.no_scheme", _("No signed scheme is in force in this period."), "day")
    units, posts = units_on(session, period.last), posts_in(session, period)
    count = 0
    _clear(session, period)
    for grain, parts in (("unit", _of_units(schemes, units, period)), ("person", _of_people(schemes, posts, period))):
        if parts.subject.size:
            count += _score(session, grain, parts, schemes, items, period, units, posts)
    publish(session, TOPIC)
    return count


def _of_units(schemes: list[Scheme], units: Units, period: Period) -> Parts:
    rows = []
    for one in schemes:
        if one.unit_id is not None and one.unit_id in units.titles:
            first, end = _days(one, period)
            row = np.array([[one.unit_id], [0], [one.unit_id], [one.id], [100 * (end - first)]], dtype=np.int64)
            rows.append((row[0], row[1], row[2], row[3], row[4]))
    return Parts.of(rows)


def _of_people(schemes: list[Scheme], posts: Posts, period: Period) -> Parts:
    """Stretches of posts under the schemes of the post; a scheme of the person stands in for that of his main post."""
    rows = []
    own = [one for one in schemes if one.person_id is not None]
    covered = np.zeros((len(own), posts.employment.size), dtype=np.int64)
    for number, one in enumerate(own):
        first, end = _days(one, period)
        days = np.minimum(posts.end, end) - np.maximum(posts.first, first)
        covered[number] = np.where(posts.primary & (posts.person == one.person_id), np.maximum(days, 0), 0)
        rows.append(_rows(posts, covered[number], one))
    for one in schemes:
        if one.position_id is None:
            continue
        first, end = _days(one, period)
        from_, to = np.maximum(posts.first, first), np.minimum(posts.end, end)
        days = np.where(posts.position == one.position_id, np.maximum(to - from_, 0), 0)
        for number, other in enumerate(own):
            start, stop = _days(other, period)
            taken = np.maximum(np.minimum(to, stop) - np.maximum(from_, start), 0)
            days = np.where((covered[number] > 0) & (days > 0), np.maximum(days - taken, 0), days)
        rows.append(_rows(posts, days, one))
    return Parts.of(rows)


def _rows(posts: Posts, days: Ints, scheme: Scheme) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    at = np.flatnonzero(days > 0)
    return (
        posts.employment[at], posts.person[at], posts.unit[at], np.full(at.size, scheme.id, dtype=np.int64),
        posts.fte[at] * days[at],
    )  # fmt: skip


def _days(scheme: Scheme, period: Period) -> tuple[int, int]:
    """First and end day of a scheme in a period, counted from its start."""
    first = max(scheme.valid_from, period.start)
    return (first - period.start).days, (min(scheme.valid_to, period.end) - period.start).days


@dataclass(frozen=True)
class Expanded:
    """The figures of all stretches, one row each; ``part`` numbers the stretch, ``first`` begins each stretch."""

    part: Ints
    first: Ints
    kpi: Ints
    weight: Ints
    target: Ints
    subject: Ints


def _expand(
    parts: Parts, schemes: list[Scheme], items: dict[int, list[SchemeItem]], targets: dict[int, int],
    grains: dict[int, str], units: Units,
) -> Expanded:  # fmt: skip
    """Every stretch with every figure of its scheme, set-wise: no loop over people."""
    flat = [item for one in schemes for item in items[one.id]]
    counts = {one.id: len(items[one.id]) for one in schemes}
    starts = dict(zip(counts, np.cumsum([0, *counts.values()])[:-1].tolist(), strict=True))
    order = np.array(sorted(counts), dtype=np.int64)
    at = np.searchsorted(order, parts.scheme)
    each = np.array([counts[one] for one in order.tolist()], dtype=np.int64)[at]
    begin = np.array([starts[one] for one in order.tolist()], dtype=np.int64)[at]
    first = np.concatenate([[0], np.cumsum(each)[:-1]]).astype(np.int64)
    part = np.repeat(np.arange(parts.scheme.size, dtype=np.int64), each)
    item = np.arange(part.size, dtype=np.int64) - first[part] + begin[part]
    kpi = np.array([one.kpi_id for one in flat], dtype=np.int64)[item]
    own = np.array([one.of_unit_id or 0 for one in flat], dtype=np.int64)[item]
    grain = np.array([grains[one.kpi_id] for one in flat])[item]
    unit = np.where(own > 0, own, parts.unit[part])
    company = np.array([units.entities.get(one, 0) for one in range(int(parts.unit.max()) + 1)], dtype=np.int64)
    placed = np.where(grain == "unit", unit, company[parts.unit[part]])
    subject = np.where(grain == "person", parts.subject[part], placed)
    return Expanded(
        part, first, kpi, np.array([one.weight for one in flat], dtype=np.int64)[item],
        np.array([targets[one.kpi_id] if one.target is None else one.target for one in flat], dtype=np.int64)[item],
        subject,
    )  # fmt: skip


def _score(
    session: Session, grain: str, parts: Parts, schemes: list[Scheme], items: dict[int, list[SchemeItem]],
    period: Period, units: Units, posts: Posts,
) -> int:  # fmt: skip
    versions = versions_on(session, period.last)
    kept = [one for one in schemes if items[one.id] and all(item.kpi_id in versions for item in items[one.id])]
    known = np.isin(parts.scheme, [one.id for one in kept])
    parts = Parts(parts.subject[known], parts.person[known], parts.unit[known], parts.scheme[known], parts.share[known])
    if not parts.subject.size:
        return 0
    rows = _expand(
        parts, kept, items, {kpi: one.target or 0 for kpi, one in versions.items()},
        {kpi: one.grain for kpi, one in versions.items()}, units,
    )  # fmt: skip
    as_of = min(period.last, clock.today())
    found = actuals(session, versions, rows.kpi, rows.subject, period.start, as_of, units, posts)
    figures = np.unique(rows.kpi)
    scored = score(Lines(
        rows.first, found.values, rows.target, rows.weight, np.searchsorted(figures, rows.kpi), ~found.known,
        tuple(scale_of(versions[one]) for one in figures.tolist()),
    ))  # fmt: skip
    grains = {number: one.grain for number, one in versions.items()}
    return _keep(session, grain, parts, rows, scored, found, grains, period)


def _keep(
    session: Session, grain: str, parts: Parts, rows: Expanded, scored: Scores, found: Actuals,
    grains: dict[int, str], period: Period,
) -> int:  # fmt: skip
    """Blend the stretches of each subject and write scores and lines."""
    subjects, begin = np.unique(parts.subject, return_index=True)
    first = begin.astype(np.int64)
    sums = np.add.reduceat(scored.parts, rows.first)
    points = rounded(blended(sums, parts.share, first))
    weight = blended(scored.scored, parts.share, first)
    closed = _closed(session, grain, period)
    open_ = ~np.isin(subjects, closed)
    if not open_.any():
        return 0
    last = np.append(first[1:], parts.subject.size) - 1
    with system(session, "scores are kept"):
        ids = bulk.allocate_ids(session, Score, int(open_.sum()))
        numbers = np.zeros(subjects.size, dtype=np.int64)
        numbers[open_] = ids
        person = parts.person[last][open_]
        bulk.write_columns(session, Score, {
            "id": ids, "grain": grain, "subject_id": subjects[open_],
            "person_id": person if grain == "person" else [None] * ids.size, "unit_id": parts.unit[last][open_],
            "legal_entity_id": _entities(session, parts.unit[last][open_], period.last),
            "starts_on": period.start, "ends_on": period.end, "points": points[open_], "scored": weight[open_],
            "closed": False, "computed_at": clock.now(),
        })  # fmt: skip
        owner = numbers[np.searchsorted(subjects, parts.subject[rows.part])]
        keep = owner > 0
        bulk.write_columns(session, ScoreLine, {
            "score_id": owner[keep], "scheme_id": parts.scheme[rows.part][keep], "kpi_id": rows.kpi[keep],
            "grain": [grains[one] for one in rows.kpi[keep].tolist()], "subject_id": rows.subject[keep],
            "share": parts.share[rows.part][keep], "weight": rows.weight[keep], "actual": found.values[keep],
            "target": rows.target[keep], "attainment": scored.attainment[keep], "worth": scored.worth[keep],
            "points": rounded(scored.parts)[keep], "problem": scored.problem[keep],
            "origin": [ORIGINS[one] for one in found.origin[keep].tolist()],
        })  # fmt: skip
    return int(open_.sum())


def _entities(session: Session, unit: Ints, day: date) -> Ints:
    of = units_on(session, day).entities
    return np.array([of[one] for one in unit.tolist()], dtype=np.int64)


def _closed(session: Session, grain: str, period: Period) -> Ints:
    statement = select(Score.subject_id).where(
        Score.grain == grain, Score.starts_on == period.start, Score.ends_on == period.end, Score.closed
    )
    with system(session, "which scores are final"):
        return bulk.read_columns(session, statement)["subject_id"]


def _clear(session: Session, period: Period) -> None:
    """Take away what was worked out before and is not final."""
    with system(session, "scores are worked out anew"):
        ids = bulk.read_columns(session, select(Score.id).where(
            Score.starts_on == period.start, Score.ends_on == period.end, ~Score.closed))["id"]  # fmt: skip
        lines = bulk.read_columns(session, select(ScoreLine.id).where(ScoreLine.score_id.in_(
            select(Score.id).where(Score.starts_on == period.start, Score.ends_on == period.end, ~Score.closed)
        )))["id"]  # fmt: skip
        bulk.delete_rows(session, ScoreLine, lines)
        bulk.delete_rows(session, Score, ids)


def is_complete(found: Score) -> bool:
    """Whether every figure of a score could be scored."""
    return found.scored == WHOLE
