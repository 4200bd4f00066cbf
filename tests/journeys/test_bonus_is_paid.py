"""From an agreement to the payslip: a confirmed collaboration bonus is a line of the month it was confirmed for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.db.session import Database
from core.kernel.house import House
from payroll.services import run as runs
from payroll.services.slip import columns_of, lines
from performance.models import Reward, RewardAmount, RewardResult
from remit.base import DomainError, Month, clock
from remit.specs import Change
from tests.payroll.conftest import MODULES, SYSTEM, Company, found, make_house

OCTOBER = Month(2026, 10)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return make_house(database, tmp_path, {**MODULES, "performance": "performance.plugin"})


def test_a_confirmed_bonus_reaches_the_payslip_of_its_month(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """660.00 of October's agreement is confirmed for October's payroll: 20,000.00 and 660.00 are gross.

    The colleague who got nothing has no amount in that line, and calculated before it was confirmed, the payroll has no
    such line at all.
    """
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-02")
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        for number in ("1", "2"):
            company.hire(number)
            company.agree(number, 2_000_000)
            company.insure(number, 0, 0)
        run = company.run("2026-10")
        assert "collaboration_bonus" not in {line.code for line in columns_of(session, run.id)}
        confirmed(session, company)
        run = runs.calculate(session, SYSTEM, run)
        amounts = {
            number: {line.code: line.value for line in lines(company.slip(run, number), columns_of(session, run.id))}
            for number in ("1", "2")
        }
        assert [amounts[number].get("collaboration_bonus") or 0 for number in ("1", "2")] == [66_000, 0]
        slips = [company.slip(run, number) for number in ("1", "2")]
        assert [slip.gross for slip in slips] == [2_066_000, 2_000_000]
        run.state = "approved"
        session.flush()
        with pytest.raises(DomainError, match="choose a later one|请改为"):
            runs.check_reopening(session, Change("performance.result:confirm", run, {"paid_with": OCTOBER}))


def confirmed(session: Session, company: Company) -> None:
    """A result that was worked out and made final elsewhere: all of it is the first employee's."""
    employment = company.employments["1"]
    place = {"legal_entity_id": company.entity.id, "place_unit_id": company.unit.id}
    reward = Reward(code="R", title={"en": "R", "zh_CN": "R"}, valid_from=date(2026, 1, 1), pool="660",
                    created_at=clock.now(), state="approved", **place)  # fmt: skip
    session.add(reward)
    session.flush()
    result = RewardResult(
        reward_id=reward.id, starts_on=OCTOBER.start, ends_on=OCTOBER.period.end, month=OCTOBER.number, passed=True,
        pool=66_000, currency="CNY", lineage={}, computed_at=clock.now(), state="confirmed", **place,
    )  # fmt: skip
    session.add(result)
    session.flush()
    session.add(RewardAmount(result_id=result.id, employment_id=employment.id, person_id=employment.person_id,
                             unit_id=company.unit.id, amount=66_000))  # fmt: skip
    session.flush()
