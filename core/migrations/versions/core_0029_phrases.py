"""Phrases people keep for their comments, answers given through the links of mails, and files beside requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0029_phrases"
down_revision = "core_0028_subjects"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "core_phrases",
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_core_phrases")),
    )
    op.create_table(
        "core_task_mail",
        sa.Column("task_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("said_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "person_id", "digest", name=op.f("pk_core_task_mail")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["core_task.id"], name=op.f("fk_core_task_mail_task_id_core_task"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "core_process_file",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("run_id", _BIG, nullable=False),
        sa.Column("comment_id", _BIG, nullable=True),
        sa.Column("task_id", _BIG, nullable=True),
        sa.Column("file_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("added_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_process_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_core_process_file_file_id")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_core_process_file_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (
                ("run_id", "core_process_run"), ("comment_id", "core_process_comment"), ("task_id", "core_task"),
                ("file_id", "core_file"),
            )
        ),
    )
    op.create_index("ix_core_process_file_run_id", "core_process_file", ["run_id", "id"])


def downgrade() -> None:
    op.drop_table("core_process_file")
    op.drop_table("core_task_mail")
    op.drop_table("core_phrases")
