"""What figures were, as people and programs tell it: entering with evidence, and reading for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.figures import VALUE_ENTER, VALUE_READ
from performance.models import Kpi, KpiValue, KpiValueFile, KpiVersion
from performance.rules.scoring import LARGEST_FIGURE, Ints
from performance.services.places import entities, posts_in, units_on
from performance.services.spans import span_of
from performance.text import _
from remit.base import Actor, DomainError, Period, clock
from remit.files import Beside, Sent
from remit.live import publish
from remit.models import Employment, bulk, dated
from remit.services import require, system, visible

TOPIC = "performance_board"
PAGE = 100
#: Files beside entered values.
FILES = Beside("performance.evidence", KpiValueFile, "value_id")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a value is about: the id its grain means, whose it is and where."""

    subject_id: int
    person_id: int | None
    unit_id: int | None
    legal_entity_id: int


def version_of(session: Session, kpi: Kpi, day: date) -> KpiVersion:
    """What a figure means on a day. Raises ``DomainError`` where it is not defined yet."""
    found = dated.at(session, KpiVersion, {"kpi_id": kpi.id}, day)
    if found is None:
        raise DomainError("performance.not_yet", _(
            "{code} is not defined on {day}; choose a later period.", code=kpi.code, day=day), "day")  # fmt: skip
    return found


def subject_of(session: Session, grain: str, values: dict[str, Any], period: Period) -> Subject:
    """The employment (``number``), unit (``unit_id``) or company (``legal_entity_id``) that a value is about.

    Raises ``DomainError`` with the field where it is not there in the period.
    """
    if grain == "company":
        entity = values.get("legal_entity_id") or entities(session)[0].id
        return Subject(entity, None, None, entity)
    units = units_on(session, period.last)
    if grain == "unit":
        if values.get("unit_id") is None:
            raise DomainError("performance.unit", _("Choose the unit that the figure is of."), "unit_id")
        return Subject(values["unit_id"], None, values["unit_id"], units.entity_of(values["unit_id"]))
    number = (values.get("number") or "").strip()
    with system(session, "whose figure is entered"):
        found = session.scalars(select(Employment).where(
            Employment.number == number, Employment.hired_on < period.end, Employment.left_on > period.start
        )).one_or_none()  # fmt: skip
    posts = posts_in(session, period)
    mine = posts.where((posts.employment == (found.id if found else 0)) & posts.primary)
    if found is None or not mine.unit.size:
        raise DomainError("performance.number", _(
            "Nobody with the employee number {number} works here in this period.", number=number or "–"),
            "number")  # fmt: skip
    unit = int(mine.unit[-1])
    return Subject(found.id, found.person_id, unit, units.entity_of(unit))


def enter(
    session: Session, actor: Actor, kpi: Kpi, values: dict[str, Any], *, origin: str = "manual",
    sent: Sequence[Sent] = (),
) -> KpiValue:
    """Tell what a figure was in the period of ``day``: ``value`` in its unit, ``evidence``, and of whom; ``sent`` are
    files that show it.

    An entry replaces an earlier one of the same period with its files, unless ``keep_files`` says that these stay.
    Raises ``DomainError`` with the field without evidence, for a period that has not begun, for a figure that a source
    tells, and for a file that is not accepted.
    """
    version = version_of(session, kpi, values["day"])
    period = span_of(version.period, values["day"])
    evidence = " ".join((values.get("evidence") or "").split())
    if not evidence:
        raise DomainError("performance.evidence", _("Say where the number comes from."), "evidence")
    if period.start > clock.today(actor.zone):
        raise DomainError("performance.future", _("This period has not begun."), "day")
    if not -LARGEST_FIGURE <= values["value"] <= LARGEST_FIGURE:
        raise DomainError("performance.value", _("This number is too large."), "value")
    subject = subject_of(session, version.grain, values, period)
    made = KpiValue(
        kpi_id=kpi.id, grain=version.grain, subject_id=subject.subject_id, person_id=subject.person_id,
        unit_id=subject.unit_id, legal_entity_id=subject.legal_entity_id, starts_on=period.start, ends_on=period.end,
        value=values["value"], origin=origin, evidence=evidence[:400], entered_by_person_id=actor.person_id,
        entered_at=clock.now(),
    )  # fmt: skip
    require(session, actor, VALUE_ENTER, made)
    with system(session, "what was entered before"):
        before = session.scalars(select(KpiValue).where(
            KpiValue.kpi_id == kpi.id, KpiValue.grain == version.grain, KpiValue.subject_id == subject.subject_id,
            KpiValue.starts_on == period.start,
        )).one_or_none()  # fmt: skip
    if before is not None:
        before.value, before.evidence, before.origin = made.value, made.evidence, made.origin
        before.entered_by_person_id, before.entered_at = made.entered_by_person_id, made.entered_at
        made = before
    else:
        session.add(made)
    session.flush()
    if before is not None or sent:
        stay = None if values.get("keep_files") else ()
        FILES.change(session, actor, made.id, sent, stay=stay, subject_id=made.person_id)
    publish(session, TOPIC)
    return made


def entered(session: Session, actor: Actor, *, before: int | None = None) -> Sequence[KpiValue]:
    """The values somebody may see, the latest first, a page of them; ``before`` an id."""
    statement = select(KpiValue).order_by(KpiValue.id.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(KpiValue.id < before)
    return session.scalars(visible(session, actor, VALUE_READ, statement)).all()


@dataclass(frozen=True)
class Told:
    """Entered values of one figure and grain in a period, by subject, sorted."""

    ids: Ints
    values: Ints
    origins: np.ndarray

    def of(self, ids: Ints) -> tuple[Ints, np.ndarray]:
        """Values of subjects, and which of them are told."""
        at = np.minimum(np.searchsorted(self.ids, ids), max(self.ids.size - 1, 0))
        if not self.ids.size:
            return np.zeros(ids.size, dtype=np.int64), np.zeros(ids.size, dtype=bool)
        return self.values[at], self.ids[at] == ids


def told_in(session: Session, kpi_ids: Sequence[int], grain: str, period: Period) -> dict[int, Told]:
    """What was entered of figures in a period, for everybody, by figure; for computing scores."""
    with system(session, "values that scores are worked out from"):
        rows = bulk.read_columns(
            session, select(KpiValue.kpi_id, KpiValue.subject_id, KpiValue.value, KpiValue.origin).where(
                KpiValue.kpi_id.in_(kpi_ids), KpiValue.grain == grain, KpiValue.starts_on == period.start
            ).order_by(KpiValue.kpi_id, KpiValue.subject_id),
        )  # fmt: skip
    found = {}
    for number in kpi_ids:
        mine = slice(*np.searchsorted(rows["kpi_id"], [number, number + 1]))
        found[number] = Told(rows["subject_id"][mine], rows["value"][mine], rows["origin"][mine])
    return found
