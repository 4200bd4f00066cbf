"""Foundation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.audit.append_only import statements
from core.db.no_overlap import alter_table, create_no_overlap

revision = "core_0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('actor_kind', sa.String(length=16), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('acting_as', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=128), nullable=True),
    sa.Column('entry', sa.String(length=128), nullable=True),
    sa.Column('list_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('object_type', sa.String(length=64), nullable=True),
    sa.Column('object_id', sa.String(length=128), nullable=True),
    sa.Column('root_type', sa.String(length=64), nullable=True),
    sa.Column('root_id', sa.String(length=128), nullable=True),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('row_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('origin', sa.String(length=128), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_audit'))
    )
    with alter_table(op, 'core_audit') as batch_op:
        batch_op.create_index(batch_op.f('ix_core_audit_account_id_id'), ['account_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_core_audit_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_core_audit_root_type_root_id_id'), ['root_type', 'root_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_core_audit_subject_id_id'), ['subject_id', 'id'], unique=False)

    op.create_table('core_calendar',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.String(length=32), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('weekend', sa.String(length=7), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_calendar')),
    sa.UniqueConstraint('place', name=op.f('uq_core_calendar_place'))
    )
    op.create_table('core_epoch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('epoch', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_epoch'))
    )
    op.create_table('core_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content_type', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('blob', sa.String(length=128), nullable=False),
    sa.Column('personal', sa.Boolean(), nullable=False),
    sa.Column('encrypted', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_file')),
    sa.UniqueConstraint('blob', name=op.f('uq_core_file_blob'))
    )
    with alter_table(op, 'core_file') as batch_op:
        batch_op.create_index(batch_op.f('ix_core_file_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_core_file_expires_at'), ['expires_at'], unique=False)

    op.create_table('core_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('file_digest', sa.String(length=64), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('options', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('counts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('report', sa.LargeBinary(), nullable=True),
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_import'))
    )
    with alter_table(op, 'core_import') as batch_op:
        batch_op.create_index(batch_op.f('ix_core_import_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_core_import_kind'), ['kind'], unique=False)

    op.create_table('core_job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('args', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('progress_done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('progress_total', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('message', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('result', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('error', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cancel_asked', sa.Boolean(), nullable=False),
    sa.Column('worker', sa.String(length=64), nullable=True),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heartbeat', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_job')),
    sa.UniqueConstraint('key', name=op.f('uq_core_job_key'))
    )
    with alter_table(op, 'core_job') as batch_op:
        batch_op.create_index(batch_op.f('ix_core_job_account_id_id'), ['account_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_core_job_state_run_at'), ['state', 'run_at'], unique=False)

    op.create_table('core_legal_entity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('credit_code', sa.String(length=18), nullable=True),
    sa.Column('external_id', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_legal_entity')),
    sa.UniqueConstraint('code', name=op.f('uq_core_legal_entity_code')),
    sa.UniqueConstraint('external_id', name=op.f('uq_core_legal_entity_external_id'))
    )
    op.create_table('core_module',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('switched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('switched_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_core_module'))
    )
    op.create_table('core_person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('sort_key', sa.String(length=200), nullable=False),
    sa.Column('initials', sa.String(length=40), nullable=False),
    sa.Column('sex', sa.String(length=1), nullable=True),
    sa.Column('born_on', sa.Date(), nullable=True),
    sa.Column('identity_kind', sa.String(length=20), nullable=True),
    sa.Column('identity_number', sa.LargeBinary(), nullable=True),
    sa.Column('identity_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('bank_name', sa.String(length=100), nullable=True),
    sa.Column('bank_account', sa.LargeBinary(), nullable=True),
    sa.Column('external_id', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_person')),
    sa.UniqueConstraint('external_id', name=op.f('uq_core_person_external_id')),
    sa.UniqueConstraint('identity_index', name=op.f('uq_core_person_identity_index'))
    )
    with alter_table(op, 'core_person') as batch_op:
        batch_op.create_index('ix_core_person_sort_key', ['sort_key'], unique=False)

    op.create_table('core_position',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('external_id', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_position')),
    sa.UniqueConstraint('code', name=op.f('uq_core_position_code')),
    sa.UniqueConstraint('external_id', name=op.f('uq_core_position_external_id'))
    )
    op.create_table('core_sign_in_attempt',
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('window_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_core_sign_in_attempt'))
    )
    op.create_table('core_unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('external_id', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_core_unit_code')),
    sa.UniqueConstraint('external_id', name=op.f('uq_core_unit_external_id'))
    )
    op.create_table('core_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login', sa.String(length=120), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('theme', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_core_account_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_account')),
    sa.UniqueConstraint('login', name=op.f('uq_core_account_login')),
    sa.UniqueConstraint('person_id', name=op.f('uq_core_account_person_id'))
    )
    op.create_table('core_calendar_day',
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('statutory', sa.Boolean(), nullable=False),
    sa.Column('name', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('origin', sa.String(length=8), nullable=False),
    sa.CheckConstraint("kind IN ('workday', 'rest', 'holiday')", name=op.f('ck_core_calendar_day_kind')),
    sa.CheckConstraint("origin IN ('country', 'company')", name=op.f('ck_core_calendar_day_origin')),
    sa.ForeignKeyConstraint(['calendar_id'], ['core_calendar.id'], name=op.f('fk_core_calendar_day_calendar_id')),
    sa.PrimaryKeyConstraint('calendar_id', 'day', name=op.f('pk_core_calendar_day'))
    )
    op.create_table('core_calendar_year',
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('confidence', sa.String(length=8), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['core_calendar.id'], name=op.f('fk_core_calendar_year_calendar_id')),
    sa.PrimaryKeyConstraint('calendar_id', 'year', name=op.f('pk_core_calendar_year'))
    )
    op.create_table('core_employment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hired_on', sa.Date(), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=False),
    sa.Column('first_job_of_year', sa.Boolean(), nullable=False),
    sa.Column('external_id', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_core_employment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_employment')),
    sa.UniqueConstraint('external_id', name=op.f('uq_core_employment_external_id')),
    sa.UniqueConstraint('number', name=op.f('uq_core_employment_number'))
    )
    with alter_table(op, 'core_employment') as batch_op:
        batch_op.create_index(batch_op.f('ix_core_employment_person_id'), ['person_id'], unique=False)

    op.create_table('core_import_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('operation', sa.String(length=8), nullable=False),
    sa.Column('row_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('before', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['core_import.id'], name=op.f('fk_core_import_change_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_import_change')),
    sa.UniqueConstraint('import_id', 'seq', name=op.f('uq_core_import_change_import_id_seq'))
    )
    op.create_table('core_list',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('effective_to', sa.Date(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('published_by_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('basis', sa.String(length=400), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_core_list_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_list')),
    sa.UniqueConstraint('unit_id', 'version', name=op.f('uq_core_list_unit_id_version'))
    )
    op.create_table('core_position_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reports_to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=True),
    sa.Column('family', sa.String(length=40), nullable=True),
    sa.Column('headcount', sa.Integer(), nullable=False),
    sa.Column('is_head', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('requirements', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_core_position_version_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['position_id'], ['core_position.id'], name=op.f('fk_core_position_version_position_id')),
    sa.ForeignKeyConstraint(['reports_to_id'], ['core_position.id'], name=op.f('fk_core_position_version_reports_to_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_core_position_version_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_position_version'))
    )
    with alter_table(op, 'core_position_version') as batch_op:
        batch_op.create_index('ix_core_position_version_position_id_valid_from', ['position_id', 'valid_from'], unique=False)
        batch_op.create_index('ix_core_position_version_reports_to_id', ['reports_to_id'], unique=False)
        batch_op.create_index('ix_core_position_version_unit_id', ['unit_id'], unique=False)

    op.create_table('core_unit_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('lft', sa.Integer(), nullable=False),
    sa.Column('rgt', sa.Integer(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_core_unit_order_unit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_unit_order'))
    )
    with alter_table(op, 'core_unit_order') as batch_op:
        batch_op.create_index('ix_core_unit_order_lft', ['valid_from', 'lft'], unique=False)
        batch_op.create_index('ix_core_unit_order_unit_id', ['unit_id', 'valid_from'], unique=False)

    op.create_table('core_unit_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('mission', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('is_withholding_agent', sa.Boolean(), nullable=False),
    sa.Column('credit_code', sa.String(length=18), nullable=True),
    sa.Column('contribution_place', sa.String(length=40), nullable=True),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_core_unit_version_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_core_unit_version_legal_entity_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['core_unit.id'], name=op.f('fk_core_unit_version_parent_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_core_unit_version_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_unit_version'))
    )
    with alter_table(op, 'core_unit_version') as batch_op:
        batch_op.create_index('ix_core_unit_version_parent_id', ['parent_id'], unique=False)
        batch_op.create_index('ix_core_unit_version_unit_id_valid_from', ['unit_id', 'valid_from'], unique=False)

    op.create_table('core_assignment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('fte', sa.Integer(), nullable=False),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('stands_in_for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_core_assignment_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_core_assignment_employment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_core_assignment_person_id')),
    sa.ForeignKeyConstraint(['position_id'], ['core_position.id'], name=op.f('fk_core_assignment_position_id')),
    sa.ForeignKeyConstraint(['stands_in_for_id'], ['core_assignment.id'], name=op.f('fk_core_assignment_stands_in_for_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_assignment'))
    )
    with alter_table(op, 'core_assignment') as batch_op:
        batch_op.create_index('ix_core_assignment_employment_id', ['employment_id', 'position_id', 'valid_from'], unique=False)
        batch_op.create_index('ix_core_assignment_person_id', ['person_id', 'valid_from'], unique=False)
        batch_op.create_index('ix_core_assignment_stands_in_for_id', ['stands_in_for_id'], unique=False, sqlite_where=sa.text('stands_in_for_id IS NOT NULL'), postgresql_where=sa.text('stands_in_for_id IS NOT NULL'))
        batch_op.create_index('ix_core_assignment_position_id', ['position_id', 'valid_from'], unique=False)

    op.create_table('core_authority',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('effect', sa.String(length=10), nullable=False),
    sa.Column('action', sa.String(length=100), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('scope_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('limit_minor', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('cap_minor', sa.BigInteger(), nullable=True),
    sa.Column('cap_period', sa.String(length=10), nullable=True),
    sa.Column('conditions', sa.JSON(), nullable=True),
    sa.Column('power', sa.String(length=10), nullable=False),
    sa.Column('duty_code', sa.String(length=40), nullable=True),
    sa.Column('basis', sa.String(length=200), nullable=True),
    sa.Column('delegable', sa.Boolean(), nullable=False),
    sa.Column('by_acting', sa.Boolean(), nullable=False),
    sa.Column('bootstrap', sa.Boolean(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['list_id'], ['core_list.id'], name=op.f('fk_core_authority_list_id')),
    sa.ForeignKeyConstraint(['position_id'], ['core_position.id'], name=op.f('fk_core_authority_position_id')),
    sa.ForeignKeyConstraint(['scope_unit_id'], ['core_unit.id'], name=op.f('fk_core_authority_scope_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_authority'))
    )
    with alter_table(op, 'core_authority') as batch_op:
        batch_op.create_index('ix_core_authority_list_id', ['list_id'], unique=False)
        batch_op.create_index('ix_core_authority_position_id', ['position_id'], unique=False)

    op.create_table('core_boundary',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('matter', sa.String(length=80), nullable=False),
    sa.Column('lead_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.ForeignKeyConstraint(['lead_unit_id'], ['core_unit.id'], name=op.f('fk_core_boundary_lead_unit_id')),
    sa.ForeignKeyConstraint(['list_id'], ['core_list.id'], name=op.f('fk_core_boundary_list_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_boundary'))
    )
    op.create_table('core_duty',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('raci', sa.String(length=1), nullable=False),
    sa.Column('matter', sa.String(length=80), nullable=True),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['core_list.id'], name=op.f('fk_core_duty_list_id')),
    sa.ForeignKeyConstraint(['position_id'], ['core_position.id'], name=op.f('fk_core_duty_position_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_duty'))
    )
    with alter_table(op, 'core_duty') as batch_op:
        batch_op.create_index('ix_core_duty_list_id', ['list_id'], unique=False)
        batch_op.create_index('ix_core_duty_position_id', ['position_id'], unique=False)

    op.create_table('core_employment_terms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('withholding_agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contribution_place', sa.String(length=40), nullable=True),
    sa.Column('grade', sa.String(length=20), nullable=True),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_core_employment_terms_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_core_employment_terms_employment_id')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_core_employment_terms_legal_entity_id')),
    sa.ForeignKeyConstraint(['withholding_agent_id'], ['core_unit.id'], name=op.f('fk_core_employment_terms_withholding_agent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_employment_terms'))
    )
    with alter_table(op, 'core_employment_terms') as batch_op:
        batch_op.create_index('ix_core_employment_terms_employment_id_valid_from', ['employment_id', 'valid_from'], unique=False)

    op.create_table('core_kpi_target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('duty_code', sa.String(length=40), nullable=True),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('metric', sa.String(length=80), nullable=False),
    sa.Column('comparison', sa.String(length=10), nullable=False),
    sa.Column('target', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['list_id'], ['core_list.id'], name=op.f('fk_core_kpi_target_list_id')),
    sa.ForeignKeyConstraint(['position_id'], ['core_position.id'], name=op.f('fk_core_kpi_target_position_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_kpi_target'))
    )
    with alter_table(op, 'core_kpi_target') as batch_op:
        batch_op.create_index('ix_core_kpi_target_position_id', ['position_id'], unique=False)

    op.create_table('core_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['core_account.id'], name=op.f('fk_core_session_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_session')),
    sa.UniqueConstraint('digest', name=op.f('uq_core_session_digest'))
    )
    with alter_table(op, 'core_session') as batch_op:
        batch_op.create_index('ix_core_session_account_id', ['account_id'], unique=False)

    op.create_table('core_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['core_account.id'], name=op.f('fk_core_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_core_token_digest'))
    )
    op.create_table('core_boundary_support',
    sa.Column('boundary_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['boundary_id'], ['core_boundary.id'], name=op.f('fk_core_boundary_support_boundary_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_core_boundary_support_unit_id')),
    sa.PrimaryKeyConstraint('boundary_id', 'unit_id', name=op.f('pk_core_boundary_support'))
    )
    create_no_overlap(op, "core_position_version", ["position_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "core_unit_version", ["unit_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "core_assignment", ["employment_id", "position_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "core_employment_terms", ["employment_id"], ("valid_from", "valid_to"))
    for table in ['core_audit']:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('core_boundary_support')
    op.drop_table('core_token')
    op.drop_table('core_session')
    op.drop_table('core_kpi_target')
    op.drop_table('core_employment_terms')
    op.drop_table('core_duty')
    op.drop_table('core_boundary')
    op.drop_table('core_authority')
    op.drop_table('core_assignment')
    op.drop_table('core_unit_version')
    op.drop_table('core_unit_order')
    op.drop_table('core_position_version')
    op.drop_table('core_list')
    op.drop_table('core_import_change')
    op.drop_table('core_employment')
    op.drop_table('core_calendar_year')
    op.drop_table('core_calendar_day')
    op.drop_table('core_account')
    op.drop_table('core_unit')
    op.drop_table('core_sign_in_attempt')
    op.drop_table('core_position')
    op.drop_table('core_person')
    op.drop_table('core_module')
    op.drop_table('core_legal_entity')
    op.drop_table('core_job')
    op.drop_table('core_import')
    op.drop_table('core_file')
    op.drop_table('core_epoch')
    op.drop_table('core_calendar')
    op.drop_table('core_audit')
