"""Customers, deals, discounts, referrals, and when leads have to be touched."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "crm_0005_deals"
down_revision = "crm_0004_rules"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _BIG, nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _ref(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, nullable=nullable)


def _word(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str, *, big: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger() if big else sa.Integer(), nullable=nullable)


def _day(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _at(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _places(table: str) -> list[sa.ForeignKeyConstraint]:
    return [_to(table, "unit_id", "core_unit"), _to(table, "legal_entity_id", "core_legal_entity")]


def upgrade() -> None:
    _customer()
    _deal()
    op.create_table(
        "crm_discount", _id(), _ref("deal_id"), _ref("requester_person_id"), _ref("unit_id"), _ref("legal_entity_id"),
        _number("amount", big=True), _number("rate"), _word("currency", 3), _word("reason", 500), _word("state", 12),
        _at("created_at"), _check("crm_discount", "amount_is_positive", "amount > 0"),
        _to("crm_discount", "deal_id", "crm_deal"), _to("crm_discount", "requester_person_id", "core_person"),
        *_places("crm_discount"), _key("crm_discount"),
    )  # fmt: skip
    op.create_table(
        "crm_referral", _id(), _ref("customer_id"), _ref("lead_id"), _at("created_at"),
        _to("crm_referral", "customer_id", "crm_customer"), _to("crm_referral", "lead_id", "crm_lead"),
        _key("crm_referral"), sa.UniqueConstraint("lead_id", name=op.f("uq_crm_referral_lead_id")),
    )  # fmt: skip
    op.create_table(
        "crm_follow_rule", _id(), _ref("unit_id"), _ref("legal_entity_id"), _number("touch_minutes"),
        _number("remind_minutes"), _number("reclaim_minutes"),
        _check("crm_follow_rule", "minutes_make_sense",
               "touch_minutes > 0 AND remind_minutes >= 0 AND remind_minutes < touch_minutes "
               "AND reclaim_minutes >= 0"),
        *_places("crm_follow_rule"), _key("crm_follow_rule"),
        sa.UniqueConstraint("unit_id", name=op.f("uq_crm_follow_rule_unit_id")),
    )  # fmt: skip
    op.create_table(
        "crm_overdue", _id(), _ref("lead_id"), _word("step", 12), _at("due_at"), _ref("person_id", nullable=True),
        _at("at"), _to("crm_overdue", "lead_id", "crm_lead"), _to("crm_overdue", "person_id", "core_person"),
        _key("crm_overdue"),
        sa.UniqueConstraint("lead_id", "step", "due_at", name=op.f("uq_crm_overdue_lead_id_step_due_at")),
    )  # fmt: skip
    for table, named in _INDEXES.items():
        for name, columns in named.items():
            op.create_index(f"ix_{table}_{name}", table, columns)


def _customer() -> None:
    op.create_table(
        "crm_customer", _id(), _word("company", 160), _word("company_key", 160), _ref("lead_id", nullable=True),
        _ref("owner_person_id", nullable=True), _ref("captured_unit_id"), _ref("unit_id"), _ref("legal_entity_id"),
        _word("state", 12), _day("since_on", nullable=False), _day("term_start"), _day("term_end"),
        _day("churned_on"), _word("churned_reason", 40), _number("revision"),
        _check("crm_customer", "term_starts_before_it_ends", "term_end IS NULL OR term_start < term_end"),
        _to("crm_customer", "lead_id", "crm_lead"), _to("crm_customer", "owner_person_id", "core_person"),
        _to("crm_customer", "captured_unit_id", "core_unit"), *_places("crm_customer"), _key("crm_customer"),
    )  # fmt: skip


def _deal() -> None:
    op.create_table(
        "crm_deal", _id(), _word("title", 160), _ref("lead_id", nullable=True), _ref("customer_id", nullable=True),
        _ref("owner_person_id", nullable=True), _ref("captured_unit_id"), _ref("unit_id"), _ref("legal_entity_id"),
        _word("kind", 12), _word("state", 12), _number("list_amount", big=True), _number("amount", big=True),
        _word("currency", 3), _number("months", nullable=True), _day("expected_on", nullable=False), _day("won_on"),
        _word("closed_reason", 40), _at("created_at"), _number("revision"),
        _check("crm_deal", "amount_is_no_more_than_the_list", "amount > 0 AND amount <= list_amount"),
        _check("crm_deal", "with_somebody", "lead_id IS NOT NULL OR customer_id IS NOT NULL"),
        _check("crm_deal", "won_has_a_day", "(state = 'won') = (won_on IS NOT NULL)"),
        _to("crm_deal", "lead_id", "crm_lead"), _to("crm_deal", "customer_id", "crm_customer"),
        _to("crm_deal", "owner_person_id", "core_person"), _to("crm_deal", "captured_unit_id", "core_unit"),
        *_places("crm_deal"), _key("crm_deal"),
    )  # fmt: skip


_INDEXES = {
    "crm_customer": {
        "company_key": ["company_key"], "lead_id": ["lead_id"],
        "owner_person_id": ["owner_person_id", "state", "term_end"], "unit_id": ["unit_id", "state", "term_end"],
        "captured_unit_id": ["captured_unit_id"],
    },
    "crm_deal": {
        "lead_id": ["lead_id", "state"], "customer_id": ["customer_id", "state"],
        "owner_person_id": ["owner_person_id", "state", "expected_on"],
        "unit_id": ["unit_id", "state", "expected_on"], "captured_unit_id": ["captured_unit_id"],
        "won_on": ["state", "won_on"],
    },
    "crm_discount": {
        "deal_id": ["deal_id", "state"], "requester_person_id": ["requester_person_id", "id"],
        "unit_id": ["unit_id", "id"],
    },
    "crm_referral": {"customer_id": ["customer_id"]},
    "crm_overdue": {"person_id": ["person_id"]},
}  # fmt: skip


def downgrade() -> None:
    for table in ("crm_overdue", "crm_follow_rule", "crm_referral", "crm_discount", "crm_deal", "crm_customer"):
        op.drop_table(table)
