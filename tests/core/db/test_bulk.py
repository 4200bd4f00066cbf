from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Float, case, delete, func, insert, null, select, type_coerce
from sqlalchemy.exc import IntegrityError, OperationalError

from core.db import bulk, guard
from core.db.session import ReadOnlySession
from tests.core.db.tables import Everything, House, Room, Terms

MOMENT = datetime(2026, 1, 1, 7, 30, 0, 123456, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {
        "moment": MOMENT,
        "day": date(2026, 2, 28),
        "big": 2**62,
        "small": -5,
        "ok": True,
        "text": "tab\there, line\nbreak, back\\slash \\N, 会计",
        "title": {"zh_CN": "会\t计", "en": "A\\"},
        "number": "110101",
        "number_index": "110101",
        "papers": {"a": [1, "二"]},
        "data": {"b": "x\ny\\", "c": None},
    },
    {
        "moment": None,
        "day": None,
        "big": None,
        "small": 7,
        "ok": None,
        "text": None,
        "title": None,
        "number": None,
        "number_index": None,
        "papers": None,
        "data": None,
    },
    {
        "moment": MOMENT - timedelta(days=20_000),
        "day": date(9999, 1, 1),
        "big": -(2**62),
        "small": 0,
        "ok": False,
        "text": "",
        "title": {"en": "b"},
        "number": "",
        "number_index": "x",
        "papers": [],
        "data": {},
    },
]
NAMES = list(ROWS[0])


def as_columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def read(session) -> list[dict[str, Any]]:
    """The rows as the ORM reads them, which is another way than the one under test."""
    session.expire_all()
    found = session.scalars(select(Everything).order_by(Everything.id)).all()
    return [{name: getattr(row, name) for name in NAMES} for row in found]


def written_by_the_orm(session) -> list[dict[str, Any]]:
    """What the same rows look like when the ORM wrote them."""
    for row in ROWS:
        session.add(Everything(**row))
    session.flush()
    expected = read(session)
    session.execute(delete(Everything))
    return expected


def test_every_type_is_written_as_the_orm_would(session):
    expected = written_by_the_orm(session)
    assert bulk.write_columns(session, Everything, as_columns(ROWS)) == 3
    assert read(session) == expected
    assert expected[0]["text"] == ROWS[0]["text"]


def test_columns_without_nulls_are_written_too(session):
    """All of fixed width: PostgreSQL gets the binary format."""
    columns = {
        "moment": np.array([MOMENT.replace(tzinfo=None), datetime(1969, 12, 31, 23, 59)], "datetime64[us]"),
        "day": np.array(["1999-12-31", "9999-01-01"], "datetime64[D]"),
        "big": np.array([2**62, -(2**62)]),
        "small": np.array([-(2**15), 2**15 - 1], dtype=np.int16),
        "ok": np.array([True, False]),
    }
    bulk.write_columns(session, Everything, columns)
    assert [[row[name] for name in columns] for row in read(session)] == [
        [MOMENT, date(1999, 12, 31), 2**62, -(2**15), True],
        [datetime(1969, 12, 31, 23, 59, tzinfo=UTC), date(9999, 1, 1), -(2**62), 2**15 - 1, False],
    ]


@pytest.mark.parametrize(
    ("name", "array", "expected"),
    [
        ("moment", np.array(["2026-01-01T00:00:00", "NaT"], "datetime64[us]"), datetime(2026, 1, 1, tzinfo=UTC)),
        ("moment", np.array(["2026-01-01T00:00:00", "NaT"], "datetime64[s]"), datetime(2026, 1, 1, tzinfo=UTC)),
        ("moment", np.array(["2026-01-01T00:00:00", "NaT"], "datetime64[ns]"), datetime(2026, 1, 1, tzinfo=UTC)),
        ("day", np.array(["2026-01-01T12:00:00", "NaT"], "datetime64[s]"), date(2026, 1, 1)),
        ("day", np.array(["2026-01-01", "NaT"], "datetime64[D]"), date(2026, 1, 1)),
    ],
)
def test_arrays_with_missing_days_and_moments(session, name, array, expected):
    bulk.write_columns(session, Everything, {name: array})
    assert [row[name] for row in read(session)] == [expected, None]


def test_one_value_stands_for_all_rows_and_defaults_are_filled_in(session):
    bulk.write_columns(session, Everything, {"big": [1, 2], "text": "same", "data": {"a": 1}, "day": date(2026, 1, 1)})
    for row in read(session):
        assert (row["text"], row["data"], row["day"]) == ("same", {"a": 1}, date(2026, 1, 1))
        assert (row["small"], row["ok"]) == (3, None)  # the default of the model, and none
        assert row["title"] is None


@pytest.mark.parametrize("row", ROWS, ids=["full", "nothing", "edges"])
def test_rows_that_are_all_alike_are_written_as_the_orm_would(session, row):
    row = row | {"number_index": None}  # the one column in which no two rows may be alike
    session.add(Everything(**row))
    session.flush()
    (expected,) = read(session)
    session.execute(delete(Everything))
    bulk.write_columns(session, Everything, as_columns([row] * 3))
    assert read(session) == [expected] * 3


def test_attribute_names_and_column_names(session):
    row = {"house_id": [1], "valid_from": [date(2026, 1, 1)], "valid_to": [date(2026, 1, 2)]}
    bulk.write_columns(session, Terms, {**row, "grade": ["a"]})
    bulk.write_columns(session, Terms.__table__, {**row, "house_id": [2], "grade_code": ["b"]})
    assert session.scalars(select(Terms.grade).order_by(Terms.house_id)).all() == ["a", "b"]
    with pytest.raises(ValueError, match="no column colour"):
        bulk.write_columns(session, Terms, {**row, "colour": ["red"]})


def test_nothing_is_written_of_nothing(session):
    assert bulk.write_columns(session, Everything, {"big": []}) == 0
    assert bulk.update_columns(session, Everything, {"id": [], "big": []}) == 0
    assert bulk.delete_rows(session, Everything, []) == 0
    assert read(session) == []


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"big": [1, 2], "small": [1]}, "differ in length"),
        ({"big": [1, 2**63]}, "9223372036854775808"),
        ({"big": [1, 1.5]}, "1.5"),
        ({"big": 1.5}, "1.5"),
        ({"big": np.array([1.0])}, "1.0"),
        ({"big": ["1"]}, "'1'"),
    ],
)
def test_what_is_no_whole_number_is_refused(session, columns, message):
    with pytest.raises(ValueError, match=message):
        bulk.write_columns(session, Everything, columns)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("value", [2**15, -(2**15) - 1])
def test_a_number_too_wide_for_its_column_is_refused(session, value):
    """NumPy would wrap it round in silence; SQLite has no widths."""
    with pytest.raises(ValueError, match="16 bits"):
        bulk.write_columns(session, Everything, {"small": np.array([value])})


def test_text_with_a_nul_is_refused_on_postgresql(database):
    if database.is_sqlite:
        with database.session(write=True) as session:
            bulk.write_columns(session, Everything, {"text": ["a\x00b"]})
            assert read(session)[0]["text"] == "a\x00b"
        return
    with database.session(write=True) as session, pytest.raises(ValueError, match="NUL"):
        bulk.write_columns(session, Everything, {"text": ["a\x00b"]})


def test_constraints_speak_as_in_a_flush(session):
    bulk.write_columns(session, Everything, {"number_index": ["a"]})
    with pytest.raises(IntegrityError), session.begin_nested():
        bulk.write_columns(session, Everything, {"number_index": ["a"]})
    with pytest.raises(IntegrityError), session.begin_nested():
        bulk.write_columns(session, Room, {"house_id": [99], "name": ["x"]})
    assert len(read(session)) == 1


def test_a_bulk_write_belongs_to_the_transaction(database):
    with database.session(write=True) as session:
        session.add(House(name="pending"))  # flushed before, so that bulk rows may refer to it
        bulk.write_columns(session, Room, {"house_id": [1], "name": ["x"]})
        session.rollback()
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Room)) == 0


def test_a_reading_session_refuses(database):
    with database.session() as session:
        for write in (
            lambda: bulk.write_columns(session, Everything, {"big": [1]}),
            lambda: bulk.update_columns(session, Everything, {"id": [1], "big": [1]}),
            lambda: bulk.delete_rows(session, Everything, [1]),
            lambda: bulk.allocate_ids(session, Everything, 1),
        ):
            with pytest.raises(ReadOnlySession):
                write()


# -- reading -----------------------------------------------------------------------------------------------------


def test_columns_come_back_as_arrays(session):
    bulk.write_columns(session, Everything, as_columns(ROWS))
    wanted = [getattr(Everything, name) for name in NAMES]
    found = bulk.read_columns(session, select(*wanted).order_by(Everything.id), nulls={"big": -1, "ok": 0})
    assert found["big"].dtype == np.int64
    assert found["big"].tolist() == [2**62, -1, -(2**62)]
    assert found["ok"].dtype == np.bool_
    assert found["ok"].tolist() == [True, False, False]
    assert found["day"].dtype == np.dtype("datetime64[D]")
    assert found["day"].tolist() == [date(2026, 2, 28), None, date(9999, 1, 1)]
    assert found["moment"].dtype == np.dtype("datetime64[us]")
    assert found["moment"].tolist()[:2] == [MOMENT.replace(tzinfo=None), None]
    for name in ("text", "title", "number", "papers", "data"):
        assert found[name].dtype == object
        assert found[name].tolist() == [row[name] for row in ROWS]


def test_a_null_among_integers_is_an_error_unless_something_stands_for_it(session):
    bulk.write_columns(session, Everything, {"big": [1, None]})
    with pytest.raises(ValueError, match="column big holds NULLs"):
        bulk.read_columns(session, select(Everything.big))
    assert bulk.read_columns(session, select(Everything.big).order_by(Everything.id), nulls=0)["big"].tolist() == [1, 0]


def test_an_empty_result_keeps_its_types(session):
    found = bulk.read_columns(session, select(Everything.big, Everything.day, Everything.text, Everything.ok))
    assert [(array.dtype.kind, array.shape) for array in found.values()] == [
        ("i", (0,)), ("M", (0,)), ("O", (0,)), ("b", (0,)),
    ]  # fmt: skip


def test_expressions_and_labels(session):
    bulk.write_columns(session, Everything, {"big": [1, 2, 3]})
    found = bulk.read_columns(session, select(func.sum(Everything.big).label("total"), func.count().label("rows")))
    assert {name: array.tolist() for name, array in found.items()} == {"total": [6], "rows": [3]}
    doubled = case((Everything.big > 1, Everything.big), else_=null())
    with pytest.raises(ValueError, match="one name"):
        bulk.read_columns(session, select(Everything.big, Terms.amount.label("big")))
    assert bulk.read_columns(session, select(doubled.label("x")).order_by("x"), nulls=0)["x"].sum() == 5


def test_sums_beyond_64_bits_are_refused(database):
    """PostgreSQL adds up in NUMERIC and would answer; SQLite itself refuses."""
    with database.session(write=True) as session:
        bulk.write_columns(session, Everything, {"big": [2**63 - 1, 1]})
        with pytest.raises((ValueError, OperationalError), match="64 bits|integer overflow"):
            bulk.read_columns(session, select(func.sum(Everything.big).label("total")))
        session.rollback()


def test_ratios_become_floats(session):
    bulk.write_columns(session, Everything, {"big": [1, 2]})
    found = bulk.read_columns(session, select(type_coerce(func.avg(Everything.big), Float()).label("mean")))
    assert found["mean"].dtype == np.float64
    assert found["mean"].tolist() == [1.5]


def test_what_is_pending_is_read(session):
    session.add(Everything(big=9))
    assert bulk.read_columns(session, select(Everything.big))["big"].tolist() == [9]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1) | st.none(),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")) | st.none(),
            st.dates() | st.none(),
            st.datetimes(timezones=st.just(UTC)) | st.none(),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read(session, rows):
    session.execute(delete(Everything))
    big, text, days, moments = (list(column) for column in zip(*rows, strict=True))
    bulk.write_columns(session, Everything, {"big": big, "text": text, "day": days, "moment": moments})
    found = session.execute(
        select(Everything.big, Everything.text, Everything.day, Everything.moment).order_by(Everything.id)
    )
    assert [tuple(row) for row in found] == rows


# -- updating, deleting, ids -------------------------------------------------------------------------------------


def test_rows_are_updated_by_a_key(session):
    bulk.write_columns(session, Everything, as_columns(ROWS))
    before = read(session)
    loaded = session.scalars(select(Everything).order_by(Everything.id)).all()
    ids = [row.id for row in loaded]
    changes = {"id": ids[:2], "text": ["x", None], "number": ["n", "m"], "data": {"same": True}}
    assert bulk.update_columns(session, Everything, changes) == 2
    assert (loaded[0].text, loaded[1].number, loaded[1].data) == ("x", "m", {"same": True})
    after = read(session)
    assert after[2] == before[2]
    assert after[0]["title"] == before[0]["title"]
    bulk.update_columns(session, Everything, {"id": np.array(ids), "small": np.arange(3)})
    assert [row["small"] for row in read(session)] == [0, 1, 2]
    with pytest.raises(ValueError, match="needs id"):
        bulk.update_columns(session, Everything, {"small": [1]})


def test_rows_are_deleted_by_a_key(session):
    bulk.write_columns(session, Everything, {"big": [1, 2, 3]})
    ids = bulk.read_columns(session, select(Everything.id).order_by(Everything.id))["id"]
    bulk.delete_rows(session, Everything, ids[:2])
    bulk.delete_rows(session, Everything, [4, 5], key="big")
    assert [row["big"] for row in read(session)] == [3]


def test_ids_are_handed_out_once(session):
    session.add(House(name="a"))
    session.flush()
    first = bulk.allocate_ids(session, House, 3)
    second = bulk.allocate_ids(session, House, 2)
    ids = [*first.tolist(), *second.tolist()]
    assert len(set(ids)) == 5
    assert ids == sorted(ids)
    assert min(ids) > 1
    bulk.write_columns(session, House, {"id": np.array(ids), "name": "b"})
    session.add(House(name="c"))
    session.flush()
    assert session.scalar(select(func.count(House.id.distinct()))) == 7
    assert bulk.allocate_ids(session, House, 0).tolist() == []


def test_two_sessions_never_get_the_same_id(database):
    got: list[int] = []
    for _ in range(3):
        with database.session(write=True) as session:
            ids = bulk.allocate_ids(session, House, 4)
            session.execute(insert(House), [{"id": identity, "name": "x"} for identity in ids.tolist()])
            got += ids.tolist()
    assert len(set(got)) == 12


def planned(database):
    """How many rows of the houses the planner of PostgreSQL reckons with; -1 before it ever counted."""
    with database.migration() as connection:
        return connection.exec_driver_sql(
            "SELECT reltuples FROM pg_class WHERE oid = 't_house'::regclass"
        ).scalar_one()


def test_many_new_rows_are_known_to_the_planner(database):
    with database.session(write=True) as session:
        bulk.write_columns(session, House, {"id": np.arange(1, 10_000), "name": "x"})
    if not database.is_sqlite:  # it chooses the same plans either way, and is asked nothing
        assert planned(database) == -1, "few rows are left to the housekeeping of the database"
    with database.session(write=True) as session:
        bulk.write_columns(session, House, {"id": np.arange(10_000, 15_000), "name": "x"})
        bulk.write_columns(session, House, {"id": np.arange(15_000, 20_000), "name": "x"})
    if not database.is_sqlite:
        assert planned(database) == 19_999
    with database.session() as session:
        assert session.scalar(select(func.count(House.id))) == 19_999


def test_nothing_is_compiled_at_run_time(database):
    with database.session() as session:
        connection = session.connection(execution_options={guard.MIGRATION: True})
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
