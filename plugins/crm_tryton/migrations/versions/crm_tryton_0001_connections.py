"""Connections to Tryton, what is linked over them, how far they are, and what did not get across."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table

revision = "crm_tryton_0001_connections"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('crm_tryton_connection',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('database', sa.String(length=80), nullable=False),
    sa.Column('login', sa.String(length=80), nullable=False),
    sa.Column('password', sa.LargeBinary(), nullable=False),
    sa.Column('company', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('fallback', sa.Integer(), nullable=False),
    sa.Column('employees', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('rules', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_crm_tryton_connection_legal_entity_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_crm_tryton_connection_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_tryton_connection'))
    )
    with alter_table(op, 'crm_tryton_connection') as batch_op:
        batch_op.create_index('ix_crm_tryton_connection_unit_id', ['unit_id'], unique=False)

    op.create_table('crm_tryton_letter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('connection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('way', sa.String(length=3), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('why', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('seen', sa.DateTime(timezone=True), nullable=False),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['connection_id'], ['crm_tryton_connection.id'], name=op.f('fk_crm_tryton_letter_connection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_tryton_letter')),
    sa.UniqueConstraint('connection_id', 'way', 'number', name=op.f('uq_crm_tryton_letter_connection_id_way_number'))
    )
    with alter_table(op, 'crm_tryton_letter') as batch_op:
        batch_op.create_index('ix_crm_tryton_letter_done_at', ['connection_id', 'done_at'], unique=False)

    op.create_table('crm_tryton_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('connection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lead_id', sa.BigInteger(), nullable=False),
    sa.Column('opportunity', sa.Integer(), nullable=False),
    sa.Column('party', sa.Integer(), nullable=True),
    sa.Column('agreed', sa.LargeBinary(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['connection_id'], ['crm_tryton_connection.id'], name=op.f('fk_crm_tryton_link_connection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_tryton_link')),
    sa.UniqueConstraint('connection_id', 'lead_id', name=op.f('uq_crm_tryton_link_connection_id_lead_id')),
    sa.UniqueConstraint('connection_id', 'opportunity', name=op.f('uq_crm_tryton_link_connection_id_opportunity'))
    )
    op.create_table('crm_tryton_state',
    sa.Column('connection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('out_cursor', sa.BigInteger(), nullable=False),
    sa.Column('in_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('in_id', sa.Integer(), nullable=False),
    sa.Column('in_seen', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['connection_id'], ['crm_tryton_connection.id'], name=op.f('fk_crm_tryton_state_connection_id')),
    sa.PrimaryKeyConstraint('connection_id', name=op.f('pk_crm_tryton_state'))
    )


def downgrade() -> None:
    op.drop_table('crm_tryton_state')
    op.drop_table('crm_tryton_link')
    op.drop_table('crm_tryton_letter')
    op.drop_table('crm_tryton_connection')
