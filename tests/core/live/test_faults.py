"""What goes wrong: the database is away, the process is killed, very many listen."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import pytest

from core.base import clock
from core.db.keys import KeyRing
from core.live import publish, sweeping
from core.live.models import LiveRow
from remit.testing.schema import Schemas
from tests.core.live import trial
from tests.core.live.streams import Stream, crowd, until

SYSTEM = trial.SYSTEM


def test_the_database_is_away_for_a_while(database_schemas: Schemas, key_ring: KeyRing, tmp_path: Path) -> None:
    """Whoever listens keeps listening and hears what was told meanwhile; who comes is told to come later."""
    with database_schemas.empty("postgresql", key_ring) as database:
        trial.builder().build(database)
        house = trial.around(database, tmp_path)
        cookies = [cookie for _account, _session, cookie in trial.members(house, 2)]
        name, server = database.url.database, database.url.set(drivername="postgresql", database="postgres")
        with (
            trial.process(house) as (port, _running),
            psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as above,
            house.session(SYSTEM, write=True) as session,
        ):
            stream = Stream(port, cookies[0], ["tick:away"])
            assert stream.next().event == "ready"
            publish(session, "tick", "away", {"number": 1})
            above.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(
                psycopg.sql.Identifier(str(name))))  # fmt: skip
            try:
                gone = above.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
                    " AND state <> 'idle in transaction'", (name,),
                ).fetchall()[0][0]  # fmt: skip
                assert gone >= 1, "the connections of the live process"
                late = Stream(port, cookies[1], ["tick:away"])
                assert late.status == 503
                late.close()
                session.commit()
            finally:
                above.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(
                    psycopg.sql.Identifier(str(name))))  # fmt: skip
            assert stream.next(10).data["data"] == {"number": 1}
            stream.close()


def test_a_process_that_was_killed_leaves_nothing_unheard(
    database_schemas: Schemas, key_ring: KeyRing, tmp_path: Path
) -> None:
    """The next one does not know the places of the last one, and says so: the page looks for itself."""
    with database_schemas.database("sqlite", trial.builder(), key_ring) as database:
        house = trial.around(database, tmp_path)
        cookie = trial.members(house, 1)[0][2]
        with trial.process(house) as (port, running):
            stream = Stream(port, cookie, ["tick:killed"])
            place = stream.next().place
            running.kill()
            assert stream.ended()
            stream.close()
        with house.session(SYSTEM, write=True) as session:
            publish(session, "tick", "killed")
        with trial.process(house, str(port)) as (same, _running):
            assert same == port
            again = until(lambda: Stream(port, cookie, ["tick:killed"], last=place))
            assert again.next().data == {"resumed": False, "refused": []}
            again.close()


def test_old_hints_are_swept_and_numbers_are_not_used_again(
    database_schemas: Schemas, key_ring: KeyRing, tmp_path: Path
) -> None:
    with database_schemas.database("sqlite", trial.builder(), key_ring) as database:
        house = trial.around(database, tmp_path)
        with house.session(SYSTEM, write=True) as session:
            publish(session, "tick", "old")
            publish(session, "tick", "new")
        with house.session(SYSTEM, write=True) as session:
            session.get_one(LiveRow, 1).at = clock.now() - sweeping.KEEP * 2
        assert sweeping.sweep(house) == 1
        assert sweeping.sweep(house) == 0
        with house.session(SYSTEM, write=True) as session:
            assert session.get_one(LiveRow, 2).key == "new"
            session.get_one(LiveRow, 2).at = clock.now() - sweeping.KEEP * 2
        assert sweeping.sweep(house) == 1
        with house.session(SYSTEM, write=True) as session:
            publish(session, "tick", "next")
            session.flush()
            assert session.get(LiveRow, 3) is not None, "a reader that saw 2 would not see another 1"


@pytest.mark.full
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_thousand_hear_of_a_change_within_a_second(
    backend: str, database_schemas: Schemas, key_ring: KeyRing, tmp_path: Path
) -> None:
    with database_schemas.database(backend, trial.builder(), key_ring) as database:
        house = trial.around(database, tmp_path)
        cookies = [cookie for _account, _session, cookie in trial.members(house, 50, each=20)]
        with trial.process(house) as (port, _running):

            def tell() -> float:
                with house.session(SYSTEM, write=True) as session:
                    publish(session, "tick", "thousand")
                return time.monotonic()

            delays = crowd(port, cookies, "tick:thousand", tell)
    assert len(delays) == 1000
    assert max(delays) < 1.0, max(delays)
