"""What counts together against a limit, and the questions that people decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0017_tasks"
down_revision = "core_0016_separation"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("core_authority", sa.Column("split_by", sa.String(length=200), nullable=True))
    op.add_column("core_authority", sa.Column("split_days", sa.Integer(), nullable=True))
    op.create_table(
        "core_task",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("resource", sa.String(length=80), nullable=False),
        sa.Column("resource_id", _BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=True),
        sa.Column("requester_account_id", _BIG, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("routed_epoch", _BIG, nullable=False),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_person_id", _BIG, nullable=True),
        sa.Column("next_position_id", _BIG, nullable=True),
        sa.Column("next_assignment_id", _BIG, nullable=True),
        sa.Column("told_person_id", _BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider_person_id", _BIG, nullable=True),
        sa.Column("decider_account_id", _BIG, nullable=True),
        sa.Column("decider_name", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("entry", sa.String(length=128), nullable=True),
        sa.Column("list_version", sa.Integer(), nullable=True),
        sa.Column("assignment_id", _BIG, nullable=True),
        sa.Column("delegation_id", _BIG, nullable=True),
        sa.Column("on_behalf_of_person_id", _BIG, nullable=True),
        sa.Column("path", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_task")),
    )
    open_one = sa.text("state = 'open'")
    op.create_index(
        "uq_core_task_open", "core_task", ["kind", "resource_id"], unique=True, sqlite_where=open_one,
        postgresql_where=open_one,
    )
    op.create_index(
        "ix_core_task_next", "core_task", ["next_person_id", "id"], sqlite_where=open_one, postgresql_where=open_one
    )
    op.create_index("ix_core_task_resource", "core_task", ["resource", "resource_id"])
    op.create_index("ix_core_task_requester", "core_task", ["requester_person_id", "id"])
    op.create_index("ix_core_task_decider", "core_task", ["decider_person_id", "id"])
    op.create_index("ix_core_task_entry", "core_task", ["entry", "decided_at"])
    op.create_index("ix_core_task_action", "core_task", ["action", "decided_at"])


def downgrade() -> None:
    op.drop_table("core_task")
    op.drop_column("core_authority", "split_days")
    op.drop_column("core_authority", "split_by")
