"""Why a figure that several units own was missed: whose part of the way lies lowest, as a sentence and stage by stage.

Which stages a figure has, whose they are and what is enough of each stands in the library of figures; nothing here
knows any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.schemes import SCORE_READ
from performance.models import Kpi, KpiShare, KpiVersion, Score, ScoreLine
from performance.rules.scoring import attainment
from performance.services.actuals import actuals
from performance.services.figures import scale_of, shown, versions_on, written
from performance.services.places import Units, posts_in, units_on
from performance.text import _
from remit.base import Actor, Period, clock
from remit.services import system, visible
from remit.text import Text

#: Below these millionths of attainment a figure is at risk, or behind.
AT_RISK, BEHIND = 1_000_000, 800_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about a linked figure that was missed, and the figure."""

    kpi_id: int
    text: Text


@dataclass(frozen=True, slots=True)
class Stage:
    """The part of an owner: his unit and share, the figure of his part, and how it stands beside its target.

    ``rate`` is its attainment in millionths, None where nothing tells it or the owner has no figure of his own.
    """

    unit_id: int
    unit: str
    share: int
    kpi_id: int | None
    title: str
    actual: str
    target: str
    rate: int | None

    @property
    def missed(self) -> bool:
        """Whether it lies below its target."""
        return self.rate is not None and self.rate < AT_RISK

    @property
    def kind(self) -> str:
        """The colour: ok, warn, bad; none where nothing is known."""
        if self.rate is None:
            return ""
        return "ok" if self.rate >= AT_RISK else "warn" if self.rate >= BEHIND else "bad"


@dataclass(frozen=True)
class Explanation:
    """A figure in a period, as far as the reader sees it, and the stages of its owners in the order of the way.

    ``rate`` is None where no score in his sight holds the figure; then the stages are not told either.
    """

    rate: int | None
    actual: str
    target: str
    stages: list[Stage]
    sentence: Text | None


def diagnose(
    session: Session, lines: dict[int, list[ScoreLine]], versions: dict[int, KpiVersion], units: Units, period: Period
) -> list[Finding]:
    """For each linked figure that is missed, the owner whose part lies lowest: that is where help is needed.

    Whoever sees the whole is told of all parts of it, those of other owners too: that is what sharing a figure means.
    """
    reached = {one.kpi_id: one for found in lines.values() for one in found if not one.problem}
    missed = {number for number, one in reached.items() if one.attainment < AT_RISK}
    owners: dict[int, list[KpiShare]] = {}
    for one in session.scalars(select(KpiShare).where(KpiShare.kpi_id.in_(missed)).order_by(KpiShare.id)):
        owners.setdefault(one.kpi_id, []).append(one)
    parts = _stages(session, [one for found in owners.values() for one in found], versions, units, period)
    return [
        Finding(number, _sentence(
            str(versions[number].title), reached[number].attainment, [parts[one.id] for one in owners[number]]))
        for number in sorted(owners)
    ]  # fmt: skip


def _sentence(title: str, rate: int, stages: Sequence[Stage]) -> Text:
    missed = [one for one in stages if one.missed]
    words = {"figure": title, "rate": _whole(rate)}
    if not missed:
        return _("{figure} is at {rate} % of its target, and no stage of it shows why.", **words)
    lowest = min(missed, key=lambda one: one.rate or 0)
    return _(
        "{figure} is at {rate} % of its target. {stage} lies lowest, at {low} %: {unit} needs help.",
        stage=lowest.title, low=_whole(lowest.rate or 0), unit=lowest.unit, **words,
    )  # fmt: skip


def _whole(rate: int) -> str:
    """Whole percent, rounded down."""
    return shown(rate // 10_000 * 10_000)


def explain(session: Session, actor: Actor, kpi: Kpi, period: Period) -> Explanation:
    """A figure in a period with the stages of its owners, as far as the reader sees scores that hold the figure."""
    versions, units = versions_on(session, period.last), units_on(session, min(period.last, clock.today(actor.zone)))
    holding = select(ScoreLine.score_id).where(ScoreLine.kpi_id == kpi.id, ScoreLine.problem == 0)
    statement = select(Score).where(
        Score.id.in_(holding), Score.starts_on == period.start, Score.ends_on == period.end
    ).order_by(Score.grain.desc(), Score.id).limit(1)  # fmt: skip
    seen = session.scalars(visible(session, actor, SCORE_READ, statement)).one_or_none()
    if seen is None or kpi.id not in versions:
        return Explanation(None, "", "", [], None)
    line = session.scalars(
        select(ScoreLine).where(ScoreLine.score_id == seen.id, ScoreLine.kpi_id == kpi.id).order_by(ScoreLine.id)
    ).first()
    assert line is not None
    owners = session.scalars(select(KpiShare).where(KpiShare.kpi_id == kpi.id).order_by(KpiShare.id)).all()
    parts = _stages(session, owners, versions, units, period)
    stages, show = [parts[one.id] for one in owners], written(versions[kpi.id].unit)
    sentence = None
    if stages and line.attainment < AT_RISK:
        sentence = _sentence(str(versions[kpi.id].title), line.attainment, stages)
    return Explanation(line.attainment, show(line.actual), show(line.target), stages, sentence)


def _stages(
    session: Session, owners: Sequence[KpiShare], versions: Mapping[int, KpiVersion], units: Units, period: Period
) -> dict[int, Stage]:
    """The part of each owner: as it was scored at his unit, and where no score holds it, as the figure is told."""
    wanted = {one.stage_kpi_id for one in owners if one.stage_kpi_id in versions}
    scored = _scored(session, [number for number in wanted if number is not None], period)
    bare = [one for one in owners if one.stage_kpi_id in wanted and one.stage_kpi_id not in scored]
    told = _told(session, bare, versions, units, period)
    found = {}
    for one in owners:
        number = one.stage_kpi_id
        line = scored.get(number or 0)
        numbers = (line.actual, line.target, line.attainment) if line is not None else told.get(one.id)
        version = versions.get(number or 0)
        show = written(version.unit) if version is not None else str
        found[one.id] = Stage(
            one.unit_id, str(units.title(one.unit_id)), one.share, number if version is not None else None,
            str(version.title) if version is not None else "", show(numbers[0]) if numbers else "–",
            show(numbers[1]) if numbers else "–", numbers[2] if numbers else None,
        )  # fmt: skip
    return found


def _scored(session: Session, kpis: Collection[int], period: Period) -> dict[int, ScoreLine]:
    if not kpis:
        return {}
    statement = select(ScoreLine).join(Score, Score.id == ScoreLine.score_id).where(
        ScoreLine.kpi_id.in_(kpis), ScoreLine.problem == 0,
        Score.starts_on == period.start, Score.ends_on == period.end, Score.grain == "unit",
    )  # fmt: skip
    with system(session, "the parts of a linked figure that somebody sees"):
        return {one.kpi_id: one for one in session.scalars(statement.order_by(ScoreLine.id))}


def _told(
    session: Session, owners: Sequence[KpiShare], versions: Mapping[int, KpiVersion], units: Units, period: Period
) -> dict[int, tuple[int, int, int]]:
    """Actual, target and attainment of stages that no score holds, by the id of the owner's share."""
    asked = [one for one in owners if versions[one.stage_kpi_id or 0].target and one.unit_id in units.titles]
    if not asked:
        return {}
    kpi = np.array([one.stage_kpi_id for one in asked], dtype=np.int64)
    subject = np.array([
        units.entities[one.unit_id] if versions[one.stage_kpi_id or 0].grain == "company" else one.unit_id
        for one in asked
    ], dtype=np.int64)  # fmt: skip
    answer = actuals(session, versions, kpi, subject, period.start, min(period.last, clock.today()), units,
                     posts_in(session, period))  # fmt: skip
    found = {}
    for at, one in enumerate(asked):
        version = versions[one.stage_kpi_id or 0]
        if answer.known[at] and version.target is not None and version.grain != "person":
            rate = attainment(answer.values[at:at + 1], np.array([version.target]), scale_of(version).direction)
            found[one.id] = (int(answer.values[at]), version.target, int(rate[0]))
    return found
