"""Money moved between budgets: who decides it, what is left, and two at once; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from core.authority.document import parse
from core.authority.publish import publish
from core.base.errors import DomainError
from plugins.crm.models import Budget, BudgetTransfer, Campaign, SpendRequest
from plugins.crm.services import budgets, transfers
from remit.services import load, system
from remit.workflow import Task, open_tasks
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import Office

#: wang asks and decides within his limit, li above it.
LISTS = ("""
list: ACQ
version: 19
effective_from: "2026-02-01"
positions:
  ACQ-H:
    authority:
      B1: {can: "crm.budget_transfer:request", in: subtree(ACQ), title: {zh: 申请调剂, en: Asks}}
      B2: {can: "crm.budget_transfer:approve", in: subtree(ACQ), up_to: 1000.00 CNY, title: {zh: 审批, en: Approves}}
      B3: {can: "crm.budget:read", in: subtree(ACQ), power: read, title: {zh: 查看预算, en: Sees budgets}}
""", """
list: CO
version: 19
effective_from: "2026-02-01"
positions:
  MD:
    authority:
      A1: {can: "crm.budget_transfer:approve", in: subtree(MKT), up_to: 50000.00 CNY, title: {zh: 审批, en: Approves}}
      A2: {can: "crm.budget_transfer:request", in: subtree(MKT), title: {zh: 申请调剂, en: Asks}}
      A4: {can: "crm.spend:approve", in: subtree(MKT), up_to: 100000.00 CNY, title: {zh: 审批支出, en: Approves spend}}
      A5: {can: "crm.budget:edit", in: subtree(MKT), title: {zh: 编制预算, en: Sets budgets}}
      A7: {can: "crm.budget:read", in: subtree(MKT), power: read, title: {zh: 查看预算, en: Sees budgets}}
everybody:
  authority:
    E2: {can: "crm.spend:request", in: self, title: {zh: 申请支出, en: Asks to spend}}
    E3: {can: "crm.campaign:read", in: company, power: read, title: {zh: 查看活动, en: Sees campaigns}}
    E1: {can: "crm.budget_transfer:read", in: company, power: read, title: {zh: 查看调剂, en: Sees transfers}}
""")


@dataclass
class Purse:
    """The office with three budgets of the acquisition group: 10,000, 5,000 and one that is over."""

    office: Office
    ids: dict[str, int]

    def draft(self, who: str, source: str, target: str, amount: int) -> int:
        """Somebody writes a transfer down; answers its number."""
        actor = self.office.company.actor(who)
        with self.office.company.house.session(actor, write=True) as session:
            return transfers.draft(session, actor, None, {
                "from_budget_id": self.ids[source], "to_budget_id": self.ids[target], "amount": amount,
                "reason": "brings more",
            }).id  # fmt: skip

    def ask(self, who: str, source: str, target: str, amount: int) -> Task:
        """Somebody writes it down and hands it in; answers the task."""
        number, actor = self.draft(who, source, target, amount), self.office.company.actor(who)
        with self.office.company.house.session(actor, write=True) as session:
            found = load(session, actor, "crm.budget_transfer:request", BudgetTransfer, number)
            return open_tasks(session, transfers.submit(session, actor, found))[0]

    def amounts(self) -> list[int]:
        """What the three budgets are by now."""
        return list(self.office.look(lambda session: _amounts(session, self.ids)))

    def state(self, task: Task) -> str:
        """How a transfer stands."""
        return str(self.office.look(lambda session: _state(session, task.resource_id)))


def _amounts(session: Any, ids: dict[str, int]) -> list[int]:
    with system(session, "a test looks"):
        return [session.get_one(Budget, one).amount for one in ids.values()]


def _state(session: Any, number: int) -> str:
    with system(session, "a test looks"):
        return str(session.get_one(BudgetTransfer, number).state)


@pytest.fixture
def purse(office: Office) -> Purse:
    """wang's group has its budgets."""
    li = office.company.actor("li")
    with office.company.house.session(SYSTEM, write=True) as session:
        for text in LISTS:
            publish(session, SYSTEM, parse(text, source="transfers.yaml"))
    ids = {}
    with office.company.house.session(li, write=True) as session:
        for title, amount, last in (("wx", 1_000_000, date(2026, 6, 30)), ("zhihu", 500_000, date(2026, 6, 30)),
                                    ("winter", 300_000, date(2026, 3, 1))):  # fmt: skip
            ids[title] = budgets.save(session, li, None, {
                "title": title, "unit_id": office.company.units["ACQ"].id, "category": "ads",
                "starts_on": date(2026, 1, 1), "last_day": last, "amount": amount,
            }).id  # fmt: skip
    return Purse(office, ids)


def test_it_moves_when_the_list_says_so(purse: Purse) -> None:
    """What wang asks for he does not decide, within his limit or not; li's goes further up."""
    task = purse.ask("wang", "wx", "zhihu", 80_000)
    with pytest.raises(DomainError):
        purse.office.say(task, "wang")
    assert purse.amounts() == [1_000_000, 500_000, 300_000]
    purse.office.say(task, "li")
    assert (purse.state(task), purse.amounts()) == ("approved", [920_000, 580_000, 300_000])


def test_the_rest_of_a_budget_that_is_over_may_go_but_nothing_comes(purse: Purse) -> None:
    purse.office.say(purse.ask("wang", "winter", "zhihu", 300_000), "li")
    assert purse.amounts() == [1_000_000, 800_000, 0]
    with pytest.raises(DomainError) as refused:
        purse.draft("wang", "wx", "winter", 100)
    assert refused.value.field == "to_budget_id"


@pytest.mark.parametrize(
    ("source", "target", "amount", "field"),
    [("wx", "wx", 100, "to_budget_id"), ("wx", "zhihu", 1_000_001, "amount"), ("wx", "nothing", 1, "to_budget_id"),
     ("nothing", "wx", 1, "from_budget_id")],
)  # fmt: skip
def test_what_cannot_move_is_refused_beside_its_field(
    purse: Purse, source: str, target: str, amount: int, field: str
) -> None:
    purse.ids["nothing"] = 999_999
    with pytest.raises(DomainError) as refused:
        purse.draft("wang", source, target, amount)
    assert refused.value.field == field


def test_what_was_spent_meanwhile_stays(purse: Purse) -> None:
    """9,500 of the 10,000 are approved for advertising while 8,000 wait to be moved: then 500 are left."""
    task = purse.ask("wang", "wx", "zhihu", 800_000)
    spent = purse.office.ask(950_000, payee="somebody", needed_on=date(2026, 4, 1))
    request = purse.office.look(lambda session: _spend(session, spent.resource_id))
    assert request.budget_id == purse.ids["wx"]
    purse.office.say(spent, "li")
    with pytest.raises(DomainError, match="only ¥500.00"):
        purse.office.say(task, "li")
    assert (purse.state(task), purse.amounts()) == ("submitted", [1_000_000, 500_000, 300_000])
    purse.office.say(task, "li", "refused")
    assert purse.state(task) == "refused"


def _spend(session: Any, number: int) -> SpendRequest:
    with system(session, "a test looks"):
        found: SpendRequest = session.get_one(SpendRequest, number)
        return found


def test_transfers_that_cross_at_once_lose_and_double_nothing(purse: Purse) -> None:
    """Six at the same moment, three each way; what two budgets hold together stays, and none waits for ever."""
    tasks = [purse.ask("wang", *("wx", "zhihu") if number % 2 else ("zhihu", "wx"), 10_000 * (number + 1))
             for number in range(6)]  # fmt: skip
    with ThreadPoolExecutor(6) as threads:
        assert {one.state for one in threads.map(lambda task: purse.office.say(task, "li"), tasks)} == {"approved"}
    # To zhihu 20,000 + 40,000 + 60,000 fen, back 10,000 + 30,000 + 50,000.
    assert purse.amounts() == [1_000_000 - 30_000, 500_000 + 30_000, 300_000]


def test_only_one_of_two_gets_the_last_money(purse: Purse) -> None:
    """Two of 8,000 from 10,000 at the same moment."""
    tasks = [purse.ask("wang", "wx", "zhihu", 800_000) for _number in range(2)]

    def approve(task: Task) -> str:
        try:
            return purse.office.say(task, "li").state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(approve, tasks)) == ["approved", "crm.budget"]
    assert purse.amounts() == [200_000, 1_300_000, 300_000]


def test_a_budget_is_for_a_campaign_of_its_own_unit(purse: Purse) -> None:
    """And a request for that campaign is paid from it before any other."""
    company, li = purse.office.company, purse.office.company.actor("li")
    with company.house.session(SYSTEM, write=True) as session:
        made = [Campaign(code=f"C-{unit}", title=unit, unit_id=company.units[unit].id, category="ads",
                         legal_entity_id=company.entity.id, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
                for unit in ("ACQ", "EAST")]  # fmt: skip
        session.add_all(made)
        session.flush()
        own, other = (one.id for one in made)
    values = {"title": "own", "unit_id": company.units["ACQ"].id, "category": "ads", "starts_on": date(2026, 3, 1),
              "last_day": date(2026, 4, 30), "amount": 70_000}  # fmt: skip
    with company.house.session(li, write=True) as session:
        kept = budgets.save(session, li, None, {**values, "campaign_id": own}).id
        with pytest.raises(DomainError) as refused:
            budgets.save(session, li, None, {**values, "campaign_id": other})
    assert refused.value.field == "campaign_id"
    task = purse.office.ask(5_000, campaign_id=own)
    assert purse.office.look(lambda session: _spend(session, task.resource_id)).budget_id == kept
