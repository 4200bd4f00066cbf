"""Following leads up: outcomes, the day they return, two people at once, and what is done when nobody moves.

Deadlines are worked by hand: a working day is 9:00 to 12:00 and 13:00 to 18:00, 480 minutes; 22 March 2026 is a Sunday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
import pytest
import time_machine
from sqlalchemy import func, select

from core.org import services as org
from plugins.crm.models import FollowRule, Lead, Overdue
from plugins.crm.services.following import contacting, handing, people, sweeping
from plugins.crm.services.following.deadlines import earlier, set_due
from plugins.crm.services.intake.desk import DESK
from plugins.crm.services.leads import consent, looking
from plugins.crm.services.leads.loading import load_many
from remit.base import DomainError, clock
from remit.calendar import WorkCalendar, working_minutes
from remit.contracts import LEAD_WORKING, LeadMove
from remit.services import system
from remit.specs import Denied
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales, shanghai

WORK, ASSIGN = "crm.lead:work", "crm.lead:assign"


def say(sales: Sales, lead_id: int, who: str = "qian", **values: object) -> Lead:
    """Somebody writes a contact down."""
    told = {"outcome": "contacted", "revision": sales.see(lead_id).revision, "said": "要定制方案", "next_step": "",
            "next_on": date(2026, 3, 25), "reason": "", **values}  # fmt: skip
    found: Lead = sales.do(who, WORK, lead_id, contacting.follow_up, told)
    return found


def test_contacted_needs_a_next_day(sales: Sales) -> None:
    """A custom proposal is needed: the lead is in hand, the first contact is now, the deadline is over."""
    lead = sales.lead(due_at=clock.now())
    with pytest.raises(DomainError, match="on which day the next step is"):
        say(sales, lead, next_on=None)
    with pytest.raises(DomainError, match="in the past"):
        say(sales, lead, next_on=date(2026, 3, 21))
    say(sales, lead, next_step="出方案")
    found = sales.see(lead)
    assert (found.state, found.next_on, found.due_at, found.revision) == ("working", date(2026, 3, 25), None, 2)
    assert found.touched_at == clock.now()
    assert sales.kinds(lead) == ["touched"]


def test_a_contact_over_the_limit_is_refused_but_the_lead_can_be_put_off(sales: Sales) -> None:
    """Two within seven days: of three on one day the third is refused and nothing of it stays; next week it may be."""
    lead = sales.lead()
    sales.write(lambda session: consent.save_limit(session, SYSTEM, None, {"most": 2, "days": 7}))
    for _time in range(2):
        say(sales, lead)
    with pytest.raises(DomainError, match="contacted 2 times within 7 days"):
        say(sales, lead)
    assert (sales.kinds(lead), sales.see(lead).revision) == (["touched", "touched"], 3)
    with time_machine.travel(datetime(2026, 3, 29, 4, tzinfo=UTC), tick=False):
        say(sales, lead, next_on=date(2026, 3, 30))
    say(sales, lead, outcome="put_off", next_on=date(2026, 4, 1))
    assert sales.kinds(lead) == ["touched", "touched", "touched", "put_off"]


def withdraw(sales: Sales, lead_id: int) -> None:
    """Somebody takes his consent back."""
    sales.write(lambda session: consent.withdraw(session, load_many(session, [lead_id])[lead_id]))


def test_who_withdrew_the_consent_is_not_contacted(sales: Sales) -> None:
    """The lead can only be closed; what another program did with it is kept as it was."""
    lead, other = sales.lead(), sales.lead("另一家", phone=None, email=None)
    for one in (lead, other):
        withdraw(sales, one)
    with pytest.raises(DomainError, match="has withdrawn its consent on 2026-03-22"):
        say(sales, lead)
    say(sales, lead, outcome="lost", reason="need")
    assert sales.kinds(lead) == ["withdrawn", "lost"]
    sales.write(lambda session: DESK.move(session, other, LeadMove(LEAD_WORKING)))
    assert (sales.kinds(other), sales.see(other).state) == (["withdrawn", "touched"], "working")


def test_put_off_returns_on_its_day(sales: Sales) -> None:
    """No need now: in three months, and on that day it is back with its owner, once."""
    lead = sales.lead()
    say(sales, lead, outcome="put_off", next_on=None)
    assert (sales.see(lead).state, sales.see(lead).next_on) == ("put_off", date(2026, 6, 22))
    for day, state in ((date(2026, 6, 21), "put_off"), (date(2026, 6, 22), "working")):
        for _again in range(2):
            sales.write(partial(sweeping.sweep, at=datetime(2026, 6, 22, 1, tzinfo=UTC), today=day))
        assert sales.see(lead).state == state
    assert sales.kinds(lead) == ["put_off", "returned"]
    assert sales.see(lead).owner_person_id == sales.person("qian")


@pytest.mark.parametrize(("day", "expected"), [
    (date(2026, 11, 30), date(2027, 2, 28)), (date(2026, 1, 31), date(2026, 4, 30)),
    (date(2027, 11, 30), date(2028, 2, 29)),
])  # fmt: skip
def test_three_months_end_with_the_month(day: date, expected: date) -> None:
    assert contacting.months_after(day, 3) == expected


def test_lost_needs_a_reason_of_the_company(sales: Sales) -> None:
    lead = sales.lead()
    with pytest.raises(DomainError, match="choose a reason"):
        say(sales, lead, outcome="lost", reason="whatever")
    say(sales, lead, outcome="lost", reason="price")
    found = sales.see(lead)
    assert (found.state, found.closed_reason, found.next_on) == ("lost", "price", None)
    with pytest.raises(DomainError, match="closed"):
        say(sales, lead)
    again = {"revision": found.revision, "next_on": date(2026, 4, 1), "said": "又来电话"}
    sales.do("qian", WORK, lead, contacting.reopen, again)
    assert (sales.see(lead).state, sales.see(lead).closed_at) == ("working", None)


def test_of_two_at_once_one_gets_through(sales: Sales) -> None:
    """The other is told who was quicker, and nothing of his is kept."""
    lead = sales.lead()
    seen = sales.see(lead).revision
    say(sales, lead, revision=seen)
    with pytest.raises(DomainError, match="qian has changed this meanwhile"):
        say(sales, lead, outcome="lost", reason="price", revision=seen)
    assert (sales.see(lead).state, sales.kinds(lead)) == ("working", ["touched"])


def test_only_the_owner_follows_up_and_only_the_head_hands_over(sales: Sales) -> None:
    lead = sales.lead()
    with pytest.raises(Exception, match="nothing here"):
        say(sales, lead, "zhou")
    with pytest.raises(DomainError, match="a colleague of the department"):
        sales.do("wang", ASSIGN, lead, handing.assign, sales.person("sun"), 1)
    with pytest.raises(DomainError, match="has this lead already"):
        sales.do("wang", ASSIGN, lead, handing.assign, sales.person("qian"), 1)
    sales.do("wang", ASSIGN, lead, handing.assign, sales.person("zhou"), 1, "更懂行业")
    assert sales.see(lead).owner_person_id == sales.person("zhou")
    # Sunday noon; eight working hours from Monday nine on are over on Monday at six.
    assert sales.see(lead).due_at == shanghai("2026-03-23T18:00")
    say(sales, lead, "zhou")
    with pytest.raises(Exception, match="nothing here"):
        say(sales, lead, "qian")


def test_phone_is_opened_by_its_owner_and_kept(sales: Sales) -> None:
    lead = sales.lead()
    opened = sales.do("qian", "crm.lead:read", lead, looking.reveal, "")
    assert opened == {"phone": "13800001111", "email": "qu@hengyuan.cn"}
    with pytest.raises(Denied):
        sales.do("wang", "crm.lead:read", lead, looking.reveal, "核对")
    assert looking.masked_phone("13800001111") == "138****1111"
    assert looking.masked_mail("qu@hengyuan.cn") == "q***@hengyuan.cn"


def assigned_on_monday(sales: Sales, name: str = "恒远机电") -> int:
    """A lead handed to qian on Monday at ten, due on Tuesday at ten."""
    lead = sales.lead(name)

    def start(session: object) -> None:
        with system(session, "a test starts the clock"):  # type: ignore[arg-type]
            set_due(session, [session.get_one(Lead, lead)], shanghai("2026-03-23T10:00"))  # type: ignore[attr-defined,arg-type]

    sales.write(start)
    assert sales.see(lead).due_at == shanghai("2026-03-24T10:00")
    return lead


def run(sales: Sales, at: str) -> dict[str, int]:
    """Look after leads at a moment, twice; the second time there is nothing to do."""
    moment = shanghai(at)
    first = sales.write(lambda session: dict(sweeping.sweep(session, moment, moment.date()).told()))
    again = sales.write(lambda session: dict(sweeping.sweep(session, moment, moment.date()).told()))
    assert not any(again.values())
    return {key: value for key, value in first.items() if value}


def test_reminder_escalation_and_reassignment_once_each(sales: Sales) -> None:
    """Due on Tuesday at ten: two working hours before is Monday at five; half a day after is Tuesday at three."""
    lead = assigned_on_monday(sales)
    assert run(sales, "2026-03-23T16:58") == {}
    assert run(sales, "2026-03-23T17:00") == {"reminded": 1}
    assert run(sales, "2026-03-24T09:59") == {}
    assert run(sales, "2026-03-24T10:00") == {"escalated": 1}
    assert run(sales, "2026-03-24T14:59") == {}
    with time_machine.travel(shanghai("2026-03-24T15:00"), tick=False):
        assert run(sales, "2026-03-24T15:00") == {"reclaimed": 1}
    found = sales.see(lead)
    assert found.owner_person_id == sales.person("zhou")
    assert found.due_at == shanghai("2026-03-25T15:00")
    assert sales.kinds(lead) == ["reminded", "escalated", "reclaimed", "assigned"]


def test_who_was_contacted_in_time_is_left_alone(sales: Sales) -> None:
    lead = assigned_on_monday(sales)
    with time_machine.travel(shanghai("2026-03-23T16:00"), tick=False):
        say(sales, lead)
    assert run(sales, "2026-03-24T18:00") == {}


def test_nobody_left_to_take_it_lays_it_before_the_head(sales: Sales) -> None:
    """The only colleague has left: the lead stands on the list of whoever may hand it over, with the history."""
    lead = assigned_on_monday(sales)
    sales.write(lambda session: org.leave(session, SYSTEM, sales.company.people["zhou"], last_day=date(2026, 3, 20)))
    run(sales, "2026-03-24T15:00")
    assert (sales.see(lead).owner_person_id, sales.see(lead).due_at) == (None, None)
    actor = sales.company.actor("wang")
    with sales.house.session(actor) as session:
        assert [one.id for one in handing.unowned(session, actor)] == [lead]
    stranger = sales.company.actor("zhou")
    with sales.house.session(stranger) as session:
        assert handing.unowned(session, stranger) == []


def test_leads_of_who_leaves_stand_on_the_list(sales: Sales) -> None:
    mine, put_off, lost = sales.lead(), sales.lead("蓝湾物流"), sales.lead("青禾食品")
    say(sales, put_off, outcome="put_off")
    say(sales, lost, outcome="lost", reason="price")
    sales.write(lambda session: org.leave(session, SYSTEM, sales.company.people["qian"], last_day=date(2026, 3, 22)))
    assert run(sales, "2026-03-23T09:00")["orphaned"] == 2
    assert [sales.see(one).owner_person_id for one in (mine, put_off)] == [None, None]
    assert sales.see(lost).owner_person_id == sales.person("qian")


def test_a_unit_sets_its_own_hours(sales: Sales) -> None:
    """Two working hours for the first contact, no reminder, taken back at once."""
    sales.write(lambda session: session.add(FollowRule(
        unit_id=sales.company.units["EAST"].id, legal_entity_id=sales.company.entity.id, touch_minutes=120,
        remind_minutes=0, reclaim_minutes=0,
    )))  # fmt: skip
    lead = sales.lead()
    assert run(sales, "2026-03-23T10:00") == {"started": 1}
    assert sales.see(lead).due_at == shanghai("2026-03-23T12:00")
    assert run(sales, "2026-03-23T12:00") == {"escalated": 1, "reclaimed": 1}


def test_every_open_lead_has_somebody_and_a_day(sales: Sales) -> None:
    """Whatever is done in whatever order: an open lead has an owner and a day, or no owner and stands on the list."""
    rng = np.random.default_rng(20260322)
    leads = [sales.lead(f"客户 {number}") for number in range(6)]
    at = shanghai("2026-03-23T09:00")
    for _step in range(40):
        at += timedelta(hours=int(rng.integers(1, 9)))
        with time_machine.travel(at, tick=False):
            lead = leads[int(rng.integers(len(leads)))]
            found, choice = sales.see(lead), int(rng.integers(4))
            who = {sales.person(name): name for name in ("qian", "zhou", "wang")}.get(found.owner_person_id or 0)
            if choice == 0 and who in ("qian", "zhou") and found.state != "lost":
                say(sales, lead, who, next_on=at.date() + timedelta(days=int(rng.integers(1, 5))))
            elif choice == 1 and who in ("qian", "zhou") and found.state != "lost":
                say(sales, lead, who, outcome="put_off", next_on=at.date() + timedelta(days=3))
            elif choice == 2 and found.state != "lost":
                other = "zhou" if who == "qian" else "qian"
                sales.do("wang", ASSIGN, lead, handing.assign, sales.person(other), found.revision)
            sales.write(lambda session: sweeping.sweep(session, clock.now(), clock.today()))
        for one in map(sales.see, leads):
            assert one.owner_person_id is None or one.due_at or one.next_on, (one.id, one.state)
    with sales.house.session(SYSTEM) as session, system(session, "a test counts"):
        doubled = session.execute(select(Overdue.lead_id, Overdue.step, Overdue.due_at).group_by(
            Overdue.lead_id, Overdue.step, Overdue.due_at).having(func.count() > 1)).all()  # fmt: skip
    assert doubled == []


def test_the_last_moment_leaves_the_minutes() -> None:
    """Checked against counting every minute."""
    calendar = WorkCalendar(zone="Asia/Shanghai")
    for due in (shanghai("2026-03-23T10:00"), shanghai("2026-03-24T13:30"), shanghai("2026-03-27T18:00")):
        found = earlier(calendar, due, 120)
        assert 119 <= working_minutes(calendar, found, due) <= 121


def test_colleagues_are_those_of_the_department(sales: Sales) -> None:
    """The unit above the lead's unit, with all below it; nobody of marketing."""
    found = sales.write(lambda session: people.colleagues(session, sales.company.units["EAST"].id, date(2026, 3, 22)))
    assert sorted(one.name for one in found) == ["qian", "wang", "zhou"]
