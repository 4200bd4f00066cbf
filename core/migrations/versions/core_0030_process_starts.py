"""Processes that an event or a rule of time starts, what was started by itself, and tasks that are something to do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0030_process_starts"
down_revision = "core_0029_phrases"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True)
_MOMENT = sa.DateTime(timezone=True)
_VERSION, _TABLE = "core_process_version", "core_process_start"
_PUBLISHED = sa.text("state = 'published'")
_WAITS = sa.text("state = 'waits'")


def upgrade() -> None:
    op.add_column("core_task", sa.Column("to_do", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(_VERSION, sa.Column("trigger", sa.String(length=80), nullable=True))
    op.add_column(_VERSION, sa.Column("next_at", _MOMENT, nullable=True))
    for name in ("trigger", "next_at"):
        op.create_index(
            f"ix_{_VERSION}_{name}", _VERSION, [name], sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED
        )
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("version_id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("event", _JSON, nullable=True),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("submission_id", _BIG, nullable=True),
        sa.Column("why", _JSON, nullable=True),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["version_id"], [f"{_VERSION}.id"], name=op.f(f"fk_{_TABLE}_version_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["core_submission.id"], name=op.f(f"fk_{_TABLE}_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("process", "key", name=op.f(f"uq_{_TABLE}_process_key")),
    )
    op.create_index(f"ix_{_TABLE}_waits", _TABLE, ["tried_at"], sqlite_where=_WAITS, postgresql_where=_WAITS)
    op.create_index(f"ix_{_TABLE}_process", _TABLE, ["process", "id"])
    for column in ("version_id", "submission_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])


def downgrade() -> None:
    op.drop_table(_TABLE)
    op.drop_column("core_task", "to_do")
    for name in ("next_at", "trigger"):
        op.drop_index(f"ix_{_VERSION}_{name}", table_name=_VERSION)
        op.drop_column(_VERSION, name)
