"""Leave: types, lots, the ledger and requests; half days of absence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table, append_only_statements, create_no_overlap, drop_no_overlap

revision = "attendance_0002_leave"
down_revision = 'attendance_0001_first_tables'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attendance_leave_type',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('halves', sa.Boolean(), nullable=False),
    sa.Column('paid', sa.Boolean(), nullable=False),
    sa.Column('balanced', sa.Boolean(), nullable=False),
    sa.Column('natural', sa.Boolean(), nullable=False),
    sa.Column('evidence_from', sa.Integer(), nullable=False),
    sa.Column('carry_months', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_attendance_leave_type_valid_from_before_valid_to')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_leave_type')),
    sa.UniqueConstraint('code', name=op.f('uq_attendance_leave_type_code'))
    )
    op.create_table('attendance_leave',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('first_half', sa.SmallInteger(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('last_half', sa.SmallInteger(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('days', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('paid', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('evidence', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_attendance_leave_amount_is_positive')),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_attendance_leave_first_day_not_after_last_day')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_leave_employment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_attendance_leave_person_id')),
    sa.ForeignKeyConstraint(['type_id'], ['attendance_leave_type.id'], name=op.f('fk_attendance_leave_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_leave'))
    )
    with alter_table(op, 'attendance_leave') as batch_op:
        batch_op.create_index('ix_attendance_leave_employment_id', ['employment_id', 'first_day'], unique=False)
        batch_op.create_index('ix_attendance_leave_person_id', ['person_id', 'id'], unique=False)

    op.create_table('attendance_leave_lot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('expires', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_from < expires', name=op.f('ck_attendance_leave_lot_valid_from_before_expires')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_leave_lot_employment_id')),
    sa.ForeignKeyConstraint(['type_id'], ['attendance_leave_type.id'], name=op.f('fk_attendance_leave_lot_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_leave_lot'))
    )
    with alter_table(op, 'attendance_leave_lot') as batch_op:
        batch_op.create_index('ix_attendance_leave_lot_expires', ['expires'], unique=False)
        batch_op.create_index('uq_attendance_leave_lot_year', ['employment_id', 'type_id', 'year', 'kind'], unique=True)

    op.create_table('attendance_working_life',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('proof', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_working_life_employment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_working_life')),
    sa.UniqueConstraint('employment_id', name=op.f('uq_attendance_working_life_employment_id'))
    )
    op.create_table('attendance_leave_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_attendance_leave_entry_amount_is_something')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_leave_entry_employment_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['attendance_leave_lot.id'], name=op.f('fk_attendance_leave_entry_lot_id')),
    sa.ForeignKeyConstraint(['request_id'], ['attendance_leave.id'], name=op.f('fk_attendance_leave_entry_request_id')),
    sa.ForeignKeyConstraint(['type_id'], ['attendance_leave_type.id'], name=op.f('fk_attendance_leave_entry_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_leave_entry'))
    )
    with alter_table(op, 'attendance_leave_entry') as batch_op:
        batch_op.create_index('ix_attendance_leave_entry_employment_id', ['employment_id', 'type_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_leave_entry_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_leave_entry_request_id'), ['request_id'], unique=False)

    for statement in append_only_statements('attendance_leave_entry', op.get_bind().dialect.name):
        op.execute(statement)

    # What was recorded before are whole days.
    drop_no_overlap(op, "attendance_absence", ["employment_id"])
    with alter_table(op, 'attendance_absence') as batch_op:
        batch_op.add_column(sa.Column('first_half', sa.SmallInteger(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('last_half', sa.SmallInteger(), nullable=False, server_default='2'))
        batch_op.add_column(sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_attendance_absence_request_id'), ['request_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_attendance_absence_request_id'), 'attendance_leave', ['request_id'], ['id'])

    with alter_table(op, 'attendance_absence') as batch_op:
        batch_op.alter_column('first_half', server_default=None)
        batch_op.alter_column('last_half', server_default=None)
    create_no_overlap(op, "attendance_absence", ["employment_id"], ("valid_from", "valid_to"), ("first_half", "last_half"))


def downgrade() -> None:
    drop_no_overlap(op, "attendance_absence", ["employment_id"], ("valid_from", "valid_to"), ("first_half", "last_half"))
    op.execute("DELETE FROM attendance_absence WHERE first_half <> 1 OR last_half <> 2")
    with alter_table(op, 'attendance_absence') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_attendance_absence_request_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_attendance_absence_request_id'))
        batch_op.drop_column('request_id')
        batch_op.drop_column('last_half')
        batch_op.drop_column('first_half')

    create_no_overlap(op, "attendance_absence", ["employment_id"])
    op.drop_table('attendance_leave_entry')
    op.drop_table('attendance_working_life')
    op.drop_table('attendance_leave_lot')
    op.drop_table('attendance_leave')
    op.drop_table('attendance_leave_type')
