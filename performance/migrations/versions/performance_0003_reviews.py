"""Review forms, cycles, reviews with what is written for them, moves and appeals; feedback and notes of talks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table, append_only_statements

revision = "performance_0003_reviews"
down_revision = "performance_0002_goals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('performance_remark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('writer_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reader_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('superior_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('writer_person_id <> person_id', name=op.f('ck_performance_remark_to_somebody_else')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_performance_remark_person_id')),
    sa.ForeignKeyConstraint(['reader_person_id'], ['core_person.id'], name=op.f('fk_performance_remark_reader_person_id')),
    sa.ForeignKeyConstraint(['superior_person_id'], ['core_person.id'], name=op.f('fk_performance_remark_superior_person_id')),
    sa.ForeignKeyConstraint(['writer_person_id'], ['core_person.id'], name=op.f('fk_performance_remark_writer_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_remark'))
    )
    with alter_table(op, 'performance_remark') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_remark_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_remark_reader_person_id'), ['reader_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_remark_superior_person_id'), ['superior_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_remark_writer_person_id'), ['writer_person_id'], unique=False)

    op.create_table('performance_review_form',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('top', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('drafted_by_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('top >= 2 AND top <= 10', name=op.f('ck_performance_review_form_a_scale')),
    sa.ForeignKeyConstraint(['drafted_by_person_id'], ['core_person.id'], name=op.f('fk_performance_review_form_drafted_by_person_id')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_performance_review_form_legal_entity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review_form')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_performance_review_form_code_version'))
    )
    with alter_table(op, 'performance_review_form') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_form_drafted_by_person_id'), ['drafted_by_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_form_legal_entity_id'), ['legal_entity_id'], unique=False)

    op.create_table('performance_review_cycle',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('form_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('self_until', sa.Date(), nullable=False),
    sa.Column('peers_until', sa.Date(), nullable=False),
    sa.Column('manager_until', sa.Date(), nullable=False),
    sa.Column('calibrated_until', sa.Date(), nullable=False),
    sa.Column('signed_until', sa.Date(), nullable=False),
    sa.Column('self_weight', sa.Integer(), nullable=False),
    sa.Column('manager_weight', sa.Integer(), nullable=False),
    sa.Column('matrix_weight', sa.Integer(), nullable=False),
    sa.Column('peer_weight', sa.Integer(), nullable=False),
    sa.Column('upward_weight', sa.Integer(), nullable=False),
    sa.Column('guide', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('drafted_by_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('self_weight + manager_weight + matrix_weight + peer_weight + upward_weight = 1000000', name=op.f('ck_performance_review_cycle_the_whole')),
    sa.CheckConstraint('starts_on < ends_on', name=op.f('ck_performance_review_cycle_starts_before_it_ends')),
    sa.ForeignKeyConstraint(['drafted_by_person_id'], ['core_person.id'], name=op.f('fk_performance_review_cycle_drafted_by_person_id')),
    sa.ForeignKeyConstraint(['form_id'], ['performance_review_form.id'], name=op.f('fk_performance_review_cycle_form_id')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_performance_review_cycle_legal_entity_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_performance_review_cycle_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review_cycle')),
    sa.UniqueConstraint('code', name=op.f('uq_performance_review_cycle_code'))
    )
    with alter_table(op, 'performance_review_cycle') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_cycle_drafted_by_person_id'), ['drafted_by_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_cycle_form_id'), ['form_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_cycle_legal_entity_id'), ['legal_entity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_cycle_unit_id'), ['unit_id'], unique=False)

    op.create_table('performance_review_section',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('form_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight >= 0 AND weight <= 1000000', name=op.f('ck_performance_review_section_part_of_the_whole')),
    sa.ForeignKeyConstraint(['form_id'], ['performance_review_form.id'], name=op.f('fk_performance_review_section_form_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review_section'))
    )
    with alter_table(op, 'performance_review_section') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_section_form_id'), ['form_id'], unique=False)

    op.create_table('performance_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cycle_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('manager_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('final', sa.Integer(), nullable=True),
    sa.Column('potential', sa.Integer(), nullable=True),
    sa.Column('grounds', sa.LargeBinary(), nullable=True),
    sa.Column('answer', sa.String(length=10), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cycle_id'], ['performance_review_cycle.id'], name=op.f('fk_performance_review_cycle_id')),
    sa.ForeignKeyConstraint(['employment_id'], ['core_employment.id'], name=op.f('fk_performance_review_employment_id')),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_performance_review_legal_entity_id')),
    sa.ForeignKeyConstraint(['manager_person_id'], ['core_person.id'], name=op.f('fk_performance_review_manager_person_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_performance_review_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_performance_review_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review')),
    sa.UniqueConstraint('cycle_id', 'employment_id', name=op.f('uq_performance_review_cycle_id_employment_id'))
    )
    with alter_table(op, 'performance_review') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_employment_id'), ['employment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_legal_entity_id'), ['legal_entity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_manager_person_id'), ['manager_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_unit_id'), ['unit_id'], unique=False)

    op.create_table('performance_review_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('writer_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.CheckConstraint("(part = 'self' AND writer_person_id = person_id) OR (part <> 'self' AND writer_person_id <> person_id)", name=op.f('ck_performance_review_answer_nobody_is_his_own_peer')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_performance_review_answer_person_id')),
    sa.ForeignKeyConstraint(['review_id'], ['performance_review.id'], name=op.f('fk_performance_review_answer_review_id')),
    sa.ForeignKeyConstraint(['writer_person_id'], ['core_person.id'], name=op.f('fk_performance_review_answer_writer_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review_answer')),
    sa.UniqueConstraint('review_id', 'writer_person_id', name=op.f('uq_performance_review_answer_review_id_writer_person_id'))
    )
    with alter_table(op, 'performance_review_answer') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_answer_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_answer_writer_person_id'), ['writer_person_id'], unique=False)

    op.create_table('performance_review_appeal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('legal_entity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('manager_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('outcome', sa.String(length=400), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['legal_entity_id'], ['core_legal_entity.id'], name=op.f('fk_performance_review_appeal_legal_entity_id')),
    sa.ForeignKeyConstraint(['manager_person_id'], ['core_person.id'], name=op.f('fk_performance_review_appeal_manager_person_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_person.id'], name=op.f('fk_performance_review_appeal_person_id')),
    sa.ForeignKeyConstraint(['review_id'], ['performance_review.id'], name=op.f('fk_performance_review_appeal_review_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['core_unit.id'], name=op.f('fk_performance_review_appeal_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review_appeal')),
    sa.UniqueConstraint('review_id', name=op.f('uq_performance_review_appeal_review_id'))
    )
    with alter_table(op, 'performance_review_appeal') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_appeal_legal_entity_id'), ['legal_entity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_appeal_manager_person_id'), ['manager_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_appeal_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_appeal_unit_id'), ['unit_id'], unique=False)

    op.create_table('performance_review_move',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('moved_by_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['moved_by_person_id'], ['core_person.id'], name=op.f('fk_performance_review_move_moved_by_person_id')),
    sa.ForeignKeyConstraint(['review_id'], ['performance_review.id'], name=op.f('fk_performance_review_move_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performance_review_move'))
    )
    with alter_table(op, 'performance_review_move') as batch_op:
        batch_op.create_index(batch_op.f('ix_performance_review_move_moved_by_person_id'), ['moved_by_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_performance_review_move_review_id'), ['review_id'], unique=False)
    for statement in append_only_statements('performance_review_move', op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('performance_review_move')
    op.drop_table('performance_review_appeal')
    op.drop_table('performance_review_answer')
    op.drop_table('performance_review')
    op.drop_table('performance_review_section')
    op.drop_table('performance_review_cycle')
    op.drop_table('performance_review_form')
    op.drop_table('performance_remark')
