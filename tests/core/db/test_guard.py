"""The guard is tried with every way we know of reaching a guarded table without asking first."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    bindparam,
    delete,
    exists,
    func,
    insert,
    lambda_stmt,
    literal_column,
    select,
    text,
    union,
    update,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from core.db import bulk
from core.db.guard import UnguardedStatement, carry, mark, marker_of, system
from tests.core.db.tables import House, Room, Terms

READ_HOUSE = [("house:read", "t_house")]
READ_ROOM = [("room:read", "t_room")]


@pytest.fixture
def guarded(database):
    """Houses are guarded, rooms are not; one house with two rooms stands there."""
    with database.session(write=True) as session:
        session.add(House(name="a", rooms=[Room(name="x"), Room(name="y")]))
    database.guard.protect([House])
    return database


other = aliased(House)
STATEMENTS = {
    "plain": select(House),
    "column": select(House.name),
    "core table": select(House.__table__),
    "alias": select(other.name),
    "join": select(Room).join(Room.house),
    "outer join": select(Room).outerjoin(House, House.id == Room.house_id),
    "has": select(Room).where(Room.house.has(name="a")),
    "exists": select(Room).where(exists().where(House.id == Room.house_id)),
    "in": select(Room).where(Room.house_id.in_(select(House.id))),
    "scalar subquery": select(Room.id, select(func.max(House.id)).scalar_subquery()),
    "from subquery": select(select(House.id).subquery()),
    "cte": select(select(House.id).cte()),
    "union": union(select(Room.name), select(House.name)),
    "from statement": select(Room).from_statement(select(Room.__table__).join(House.__table__)),
    "joined load": select(Room).options(joinedload(Room.house)),
    "lambda": lambda_stmt(lambda: select(House)),
    "text fragment": select(Room).where(text("house_id IN (SELECT id FROM t_house)")),
    "literal column": select(Room.id, literal_column("(SELECT max(id) FROM t_house)")),
    "order by": select(Room).order_by(select(House.name).where(House.id == Room.house_id).scalar_subquery()),
    "update": update(House).values(name="b"),
    "update with subquery": update(Room).values(name=select(House.name).limit(1).scalar_subquery()),
    "update where": update(Room).where(Room.house_id.in_(select(House.id))).values(name="z"),
    "delete": delete(House),
    "delete where": delete(Room).where(Room.house.has(name="a")),
    "insert": insert(House).values(name="b"),
    "insert many": insert(House),
    "insert from select": insert(Room).from_select(["house_id", "name"], select(House.id, House.name)),
    "returning": delete(House).returning(House.name),
}


@pytest.mark.proves("guard")
@pytest.mark.parametrize("name", STATEMENTS)
def test_an_unmarked_statement_is_refused(guarded, name):
    parameters = [{"name": "b"}, {"name": "c"}] if name == "insert many" else {}
    with guarded.session(write=True) as session:
        with pytest.raises(UnguardedStatement, match="t_house"):
            session.execute(STATEMENTS[name], parameters)
        with pytest.raises(UnguardedStatement, match="t_house"):
            session.connection().execute(STATEMENTS[name], parameters)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_marked_statement_runs(guarded, name):
    parameters = [{"name": "b"}, {"name": "c"}] if name == "insert many" else {}
    with guarded.session(write=True) as session:
        if name == "delete" or name == "returning":
            session.execute(delete(Room))
        session.execute(mark(STATEMENTS[name], READ_HOUSE), parameters)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_lateral_join_is_refused_and_runs_with_a_mark(guarded):
    """SQLite has none."""
    statement = select(Room.id, select(House.name).where(House.id == Room.house_id).lateral().c.name)
    with guarded.session() as session:
        with pytest.raises(UnguardedStatement, match="t_house"):
            session.execute(statement)
        assert len(session.execute(mark(statement, READ_HOUSE)).all()) == 2


def test_the_mark_must_cover_every_guarded_table(guarded):
    guarded.guard.protect(["t_room"])
    statement = mark(select(Room).join(Room.house), READ_ROOM)
    with guarded.session() as session:
        with pytest.raises(UnguardedStatement, match="^t_house: "):
            session.execute(statement)
        assert len(session.scalars(mark(statement, READ_HOUSE)).all()) == 2


def test_a_cached_statement_is_checked_again(guarded):
    """The same compiled statement, first with the mark and then without."""
    with guarded.session() as session:
        session.execute(mark(select(House).where(House.id == 1), READ_HOUSE))
        with pytest.raises(UnguardedStatement):
            session.execute(select(House).where(House.id == 1))


def test_a_guard_that_grows_later_forgets_what_it_knew(guarded):
    with guarded.session() as session:
        session.execute(select(Terms))
        guarded.guard.protect([Terms])
        with pytest.raises(UnguardedStatement):
            session.execute(select(Terms))


def test_get_and_lazy_loads_are_refused(guarded):
    with guarded.session() as session:
        with pytest.raises(UnguardedStatement):
            session.get(House, 1)
        room = session.scalars(select(Room)).first()
        with pytest.raises(UnguardedStatement):
            room.house  # noqa: B018
        with pytest.raises(UnguardedStatement):
            session.scalars(select(Room).options(selectinload(Room.house))).all()


def test_a_mark_reaches_the_loads_that_belong_to_the_statement(guarded):
    statement = mark(select(Room).options(selectinload(Room.house)), READ_HOUSE)
    with guarded.session() as session:
        assert session.scalars(statement).first().house.name == "a"


def test_a_loaded_object_refreshes_but_not_what_hangs_on_it(guarded):
    guarded.guard.protect([Room])
    with guarded.session() as session:
        house = session.scalars(mark(select(House), READ_HOUSE)).one()
        session.refresh(house)
        session.expire(house)
        assert house.name == "a"
        with pytest.raises(UnguardedStatement, match="t_room"):
            session.refresh(house, attribute_names=["rooms"])


def test_the_writes_of_a_flush_are_free_and_checked_before(guarded):
    seen = []
    guarded.guard.flush_checks.append(lambda session: seen.append((len(session.new), len(session.dirty))))
    with guarded.session(write=True) as session:
        house = session.scalars(mark(select(House), READ_HOUSE)).one()
        house.name = "changed"
        session.add(House(name="new"))
        session.flush()
        session.delete(house)
    assert seen == [(1, 1), (0, 0)]
    with guarded.session() as session, system(session, "look"):
        assert session.scalars(select(House.name)).all() == ["new"]


def test_a_checker_stops_a_flush_and_is_itself_guarded(guarded):
    def reads_without_asking(session):
        session.execute(update(House).values(name="by the checker"))

    guarded.guard.flush_checks.append(reads_without_asking)
    with guarded.session(write=True) as session:
        session.add(House(name="new"))
        with pytest.raises(UnguardedStatement):
            session.flush()
        session.rollback()


def test_statements_after_a_flush_are_guarded_again(guarded):
    with guarded.session(write=True) as session:
        session.add(House(name="new"))
        session.flush()
        with pytest.raises(UnguardedStatement):
            session.execute(update(House).values(name="b"))


def test_system_allows_and_records_its_reason(guarded):
    reasons = []
    guarded.guard.on_system = lambda _session, reason: reasons.append(reason)
    with guarded.session(write=True) as session:
        with system(session, "yearly sweep"):
            session.execute(update(House).values(name="swept"))
            with system(session, "inner"):
                pass
            assert session.get(House, 1).name == "swept"
        with pytest.raises(UnguardedStatement):
            session.execute(select(House.id))
    assert reasons == ["yearly sweep", "inner"]


def test_system_needs_a_reason_and_is_of_one_session(guarded):
    with guarded.session() as first, guarded.session() as second:
        with pytest.raises(ValueError, match="reason"), system(first, " "):
            pass
        with system(first, "mine"), pytest.raises(UnguardedStatement):
            second.execute(select(House))


@pytest.mark.parametrize(
    "statement", [text("SELECT 1"), text("SELECT id FROM t_room"), text("SELECT 1").columns(Room.id)], ids=str
)
def test_text_is_refused_whatever_it_names(guarded, statement):
    with guarded.session() as session, system(session, "not even so"):
        with pytest.raises(UnguardedStatement, match="raw SQL"):
            session.execute(statement)
        with pytest.raises(UnguardedStatement, match="raw SQL"):
            session.connection().execute(statement)


@pytest.mark.parametrize("sql", ["SELECT 1", "EXPLAIN SELECT 1", "  select * from t_room", "DELETE FROM t_room"])
def test_a_string_is_refused_whatever_it_names(guarded, sql):
    with guarded.session() as session, pytest.raises(UnguardedStatement, match="raw SQL"):
        session.connection().exec_driver_sql(sql)


def test_transactions_and_locks_are_free(guarded):
    with guarded.session(write=True) as session:
        session.begin_nested().commit()
        if guarded.is_sqlite:
            session.connection().exec_driver_sql("PRAGMA user_version")
        else:
            session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(1)")


def test_migrations_are_free(guarded):
    with guarded.migration() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t_house").scalar() == 1


def test_bulk_functions_ask_too(guarded):
    with guarded.session(write=True) as session:
        with pytest.raises(UnguardedStatement):
            bulk.read_columns(session, select(House.id))
        with pytest.raises(UnguardedStatement):
            bulk.write_columns(session, House, {"name": ["b"]})
        with pytest.raises(UnguardedStatement):
            bulk.update_columns(session, House, {"id": [1], "name": ["b"]})
        with pytest.raises(UnguardedStatement):
            bulk.delete_rows(session, House, [1])
        assert list(bulk.read_columns(session, mark(select(House.id), READ_HOUSE))["id"]) == [1]
        bulk.write_columns(session, House, {"name": ["b"]}, marker=[("house:import", "t_house")])
        with system(session, "count"):
            assert len(bulk.read_columns(session, select(House.id))["id"]) == 2


def test_carry_takes_the_marks_of_the_inner_statements(guarded):
    inner = mark(select(House.id), READ_HOUSE)
    outer = select(func.count()).select_from(inner.subquery())
    with guarded.session() as session:
        with pytest.raises(UnguardedStatement, match="carry"):
            session.scalar(outer)
        assert session.scalar(carry(outer, inner)) == 1
    assert marker_of(carry(outer, inner)) == frozenset(READ_HOUSE)


def test_names_are_whole_words(guarded):
    """``t_house_1`` and ``t_house_id`` are other names; a bound value never counts."""
    with guarded.session() as session:
        session.execute(select(Room.house_id.label("t_house_id"), bindparam("x", "t_house")))
