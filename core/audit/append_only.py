"""Tables that are only ever appended to: triggers refuse updates and deletes, whoever sends them.

A migration that makes such a table runs ``statements(name, dialect)`` after creating it; ``create_all`` runs them by
itself. Autogenerate does not see triggers, so a migration test tries an update and a delete.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Table, event

_FUNCTION = """
CREATE OR REPLACE FUNCTION remit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME; END $$
""".strip()


def append_only(table: Any) -> None:
    """Declare a table append-only; its triggers are made together with it by ``create_all``."""
    assert isinstance(table, Table)
    table.info["append_only"] = True
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            made: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made.execute_if(dialect=dialect))


def statements(table: str, dialect: str) -> list[str]:
    """The SQL that makes a table append-only, for a migration: ``for sql in statements(...): op.execute(sql)``."""
    if dialect == "postgresql":
        return [
            _FUNCTION,
            f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION remit_append_only()",
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION remit_append_only()",
        ]
    return [
        f'CREATE TRIGGER "{table}_append_only_{verb}" BEFORE {verb.upper()} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        for verb in ("update", "delete")
    ]
