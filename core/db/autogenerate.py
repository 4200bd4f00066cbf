"""How a new revision is written: column types as the database knows them, and the rules Alembic does not see.

A revision must still run when the program has moved on, so it names plain SQLAlchemy types, never ours.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import (
    CreateTableOp,
    DropIndexOp,
    MigrateOperation,
    MigrationScript,
    ModifyTableOps,
    UpgradeOps,
)
from sqlalchemy import MetaData
from sqlalchemy.types import TypeDecorator

from core.db.no_overlap import NoOverlap, rules_of
from core.db.types import BlindIndex, EncryptedJSON, EncryptedText, Translated, UtcDateTime

_JSONB = "from sqlalchemy.dialects import postgresql"


class NoOverlapOp(MigrateOperation):
    """The call of ``create_no_overlap`` or ``drop_no_overlap`` in a revision."""

    def __init__(self, rule: NoOverlap, verb: str) -> None:
        self.rule = rule
        self.verb = verb


@renderers.dispatch_for(NoOverlapOp)
def _render(context: AutogenContext, operation: NoOverlapOp) -> str:
    del context
    rule = operation.rule
    within = f", {rule.within!r}" if rule.within is not None else ""
    called = f"{operation.verb}_no_overlap(op, {rule.table!r}, {list(rule.keys)!r}, {rule.period!r}{within})"
    return called.replace("'", '"')


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Our column types as SQLAlchemy's; everything else as Alembic writes it."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, EncryptedText | EncryptedJSON):
        return "sa.LargeBinary()"
    if isinstance(item, BlindIndex):
        return "sa.LargeBinary(length=16)"
    if isinstance(item, Translated):
        context.imports.add(_JSONB)
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def add_no_overlap(context: Any, revision: Any, scripts: list[MigrationScript]) -> None:
    """Put the declared rules that the database does not keep yet behind the tables they belong to."""
    del revision
    metadata: MetaData = context.opts["target_metadata"]
    included = context.opts["include_object"]
    for script in scripts:
        upgrades, downgrades = script.upgrade_ops, script.downgrade_ops
        if upgrades is None or downgrades is None:
            continue
        created = _created(upgrades)
        # Dropping a table drops its indexes; there is no need to say so.
        downgrades.ops = [operation for operation in downgrades.ops if not _only_indexes(operation, created)]
        for table in metadata.sorted_tables:
            if not included(table, table.name, "table", False, None):
                continue
            for rule in rules_of(table):
                if not rule.is_kept(context.connection):
                    upgrades.ops.append(NoOverlapOp(rule, "create"))
                    if table.name not in created:
                        downgrades.ops.insert(0, NoOverlapOp(rule, "drop"))


def _only_indexes(operation: MigrateOperation, created: set[str]) -> bool:
    return (
        isinstance(operation, ModifyTableOps)
        and operation.table_name in created
        and all(isinstance(part, DropIndexOp) for part in operation.ops)
    )


def _created(operations: UpgradeOps) -> set[str]:
    """The tables a script makes; the notes on our models that Alembic would copy into the script are taken away."""
    made = [operation for operation in operations.ops if isinstance(operation, CreateTableOp)]
    for operation in made:
        operation.info = {}
    return {operation.table_name for operation in made}
