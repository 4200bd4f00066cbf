"""Decisions of last quarter as a draft would have had them. Expected answers follow from the limits by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from core.access.calls import require
from core.access.decision import Denied
from core.audit import events
from core.authority.document import ListDraft, parse
from core.authority.publish import publish
from core.authority.replay import Replay, replay
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import LIST, WITHOUT, Office

#: The head's limit falls to 5,000, and what belongs together counts no more.
NARROW = LIST.replace("version: 18", "version: 19").replace("2026-01-01", "2026-04-01").replace(
    "10000.00", "5000.00").replace("\n           split_guard: payee+category/30d,", "")
#: It rises to 20,000.
WIDE = NARROW.replace("5000.00", "20000.00")
AUDIT = """
list: FIN
version: 1
effective_from: "2026-01-01"
positions:
  CEO:
    authority:
      L1: {can: "audit.log:read", in: all, power: read, title: {zh: 查看日志, en: Reads the log}}
      L2: {can: "person.record:read", in: all, power: read, title: {zh: 查看人员, en: Sees people}}
"""


def replayed(office: Office, draft: str | ListDraft, who: str = "zhao") -> Replay:
    actor = office.company.actor(who)
    found = parse(draft) if isinstance(draft, str) else draft
    with office.company.house.session(actor) as session:
        return replay(session, actor, found)


@pytest.fixture
def past(office: Office, march: time_machine.Traveller) -> Office:
    """4,000, 5,000.00, 5,000.01 and 8,000 decided by the head in February, 12,000 by the director in March."""
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(AUDIT))
    march.move_to(datetime(2026, 2, 10, 4, tzinfo=UTC))
    for amount in (400_000, 500_000, 500_001, 800_000):
        office.say(office.ask(amount), "wang")
        march.shift(60)
    march.move_to(datetime(2026, 3, 2, 4, tzinfo=UTC))
    office.say(office.ask(1_200_000), "li")
    march.move_to(datetime(2026, 3, 22, 4, tzinfo=UTC))
    return office


def test_what_the_draft_would_have_refused_is_told_with_who_would_have_decided(past: Office) -> None:
    found = replayed(past, NARROW)
    assert (found.judged, found.blind, found.differ, found.more) == (5, 0, 2, False)
    assert [(one.kind, one.at.date(), one.who, one.entry, one.list_version, one.code, str(one.next), str(one.would))
            for one in found.turned] == [
        ("refused", date(2026, 2, 10), "wang", "ACQ-H.B1", 18, "OVER_LIMIT", "Post MD",
         "¥8,000.00 is more than ¥5,000.00, the limit of ACQ-H.B1 (list version 19)."),
        ("refused", date(2026, 2, 10), "wang", "ACQ-H.B1", 18, "OVER_LIMIT", "Post MD",
         "¥5,000.01 is more than ¥5,000.00, the limit of ACQ-H.B1 (list version 19)."),
    ]
    assert {str(one.action) for one in found.turned} == {"Approve spending"}


def test_what_somebody_lower_would_have_been_asked_first_is_told(past: Office) -> None:
    found = replayed(past, WIDE)
    assert [(one.kind, one.who, str(one.next)) for one in found.turned] == [("routed", "li", "Post ACQ-H")]
    assert (found.judged, found.differ) == (5, 1)


def test_the_list_in_force_as_a_draft_turns_nothing(past: Office) -> None:
    assert (replayed(past, LIST).judged, replayed(past, LIST).differ) == (0, 0), "nothing is said otherwise"
    found = replayed(past, WITHOUT)
    assert (found.judged, found.differ) == (5, 0), "in December it was another list"


def test_what_changed_since_cannot_be_judged(past: Office, march: time_machine.Traveller) -> None:
    task = past.ask(900_000)
    past.say(task, "wang")
    past.change(task, amount=1_500_000)
    found = replayed(past, NARROW)
    assert (found.judged, found.blind, found.differ) == (5, 1, 2)


def test_totals_are_those_of_the_moment(past: Office, march: time_machine.Traveller) -> None:
    """The head's total falls to 15,000 a month: of 4,000 + 5,000 + 5,000.01 + 8,000 the fourth passes it."""
    draft = NARROW.replace("up_to: 5000.00", "up_to: 10000.00").replace("60000.00", "15000.00")
    found = replayed(past, draft)
    assert [(one.code, one.kind) for one in found.turned] == [("CAP_EXCEEDED", "refused")]
    assert "¥22,000.01" in str(found.turned[0].would)


def test_what_belongs_together_is_what_was_decided_before(past: Office, march: time_machine.Traveller) -> None:
    """Two of 4,500 to one payee: under a limit of 8,000 the second counts with the first, the first alone."""
    for _again in range(2):
        past.say(past.ask(450_000, payee="one"), "wang")
        march.shift(3600)
    draft = LIST.replace("version: 18", "version: 19").replace("2026-01-01", "2026-04-01")
    draft = draft.replace("10000.00", "8000.00")
    found = replayed(past, draft)
    assert [(one.code, one.at) for one in found.turned] == [("AGGREGATE", found.turned[0].at)]
    assert found.turned[0].at.hour == 5, "the second of them"


def test_older_decisions_are_left_out(past: Office, march: time_machine.Traveller) -> None:
    march.move_to(datetime(2026, 5, 20, 4, tzinfo=UTC))
    found = replayed(past, NARROW)
    assert (found.judged, found.differ) == (1, 0), "only what the director decided in March"


def test_whoever_may_not_read_the_log_is_told_the_number_alone(past: Office) -> None:
    found = replayed(past, NARROW, "li")
    assert (found.differ, found.turned) == (2, [])


def test_a_refusal_without_its_record_cannot_be_judged_and_one_of_the_whole_can(past: Office) -> None:
    """Sun was refused erasing; a draft that gives it to him for all would have allowed it."""
    sun = past.company.actor("sun")
    for action in ("audit.person:erase", "crm.spend:approve"):
        with pytest.raises(Denied) as refused, past.company.house.session(sun, write=True) as session:
            require(session, sun, action)
        events.record_denied(past.company.house.database, sun, refused.value.decision)
    draft = """
list: "-"
version: 1
effective_from: "2026-04-01"
everybody:
  authority:
    E1: {can: "audit.person:erase", in: all, title: {zh: 清除, en: Erases}}
    E2: {can: "crm.spend:approve", in: all, up_to: 1.00 CNY, title: {zh: 审批, en: Approves}}
"""
    found = replayed(past, draft)
    assert [(one.kind, one.who, str(one.action)) for one in found.turned] == [
        ("allowed", "sun", str(past.company.house.registry.actions["audit.person:erase"].title))]
    assert found.blind == 1
