from __future__ import annotations

from datetime import date

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Integer, MetaData, String, Table, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from core.base.period import FOREVER
from core.db.guard import table_of
from core.db.no_overlap import NoOverlap, alter_table, create_no_overlap, drop_no_overlap, no_overlap, rules_of
from tests.core.db.tables import Booking, Tables, Terms, Visit

DECLARED = [(table, rule) for table in Tables.metadata.sorted_tables for rule in rules_of(table)]


def row(rule: NoOverlap, start: date, end: date, key: int = 1) -> dict[str, object]:
    parts = dict(zip(rule.within, (1, 4), strict=True)) if rule.within is not None else {}
    return {**dict.fromkeys(rule.keys, key), rule.period[0]: start, rule.period[1]: end, **parts}


@pytest.mark.parametrize(("table", "rule"), DECLARED, ids=lambda value: getattr(value, "name", ""))
def test_every_declared_table_refuses_an_overlap(session, table, rule):
    session.execute(insert(table).values(row(rule, date(2026, 1, 1), date(2026, 2, 1))))
    session.execute(insert(table).values(row(rule, date(2026, 2, 1), FOREVER)))
    session.execute(insert(table).values(row(rule, date(2026, 1, 15), date(2026, 1, 16), key=2)))
    for start, end in [(date(2026, 1, 31), date(2026, 2, 2)), (date(2025, 1, 1), date(2026, 1, 2))]:
        with pytest.raises(IntegrityError, match=rule.name), session.begin_nested():
            session.execute(insert(table).values(row(rule, start, end)))
    with pytest.raises(IntegrityError, match=rule.name), session.begin_nested():
        session.execute(update(table).where(table.c[rule.period[1]] != FOREVER).values({rule.period[1]: FOREVER}))
    with pytest.raises(IntegrityError, match=rule.name), session.begin_nested():
        session.execute(update(table).values(dict.fromkeys(rule.keys, 1)))
    with pytest.raises(IntegrityError, match="before"), session.begin_nested():
        session.execute(insert(table).values(row(rule, date(2020, 1, 1), date(2020, 1, 1))))


def test_one_differing_key_is_enough(session):
    for bed in (1, 2):
        session.add(Booking(house_id=1, bed=bed, arrives=date(2026, 1, 1), leaves=date(2026, 1, 3)))
    session.flush()


periods = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=periods, second=periods)
def test_what_is_refused_is_what_shares_a_day(session, first, second):
    def days(period: tuple[int, int]) -> set[int]:
        return set(range(*period))

    nested = session.begin_nested()
    refused = False
    try:
        for start, end in (first, second):
            session.add(Terms(house_id=1, valid_from=date(2026, 1 + start, 1), valid_to=date(2026, 1 + end, 1)))
            session.flush()
    except IntegrityError:
        refused = True
    nested.rollback()
    assert refused == bool(days(first) & days(second))


quarters = st.tuples(st.integers(1, 4), st.integers(1, 4)).map(sorted)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=periods, second=periods, one=quarters, other=quarters)
def test_parts_of_one_day_may_lie_side_by_side(session, first, second, one, other):
    def parts(period: tuple[int, int], part: list[int]) -> set[tuple[int, int]]:
        return {(day, quarter) for day in range(*period) for quarter in range(part[0], part[1] + 1)}

    nested = session.begin_nested()
    refused = False
    try:
        for (start, end), (begin, until) in ((first, one), (second, other)):
            days = {"comes": date(2026, 1, 1 + start), "goes": date(2026, 1, 1 + end)}
            session.add(Visit(house_id=1, first_quarter=begin, last_quarter=until, **days))
            session.flush()
    except IntegrityError:
        refused = True
    nested.rollback()
    assert refused == bool(parts(first, one) & parts(second, other))


def make(database) -> Table:
    metadata = MetaData()
    table = Table(
        "t_stay",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("room", Integer, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=False),
        Column("old", String(5)),
    )
    with database.migration() as connection:
        metadata.create_all(connection)
        create_no_overlap(Operations(MigrationContext.configure(connection)), "t_stay", ["room"])
    return table


def overlaps(database, table: Table) -> bool:
    """Whether the database takes two rows that overlap."""
    try:
        with database.session(write=True) as session:
            for _ in range(2):
                session.execute(insert(table).values(room=1, valid_from=date(2026, 1, 1), valid_to=FOREVER))
            session.rollback()
    except IntegrityError:
        return False
    return True


def test_a_migration_makes_keeps_and_ends_the_rule(empty_database):
    table = make(empty_database)
    rule = NoOverlap("t_stay", ("room",))
    assert not overlaps(empty_database, table)
    with empty_database.migration() as connection:
        op = Operations(MigrationContext.configure(connection))
        connection.execute(insert(table).values(room=7, valid_from=date(2026, 1, 1), valid_to=FOREVER))
        with alter_table(op, "t_stay", recreate="always") as batch:
            batch.drop_column("old")
            batch.add_column(Column("new", Integer))
        assert rule.is_kept(connection)
    assert {column["name"] for column in columns(empty_database)} == {"id", "room", "valid_from", "valid_to", "new"}
    table = Table("t_stay", MetaData(), *(Column(n, Date) for n in ("valid_from", "valid_to")), Column("room", Integer))
    assert not overlaps(empty_database, table)
    with empty_database.session() as session:
        assert session.scalars(select(table.c.room)).all() == [7]

    with empty_database.migration() as connection:
        drop_no_overlap(Operations(MigrationContext.configure(connection)), "t_stay", ["room"])
        assert not rule.is_kept(connection)
    assert overlaps(empty_database, table)


def columns(database):
    with database.migration() as connection:
        return inspect(connection).get_columns("t_stay")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_our_wrapper_sqlite_forgets(database):
    """The reason for ``alter_table``: if Alembic ever keeps the triggers itself, this test says so."""
    make(database)
    with database.migration() as connection:
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("t_stay", recreate="always") as batch:
            batch.drop_column("old")
        assert not NoOverlap("t_stay", ("room",)).is_kept(connection)


def test_only_tables_with_keys_that_are_always_there():
    table = Table("t_x", MetaData(), Column("k", Integer), Column("valid_from", Date), Column("valid_to", Date))
    with pytest.raises(ValueError, match="t_x.k must be NOT NULL"):
        no_overlap(table, keys=["k"])
    with pytest.raises(TypeError, match="is no table"):
        no_overlap(Booking, keys=["bed"])


def test_an_index_is_added_where_none_begins_with_a_key():
    assert [index.name for index in table_of(Terms).indexes] == ["ix_t_terms_house_id_valid_from"]


def test_long_names_stay_unique_within_the_limit_of_postgresql():
    one, two = (NoOverlap("t_" + "long_" * 12, ("a_key", f"b_key{n}")) for n in (1, 2))
    assert one.name != two.name
    assert all(len(f"{rule.name}_insert") <= 63 for rule in (one, two))
