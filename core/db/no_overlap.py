"""Periods of one key that may not overlap, kept by the database itself.

    no_overlap(UnitVersion.__table__, keys=["unit_id"], period=("valid_from", "valid_to"))

PostgreSQL gets an exclusion constraint over ranges, which needs no extension because the integer keys are written as
ranges too; SQLite gets two triggers that raise. Both refuse the row that would overlap with an ``IntegrityError``.

Alembic sees neither when it compares, so ``migrate.revision`` writes the ``create_no_overlap`` call beside
``create_table``, and ``migrate.check`` looks for what is missing. Change a table inside ``with alter_table(op, ...)``:
on SQLite that copies the table, and a copy loses its triggers unless they are made again.
"""

# ruff: noqa: S608  statements are put together from the names of our own models, never from input
from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Connection, Index, Table, event, text

if TYPE_CHECKING:  # only migrations need Alembic, and it takes its time to load
    from alembic.operations import BatchOperations

_INFO = "no_overlap"
_LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """One declaration: rows of ``table`` with equal ``keys`` have disjoint half-open periods of days.

    The keys are integer columns that are NOT NULL; the period is two NOT NULL date columns. With ``within``, two NOT
    NULL integer columns, rows may share days as long as their parts of a day, first to last, have nothing in common.
    """

    table: str
    keys: tuple[str, ...]
    period: tuple[str, str] = ("valid_from", "valid_to")
    within: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """The name of the constraint, and of the triggers with ``_insert`` and ``_update`` behind it."""
        full = "_".join(("ex", self.table, *self.keys, self.period[0], *(self.within or ())[:1]))
        if len(full) + len("_insert") <= _LONGEST_NAME:
            return full
        digest = hashlib.sha256(full.encode()).hexdigest()[:8]
        return f"{full[: _LONGEST_NAME - len('_insert') - 9]}_{digest}"

    def create_statements(self, dialect: str) -> list[str]:
        """The DDL that makes the database keep it."""
        start, end = self.period
        if dialect == "postgresql":
            ranges = [f"int8range({key}::bigint, {key}::bigint, '[]') WITH &&" for key in self.keys]
            ranges.append(f"daterange({start}, {end}, '[)') WITH &&")
            if self.within is not None:
                ranges.append("int8range({}::bigint, {}::bigint, '[]') WITH &&".format(*self.within))
            return [f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist ({', '.join(ranges)})"]
        same = " AND ".join(f"other.{key} = NEW.{key}" for key in self.keys)
        if self.within is not None:
            same += " AND other.{0} <= NEW.{1} AND NEW.{0} <= other.{1}".format(*self.within)
        watched = ", ".join((*self.keys, start, end, *(self.within or ())))
        return [
            # AFTER, because only then NEW.rowid is the number the row really has.
            f"CREATE TRIGGER {self.name}_{what} AFTER {when} ON {self.table} FOR EACH ROW "
            f"WHEN EXISTS (SELECT 1 FROM {self.table} AS other WHERE {same} AND other.{start} < NEW.{end} "
            f"AND NEW.{start} < other.{end} AND other.rowid <> NEW.rowid) "
            f"BEGIN SELECT RAISE(ABORT, '{self.name}: periods overlap'); END"
            for what, when in (("insert", "INSERT"), ("update", f"UPDATE OF {watched}"))
        ]

    def drop_statements(self, dialect: str) -> list[str]:
        """The DDL that ends it."""
        if dialect == "postgresql":
            return [f"ALTER TABLE {self.table} DROP CONSTRAINT {self.name}"]
        return [f"DROP TRIGGER {self.name}_{what}" for what in ("insert", "update")]

    def is_kept(self, connection: Connection) -> bool:
        """Whether the database of a migration connection really keeps it."""
        if connection.dialect.name == "postgresql":
            found = connection.exec_driver_sql(
                "SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass(%s) AND conname = %s AND contype = 'x'",
                (self.table, self.name),
            )
            return found.first() is not None
        stored = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (self.table,)
        )
        return set(self.create_statements("sqlite")) <= set(stored.scalars())


def no_overlap(
    table: Any, *, keys: Sequence[str], period: tuple[str, str] = ("valid_from", "valid_to"),
    within: tuple[str, str] | None = None,
) -> NoOverlap:  # fmt: skip
    """Declare, right after the model class, that periods of equal keys never overlap.

    Adds the check that a period does not end before it begins, and an index that begins with a key where the table
    has none. ``table`` is ``Model.__table__``; for ``within`` see ``NoOverlap``.
    """
    if not isinstance(table, Table):
        raise TypeError(f"{table!r} is no table; write no_overlap(Model.__table__, ...)")
    for name in (*keys, *period, *(within or ())):
        if table.c[name].nullable:
            raise ValueError(f"{table.name}.{name} must be NOT NULL: an unknown key or day overlaps with nothing")
    rule = NoOverlap(table.name, tuple(keys), period, within)
    table.info.setdefault(_INFO, []).append(rule)
    table.append_constraint(CheckConstraint(f"{period[0]} < {period[1]}", name=f"{period[0]}_before_{period[1]}"))
    if not any(index.columns.keys()[:1] in ([key] for key in keys) for index in table.indexes):
        columns = [table.c[name] for name in (*keys, period[0])]
        Index(f"ix_{table.name}_{'_'.join(column.name for column in columns)}"[:_LONGEST_NAME], *columns)

    def after_create(target: Table, connection: Connection, **_: Any) -> None:
        del target
        for statement in rule.create_statements(connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", after_create)
    return rule


def rules_of(table: Table) -> list[NoOverlap]:
    """What was declared for a table."""
    rules: list[NoOverlap] = table.info.get(_INFO, [])
    return list(rules)


# -- in migrations -----------------------------------------------------------------------------------------------


def create_no_overlap(
    op: Any, table: str, keys: Sequence[str], period: tuple[str, str] = ("valid_from", "valid_to"),
    within: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """In a migration, after ``op.create_table``: let the database keep the rule from now on."""
    for statement in NoOverlap(table, tuple(keys), period, within).create_statements(_dialect(op)):
        op.execute(text(statement.replace(":", "\\:")))


def drop_no_overlap(
    op: Any, table: str, keys: Sequence[str], period: tuple[str, str] = ("valid_from", "valid_to"),
    within: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """In a migration: end the rule. ``op.drop_table`` ends it by itself."""
    for statement in NoOverlap(table, tuple(keys), period, within).drop_statements(_dialect(op)):
        op.execute(statement)


@contextmanager
def alter_table(op: Any, table: str, **options: Any) -> Iterator[BatchOperations]:
    """``op.batch_alter_table`` that brings back the triggers which SQLite drops with the old copy of the table.

    Every change of an existing table in a migration is written inside this block. ``recreate`` counts on SQLite only:
    PostgreSQL changes a table in place, and a copy there would lose its exclusion constraints.
    """
    connection: Connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    before = _triggers(connection, table) if sqlite else {}
    if not sqlite:
        options.pop("recreate", None)
    with op.batch_alter_table(table, **options) as batch:
        yield batch
    if sqlite:
        present = _triggers(connection, table)
        for name, statement in before.items():
            if name not in present:
                connection.exec_driver_sql(statement)


def _triggers(connection: Connection, table: str) -> dict[str, str]:
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
    )
    return {name: sql for name, sql in rows}


def _dialect(op: Any) -> str:
    name: str = op.get_bind().dialect.name
    return name
