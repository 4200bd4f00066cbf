"""Tables that are only ever appended to: triggers refuse updates and deletes, whoever sends them.

A table may name columns that can be blanked: an update that sets all of them to NULL and changes nothing else passes.
That is how what a log says about a person is erased without touching what the log is.

A migration that makes such a table runs ``statements(name, dialect)`` after creating it; ``create_all`` runs them by
itself. Autogenerate does not see triggers, so a migration test tries an update and a delete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, Table, event

_FUNCTION = """
CREATE OR REPLACE FUNCTION remit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME; END $$
""".strip()


def append_only(table: Any, *, blanks: Sequence[str] = ()) -> None:
    """Declare a table append-only; its triggers are made together with it by ``create_all``."""
    assert isinstance(table, Table)
    table.info["append_only"] = True
    kept = [column.name for column in table.columns if column.name not in blanks]
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect, blanks, kept):
            made: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made.execute_if(dialect=dialect))


def statements(table: str, dialect: str, blanks: Sequence[str] = (), kept: Sequence[str] = ()) -> list[str]:
    """The SQL that makes a table append-only, for a migration: ``for sql in statements(...): op.execute(sql)``.

    ``blanks`` are columns that may be set to NULL together while those of ``kept`` stay as they are.
    """
    if blanks:
        return _with_blanks(table, dialect, blanks, kept)
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


def dropped(table: str, dialect: str) -> list[str]:
    """The SQL that takes the triggers of a table away, for a migration that makes others."""
    if dialect == "postgresql":
        names = (f"{table}_append_only", f"{table}_append_only_delete", f"{table}_no_truncate")
        return [f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"' for name in names]
    return [f'DROP TRIGGER "{table}_append_only_{verb}"' for verb in ("update", "delete")]


def _with_blanks(table: str, dialect: str, blanks: Sequence[str], kept: Sequence[str]) -> list[str]:
    same = "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM"
    passes = " AND ".join([
        *(f'NEW."{name}" IS NULL' for name in blanks), *(f'NEW."{name}" {same} OLD."{name}"' for name in kept)
    ])  # fmt: skip
    plain = statements(table, dialect)
    if dialect == "sqlite":
        return [plain[0].replace(" BEGIN ", f" WHEN NOT ({passes}) BEGIN ", 1), plain[1]]
    each = "FOR EACH ROW EXECUTE FUNCTION remit_append_only()"
    return [
        plain[0],
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE ON "{table}" '
        f"FOR EACH ROW WHEN (NOT ({passes})) EXECUTE FUNCTION remit_append_only()",
        f'CREATE TRIGGER "{table}_append_only_delete" BEFORE DELETE ON "{table}" {each}',
        plain[2],
    ]
