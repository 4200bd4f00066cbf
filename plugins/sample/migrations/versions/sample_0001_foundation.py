"""Foundation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sample_0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sample_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('shown_from', sa.Date(), nullable=False),
    sa.Column('shown_until', sa.Date(), nullable=False),
    sa.Column('holds_changes', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample_notice')),
    sa.UniqueConstraint('code', name=op.f('uq_sample_notice_code'))
    )


def downgrade() -> None:
    op.drop_table('sample_notice')
