"""Dated rows against a slow, obvious reference: a dict from each day to what holds on it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.base.errors import DomainError, InputErrors
from core.base.period import FOREVER
from core.db import dated
from core.db.types import Translation
from tests.core.db.tables import Terms

START = date(2026, 1, 1)
LAST = 14  # the days of the reference; the open end lies behind the last one
FIELDS = ("amount", "grade")
keys = count(1)


def day(number: int) -> date:
    return FOREVER if number >= LAST else START + timedelta(days=number)


class Reference:
    """What holds on each of the first days, kept with loops over days and nothing else."""

    def __init__(self) -> None:
        self.days: list[dict[str, Any] | None] = [None] * LAST

    def change(self, start: int, until: int | None, values: dict[str, Any]) -> None:
        end = start + 1
        if until is not None:
            end = until
        else:
            while end < LAST and self.days[end] == self.days[start]:
                end += 1
        for n in range(start, end):
            self.days[n] = {**dict.fromkeys(FIELDS), **(self.days[n] or {}), **values}

    def clear(self, start: int, end: int) -> None:
        for n in range(start, end):
            self.days[n] = None

    def replace(self, rows: list[tuple[int, int, dict[str, Any]]]) -> None:
        before, self.days = self.days, [None] * LAST
        for start, end, values in rows:
            for n in range(start, end):
                self.days[n] = {**dict.fromkeys(FIELDS), **(before[n] or {}), **values}

    def versions(self) -> list[tuple[date, date, Any, Any]]:
        found: list[tuple[int, int, Any]] = []
        for n, values in enumerate(self.days):
            if values is None:
                continue
            if found and found[-1][1] == n and found[-1][2] == values:
                found[-1] = (found[-1][0], n + 1, values)
            else:
                found.append((n, n + 1, values))
        return [(day(start), day(end), values["amount"], values["grade"]) for start, end, values in found]


values = st.dictionaries(st.sampled_from(FIELDS), st.none(), min_size=1).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.sampled_from([1, 2]) if name == "amount" else st.sampled_from(["a", "b"]) for name in names}
    )
)
starts = st.integers(0, LAST - 1)


@st.composite
def periods(draw):
    start = draw(starts)
    return start, draw(st.integers(start + 1, LAST))


@st.composite
def histories(draw):
    cuts = sorted(draw(st.sets(st.integers(0, LAST), max_size=6)))
    rows = [(start, end, draw(values)) for start, end in zip(cuts, cuts[1:], strict=False) if draw(st.booleans())]
    named = draw(st.sampled_from([("amount",), ("grade",), FIELDS]))
    # All rows of one import name the same columns.
    return [(start, end, {name: row.get(name) for name in named}) for start, end, row in rows]


operations = st.lists(
    st.one_of(
        st.tuples(st.just("change"), starts, values),
        st.tuples(st.just("until"), periods(), values),
        st.tuples(st.just("close"), starts),
        st.tuples(st.just("remove"), periods()),
        st.tuples(st.just("replace"), histories().filter(bool)),
    ),
    min_size=1,
    max_size=6,
)


def stored(session, house: int) -> list[tuple[date, date, Any, Any]]:
    rows = session.execute(
        select(Terms.valid_from, Terms.valid_to, Terms.amount, Terms.grade)
        .where(Terms.house_id == house)
        .order_by(Terms.valid_from)
    )
    return [tuple(row) for row in rows]


def apply(session, reference: Reference, house: int, operation) -> None:
    key = {"house_id": house}
    match operation:
        case ("change", start, new):
            made = dated.change_from(session, Terms, key, day(start), **new)
            reference.change(start, None, new)
            assert made.valid_from <= day(start) < made.valid_to
        case ("until", (start, end), new):
            dated.change_from(session, Terms, key, day(start), until=day(end), **new)
            reference.change(start, end, new)
        case ("close", start):
            dated.close(session, Terms, key, day(start))
            reference.clear(start, LAST)
        case ("remove", (start, end)):
            dated.remove(session, Terms, key, day(start), day(end))
            reference.clear(start, end)
        case ("replace", rows):
            columns = {
                "house_id": np.full(len(rows), house),
                "valid_from": [day(row[0]) for row in rows],
                "valid_to": [day(row[1]) for row in rows],
                **{name: [row[2][name] for row in rows] for name in rows[0][2]},
            }
            rehearsed = dated.replace_all(session, Terms, columns, keys=["house_id"], dry_run=True)
            was = stored(session, house)
            done = dated.replace_all(session, Terms, columns, keys=["house_id"])
            again = dated.replace_all(session, Terms, columns, keys=["house_id"])
            reference.replace(rows)
            assert rehearsed == done
            assert done.changed == (was != stored(session, house))
            assert not again.changed
            assert again.unchanged == len(stored(session, house))


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=operations)
def test_every_operation_does_what_it_does_day_by_day(session, steps):
    house, reference = next(keys), Reference()
    for step in steps:
        apply(session, reference, house, step)
        assert stored(session, house) == reference.versions()
    for n in range(LAST):
        found = dated.at(session, Terms, {"house_id": house}, day(n))
        expected = reference.days[n]
        assert (found and {"amount": found.amount, "grade": found.grade}) == expected


def test_the_story_of_a_rent(session):
    key = {"house_id": 1}
    dated.change_from(session, Terms, key, date(2026, 1, 1), amount=8000, grade="P5", note="signed")
    dated.change_from(session, Terms, key, date(2026, 10, 16), amount=9000)
    first, second = dated.history(session, Terms, key)
    assert (first.valid_from, first.valid_to, first.amount) == (date(2026, 1, 1), date(2026, 10, 16), 8000)
    assert (second.valid_from, second.valid_to, second.amount) == (date(2026, 10, 16), FOREVER, 9000)
    assert second.grade == "P5"

    # A correction on the same day keeps the row; taking the raise back joins the two again.
    assert (first.note, second.note) == ("signed", None)
    identity = second.id
    assert dated.change_from(session, Terms, key, date(2026, 10, 16), amount=9100).id == identity
    dated.change_from(session, Terms, key, date(2026, 10, 16), amount=8000)
    assert stored(session, 1) == [(date(2026, 1, 1), FOREVER, 8000, "P5")]


def test_what_is_planned_stays_planned_unless_told_otherwise(session):
    key = {"house_id": 1}
    dated.change_from(session, Terms, key, date(2026, 1, 1), amount=1)
    dated.change_from(session, Terms, key, date(2027, 1, 1), amount=2)
    dated.change_from(session, Terms, key, date(2026, 6, 1), amount=3)
    assert [row[2] for row in stored(session, 1)] == [1, 3, 2]
    dated.change_from(session, Terms, key, date(2026, 6, 1), until=FOREVER, amount=4)
    assert [row[2] for row in stored(session, 1)] == [1, 4]


def test_other_keys_are_left_alone(session):
    for house in (1, 2):
        dated.change_from(session, Terms, {"house_id": house}, START, amount=house)
    dated.close(session, Terms, {"house_id": 1}, START)
    assert stored(session, 1) == []
    assert stored(session, 2) == [(START, FOREVER, 2, None)]


def test_as_of_and_during(session):
    dated.change_from(session, Terms, {"house_id": 1}, day(2), until=day(5), amount=1)

    def found(condition) -> int:
        return int(session.scalar(select(func.count()).select_from(Terms).where(condition)))

    assert [found(dated.as_of(Terms, day(n))) for n in (1, 2, 4, 5)] == [0, 1, 1, 0]
    assert found(dated.during(Terms, day(0), day(2))) == 0
    assert found(dated.during(Terms, day(0), day(3))) == 1
    assert found(dated.during(Terms, day(4), day(9))) == 1
    assert found(dated.during(Terms, day(5), day(9))) == 0


def test_unknown_columns_and_empty_periods_are_refused(session):
    with pytest.raises(TypeError, match="colour"):
        dated.change_from(session, Terms, {"house_id": 1}, START, colour="red")
    with pytest.raises(DomainError, match="必须晚于"):
        dated.change_from(session, Terms, {"house_id": 1}, day(3), until=day(3), amount=1)
    with pytest.raises(DomainError):
        dated.remove(session, Terms, {"house_id": 1}, day(3), day(3))


def test_an_import_tells_all_bad_rows_and_writes_none(session):
    columns = {
        "house_id": [1, 1, 2, 3],
        "valid_from": [day(0), day(4), day(5), day(0)],
        "valid_to": [day(6), None, day(5), None],
        "amount": [1, 2, 3, 4],
    }
    with pytest.raises(InputErrors) as refused:
        dated.replace_all(session, Terms, columns, keys=["house_id"], lines=[11, 12, 13, 14])
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [
        (13, "valid_to"),
        (12, "valid_from"),
    ]
    assert session.scalar(select(func.count()).select_from(Terms)) == 0


def test_an_import_refuses_columns_that_are_not_dated(session):
    columns = {"house_id": [1], "valid_from": [day(0)], "valid_to": [None], "note": ["x"]}
    with pytest.raises(TypeError, match="note"):
        dated.replace_all(session, Terms, columns, keys=["house_id"])


def test_an_import_of_nothing_changes_nothing(session):
    columns: dict[str, Any] = {"house_id": [], "valid_from": [], "valid_to": [], "amount": []}
    assert not dated.replace_all(session, Terms, columns, keys=["house_id"]).changed


def test_an_import_knows_a_blind_index_again(session):
    columns = {"house_id": [1], "valid_from": [day(0)], "valid_to": [None], "secret": ["a"], "secret_index": ["a"]}
    assert dated.replace_all(session, Terms, columns, keys=["house_id"]).changed
    assert not dated.replace_all(session, Terms, columns, keys=["house_id"]).changed


def test_an_import_of_many_keys_with_every_kind_of_column(session, count_statements):
    many = 6_000
    columns: dict[str, Any] = {
        "house_id": np.repeat(np.arange(1, many + 1), 2),
        "valid_from": [day(0), day(5)] * many,
        "valid_to": [day(5), None] * many,
        "amount": np.arange(2 * many),
        "title": [{"zh_CN": "甲", "en": "A"}, None] * many,
        "secret": [f"s{n}" for n in range(2 * many)],
    }
    first = dated.replace_all(session, Terms, columns, keys=["house_id"])
    assert (first.inserted, len(first.changed_keys)) == (2 * many, many)
    with count_statements(session) as statements:
        second = dated.replace_all(session, Terms, columns, keys=["house_id"])
    assert (second.changed, second.unchanged) == (False, 2 * many)
    assert len(statements) == 1

    loaded = dated.history(session, Terms, {"house_id": 1})
    columns["secret"][0] = "other"
    columns["valid_from"][1] = columns["valid_to"][0] = day(3)
    third = dated.replace_all(session, Terms, columns, keys=["house_id"])
    assert (third.changed_keys, third.inserted, third.updated, third.deleted) == ([(1,)], 1, 1, 1)
    assert (loaded[0].secret, loaded[0].valid_to, loaded[0].title) == ("other", day(3), Translation(zh_CN="甲", en="A"))
