"""Histories of invented modules: ``country`` and ``country_cn``, whose names begin alike."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import IntegrityError

from core.base.errors import DomainError
from core.db import migrate
from core.db.base import NAMING
from core.db.no_overlap import no_overlap
from core.db.session import Database
from core.db.types import BlindIndex, EncryptedText, Id, Translated, UtcDateTime

ROOT = Path(__file__).resolve().parents[3]


def first_models() -> MetaData:
    """Version one: a region in one module, a dated rate of it in the other."""
    metadata = MetaData(naming_convention=NAMING)
    Table("country_region", metadata, Column("id", Id, primary_key=True), Column("code", String(8), unique=True))
    rate = Table(
        "country_cn_rate",
        metadata,
        Column("id", Id, primary_key=True),
        Column("region_id", Id, ForeignKey("country_region.id"), nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=False),
        Column("title", Translated),
        Column("read_at", UtcDateTime),
        Column("secret", EncryptedText("country_cn_rate.secret")),
        Column("secret_index", BlindIndex("country_cn_rate.secret")),
    )
    no_overlap(rate, keys=["region_id"])
    return metadata


def second_models() -> MetaData:
    """Version two: a column more, one column less, an index, and a rule on a table that stood there already."""
    metadata = MetaData(naming_convention=NAMING)
    for table in first_models().sorted_tables:
        kept = [column for column in table.columns if column.name != "read_at"]
        copy = Table(table.name, metadata, *(column._copy() for column in kept))
        if table.name == "country_cn_rate":
            copy.append_column(Column("amount", Integer, nullable=False, server_default="0"))
            Index("ix_country_cn_rate_amount", copy.c.amount)
            no_overlap(copy, keys=["region_id"])
            no_overlap(copy, keys=["amount"])
    return metadata


@pytest.fixture
def modules(tmp_path) -> list[migrate.Part]:
    """Two modules, each with its first revision written by ``revision``."""
    parts = [migrate.Part(name, tmp_path / name / "migrations") for name in ("country", "country_cn")]
    database = Database(f"sqlite:///{tmp_path / 'scratch.sqlite'}")
    for part in parts:
        assert part.migrations is not None
        part.migrations.mkdir(parents=True)
    for part in parts:
        migrate.revision(database, part, "First tables", parts, first_models())
        migrate.upgrade(database, parts)
    database.dispose()
    return parts


def write(database, parts, message: str, metadata: MetaData) -> Path:
    return migrate.revision(database, parts[1], message, parts, metadata)


def tables(database) -> set[str]:
    with database.migration() as connection:
        return set(inspect(connection).get_table_names())


def test_a_written_revision_reads_well(modules):
    [file] = (modules[1].migrations / "versions").glob("*.py")
    text = file.read_text()
    assert file.name == "country_cn_0001_first_tables.py"
    assert text.startswith('"""First tables."""\n\nfrom __future__ import annotations\n')
    assert "from remit.migrations import alter_table, create_no_overlap\n" in text
    assert 'create_no_overlap(op, "country_cn_rate", ["region_id"], ("valid_from", "valid_to"))' in text
    assert "create_table('country_cn_rate'" in text
    assert "country_region'" not in text.replace("country_region.id", "")
    assert "core.db" not in text
    assert "###" not in text


def test_up_check_down_and_up_again(empty_database, modules):
    metadata = first_models()
    assert migrate.pending(empty_database, modules) == {
        "country": ["country_0001_first_tables"],
        "country_cn": ["country_cn_0001_first_tables"],
    }
    done = migrate.upgrade(empty_database, modules)
    assert list(done) == ["country", "country_cn"]
    assert migrate.pending(empty_database, modules) == {}
    assert migrate.upgrade(empty_database, modules) == {}
    assert migrate.check(empty_database, modules, metadata) == {}
    for module in reversed(modules):
        migrate.downgrade(empty_database, module, modules=modules)
    assert tables(empty_database) == set()
    migrate.upgrade(empty_database, modules)
    assert migrate.check(empty_database, modules, metadata) == {}


def test_a_changed_model_becomes_a_revision_that_keeps_rows_and_rules(empty_database, modules):
    migrate.upgrade(empty_database, modules)
    rate = first_models().tables["country_cn_rate"]
    region = first_models().tables["country_region"]
    row = {"region_id": 1, "valid_from": date(2026, 1, 1), "valid_to": date(2027, 1, 1), "title": {"en": "x"}}
    with empty_database.session(write=True) as session:
        session.execute(insert(region).values(id=1, code="BJ"))
        session.execute(insert(rate).values(**row, read_at=datetime(2026, 1, 1, tzinfo=UTC)))

    differences = migrate.check(empty_database, modules, second_models())
    assert list(differences) == ["country_cn"]
    assert any("amount" in line for line in differences["country_cn"])
    file = write(empty_database, modules, "Amounts of housing funds and of contributions", second_models())
    assert len(file.stem) > 32  # more than Alembic's own version table takes
    assert "with alter_table(op, 'country_cn_rate') as batch_op" in file.read_text()
    assert migrate.upgrade(empty_database, modules) == {"country_cn": [file.stem]}
    assert migrate.check(empty_database, modules, second_models()) == {}

    new = second_models().tables["country_cn_rate"]
    with empty_database.session(write=True) as session:
        assert session.execute(select(new.c.region_id, new.c.amount)).all() == [(1, 0)]
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(new).values(**row, amount=7))
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(new).values(**{**row, "region_id": 1, "valid_from": date(2026, 6, 1)}))

    migrate.downgrade(empty_database, modules[1], "country_cn_0001_first_tables", modules)
    assert migrate.check(empty_database, modules, first_models()) == {}
    with empty_database.session(write=True) as session:
        assert session.execute(select(rate.c.region_id, rate.c.read_at)).all() == [(1, None)]


def test_check_finds_a_rule_the_database_does_not_keep(empty_database, modules):
    migrate.upgrade(empty_database, modules)
    metadata = first_models()
    with empty_database.migration() as connection:
        from core.db.no_overlap import rules_of

        rule = rules_of(metadata.tables["country_cn_rate"])[0]
        for statement in rule.drop_statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
    assert migrate.check(empty_database, modules, metadata) == {"country_cn": [f"missing {rule.name}"]}


def test_a_module_that_left_disturbs_nobody(empty_database, modules):
    """Its package is gone, its tables and its version stay; the others go on."""
    migrate.upgrade(empty_database, modules)
    assert migrate.pending(empty_database, modules[:1]) == {}
    assert migrate.upgrade(empty_database, modules[:1]) == {}
    assert "country_cn_rate" in tables(empty_database)


def test_a_module_is_removed_alone(empty_database, modules):
    migrate.upgrade(empty_database, modules)
    migrate.downgrade(empty_database, modules[1], modules=modules)
    assert tables(empty_database) == {"country_region", "alembic_version_country"}
    migrate.downgrade(empty_database, modules[1], modules=modules)  # nothing left to do


def test_a_revision_that_fails_leaves_nothing_behind(empty_database, modules):
    migrate.upgrade(empty_database, modules)
    broken = modules[1].migrations / "versions" / "country_cn_0002_broken.py"
    broken.write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        "revision = 'country_cn_0002_broken'\ndown_revision = 'country_cn_0001_first_tables'\n\n\n"
        "def upgrade():\n    op.create_table('country_cn_half', sa.Column('id', sa.Integer))\n    1 / 0\n\n\n"
        "def downgrade():\n    pass\n"
    )
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(empty_database, modules)
    assert "country_cn_half" not in tables(empty_database)
    assert migrate.pending(empty_database, modules) == {"country_cn": ["country_cn_0002_broken"]}
    with pytest.raises(DomainError, match="尚未执行"):
        write(empty_database, modules, "next", first_models())


def test_a_database_from_the_future_is_refused(empty_database, modules):
    migrate.upgrade(empty_database, modules)
    migrate.stamp(empty_database, modules[0], "country_0099_from_next_year")
    for call in (migrate.pending, migrate.upgrade):
        with pytest.raises(DomainError, match="country_0099_from_next_year"):
            call(empty_database, modules)


STARTING = """
import sys
from pathlib import Path
from core.db import migrate
from core.db.session import Database
url, *folders = sys.argv[1:]
parts = [migrate.Part(Path(folder).parent.name, Path(folder)) for folder in folders]
print("ready", flush=True)
print(sorted(migrate.upgrade(Database(url), parts)))
"""


def waiting(connection: Connection) -> int:
    """How many others wait for an advisory lock in this PostgreSQL database."""
    sql = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return int(connection.exec_driver_sql(sql).scalar_one())


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited for 30 seconds"
        time.sleep(0.05)


def test_two_processes_that_start_at_once(empty_database, modules):
    """While one migrates the others wait; of those, one does what is left and the other finds everything done."""
    url = empty_database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "error", "-c", STARTING, url, *(str(module.migrations) for module in modules)]
    with migrate.locked(empty_database) as holder:
        started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        if empty_database.is_sqlite:
            time.sleep(1)
        else:
            wait_for(lambda: waiting(holder) == 2)
        assert [process.poll() for process in started] == [None, None]
    told = [process.communicate(timeout=60)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert "".join(told).count("'country'") == 1
    assert "".join(told).count("'country_cn'") == 1
    assert migrate.pending(empty_database, modules) == {}


def test_nothing_is_printed_or_logged(empty_database, modules, capsys, caplog):
    with caplog.at_level(logging.WARNING):
        migrate.upgrade(empty_database, modules)
        write(empty_database, modules, "more", second_models())
    assert capsys.readouterr() == ("", "")
    assert caplog.messages == []


def test_a_module_without_tables_has_no_history(empty_database, modules):
    bare = migrate.Part("bare", None)
    assert migrate.upgrade(empty_database, [bare]) == {}
    assert migrate.pending(empty_database, [bare, *modules]).keys() == {"country", "country_cn"}
    with pytest.raises(DomainError, match="bare"):
        migrate.revision(empty_database, bare, "x")


def test_core_comes_first_whatever_the_order(empty_database, modules):
    done = migrate.upgrade(empty_database, [*modules, migrate.core_part()])
    assert list(done) == ["core", "country", "country_cn"]


@pytest.mark.parametrize(
    ("table", "owner"),
    [
        ("country_region", "country"),
        ("country_cn_rate", "country_cn"),
        ("country_cnx_rate", "country"),
        ("core_unit", "core"),
        ("alembic_version_country", None),
        ("countryside", None),
        ("payroll_run", None),
    ],
)
def test_the_longest_name_owns_a_table(table, owner):
    assert migrate.owner(table, {"core", "country", "country_cn"}) == owner
