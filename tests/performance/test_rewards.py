"""The collaboration bonus: the story to the cent, thresholds, signing, what is kept, and what payroll is given."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from core.db.types import Translation
from performance.models import Reward, RewardAmount, RewardResult
from performance.services import agreements, paying, rewards
from remit import org
from remit.base import FOREVER, DomainError, Month, Period
from remit.contracts import Ask
from remit.services import system
from remit.specs import Denied
from remit.workflow import open_tasks
from tests.core.authority.company import SYSTEM
from tests.performance.conftest import FEBRUARY, Office

POOL = "round((sales_actual - sales_target) * 0.05, 0.01)"
FEB = Month(2026, 2)


def agreement(office: Office, sales: int, conversion: int, **more: Any) -> dict[str, Any]:
    """The agreement of the story as it is written down."""
    mkt, sal = office.unit("MKT"), office.unit("SALES")
    return {
        "code": "COLLAB", "title": {"zh_CN": "协同奖励", "en": "Working together"}, "place_unit_id": office.unit("CO"),
        "valid_from": date(2026, 1, 1), "valid_to": FOREVER, "period": "month", "currency": "CNY", "pool": POOL,
        "measures": [
            {"name": "conversion", "kpi_id": conversion, "unit_id": sal, "target": 200_000},
            {"name": "sales", "kpi_id": sales, "unit_id": sal, "target": 150_000_000},
        ],
        "gates": [
            {"name": "conversion", "measure": "attainment", "threshold": 800_000, "inclusive": True},
            {"name": "sales", "measure": "attainment", "threshold": 1_200_000, "inclusive": False},
        ],
        "parties": [{"unit_id": mkt, "share": "0.4", "per": "head"}, {"unit_id": sal, "share": "0.6", "per": "head"}],
        **more,
    }  # fmt: skip


class Deal:
    """The agreement with its figures, and people in both departments: 10 in marketing, 18 in sales."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sales = office.kpi("sales", unit="money")
        self.conversion = office.kpi("conversion", unit="rate")
        with office.company.house.session(SYSTEM, write=True) as session:
            for unit, more in (("ACQ", 6), ("SALES", 18)):
                post = org.create_position(
                    session, SYSTEM, code=f"{unit}-X", title=Translation(zh_CN="同事", en="Colleague"),
                    unit=office.company.units[unit], valid_from=date(2025, 1, 1),
                )  # fmt: skip
                for number in range(more):
                    org.hire(session, SYSTEM, number=f"{unit}{number}", name=f"{unit}{number}", position=post,
                             hired_on=date(2025, 1, 1))

    def draft(self, **more: Any) -> int:
        """Written down; its id."""
        zhao = self.office.zhao
        with self.office.company.house.session(zhao, write=True) as session:
            told = agreement(self.office, self.sales, self.conversion, **more)
            return agreements.draft(session, zhao, None, told).id

    def sign(self, reward: int) -> None:
        """Handed in by zhao and signed by li."""
        with self.office.company.house.session(self.office.zhao, write=True) as session:
            task = open_tasks(session, agreements.submit(session, self.office.zhao, self.of(session, reward)))[0]
        self.office.sign(task)

    def of(self, session: Any, reward: int) -> Reward:
        """The agreement in a session."""
        with system(session, "tests"):
            found: Reward = session.get_one(Reward, reward)
        return found

    def tell(self, sales: int, conversion: int, day: date = FEBRUARY.start) -> None:
        """Both figures of a month are entered."""
        self.office.value(self.sales, sales, unit="SALES", day=day)
        self.office.value(self.conversion, conversion, unit="SALES", day=day)

    def simulate(self, reward: int, **given: int) -> rewards.Outcome:
        """What it would come to in February."""
        with self.office.company.house.session(self.office.zhao) as session:
            return rewards.simulate(session, self.office.zhao, self.of(session, reward), FEBRUARY, given)

    def work_out(self, reward: int, period: Period = FEBRUARY) -> tuple[RewardResult, list[RewardAmount]]:
        """Worked out and kept."""
        zhao = self.office.zhao
        with self.office.company.house.session(zhao, write=True) as session:
            made = rewards.work_out(session, zhao, self.of(session, reward), period, FEB)
            with system(session, "tests"):
                rows = list(session.scalars(select(RewardAmount).where(RewardAmount.result_id == made.id)))
            session.expunge_all()
        return made, rows

    def confirm(self, result: RewardResult, who: str = "li") -> None:
        """Somebody makes it final."""
        actor = self.office.company.actor(who)
        with self.office.company.house.session(actor, write=True) as session:
            with system(session, "tests"):
                found = session.get_one(RewardResult, result.id)
            rewards.confirm(session, actor, found)

    def pay(self, month: Month = FEB) -> dict[int, int]:
        """What payroll is given for everybody."""
        with self.office.company.house.session(SYSTEM) as session:
            ask = Ask(np.arange(1, 200, dtype=np.int64), month.period, month.period.last)
            table = paying.give_pay_inputs(session, ask)
        return {} if table is None else dict(zip(table.ids.tolist(), table.columns[rewards.CODE].tolist(), strict=True))


@pytest.fixture
def deal(office: Office) -> Deal:
    """The agreement of the story, not yet written down."""
    return Deal(office)


def test_the_story_to_the_cent(deal: Deal) -> None:
    reward = deal.draft()
    deal.tell(183_000_000, 180_000)
    tried = deal.simulate(reward)
    assert (tried.passed, tried.pool) == (True, 1_650_000)
    assert [(part.amount, len(part.people)) for part in tried.parts] == [(660_000, 10), (990_000, 18)]
    with pytest.raises(DomainError, match="not signed"):
        deal.work_out(reward)
    deal.sign(reward)
    made, amounts = deal.work_out(reward)
    assert sorted({one.amount for one in amounts}) == [55_000, 66_000]
    assert sum(one.amount for one in amounts) == made.pool == 1_650_000
    assert [one["passed"] for one in made.lineage["gates"]] == [True, True]
    assert [one["actual"] for one in made.lineage["measures"]] == [180_000, 183_000_000]
    assert deal.pay() == {}
    deal.confirm(made)
    paid = deal.pay()
    assert (len(paid), sum(paid.values())) == (28, 1_650_000)
    assert deal.pay(Month(2026, 3)) == {}
    with pytest.raises(DomainError, match="is final"):
        deal.work_out(reward)
    with pytest.raises(DomainError, match="is final"):
        deal.confirm(made)


@pytest.mark.parametrize(
    ("conversion", "sales", "passed"),
    [
        (159_980, 183_000_000, False), (160_000, 183_000_000, True), (160_000, 180_000_000, False),
        (160_000, 180_015_000, True), (159_999, 180_015_000, False),
    ],
)  # fmt: skip
def test_thresholds(deal: Deal, conversion: int, sales: int, passed: bool) -> None:
    """79.99 %, 80.00 %, 120.00 % and 120.01 % of the targets."""
    found = deal.simulate(deal.draft(), conversion=conversion, sales=sales)
    assert found.passed is passed
    assert (found.pool > 0) is passed


def test_an_absolute_threshold(deal: Deal) -> None:
    reward = deal.draft(gates=[{"name": "sales", "measure": "absolute", "threshold": 200_000_000, "inclusive": True}])
    assert not deal.simulate(reward, conversion=0, sales=199_999_999).passed
    assert deal.simulate(reward, conversion=0, sales=200_000_000).passed


def test_what_does_not_divide_still_adds_up(deal: Deal) -> None:
    found = deal.simulate(deal.draft(), conversion=200_000, sales=183_000_777)
    assert found.pool == 1_650_039
    assert sum(part.amount for part in found.parts) == found.pool
    for part in found.parts:
        amounts = [amount for *_who, amount in part.people]
        assert sum(amounts) == part.amount
        assert max(amounts) - min(amounts) <= 1


def test_shares_of_99_percent_and_bad_formulas_are_refused(deal: Deal) -> None:
    mkt, sal = deal.office.unit("MKT"), deal.office.unit("SALES")
    parties = [{"unit_id": mkt, "share": "0.4", "per": "head"}, {"unit_id": sal, "share": "0.59", "per": "time"}]
    with pytest.raises(DomainError, match="add up to 99 %"):
        deal.simulate(deal.draft(parties=parties), conversion=200_000, sales=183_000_000)
    for wrong in ("sales_actual * nothing", "conversion_actual * 2", "("):
        with pytest.raises(DomainError) as refused:
            deal.draft(code="X", pool=wrong)
        assert refused.value.field == "pool"
    nested = [{"unit_id": mkt, "share": "0.4"}, {"unit_id": deal.office.unit("ACQ"), "share": "0.6"}]
    with pytest.raises(DomainError, match="paid twice"):
        deal.draft(code="X", parties=nested)
    with pytest.raises(DomainError, match="no measure"):
        deal.draft(code="X", gates=[{"name": "other", "measure": "absolute", "threshold": 1}])


def test_a_missing_figure_is_named_and_nothing_is_paid(deal: Deal) -> None:
    reward = deal.draft()
    deal.sign(reward)
    deal.office.value(deal.sales, 183_000_000, unit="SALES", day=FEBRUARY.start)
    assert deal.simulate(reward).missing == ["conversion"]
    with pytest.raises(DomainError, match="Nothing tells conversion"):
        deal.work_out(reward)
    with pytest.raises(DomainError, match="not over"):
        deal.work_out(reward, Month(2026, 3).period)


def test_whoever_worked_it_out_does_not_confirm_it(deal: Deal) -> None:
    reward = deal.draft()
    deal.sign(reward)
    deal.tell(183_000_000, 180_000)
    made, _amounts = deal.work_out(reward)
    with pytest.raises(Denied):
        deal.confirm(made, "zhao")
    deal.tell(150_000_000, 180_000)
    again, amounts = deal.work_out(reward)
    assert (again.id, again.passed, again.pool, amounts) == (made.id, False, 0, [])
