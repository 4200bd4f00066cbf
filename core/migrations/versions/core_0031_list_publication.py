"""Questions whether drafts of lists are published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0031_list_publication"
down_revision = "core_0030_process_starts"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {
    "draft_id": "core_list_draft", "unit_id": "core_unit", "legal_entity_id": "core_legal_entity",
    "requester_person_id": "core_person", "list_id": "core_list",
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "core_list_publication",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("draft_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("legal_entity_id", _BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("list_id", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_list_publication")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_core_list_publication_{column}_{table}"))
            for column, table in _KEYS.items()
        ),
    )
    op.create_index("ix_core_list_publication_draft_id", "core_list_publication", ["draft_id", "id"])
    for column in ("unit_id", "legal_entity_id", "list_id", "requester_person_id"):
        op.create_index(f"ix_core_list_publication_{column}", "core_list_publication", [column])


def downgrade() -> None:
    op.drop_table("core_list_publication")
