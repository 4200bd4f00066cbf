"""Which figures do not measure: always met, never met, everybody alike, told by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from performance.models import KpiVersion, Score, ScoreLine
from performance.services.figures import compiled
from performance.services.sources import sources
from performance.text import _
from remit.base import DomainError
from remit.contracts import KpiSource
from remit.services import system
from remit.text import Text

#: So many scored lines are needed before anything is said of a figure.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Health:
    """What was seen of a figure: how many lines, and what is wrong with it, in words with a colour."""

    lines: int
    findings: list[tuple[Text, str]]


def health(session: Session, versions: dict[int, KpiVersion], since: date) -> dict[int, Health]:
    """The health of figures from their scored lines since a day, over everybody; no single score is told."""
    met = func.sum(case((ScoreLine.attainment >= 1_000_000, 1), else_=0))
    statement = (
        select(ScoreLine.kpi_id, func.count(), met, func.min(ScoreLine.attainment), func.max(ScoreLine.attainment))
        .join(Score, Score.id == ScoreLine.score_id)
        .where(Score.starts_on >= since, ScoreLine.problem == 0, ScoreLine.kpi_id.in_(versions))
        .group_by(ScoreLine.kpi_id)
    )
    with system(session, "how figures behave over everybody"):
        seen = {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in session.execute(statement)}
    known = sources(session)
    found = {}
    for number, version in versions.items():
        count, good, low, high = seen.get(number, (0, 0, 0, 0))
        told: list[tuple[Text, str]] = []
        if not _live(version, known):
            told.append((_("No live source"), "warn"))
        if count >= LEAST:
            if good == count:
                told.append((_("Always met"), "warn"))
            elif good == 0:
                told.append((_("Never met"), "bad"))
            if low == high:
                told.append((_("Without spread"), "warn"))
        found[number] = Health(count, told)
    return found


def _live(version: KpiVersion, known: Mapping[str, KpiSource]) -> bool:
    """Whether modules that are on tell all its formula names."""
    if not version.formula:
        return False
    try:
        compiled(version.formula, version.unit, known)
    except DomainError:
        return False
    return True
