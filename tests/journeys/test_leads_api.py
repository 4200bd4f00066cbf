"""Leads for programs: taken in once, however often they are sent, each answered for itself."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.journeys.test_spending_api import Tokens
from tests.journeys.test_spending_api import program as program

CAPTURE, SEE = "crm.lead:capture", "crm.lead:read"
ONE = {"channel": "wechat-ads", "company": "甲科技有限公司", "phone": "138 0000 1234", "industry": "互联网",
       "staff": 230, "answers": {"whitepaper": True}, "external_id": "W-1"}  # fmt: skip


def test_one_lead_is_taken_in_once(company: Flask, program: Tokens) -> None:
    zhou = program("zhoulei", CAPTURE)
    made = zhou.send("/crm/leads/", ONE)
    assert (made.status_code, (made.json or {})["outcome"]) == (201, "new"), made.text
    lead = (made.json or {})["id"]
    again = zhou.send("/crm/leads/", ONE)
    assert (again.status_code, again.json) == (200, {"outcome": "known", "id": lead, "field": None, "message": None})
    other = zhou.send("/crm/leads/", {**ONE, "external_id": "W-2", "channel": "知乎专栏"})
    assert (other.json or {}) == {"outcome": "merged", "id": lead, "field": None, "message": None}
    bad = zhou.send("/crm/leads/", {**ONE, "phone": "none"})
    assert (bad.status_code, list((bad.json or {})["errors"])) == (422, ["phone"])
    assert zhou.get("/crm/leads/").status_code == 403, "this token does not read"
    assert program("liuyang", "crm.spend:read").send("/crm/leads/", ONE).status_code == 403


def test_a_batch_answers_for_each(company: Flask, program: Tokens) -> None:
    lin = program("linan", CAPTURE, SEE)
    rows: list[dict[str, Any]] = [
        {"channel": "fair", "company": f"批量客户{number}号", "external_id": f"B-{number}"} for number in range(60)
    ]
    rows[7] = {"channel": "nowhere", "company": "x"}
    sent = lin.send("/crm/leads/batch", {"leads": rows, "source": "shop"}).json or {}
    assert [one["outcome"] for one in sent["items"]] == ["new"] * 7 + ["refused"] + ["new"] * 52
    assert (sent["items"][7]["field"], sent["items"][7]["message"][:12]) == ("channel", "没有渠道 nowhere")
    again = lin.send("/crm/leads/batch", {"leads": rows, "source": "shop"}).json or {}
    assert {one["outcome"] for one in again["items"]} == {"known", "refused"}
    assert lin.send("/crm/leads/batch", {"leads": []}).status_code == 422
    assert lin.send("/crm/leads/batch", {"leads": [{"company": "x"}]}).status_code == 422


def test_the_list_is_read_page_by_page(company: Flask, program: Tokens) -> None:
    lin = program("linan", CAPTURE, SEE)
    rows = [{"channel": "referral", "company": f"列表客户{number}号", "phone": "021-5234567" + str(number)}
            for number in range(5)]  # fmt: skip
    ids = [one["id"] for one in (lin.send("/crm/leads/batch", {"leads": rows}).json or {})["items"]]
    seen: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = lin.get(f"/crm/leads/?channel=referral&state=new&limit=2&after={after}").json or {}
        seen += page["items"]
        after = page["next"]
    assert [one["id"] for one in seen if one["id"] in ids] == ids
    assert not [one for one in seen if "phone" in one or "email" in one], "how people are reached is not listed"
    assert (lin.get(f"/crm/leads/{ids[0]}").json or {})["company"] == "列表客户0号"
    assert lin.get("/crm/leads/?state=nothing").status_code == 422
