"""Mappings, how far each has come, what was sent, and what did not get across."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table

revision = "crm_webhook_0001_mappings"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('crm_webhook_mapping',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('way', sa.String(length=3), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('endpoint_id', sa.BigInteger(), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=True),
    sa.Column('rules', sa.String(length=8000), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_crm_webhook_mapping_legal_entity_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_crm_webhook_mapping_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_webhook_mapping')),
    sa.UniqueConstraint('endpoint_id', name=op.f('uq_crm_webhook_mapping_endpoint_id'))
    )
    with alter_table(op, 'crm_webhook_mapping') as batch_op:
        batch_op.create_index('ix_crm_webhook_mapping_unit_id', ['unit_id'], unique=False)

    op.create_table('crm_webhook_letter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mapping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('why', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['mapping_id'], ['crm_webhook_mapping.id'], name=op.f('fk_crm_webhook_letter_mapping_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_webhook_letter')),
    sa.UniqueConstraint('mapping_id', 'key', name=op.f('uq_crm_webhook_letter_mapping_id_key'))
    )
    with alter_table(op, 'crm_webhook_letter') as batch_op:
        batch_op.create_index('ix_crm_webhook_letter_done_at', ['mapping_id', 'done_at'], unique=False)

    op.create_table('crm_webhook_sent',
    sa.Column('mapping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('lead_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['mapping_id'], ['crm_webhook_mapping.id'], name=op.f('fk_crm_webhook_sent_mapping_id')),
    sa.PrimaryKeyConstraint('mapping_id', 'lead_id', name=op.f('pk_crm_webhook_sent'))
    )
    op.create_table('crm_webhook_state',
    sa.Column('mapping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('cursor', sa.BigInteger(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['mapping_id'], ['crm_webhook_mapping.id'], name=op.f('fk_crm_webhook_state_mapping_id')),
    sa.PrimaryKeyConstraint('mapping_id', name=op.f('pk_crm_webhook_state'))
    )


def downgrade() -> None:
    op.drop_table('crm_webhook_state')
    op.drop_table('crm_webhook_sent')
    op.drop_table('crm_webhook_letter')
    op.drop_table('crm_webhook_mapping')
