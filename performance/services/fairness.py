"""How scores of people lie by department, grade, gender and age, told of many people alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.outcomes import FAIRNESS_READ
from performance.actions.schemes import SCORE_READ
from performance.models import Score
from performance.rules.fairness import kept, quarter
from performance.rules.scoring import Ints
from performance.services.places import Units, posts_in, units_on
from performance.text import _
from remit.base import Actor, Period, clock
from remit.models import Person, PositionVersion, bulk, dated
from remit.services import least_people, system, visible
from remit.text import Text

#: The first year of each band of ages but the youngest.
AGES = (30, 40, 50)
#: A figure is told to a whole point: between the two middle values of few people nobody's own stands.
_POINT = 100


@dataclass(frozen=True, slots=True)
class Told:
    """The scores of a group: how many people, mean and quartiles in hundredths of a point; None where kept back."""

    title: Any
    people: int | None
    mean: int = 0
    low: int = 0
    middle: int = 0
    high: int = 0


@dataclass(frozen=True)
class Report:
    """The whole, None where it is of too few, and each way of dividing it with its groups; ``back`` counts the groups
    of a way that are kept back; ``least`` is the fewest people that are told of."""

    whole: Told | None
    ways: list[tuple[Text, list[Told], int]]
    least: int


def report(session: Session, actor: Actor, period: Period) -> Report:
    """The report of a period over the scores that the list lets somebody see for it, in a handful of statements.

    Groups of fewer people than ``REMIT_LEAST_PEOPLE`` are kept back, with as many others as it takes that they cannot
    be worked out, also not from the scores that the reader may open one by one.
    """
    least = least_people(session)

    def scores(action: str, *columns: Any) -> dict[str, Any]:
        statement = select(Score).where(
            Score.grain == "person", Score.starts_on == period.start, Score.ends_on == period.end
        ).order_by(Score.id)  # fmt: skip
        narrowed = visible(session, actor, action, statement)
        return bulk.read_columns(session, narrowed.with_only_columns(*columns, maintain_column_froms=True), nulls=0)

    rows = scores(FAIRNESS_READ, Score.id, Score.subject_id, Score.person_id, Score.unit_id, Score.points)
    opened = scores(SCORE_READ, Score.id)["id"]
    ways = _ways(session, actor, rows, period)
    columns = [column for _title, column, _name in ways]
    whole, shown = kept(columns, ~np.isin(rows["id"], opened), least)
    points = rows["points"].astype(np.int64)
    found = []
    for (title, column, name), groups in zip(ways, shown, strict=True):
        told = [_told(name(group), points[column == group]) for group in np.unique(column).tolist() if group in groups]
        found.append((title, told, np.unique(column).size - len(told)))
    return Report(_told(_("Everybody"), points) if whole and points.size else None, found, least)


def _told(title: Any, points: Ints) -> Told:
    ordered = np.sort(points)
    mean = (2 * int(points.sum()) + points.size) // (2 * points.size)
    quarters = [_whole(quarter(ordered, part)) for part in (1, 2, 3)]
    return Told(title, int(points.size), mean, quarters[0], quarters[1], quarters[2])


def _whole(points: int) -> int:
    return (points + _POINT // 2) // _POINT * _POINT


Way = tuple[Text, Ints, Callable[[int], Any]]


def _ways(session: Session, actor: Actor, rows: dict[str, Any], period: Period) -> Sequence[Way]:
    """The groups of everybody by each way, and what a group is called."""
    units = units_on(session, min(period.last, clock.today(actor.zone)))
    posts = posts_in(session, period)
    main = posts.where(posts.primary)
    with system(session, "what scores of many people are divided by"):
        people = {
            number: (sex or "", born) for number, sex, born in session.execute(
                select(Person.id, Person.sex, Person.born_on).where(Person.id.in_(
                    select(Score.person_id).where(
                        Score.grain == "person", Score.starts_on == period.start, Score.ends_on == period.end))))
        }  # fmt: skip
    grades = {
        position: grade for position, grade in session.execute(
            select(PositionVersion.position_id, PositionVersion.grade).where(dated.as_of(PositionVersion, period.last)))
    }  # fmt: skip
    last = np.searchsorted(main.employment, rows["subject_id"], side="right") - 1
    position = main.position[np.maximum(last, 0)].tolist() if main.position.size else [0] * rows["id"].size
    persons = rows["person_id"].tolist()
    sexes = {"": _("Not known"), "F": _("Women"), "M": _("Men")}
    bands = {-1: _("Not known"), 0: _("Under 30"), 1: _("30 to 39"), 2: _("40 to 49"), 3: _("50 and older")}
    return [
        _numbered(_("By department"), [_department(units, one) for one in rows["unit_id"].tolist()], units.title),
        _numbered(_("By grade"), [grades.get(one) or "" for one in position], lambda one: one or _("Not known")),
        _numbered(_("By gender"), [people.get(one, ("", None))[0] for one in persons],
                  lambda one: sexes.get(one, sexes[""])),
        _numbered(_("By age"), [_band(people.get(one, ("", None))[1], period.last) for one in persons],
                  lambda one: bands[one]),
    ]  # fmt: skip


def _numbered(title: Text, values: list[Any], name: Callable[[Any], Any]) -> Way:
    names = sorted(set(values))
    at = {value: number for number, value in enumerate(names)}
    return title, np.array([at[one] for one in values], dtype=np.int64), lambda number: name(names[number])


def _department(units: Units, unit: int) -> int:
    """The unit right below the top of the company; the top itself where nothing lies between."""
    above = units.above(unit)
    return above[-2] if len(above) > 1 else unit


def _band(born: date | None, day: date) -> int:
    if born is None:
        return -1
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return sum(age >= one for one in AGES)
