"""Relations between persons, and entries that need the yes of several."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0019_persons"
down_revision = "core_0018_lifecycle"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_person_relation",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("other_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_account_id", _BIG, nullable=True),
        sa.Column("declared_by_person_id", _BIG, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_account_id", _BIG, nullable=True),
        sa.Column("confirmed_by_person_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_person_relation_person_id_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["core_person.id"], name=op.f("fk_core_person_relation_other_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_person_relation")),
    )
    op.create_index("ix_core_person_relation_person_id", "core_person_relation", ["person_id", "valid_to"])
    op.create_index("ix_core_person_relation_other_id", "core_person_relation", ["other_id", "valid_to"])
    op.add_column("core_authority", sa.Column("needs_second", sa.Integer(), nullable=True))
    op.create_table(
        "core_task_yes",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("task_id", _BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=128), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=True),
        sa.Column("assignment_id", _BIG, nullable=True),
        sa.Column("delegation_id", _BIG, nullable=True),
        sa.Column("on_behalf_of_person_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["core_task.id"], name=op.f("fk_core_task_yes_task_id_core_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_task_yes")),
        sa.UniqueConstraint("task_id", "digest", "person_id", name=op.f("uq_core_task_yes_task_id_digest_person_id")),
    )
    op.create_index("ix_core_task_yes_person_id", "core_task_yes", ["person_id", "task_id"])


def downgrade() -> None:
    op.drop_table("core_task_yes")
    op.drop_column("core_authority", "needs_second")
    op.drop_table("core_person_relation")
