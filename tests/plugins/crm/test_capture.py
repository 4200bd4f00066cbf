"""Leads are taken in once, however often and in whichever order they are brought."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from plugins.crm.services.leads.loading import load_many
from remit.base import DomainError
from remit.specs import Denied
from tests.core.authority.company import SYSTEM, Company
from tests.plugins.crm.intake import Desk, furnish

LINGKE = {"company": "甲科技（上海）有限公司", "contact": "李四", "phone": "+86 138-0000-1234", "email": "Li@Jia.cn"}


@pytest.fixture
def desk(company: Company) -> Desk:
    return furnish(company)


def test_a_lead_is_kept_as_it_was_told(desk: Desk) -> None:
    ((lead_id, outcome),) = desk.take({**LINGKE, "industry": "互联网", "staff": 230, "answers": {"budget": 5}})
    lead = desk.lead(lead_id)
    assert outcome == "new"
    assert (lead.company, lead.company_key, lead.phone, lead.email) == (
        "甲科技（上海）有限公司", "甲科技上海", "13800001234", "li@jia.cn",
    )
    assert (lead.industry, lead.staff, lead.answers, lead.state) == ("web", 230, {"budget": 5}, "new")
    assert lead.unit_id == lead.captured_unit_id == desk.company.units["ACQ"].id
    assert lead.captured_by_person_id == desk.company.people["li"].person_id
    assert [(one.kind, one.data["channel"]) for one in desk.events(lead_id)] == [("captured", "wx")]


@pytest.mark.parametrize(
    "again",
    [
        {"phone": "13800001234", "company": "另一个名字"},
        {"email": "LI@jia.CN", "contact": "王五"},
        {"company": "甲科技(上海)有限责任公司"},
    ],
)
def test_brought_again_it_is_merged_with_history(desk: Desk, again: dict[str, Any]) -> None:
    ((lead_id, _new),) = desk.take(LINGKE)
    ((same, outcome),) = desk.take({**again, "channel": "zh", "region": "华东", "note": "展会上又聊了"})
    assert (same, outcome) == (lead_id, "merged")
    lead, events = desk.lead(lead_id), desk.events(lead_id)
    assert (lead.contact, lead.phone, lead.company) == ("李四", "13800001234", LINGKE["company"])
    assert (lead.region, lead.revision) == ("east", 2), "what it did not say yet is added"
    assert [one.kind for one in events] == ["captured", "merged"]
    assert (events[1].data["channel"], events[1].data["added"], events[1].said) == ("zh", ["region"], "展会上又聊了")
    assert events[1].person_id == desk.company.people["li"].person_id
    assert len(desk.leads()) == 1
    assert [one.outcome for one in desk.arrivals()] == ["new", "merged"]


def test_nothing_older_is_written_over(desk: Desk) -> None:
    """A second person of the company is kept beside the first, and finds the lead from then on."""
    ((lead_id, _new),) = desk.take({**LINGKE, "industry": "web", "staff": 30, "answers": {"use": "a"}})
    desk.take({"company": "甲科技上海", "contact": "王五", "phone": "13911112222", "email": "wang@jia.cn",
               "industry": "edu", "staff": 300, "answers": {"use": "b", "more": True}})  # fmt: skip
    lead, second = desk.lead(lead_id), desk.arrivals()[1]
    assert (lead.contact, lead.phone, lead.email, lead.industry, lead.staff) == (
        "李四", "13800001234", "li@jia.cn", "web", 30,
    )
    assert lead.answers == {"use": "a", "more": True}
    assert (second.contact, second.phone, second.email) == ("王五", "13911112222", "wang@jia.cn")
    assert second.other == {"company": "甲科技上海", "industry": "edu", "staff": 300, "answers.use": "b"}
    assert desk.events(lead_id)[1].data["differs"] == [
        "answers.use", "company", "industry", "staff", "contact", "phone", "email",
    ]
    assert desk.take({"phone": "139 1111 2222", "contact": "王小姐"}) == [(lead_id, "merged")]


def test_the_order_within_a_batch_changes_nothing(desk: Desk) -> None:
    """The third of these tells that the first two are one; whichever comes first, there is one lead."""
    for number, order in enumerate(permutations(range(3))):
        rows = [
            {"contact": "甲", "phone": f"1380000{number:04}"},
            {"contact": "乙", "email": f"u{number}@x.cn"},
            {"contact": "丙", "phone": f"1380000{number:04}", "email": f"u{number}@x.cn"},
        ]
        taken = desk.take(*(rows[one] for one in order))
        assert len({lead for lead, _outcome in taken}) == 1
        assert [outcome for _lead, outcome in taken] == ["new", "merged", "merged"]
    assert len(desk.leads()) == 6


def test_two_leads_that_turn_out_to_be_one_are_told_of_each_other(desk: Desk) -> None:
    ((one, _new),), ((other, _also_new),) = desk.take({"contact": "甲", "phone": "13800000001"}), desk.take(
        {"contact": "乙", "email": "b@x.cn"}
    )
    assert desk.take({"contact": "丙", "phone": "13800000001", "email": "b@x.cn"}) == [(one, "merged")]
    assert desk.events(one)[-1].data["also"] == [other]


def test_who_has_no_company_is_not_everybody_without_one(desk: Desk) -> None:
    taken = desk.take({"company": "无", "contact": "甲", "phone": "13800000001"}, {"company": "无", "contact": "乙",
                      "phone": "13800000002"}, {"contact": "丙", "email": "c@x.cn"})  # fmt: skip
    assert [outcome for _lead, outcome in taken] == ["new"] * 3


def test_a_batch_sent_again_doubles_nothing(desk: Desk) -> None:
    rows = [{"company": f"公司{number}号", "external_id": f"T-{number}"} for number in range(5)]
    first = desk.take(*rows, rows[0])
    assert [outcome for _lead, outcome in first] == ["new"] * 5 + ["known"]
    again = desk.take(*rows, {"company": "公司9号", "external_id": "T-9"})
    assert [outcome for _lead, outcome in again] == ["known"] * 5 + ["new"]
    assert [lead for lead, _outcome in again[:5]] == [lead for lead, _outcome in first[:5]]
    assert desk.take(rows[0], source="webhook:1") == [(first[0][0], "merged")], "another source has its own numbers"
    assert len(desk.leads()) == 6
    assert len(desk.events(first[0][0])) == 2


def test_a_closed_lead_comes_back(desk: Desk) -> None:
    ((lead_id, _new),) = desk.take(LINGKE)
    with desk.company.house.session(SYSTEM, write=True) as session:
        lead = load_many(session, [lead_id])[lead_id]
        lead.state, lead.closed_reason, lead.closed_at = "lost", "price", datetime(2026, 3, 20, tzinfo=UTC)
    desk.take({**LINGKE, "at": datetime(2026, 3, 19, tzinfo=UTC)})
    assert desk.lead(lead_id).state == "lost", "what was brought before it was closed does not open it again"
    desk.take({**LINGKE, "at": datetime(2026, 3, 21, tzinfo=UTC)})
    assert (desk.lead(lead_id).state, desk.lead(lead_id).closed_at) == ("new", None)
    assert desk.events(lead_id)[-1].data["back"] is True


def test_consent_is_kept_with_its_text_and_time(desk: Desk) -> None:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    ((lead_id, _new),) = desk.take({**LINGKE, "consent": "可以联系我", "at": at})
    lead = desk.lead(lead_id)
    assert (lead.consent_text, lead.consent_at, lead.captured_at) == ("可以联系我", at, at)
    assert [one.kind for one in desk.events(lead_id)] == ["captured", "consented"]
    desk.take(LINGKE)
    assert desk.lead(lead_id).consent_at == at


def test_who_may_not_takes_nothing_in(desk: Desk) -> None:
    with pytest.raises(Denied):
        desk.take(LINGKE, who="sun")
    assert desk.leads() == []


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({}, "company"),
        ({"contact": "甲"}, "company"),
        ({"company": "甲", "phone": "abc"}, "phone"),
        ({"company": "甲", "email": "abc"}, "email"),
        ({"company": "甲", "industry": "farming"}, "industry"),
        ({"company": "甲", "channel": "tv"}, "channel"),
        ({"company": "甲", "campaign": "none"}, "campaign"),
        ({"company": "甲", "staff": 0}, "staff"),
        ({"company": "甲", "at": datetime(2026, 4, 1, tzinfo=UTC)}, "at"),
        ({"company": "甲" * 161}, "company"),
        ({"company": "甲", "answers": {"a b": 1}}, "answers"),
        ({"company": "甲", "answers": {"a": 1.5}}, "answers"),
        ({"company": "甲", "answers": {f"a{n}": 1 for n in range(51)}}, "answers"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(desk: Desk, row: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        desk.take(row)
    assert refused.value.field == field
    assert desk.leads() == []
