"""Expense claims with lines and invoices, advances with their ledger, payments, budgets and rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import append_only_statements, create_no_overlap

revision = "expense_0001_claims"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('expense_advance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('requester_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('needed_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_expense_advance_amount_is_positive')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_expense_advance_legal_entity_id')),
    sa.ForeignKeyConstraint(['requester_person_id'], ['core_person.id'], name=op.f('fk_expense_advance_requester_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_expense_advance_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_advance')),
    sa.UniqueConstraint('number', name=op.f('uq_expense_advance_number'))
    )
    op.create_index('ix_expense_advance_requester_person_id', 'expense_advance', ['requester_person_id', 'id'], unique=False)
    op.create_index('ix_expense_advance_state', 'expense_advance', ['state', 'legal_entity_id'], unique=False)
    op.create_table('expense_budget',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint('starts_on < ends_on', name=op.f('ck_expense_budget_starts_before_ends')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_expense_budget_legal_entity_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_expense_budget_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_budget'))
    )
    op.create_index('ix_expense_budget_unit_id', 'expense_budget', ['unit_id', 'category'], unique=False)
    op.create_table('expense_city',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('city_key', sa.BigInteger(), nullable=False),
    sa.Column('city', sa.String(length=40), nullable=False),
    sa.Column('tier', sa.String(length=2), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_expense_city_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_expense_city_legal_entity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_city'))
    )
    op.create_index('ix_expense_city_legal_entity_id', 'expense_city', ['legal_entity_id', 'city_key', 'valid_from'], unique=False)
    op.create_table('expense_payment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.String(length=12), nullable=False),
    sa.Column('month', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_by_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('total > 0', name=op.f('ck_expense_payment_total_is_positive')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_expense_payment_legal_entity_id')),
    sa.ForeignKeyConstraint(['made_by_person_id'], ['core_person.id'], name=op.f('fk_expense_payment_made_by_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_payment')),
    sa.UniqueConstraint('number', name=op.f('uq_expense_payment_number'))
    )
    op.create_index('ix_expense_payment_made_by_person_id', 'expense_payment', ['made_by_person_id'], unique=False)
    op.create_index('ix_expense_payment_month', 'expense_payment', ['month', 'method'], unique=False)
    op.create_table('expense_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_key', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('tier', sa.String(length=2), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_expense_rule_amount_is_not_negative')),
    sa.CheckConstraint('valid_from < valid_to', name=op.f('ck_expense_rule_valid_from_before_valid_to')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_expense_rule_legal_entity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_rule'))
    )
    op.create_index('ix_expense_rule_legal_entity_id', 'expense_rule', ['legal_entity_id', 'kind', 'valid_from'], unique=False)
    op.create_table('expense_claim',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('requester_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('budget_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('project', sa.String(length=80), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('settled', sa.BigInteger(), nullable=False),
    sa.Column('payable', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('over_rule', sa.Boolean(), nullable=False),
    sa.Column('in_budget', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount >= 0 AND settled >= 0 AND payable >= 0', name=op.f('ck_expense_claim_nothing_is_negative')),
    sa.CheckConstraint('settled + payable <= amount', name=op.f('ck_expense_claim_no_more_than_claimed')),
    sa.ForeignKeyConstraint(['budget_id'], ['expense_budget.id'], name=op.f('fk_expense_claim_budget_id')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_expense_claim_legal_entity_id')),
    sa.ForeignKeyConstraint(['requester_person_id'], ['core_person.id'], name=op.f('fk_expense_claim_requester_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_expense_claim_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_claim')),
    sa.UniqueConstraint('number', name=op.f('uq_expense_claim_number'))
    )
    op.create_index('ix_expense_claim_budget_id', 'expense_claim', ['budget_id', 'state'], unique=False)
    op.create_index('ix_expense_claim_requester_person_id', 'expense_claim', ['requester_person_id', 'id'], unique=False)
    op.create_index('ix_expense_claim_state', 'expense_claim', ['state', 'legal_entity_id'], unique=False)
    op.create_index('ix_expense_claim_unit_id', 'expense_claim', ['unit_id', 'id'], unique=False)
    op.create_table('expense_advance_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('advance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('balance', sa.BigInteger(), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_expense_advance_entry_something_moves')),
    sa.CheckConstraint('balance >= 0', name=op.f('ck_expense_advance_entry_never_below_zero')),
    sa.ForeignKeyConstraint(['advance_id'], ['expense_advance.id'], name=op.f('fk_expense_advance_entry_advance_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['expense_claim.id'], name=op.f('fk_expense_advance_entry_claim_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['expense_payment.id'], name=op.f('fk_expense_advance_entry_payment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_expense_advance_entry_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_advance_entry')),
    sa.UniqueConstraint('advance_id', 'sequence', name=op.f('uq_expense_advance_entry_advance_id_sequence'))
    )
    op.create_index(op.f('ix_expense_advance_entry_claim_id'), 'expense_advance_entry', ['claim_id'], unique=False)
    op.create_index(op.f('ix_expense_advance_entry_person_id'), 'expense_advance_entry', ['person_id'], unique=False)
    op.create_table('expense_invoice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('held', sa.String(length=40), nullable=True),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('type', sa.String(length=12), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('seller_name', sa.String(length=200), nullable=False),
    sa.Column('seller_tax_number', sa.String(length=20), nullable=False),
    sa.Column('buyer_name', sa.String(length=200), nullable=False),
    sa.Column('buyer_tax_number', sa.String(length=20), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('items', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('net + tax = total', name=op.f('ck_expense_invoice_adds_up')),
    sa.ForeignKeyConstraint(['claim_id'], ['expense_claim.id'], name=op.f('fk_expense_invoice_claim_id')),
    sa.ForeignKeyConstraint(['file_id'], ['core_file.id'], name=op.f('fk_expense_invoice_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_invoice')),
    sa.UniqueConstraint('claim_id', 'key', name=op.f('uq_expense_invoice_claim_id_key'))
    )
    op.create_index(op.f('ix_expense_invoice_claim_id'), 'expense_invoice', ['claim_id'], unique=False)
    op.create_index(op.f('ix_expense_invoice_file_id'), 'expense_invoice', ['file_id'], unique=False)
    op.create_index(op.f('ix_expense_invoice_key'), 'expense_invoice', ['key'], unique=False)
    op.create_index('uq_expense_invoice_held', 'expense_invoice', ['held'], unique=True)
    op.create_table('expense_payment_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('advance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.String(length=40), nullable=True),
    sa.CheckConstraint('(claim_id IS NULL) <> (advance_id IS NULL)', name=op.f('ck_expense_payment_item_one_of_both')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_expense_payment_item_amount_is_positive')),
    sa.ForeignKeyConstraint(['advance_id'], ['expense_advance.id'], name=op.f('fk_expense_payment_item_advance_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['expense_claim.id'], name=op.f('fk_expense_payment_item_claim_id')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_expense_payment_item_employment_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['expense_payment.id'], name=op.f('fk_expense_payment_item_payment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_expense_payment_item_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_payment_item'))
    )
    op.create_index(op.f('ix_expense_payment_item_advance_id'), 'expense_payment_item', ['advance_id'], unique=False)
    op.create_index(op.f('ix_expense_payment_item_claim_id'), 'expense_payment_item', ['claim_id'], unique=False)
    op.create_index(op.f('ix_expense_payment_item_employment_id'), 'expense_payment_item', ['employment_id'], unique=False)
    op.create_index(op.f('ix_expense_payment_item_payment_id'), 'expense_payment_item', ['payment_id'], unique=False)
    op.create_index(op.f('ix_expense_payment_item_person_id'), 'expense_payment_item', ['person_id'], unique=False)
    op.create_index('uq_expense_payment_item_held', 'expense_payment_item', ['held'], unique=True)
    op.create_table('expense_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('invoice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('claimed', sa.BigInteger(), nullable=False),
    sa.Column('city', sa.String(length=40), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('allowed', sa.BigInteger(), nullable=True),
    sa.Column('rule_source', sa.String(length=200), nullable=False),
    sa.Column('without', sa.String(length=12), nullable=False),
    sa.Column('explanation', sa.String(length=300), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.CheckConstraint('amount > 0 AND claimed > 0 AND quantity > 0', name=op.f('ck_expense_line_something_was_paid')),
    sa.ForeignKeyConstraint(['claim_id'], ['expense_claim.id'], name=op.f('fk_expense_line_claim_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['expense_invoice.id'], name=op.f('fk_expense_line_invoice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense_line'))
    )
    op.create_index(op.f('ix_expense_line_claim_id'), 'expense_line', ['claim_id'], unique=False)
    op.create_index(op.f('ix_expense_line_invoice_id'), 'expense_line', ['invoice_id'], unique=False)

    create_no_overlap(op, "expense_rule", ["legal_entity_id", "subject_key"])
    create_no_overlap(op, "expense_city", ["legal_entity_id", "city_key"])
    for statement in append_only_statements("expense_advance_entry", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("expense_line")
    op.drop_table("expense_payment_item")
    op.drop_table("expense_invoice")
    op.drop_table("expense_advance_entry")
    op.drop_table("expense_claim")
    op.drop_table("expense_rule")
    op.drop_table("expense_payment")
    op.drop_table("expense_city")
    op.drop_table("expense_budget")
    op.drop_table("expense_advance")
