"""The spend guard at work: it speaks once, to both heads; what is done about it, also by two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.authority.document import parse
from core.authority.publish import publish
from core.identity import services as identity
from core.identity.models import Account
from core.notify.models import Notice
from plugins.crm.models import Campaign, GuardAlarm, Lead, SpendGuard, SpendRequest
from plugins.crm.services.guard import limits, settling
from plugins.crm.services.guard.watching import watch
from remit.base import Actor, DomainError, NotFound
from remit.services import load, system
from remit.specs import Denied
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales

FIRST, DAY = date(2026, 3, 1), date(2026, 3, 22)
#: CNY 300 a sales-qualified lead, from ten leads on.
LIMITS: dict[str, Any] = {
    "level": "sales", "per_lead": 30_000, "per_customer": None, "least_leads": 10, "wait_days": 0, "is_active": True,
}
LIST = """
list: MKT
version: 2
effective_from: "2025-01-02"
positions:
  MD:
    authority:
      G1: {can: "crm.guard:read", in: subtree(MKT), power: read, title: {zh: 查看花费, en: Sees costs}}
      G2: {can: "crm.guard:set", in: subtree(MKT), title: {zh: 设定上限, en: Sets limits}}
      G3: {can: "crm.guard:settle", in: subtree(MKT), title: {zh: 处理预警, en: Answers the guard}}
      G4: {can: "crm.campaign:edit", in: subtree(MKT), title: {zh: 策划活动, en: Plans campaigns}}
"""


class Watch:
    """A campaign of marketing that spent CNY 4,000 for ten leads of which one is qualified."""

    def __init__(self, sales: Sales) -> None:
        self.sales = sales
        self.campaign_id = int(sales.write(self._made))

    def _made(self, session: Any) -> int:
        publish(session, SYSTEM, parse(LIST, source="cases.yaml"))
        company = self.sales.company
        unit = company.units["ACQ"].id
        made = Campaign(code="Q1", title="春季获客", unit_id=unit, legal_entity_id=company.entity.id, category="ads",
                        starts_on=FIRST, ends_on=date(2026, 5, 1),
                        owner_person_id=self.sales.person("sun"))  # fmt: skip
        session.add(made)
        session.flush()
        session.add(SpendRequest(
            number="N1", unit_id=unit, legal_entity_id=made.legal_entity_id, campaign_id=made.id, category="ads",
            requester_person_id=self.sales.person("sun"), payee="x", purpose="x", amount=400_000, currency="CNY",
            needed_on=FIRST, state="approved", created_at=datetime(2026, 3, 1, tzinfo=UTC),
        ))  # fmt: skip
        for number in range(10):
            at = datetime(2026, 3, 10, 4, tzinfo=UTC)
            session.add(Lead(
                captured_unit_id=unit, unit_id=company.units["EAST"].id, legal_entity_id=made.legal_entity_id,
                channel_id=self.sales.channels["wx"], campaign_id=made.id, company=f"C{number}",
                company_key=f"c{number}", captured_at=at, owner_person_id=self.sales.person("qian"),
                sales_at=at if number == 0 else None,
            ))  # fmt: skip
        return int(made.id)

    def limit(self, **more: Any) -> None:
        """li sets the limits."""
        self.do("li", "crm.guard:set", limits.save, {**LIMITS, **more})

    def do(self, who: str, action: str, work: Callable[..., Any], *more: Any) -> Any:
        """Somebody does something with the campaign."""
        return self.sales.do(who, action, self.campaign_id, work, *more, model=Campaign)

    def look(self, day: date = DAY) -> int:
        """The guard's morning."""
        return int(self.sales.write(lambda session: watch(session, day)))

    def alarms(self) -> list[GuardAlarm]:
        """Every alarm."""
        with self.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
            found = list(session.scalars(select(GuardAlarm).order_by(GuardAlarm.id)))
            session.expunge_all()
            return found

    def told(self) -> set[int | None]:
        """The persons who read of it."""
        with self.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
            return set(session.scalars(
                select(Account.person_id).join(Notice, Notice.account_id == Account.id)
                .where(Notice.kind == "crm.guard_alarm")))  # fmt: skip

    def settle(self, way: Callable[..., None], said: str = "", who: str = "li", day: date = DAY) -> None:
        """Somebody answers the last alarm."""
        last = self.alarms()[-1].id

        def answer(session: Any, actor: Actor, campaign: Campaign) -> None:
            found = settling.alarm_of(session, campaign, last)
            assert found is not None
            way(session, actor, campaign, found, said, day)

        self.do(who, "crm.guard:settle", answer)


@pytest.fixture
def guard(sales: Sales) -> Watch:
    return Watch(sales)


def test_it_speaks_once_and_says_what_stood_there(guard: Watch) -> None:
    guard.limit()
    assert (guard.look(), guard.look(), guard.look(DAY + timedelta(days=1))) == (1, 0, 0)
    (alarm,) = guard.alarms()
    assert (alarm.measure, alarm.day, alarm.spent, alarm.leads, alarm.count, alarm.most) == (
        "lead", DAY, 400_000, 10, 1, 30_000,
    )


@pytest.mark.parametrize("limit", [
    {"per_lead": 400_000}, {"least_leads": 11}, {"is_active": False}, {"wait_days": 13},
    {"per_lead": None, "per_customer": 400_000},
])  # fmt: skip
def test_it_is_silent_within_the_limits(guard: Watch, limit: dict[str, Any]) -> None:
    guard.limit(**limit)
    assert guard.look() == 0


def test_before_it_begins_and_after_its_end_nobody_is_told(guard: Watch) -> None:
    guard.limit()
    assert [guard.look(day) for day in (FIRST - timedelta(days=1), date(2026, 5, 1))] == [0, 0]


def test_a_campaign_goes_on_with_a_reason_and_is_quiet_for_a_week(guard: Watch) -> None:
    guard.limit()
    guard.look()
    with pytest.raises(DomainError, match="Say why"):
        guard.settle(settling.go_on)
    guard.settle(settling.go_on, "A fair is coming")
    (alarm,) = guard.alarms()
    assert (alarm.state, alarm.said, alarm.quiet_until) == ("kept", "A fair is coming", DAY + timedelta(days=7))
    assert alarm.settled_by_person_id == guard.sales.person("li")
    assert [guard.look(DAY + timedelta(days=number)) for number in (6, 7)] == [0, 1]


def test_a_campaign_that_is_stopped_ends_today(guard: Watch) -> None:
    guard.limit(per_customer=100)
    assert guard.look() == 2
    guard.settle(settling.stop, "Too dear")
    assert [one.state for one in guard.alarms()] == ["stopped", "stopped"]
    with guard.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert session.get_one(Campaign, guard.campaign_id).ends_on == DAY + timedelta(days=1)
    assert guard.look(DAY + timedelta(days=1)) == 0


def test_whoever_may_not_plan_it_does_not_stop_it(guard: Watch) -> None:
    guard.limit()
    guard.look()
    with pytest.raises((Denied, LookupError, DomainError)):
        guard.settle(settling.stop, "x", who="qian")
    assert guard.alarms()[0].state == "open"


def test_two_at_once_answer_it_once(guard: Watch) -> None:
    guard.limit()
    guard.look()
    (alarm,) = guard.alarms()
    start, refused = threading.Barrier(2), []

    def press(way: Callable[..., None]) -> None:
        def answer(session: Any, actor: Actor, campaign: Campaign) -> None:
            found = settling.alarm_of(session, campaign, alarm.id)
            way(session, actor, campaign, found, "x", DAY)

        start.wait()
        try:
            guard.do("li", "crm.guard:settle", answer)
        except DomainError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=press, args=(way,)) for way in (settling.go_on, settling.stop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["crm.guard_settled"]


def test_a_guard_without_a_limit_is_refused(guard: Watch) -> None:
    with pytest.raises(DomainError, match="at least one limit"):
        guard.limit(per_lead=None)


def test_past_days_are_tried_and_nothing_is_kept(guard: Watch) -> None:
    def tried(session: Any, actor: Actor, campaign: Campaign) -> limits.Replay:
        trial = SpendGuard(id=0, campaign_id=campaign.id, currency="CNY", **LIMITS)
        return limits.replay(session, actor, campaign, trial, DAY)

    found = guard.do("li", "crm.guard:read", tried)
    assert [(one.measure, one.standing.day) for one in found.alarms] == [("lead", date(2026, 3, 10))]
    with guard.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert session.scalar(select(func.count()).select_from(SpendGuard)) == 0


def test_both_heads_and_whoever_planned_it_are_told(guard: Watch) -> None:
    """wang heads the group that runs it and, concurrently, the reps of the east who follow its leads up."""
    guard.sales.write(lambda session: [
        identity.create_account(session, SYSTEM, login=name, name=name, password="correct horse 1", locale="en",
                                person_id=guard.sales.person(name)) for name in ("sun", "wang", "chen", "qian", "li")
    ])  # fmt: skip
    guard.limit()
    guard.look()
    assert guard.told() == {guard.sales.person(name) for name in ("sun", "wang")}


def test_it_is_read_by_whom_the_lists_let(guard: Watch) -> None:
    guard.limit()
    actor = guard.sales.company.actor("li")
    with guard.sales.house.session(actor) as session:
        (one,) = limits.watched(session, actor, DAY)
        assert one.standing is not None
        assert (one.standing.leads, one.standing.qualified, one.standing.spent) == (10, 1, 400_000)
    other = guard.sales.company.actor("qian")
    with guard.sales.house.session(other) as session, pytest.raises(NotFound):
        load(session, other, "crm.guard:read", Campaign, guard.campaign_id)
