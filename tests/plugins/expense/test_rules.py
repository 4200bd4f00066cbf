"""Rules of trips by city and grade, each expectation worked by hand from the table in ``table``."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.org import services as org
from plugins.expense.models import Claim, Line
from plugins.expense.services import allowances, question
from remit.base import Actor, DomainError
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.plugins.expense.conftest import Office


@pytest.fixture
def table(office: Office) -> Office:
    """Hotels 600 / 450 / 350 a night and 900 in tier 1 for M4; meals 100 a day anywhere; Beijing tier 1, Suzhou 2."""
    for tier, amount in (("1", 60_000), ("2", 45_000), ("3", 35_000)):
        office.rule("hotel", tier, amount)
        office.rule("meals", tier, 10_000, source="差旅费管理办法 第9条")
    office.rule("hotel", "1", 90_000, grade="M4")
    office.city("北京", "1")
    office.city("苏州", "2")
    return office


@pytest.mark.parametrize(("kind", "city", "nights", "amount", "allowed", "over"), [
    ("hotel", "北京", 2, 120_000, 120_000, False),   # 2 x 600 = 1,200
    ("hotel", "北京", 2, 120_001, 120_000, True),
    ("hotel", "苏州", 3, 140_000, 135_000, True),    # 3 x 450 = 1,350
    ("hotel", "昆山", 1, 35_000, 35_000, False),     # not named: 350
    ("meals", "北京", 3, 30_000, 30_000, False),     # 3 x 100 = 300
    ("meals", "昆山", 3, 30_100, 30_000, True),
    ("local", "北京", 3, 99_900, None, False),       # no rule speaks of it
])  # fmt: skip
def test_what_a_rule_gives(
    table: Office, kind: str, city: str, nights: int, amount: int, allowed: int | None, over: bool
) -> None:
    claim = table.claim()
    told: dict[str, Any] = {"kind": kind, "city": city, "quantity": nights, "without": "lost"}
    if over:
        with pytest.raises(DomainError) as refused:
            table.line(claim, amount, **told)
        assert (refused.value.code, refused.value.field) == ("expense.above", "explanation")
        told["explanation"] = "a fair; nothing cheaper was free"
    line: Line = table.see(Line, table.line(claim, amount, **told))
    assert line.allowed == allowed
    assert table.see(Claim, claim).over_rule is over


def test_the_grade_has_a_rule_of_its_own(table: Office) -> None:
    """900 a night in Beijing for M4, by the post; elsewhere what everybody has."""
    with table.company.house.session(SYSTEM, write=True) as session:
        org.change_position(session, SYSTEM, table.company.positions["ACQ-S"], date(2026, 1, 1), grade="M4")
    claim = table.claim()
    line = table.line(claim, 180_000, kind="hotel", city="北京", quantity=2)
    assert table.see(Line, line).allowed == 180_000
    line = table.line(claim, 45_000, kind="hotel", city="苏州")
    assert table.see(Line, line).allowed == 45_000


def test_the_rule_of_the_day_counts(table: Office) -> None:
    """From 15 March on a night in Beijing is 650; a night of the 14th is 600 still."""
    table.rule("hotel", "1", 65_000, valid_from=date(2026, 3, 15), source="2026年修订")
    claim = table.claim()
    before = table.line(claim, 60_000, kind="hotel", city="北京", spent_on=date(2026, 3, 14))
    after = table.line(claim, 65_000, kind="hotel", city="北京", spent_on=date(2026, 3, 15))
    assert (table.see(Line, before).allowed, table.see(Line, after).allowed) == (60_000, 65_000)
    assert table.see(Line, after).rule_source == "2026年修订"


def test_a_rule_that_is_lowered_meanwhile_is_looked_at_when_it_is_handed_in(table: Office) -> None:
    claim = table.claim()
    table.line(claim, 60_000, kind="hotel", city="北京")
    table.rule("hotel", "1", 50_000, valid_from=date(2026, 3, 1))
    with pytest.raises(DomainError) as refused:
        table.submit(claim)
    assert refused.value.code == "expense.above"


def test_what_is_above_is_told_to_who_decides(table: Office) -> None:
    claim = table.claim()
    table.line(claim, 140_000, kind="hotel", city="苏州", quantity=3, explanation="the fair")

    def read(session: Session, _actor: Actor) -> str:
        with system(session, "a test looks"):
            found = session.get_one(Claim, claim)
        return " | ".join(str(value) for _name, value in question.claim_lines(session, found))

    assert "¥1,400.00, above the ¥1,350.00 of the rule: the fair" in table.act(SYSTEM, read)


def test_rules_are_set_by_whom_the_list_names(office: Office) -> None:
    values = {"legal_entity_id": office.company.entity.id, "kind": "hotel", "tier": "1", "grade": "", "amount": 1,
              "source": "x", "valid_from": date(2026, 1, 1)}  # fmt: skip
    with pytest.raises(Denied):
        office.act("sun", lambda session, actor: allowances.set_rule(session, actor, values))
    with pytest.raises(DomainError) as refused:
        office.act("xu", lambda session, actor: allowances.set_rule(session, actor, {**values, "tier": None}))
    assert refused.value.field == "tier"


def test_a_rule_has_one_version_a_day(table: Office) -> None:
    """Set again from the same day, it is corrected; the database keeps it so."""
    table.rule("hotel", "1", 61_000)
    found = table.act(SYSTEM, lambda session, _actor: [
        (one.amount, one.valid_from) for one in allowances.rules_on(session, date(2026, 3, 22))
        if (one.kind, one.tier, one.grade) == ("hotel", "1", "")])  # fmt: skip
    assert found == [(61_000, date(2026, 1, 1))]
