"""What boards show: scores of oneself, one's department or the company, with their figures, course and diagnosis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.schemes import SCORE_READ
from performance.models import KpiVersion, Score, ScoreLine
from performance.rules.scoring import WHOLE
from performance.services.diagnosis import AT_RISK, BEHIND, Finding, diagnose
from performance.services.figures import shown, versions_on, written
from performance.services.places import Units, names_of, posts_in, units_on
from remit.base import Actor, Month, Period, clock, div_round
from remit.services import visible

Scope = Literal["mine", "team", "company"]
#: So many months are drawn as a course.
MONTHS = 6
#: People shown of a department, the best first.
PEOPLE = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a score as a board shows it; ``projected`` is where it is heading by the end of the period."""

    kpi_id: int
    title: str
    actual: str
    target: str
    rate: int
    weight: str
    points: int
    problem: int
    origin: str
    projected: str = ""

    @property
    def percent(self) -> int:
        """Attainment in whole percent."""
        return self.rate // 10_000

    @property
    def kind(self) -> str:
        """The colour: ok, warn, bad; none where it is not scored."""
        if self.problem:
            return ""
        return "ok" if self.rate >= AT_RISK else "warn" if self.rate >= BEHIND else "bad"


@dataclass
class Row:
    """A unit or person on a board, with figures and the points of the last months."""

    score: Score
    title: str
    course: list[int] = field(default_factory=list)
    running: bool = False
    figures: list[Figure] = field(default_factory=list)

    @property
    def change(self) -> int | None:
        """By how many hundredths of a point it differs from the month before; nothing while the month runs."""
        return self.course[-1] - self.course[-2] if len(self.course) > 1 and not self.running else None

    @property
    def complete(self) -> bool:
        """Whether every figure could be scored."""
        return self.score.scored == WHOLE


@dataclass
class Board:
    """A board: units, then people; ``diagnosis`` are sentences about linked figures that were missed."""

    period: Period
    running: bool
    units: list[Row]
    people: list[Row]
    diagnosis: list[Finding]
    computed_at: datetime | None = None


def board(session: Session, actor: Actor, scope: Scope, month: Month) -> Board:
    """The board of a month as far as somebody may see it. The reader's own scores, those of the units he holds posts in
    and all below, or everything."""
    period, units = month.period, units_on(session, min(month.period.last, clock.today(actor.zone)))
    first = month.shift(1 - MONTHS).start
    statement = select(Score).where(
        Score.starts_on >= first, Score.starts_on <= period.start, Score.ends_on <= period.end
    )
    mine: set[int] = set()
    if scope == "mine":
        statement = statement.where(Score.grain == "person", Score.person_id == (actor.person_id or 0))
    elif scope == "team":
        posts = posts_in(session, period)
        held = set(posts.unit[posts.person == (actor.person_id or 0)].tolist())
        mine = {one for unit in held for one in units.below(unit)}
        statement = statement.where(Score.unit_id.in_(mine))
    else:
        statement = statement.where(Score.grain == "unit")
    statement = statement.order_by(Score.starts_on, Score.points.desc(), Score.id)
    scores = session.scalars(visible(session, actor, SCORE_READ, statement)).all()
    return _built(session, scores, period, units, running=clock.today(actor.zone) < period.end)


def _built(session: Session, scores: Sequence[Score], period: Period, units: Units, *, running: bool) -> Board:
    now = [one for one in scores if one.starts_on == period.start and one.ends_on == period.end]
    people = [one for one in now if one.grain == "person"][:PEOPLE]
    shown_ = [one for one in now if one.grain == "unit"] + people
    names = names_of(session, {one.person_id for one in people if one.person_id})
    versions = versions_on(session, period.last)
    lines = _lines(session, [one.id for one in shown_])
    course: dict[tuple[str, int], list[int]] = {}
    for one in scores:
        course.setdefault((one.grain, one.subject_id), []).append(one.points)
    rows = {}
    for one in shown_:
        title = names.get(one.person_id or 0, "–") if one.grain == "person" else str(units.title(one.unit_id))
        found = Row(one, title, course[one.grain, one.subject_id], running)
        found.figures = [
            _figure(line, versions[line.kpi_id], period, running=running) for line in lines.get(one.id, ())
            if line.kpi_id in versions
        ]  # fmt: skip
        rows[one.id] = found
    order = {unit: at for at, unit in enumerate(units.titles)}
    of_units = sorted((rows[one.id] for one in shown_ if one.grain == "unit"), key=lambda row: order[row.score.unit_id])
    return Board(
        period, running, of_units, [rows[one.id] for one in people],
        diagnose(session, lines, versions, units, period), max((one.computed_at for one in now), default=None),
    )  # fmt: skip


def _lines(session: Session, ids: Collection[int]) -> dict[int, list[ScoreLine]]:
    found: dict[int, list[ScoreLine]] = {}
    for line in session.scalars(select(ScoreLine).where(ScoreLine.score_id.in_(ids)).order_by(ScoreLine.id)):
        found.setdefault(line.score_id, []).append(line)
    return found


def _figure(line: ScoreLine, version: KpiVersion, period: Period, *, running: bool) -> Figure:
    show = written(version.unit)
    heading = running and version.unit != "rate" and not line.problem
    return Figure(
        line.kpi_id, str(version.title), show(line.actual) if line.problem != 1 else "–", show(line.target),
        line.attainment, shown(line.weight), line.points, line.problem, line.origin,
        show(project(line.actual, period, clock.today())) if heading else "",
    )  # fmt: skip


def project(actual: int, period: Period, today: date) -> int:
    """Where a sum is heading at the pace of the days that are over, rounded half up; a finished period stays."""
    over = min((today - period.start).days + 1, period.days)
    return actual if over <= 0 or over >= period.days else div_round(actual * period.days, over)
