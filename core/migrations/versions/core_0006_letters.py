"""Numbers of documents, texts of letters, and the register of those that were issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.audit.append_only import statements

revision = "core_0006_letters"
down_revision = "core_0005_broker"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("core_letter_template", "core_letter", "core_letter_revocation")


def upgrade() -> None:
    _numbers()
    op.create_table(
        "core_letter_template",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_letter_template")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_core_letter_template_kind_version")),
    )
    _letter()
    op.create_table(
        "core_letter_revocation",
        sa.Column("letter_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("entry", sa.String(length=128), nullable=True),
        sa.Column("list_version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["core_letter.id"], name=op.f("fk_core_letter_revocation_letter_id_core_letter"),
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_core_letter_revocation")),
    )
    for table in _TABLES:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def _numbers() -> None:
    op.create_table(
        "core_number_pattern",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("pattern", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_core_number_pattern")),
    )
    op.create_table(
        "core_number_series",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("legal_entity_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "legal_entity_id", "year", name=op.f("pk_core_number_series")),
    )


def _letter() -> None:
    op.create_table(
        "core_letter",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("employment_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("addressee", sa.LargeBinary(), nullable=True),
        sa.Column("purpose", sa.LargeBinary(), nullable=True),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=100), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("entry", sa.String(length=128), nullable=True),
        sa.Column("list_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("file_id", _BIG, nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["core_employment.id"], name=op.f("fk_core_letter_employment_id_core_employment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_letter_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"], ["core_legal_entity.id"],
            name=op.f("fk_core_letter_legal_entity_id_core_legal_entity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_core_letter_number")),
    )
    op.create_index("ix_core_letter_employment_id", "core_letter", ["employment_id", "id"])
    op.create_index("ix_core_letter_person_id", "core_letter", ["person_id", "id"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_table("core_number_series")
    op.drop_table("core_number_pattern")
