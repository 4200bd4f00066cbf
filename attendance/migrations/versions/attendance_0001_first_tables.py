"""Punches, shifts, groups, days and months: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table, append_only_statements, create_no_overlap

revision = "attendance_0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attendance_punch_source',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_punch_source')),
    sa.UniqueConstraint('code', name=op.f('uq_attendance_punch_source_code'))
    )
    op.create_table('attendance_shift',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('start_minute', sa.Integer(), nullable=False),
    sa.Column('end_minute', sa.Integer(), nullable=False),
    sa.Column('breaks', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('break_from', sa.Integer(), nullable=False),
    sa.Column('grace_in', sa.Integer(), nullable=False),
    sa.Column('grace_out', sa.Integer(), nullable=False),
    sa.Column('flex_early', sa.Integer(), nullable=False),
    sa.Column('flex_late', sa.Integer(), nullable=False),
    sa.Column('window_before', sa.Integer(), nullable=False),
    sa.Column('window_after', sa.Integer(), nullable=False),
    sa.Column('method', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_shift')),
    sa.UniqueConstraint('code', name=op.f('uq_attendance_shift_code'))
    )
    op.create_table('attendance_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=32), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('monday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tuesday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wednesday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('thursday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('friday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('saturday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sunday_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('make_up_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('follows_calendar', sa.Boolean(), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('rules', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['friday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_friday_id')),
    sa.ForeignKeyConstraint(['make_up_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_make_up_id')),
    sa.ForeignKeyConstraint(['monday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_monday_id')),
    sa.ForeignKeyConstraint(['saturday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_saturday_id')),
    sa.ForeignKeyConstraint(['sunday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_sunday_id')),
    sa.ForeignKeyConstraint(['thursday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_thursday_id')),
    sa.ForeignKeyConstraint(['tuesday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_tuesday_id')),
    sa.ForeignKeyConstraint(['wednesday_id'], ['attendance_shift.id'], name=op.f('fk_attendance_group_wednesday_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_group')),
    sa.UniqueConstraint('code', name=op.f('uq_attendance_group_code'))
    )
    op.create_table('attendance_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('repeated', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['attendance_punch_source.id'], name=op.f('fk_attendance_import_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_import'))
    )
    with alter_table(op, 'attendance_import') as batch_op:
        batch_op.create_index('ix_attendance_import_digest', ['digest'], unique=False)

    op.create_table('attendance_absence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('paid', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_attendance_absence_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_absence_employment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_absence'))
    )
    with alter_table(op, 'attendance_absence') as batch_op:
        batch_op.create_index('ix_attendance_absence_employment_id_valid_from', ['employment_id', 'valid_from'], unique=False)

    op.create_table('attendance_day',
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.SmallInteger(), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('excuse', sa.SmallInteger(), nullable=False),
    sa.Column('scheduled', sa.Boolean(), nullable=False),
    sa.Column('planned', sa.Integer(), nullable=False),
    sa.Column('punches', sa.Integer(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('worked', sa.Integer(), nullable=False),
    sa.Column('late', sa.Integer(), nullable=False),
    sa.Column('early', sa.Integer(), nullable=False),
    sa.Column('absent', sa.Integer(), nullable=False),
    sa.Column('missing_in', sa.Boolean(), nullable=False),
    sa.Column('missing_out', sa.Boolean(), nullable=False),
    sa.Column('night', sa.Integer(), nullable=False),
    sa.Column('overtime_workday', sa.Integer(), nullable=False),
    sa.Column('overtime_rest', sa.Integer(), nullable=False),
    sa.Column('overtime_holiday', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('employment_id', 'day', name=op.f('pk_attendance_day'))
    )
    with alter_table(op, 'attendance_day') as batch_op:
        batch_op.create_index('ix_attendance_day_day', ['day'], unique=False)

    op.create_table('attendance_membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_attendance_membership_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_membership_employment_id')),
    sa.ForeignKeyConstraint(['group_id'], ['attendance_group.id'], name=op.f('fk_attendance_membership_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_membership'))
    )
    with alter_table(op, 'attendance_membership') as batch_op:
        batch_op.create_index('ix_attendance_membership_employment_id_valid_from', ['employment_id', 'valid_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_membership_group_id'), ['group_id'], unique=False)

    op.create_table('attendance_month',
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('scheduled_days', sa.Integer(), nullable=False),
    sa.Column('worked_days', sa.Integer(), nullable=False),
    sa.Column('planned_minutes', sa.Integer(), nullable=False),
    sa.Column('worked_minutes', sa.Integer(), nullable=False),
    sa.Column('late_count', sa.Integer(), nullable=False),
    sa.Column('late_minutes', sa.Integer(), nullable=False),
    sa.Column('early_count', sa.Integer(), nullable=False),
    sa.Column('early_minutes', sa.Integer(), nullable=False),
    sa.Column('missing_count', sa.Integer(), nullable=False),
    sa.Column('absent_days', sa.Integer(), nullable=False),
    sa.Column('leave_days', sa.Integer(), nullable=False),
    sa.Column('unpaid_days', sa.Integer(), nullable=False),
    sa.Column('trip_days', sa.Integer(), nullable=False),
    sa.Column('night_minutes', sa.Integer(), nullable=False),
    sa.Column('ot_workday_minutes', sa.Integer(), nullable=False),
    sa.Column('ot_restday_minutes', sa.Integer(), nullable=False),
    sa.Column('ot_holiday_minutes', sa.Integer(), nullable=False),
    sa.Column('open_days', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('employment_id', 'month', name=op.f('pk_attendance_month'))
    )
    with alter_table(op, 'attendance_month') as batch_op:
        batch_op.create_index('ix_attendance_month_month', ['month', 'group_id'], unique=False)

    op.create_table('attendance_month_state',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reopen_reason', sa.Text(), nullable=True),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['attendance_group.id'], name=op.f('fk_attendance_month_state_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_month_state')),
    sa.UniqueConstraint('month', 'group_id', name=op.f('uq_attendance_month_state_month_group_id'))
    )
    op.create_table('attendance_punch_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('pin', sa.String(length=40), nullable=True),
    sa.Column('wall', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['attendance_import.id'], name=op.f('fk_attendance_punch_line_import_id')),
    sa.ForeignKeyConstraint(['source_id'], ['attendance_punch_source.id'], name=op.f('fk_attendance_punch_line_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_punch_line')),
    sa.UniqueConstraint('source_id', 'digest', name=op.f('uq_attendance_punch_line_source_id_digest'))
    )
    with alter_table(op, 'attendance_punch_line') as batch_op:
        batch_op.create_index('ix_attendance_punch_line_import_id', ['import_id'], unique=False)
        batch_op.create_index('ix_attendance_punch_line_source_id_wall', ['source_id', 'wall'], unique=False)

    op.create_table('attendance_punch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('second', sa.BigInteger(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_attendance_punch_employment_id')),
    sa.ForeignKeyConstraint(['line_id'], ['attendance_punch_line.id'], name=op.f('fk_attendance_punch_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_punch')),
    sa.UniqueConstraint('line_id', name=op.f('uq_attendance_punch_line_id'))
    )
    with alter_table(op, 'attendance_punch') as batch_op:
        batch_op.create_index('ix_attendance_punch_employment_id_second', ['employment_id', 'second'], unique=False)
        batch_op.create_index('ix_attendance_punch_second', ['second'], unique=False)

    create_no_overlap(op, "attendance_absence", ["employment_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "attendance_membership", ["employment_id"], ("valid_from", "valid_to"))
    for table in ("attendance_punch_line", "attendance_punch"):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('attendance_punch')
    op.drop_table('attendance_punch_line')
    op.drop_table('attendance_month_state')
    op.drop_table('attendance_month')
    op.drop_table('attendance_membership')
    op.drop_table('attendance_day')
    op.drop_table('attendance_absence')
    op.drop_table('attendance_import')
    op.drop_table('attendance_group')
    op.drop_table('attendance_shift')
    op.drop_table('attendance_punch_source')
