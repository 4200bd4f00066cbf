"""Foundation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table, create_no_overlap, store_plain

revision = "payroll_0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('payroll_component',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_component')),
    sa.UniqueConstraint('code', name=op.f('uq_payroll_component_code'))
    )
    op.create_table('payroll_component_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('component_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('formula', sa.String(length=2000), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('prorated', sa.Boolean(), nullable=False),
    sa.Column('taxable', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=400), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_payroll_component_version_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['component_id'], ['payroll_component.id'], name=op.f('fk_payroll_component_version_component_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_component_version'))
    )
    with alter_table(op, 'payroll_component_version') as batch_op:
        batch_op.create_index('ix_payroll_component_version_component_id', ['component_id', 'valid_from'], unique=False)

    op.create_table('payroll_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('pay_day', sa.Integer(), nullable=False),
    sa.Column('pay_month_offset', sa.Integer(), nullable=False),
    sa.Column('proration', sa.String(length=20), nullable=False),
    sa.Column('calendar_place', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_payroll_group_legal_entity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_group')),
    sa.UniqueConstraint('code', name=op.f('uq_payroll_group_code'))
    )
    op.create_table('payroll_contribution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('si_base', sa.BigInteger(), nullable=False),
    sa.Column('hf_base', sa.BigInteger(), nullable=False),
    sa.Column('hf_rate', sa.Integer(), nullable=False),
    sa.Column('injury_only', sa.Boolean(), nullable=False),
    sa.Column('injury_rate', sa.Integer(), nullable=True),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_payroll_contribution_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_payroll_contribution_employment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_payroll_contribution_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_contribution'))
    )
    with alter_table(op, 'payroll_contribution') as batch_op:
        batch_op.create_index('ix_payroll_contribution_employment_id', ['employment_id', 'valid_from'], unique=False)
        batch_op.create_index('ix_payroll_contribution_person_id', ['person_id'], unique=False)

    op.create_table('payroll_deduction',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('kind_key', sa.Integer(), nullable=False),
    sa.Column('cumulative', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_payroll_deduction_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_payroll_deduction_employment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_payroll_deduction_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_deduction'))
    )
    with alter_table(op, 'payroll_deduction') as batch_op:
        batch_op.create_index('ix_payroll_deduction_employment_id', ['employment_id', 'valid_from'], unique=False)
        batch_op.create_index('ix_payroll_deduction_person_id', ['person_id'], unique=False)

    op.create_table('payroll_group_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_payroll_group_member_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_payroll_group_member_employment_id')),
    sa.ForeignKeyConstraint(['group_id'], ['payroll_group.id'], name=op.f('fk_payroll_group_member_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_group_member'))
    )
    with alter_table(op, 'payroll_group_member') as batch_op:
        batch_op.create_index('ix_payroll_group_member_employment_id', ['employment_id'], unique=False)

    op.create_table('payroll_opening',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('withholding_agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tax_year', sa.Integer(), nullable=False),
    sa.Column('through_month', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_payroll_opening_employment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_payroll_opening_person_id')),
    sa.ForeignKeyConstraint(['withholding_agent_id'], ['core_unit.id'], name=op.f('fk_payroll_opening_withholding_agent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_opening')),
    sa.UniqueConstraint('employment_id', 'withholding_agent_id', 'tax_year', 'code', name=op.f('uq_payroll_opening_employment_id_withholding_agent_id_tax_year_code'))
    )
    with alter_table(op, 'payroll_opening') as batch_op:
        batch_op.create_index('ix_payroll_opening_person_id', ['person_id'], unique=False)

    op.create_table('payroll_period',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('work_month', sa.Integer(), nullable=False),
    sa.Column('pay_date', sa.Date(), nullable=False),
    sa.Column('tax_month', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_payroll_period_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['group_id'], ['payroll_group.id'], name=op.f('fk_payroll_period_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_period')),
    sa.UniqueConstraint('group_id', 'work_month', name=op.f('uq_payroll_period_group_id_work_month'))
    )
    with alter_table(op, 'payroll_period') as batch_op:
        batch_op.create_index('ix_payroll_period_group_id_valid_from', ['group_id', 'valid_from'], unique=False)

    op.create_table('payroll_salary',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('component_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_payroll_salary_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['component_id'], ['payroll_component.id'], name=op.f('fk_payroll_salary_component_id')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_payroll_salary_employment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_payroll_salary_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_salary'))
    )
    with alter_table(op, 'payroll_salary') as batch_op:
        batch_op.create_index('ix_payroll_salary_employment_id', ['employment_id', 'component_id', 'valid_from'], unique=False)
        batch_op.create_index('ix_payroll_salary_person_id', ['person_id'], unique=False)

    op.create_table('payroll_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pay_period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('known_on', sa.Date(), nullable=False),
    sa.Column('slip_count', sa.Integer(), nullable=False),
    sa.Column('gross', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('employer_cost', sa.BigInteger(), nullable=False),
    sa.Column('frozen', sa.JSON(), nullable=True),
    sa.Column('problems', sa.JSON(), nullable=True),
    sa.Column('error_count', sa.Integer(), nullable=False),
    sa.Column('warning_count', sa.Integer(), nullable=False),
    sa.Column('created_by_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['payroll_group.id'], name=op.f('fk_payroll_run_group_id')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_payroll_run_legal_entity_id')),
    sa.ForeignKeyConstraint(['pay_period_id'], ['payroll_period.id'], name=op.f('fk_payroll_run_pay_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_run'))
    )
    with alter_table(op, 'payroll_run') as batch_op:
        batch_op.create_index('uq_payroll_run_regular', ['group_id', 'pay_period_id'], unique=True, sqlite_where=sa.text("kind = 'regular'"), postgresql_where=sa.text("kind = 'regular'"))

    op.create_table('payroll_run_step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry', sa.String(length=128), nullable=True),
    sa.Column('list_version', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['payroll_run.id'], name=op.f('fk_payroll_run_step_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_run_step'))
    )
    with alter_table(op, 'payroll_run_step') as batch_op:
        batch_op.create_index('ix_payroll_run_step_run_id', ['run_id', 'id'], unique=False)
        batch_op.create_index('uq_payroll_run_step_standing', ['run_id', 'state'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('payroll_run_column',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('formula', sa.String(length=2000), nullable=False),
    sa.Column('source', sa.String(length=400), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['payroll_run.id'], name=op.f('fk_payroll_run_column_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_run_column')),
    sa.UniqueConstraint('run_id', 'code', name=op.f('uq_payroll_run_column_run_id_code')),
    sa.UniqueConstraint('run_id', 'position', name=op.f('uq_payroll_run_column_run_id_position'))
    )
    op.create_table('payroll_slip',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('withholding_agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pay_period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tax_month', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('gross', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('deductions', sa.BigInteger(), nullable=False),
    sa.Column('employer_cost', sa.BigInteger(), nullable=False),
    sa.Column('a01', sa.BigInteger(), nullable=True),
    sa.Column('a02', sa.BigInteger(), nullable=True),
    sa.Column('a03', sa.BigInteger(), nullable=True),
    sa.Column('a04', sa.BigInteger(), nullable=True),
    sa.Column('a05', sa.BigInteger(), nullable=True),
    sa.Column('a06', sa.BigInteger(), nullable=True),
    sa.Column('a07', sa.BigInteger(), nullable=True),
    sa.Column('a08', sa.BigInteger(), nullable=True),
    sa.Column('a09', sa.BigInteger(), nullable=True),
    sa.Column('a10', sa.BigInteger(), nullable=True),
    sa.Column('a11', sa.BigInteger(), nullable=True),
    sa.Column('a12', sa.BigInteger(), nullable=True),
    sa.Column('a13', sa.BigInteger(), nullable=True),
    sa.Column('a14', sa.BigInteger(), nullable=True),
    sa.Column('a15', sa.BigInteger(), nullable=True),
    sa.Column('a16', sa.BigInteger(), nullable=True),
    sa.Column('a17', sa.BigInteger(), nullable=True),
    sa.Column('a18', sa.BigInteger(), nullable=True),
    sa.Column('a19', sa.BigInteger(), nullable=True),
    sa.Column('a20', sa.BigInteger(), nullable=True),
    sa.Column('a21', sa.BigInteger(), nullable=True),
    sa.Column('a22', sa.BigInteger(), nullable=True),
    sa.Column('a23', sa.BigInteger(), nullable=True),
    sa.Column('a24', sa.BigInteger(), nullable=True),
    sa.Column('a25', sa.BigInteger(), nullable=True),
    sa.Column('a26', sa.BigInteger(), nullable=True),
    sa.Column('a27', sa.BigInteger(), nullable=True),
    sa.Column('a28', sa.BigInteger(), nullable=True),
    sa.Column('a29', sa.BigInteger(), nullable=True),
    sa.Column('a30', sa.BigInteger(), nullable=True),
    sa.Column('a31', sa.BigInteger(), nullable=True),
    sa.Column('a32', sa.BigInteger(), nullable=True),
    sa.Column('a33', sa.BigInteger(), nullable=True),
    sa.Column('a34', sa.BigInteger(), nullable=True),
    sa.Column('a35', sa.BigInteger(), nullable=True),
    sa.Column('a36', sa.BigInteger(), nullable=True),
    sa.Column('a37', sa.BigInteger(), nullable=True),
    sa.Column('a38', sa.BigInteger(), nullable=True),
    sa.Column('a39', sa.BigInteger(), nullable=True),
    sa.Column('a40', sa.BigInteger(), nullable=True),
    sa.Column('a41', sa.BigInteger(), nullable=True),
    sa.Column('a42', sa.BigInteger(), nullable=True),
    sa.Column('a43', sa.BigInteger(), nullable=True),
    sa.Column('a44', sa.BigInteger(), nullable=True),
    sa.Column('a45', sa.BigInteger(), nullable=True),
    sa.Column('a46', sa.BigInteger(), nullable=True),
    sa.Column('a47', sa.BigInteger(), nullable=True),
    sa.Column('a48', sa.BigInteger(), nullable=True),
    sa.Column('a49', sa.BigInteger(), nullable=True),
    sa.Column('a50', sa.BigInteger(), nullable=True),
    sa.Column('a51', sa.BigInteger(), nullable=True),
    sa.Column('a52', sa.BigInteger(), nullable=True),
    sa.Column('a53', sa.BigInteger(), nullable=True),
    sa.Column('a54', sa.BigInteger(), nullable=True),
    sa.Column('a55', sa.BigInteger(), nullable=True),
    sa.Column('a56', sa.BigInteger(), nullable=True),
    sa.Column('a57', sa.BigInteger(), nullable=True),
    sa.Column('a58', sa.BigInteger(), nullable=True),
    sa.Column('a59', sa.BigInteger(), nullable=True),
    sa.Column('a60', sa.BigInteger(), nullable=True),
    sa.Column('a61', sa.BigInteger(), nullable=True),
    sa.Column('a62', sa.BigInteger(), nullable=True),
    sa.Column('a63', sa.BigInteger(), nullable=True),
    sa.Column('a64', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_slip'))
    )
    with alter_table(op, 'payroll_slip') as batch_op:
        batch_op.create_index('ix_payroll_slip_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_payroll_slip_run_id', ['run_id', 'employment_id'], unique=False)
        batch_op.create_index('uq_payroll_slip_regular', ['employment_id', 'pay_period_id'], unique=True, sqlite_where=sa.text("kind = 'regular' AND NOT void"), postgresql_where=sa.text("kind = 'regular' AND NOT void"))

    op.create_table('payroll_slip_input',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.String(length=20), nullable=False),
    sa.Column('names', sa.String(length=8000), nullable=False),
    sa.Column('employments', sa.LargeBinary(), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['payroll_run.id'], name=op.f('fk_payroll_slip_input_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payroll_slip_input'))
    )
    with alter_table(op, 'payroll_slip_input') as batch_op:
        batch_op.create_index('ix_payroll_slip_input_run_id', ['run_id', 'first_employment_id'], unique=False)

    store_plain(op, "payroll_slip_input", "employments", "packed")
    create_no_overlap(op, "payroll_component_version", ["component_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "payroll_contribution", ["employment_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "payroll_deduction", ["employment_id", "kind_key"], ("valid_from", "valid_to"))
    create_no_overlap(op, "payroll_group_member", ["employment_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "payroll_period", ["group_id"], ("valid_from", "valid_to"))
    create_no_overlap(op, "payroll_salary", ["employment_id", "component_id"], ("valid_from", "valid_to"))


def downgrade() -> None:
    op.drop_table('payroll_slip_input')
    op.drop_table('payroll_slip')
    op.drop_table('payroll_run_column')
    op.drop_table('payroll_run_step')
    op.drop_table('payroll_run')
    op.drop_table('payroll_salary')
    op.drop_table('payroll_period')
    op.drop_table('payroll_opening')
    op.drop_table('payroll_group_member')
    op.drop_table('payroll_deduction')
    op.drop_table('payroll_contribution')
    op.drop_table('payroll_group')
    op.drop_table('payroll_component_version')
    op.drop_table('payroll_component')
