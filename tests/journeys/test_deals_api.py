"""Following up and selling for programs: a lead is contacted, a deal opened, won, renewed, and the customer leaves."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.journeys.test_spending_api import Tokens
from tests.journeys.test_spending_api import program as program

LEAD = ("crm.lead:read", "crm.lead:work")
DEAL = ("crm.deal:read", "crm.deal:work", "crm.customer:read", "crm.customer:work", "crm.discount:request")


def lead_of(liu: Any, state: str = "new") -> dict[str, Any]:
    """The first lead of somebody in a state."""
    after: str | None = ""
    me = (liu.get("/me").json or {}).get("person_id")
    while after is not None:
        page = liu.get(f"/crm/leads/?state={state}&limit=200&after={after}").json or {}
        for one in page["items"]:
            if one["owner_person_id"] is not None and me in (None, one["owner_person_id"]):
                found: dict[str, Any] = one
                return found
        after = page["next"]
    raise AssertionError("the demo company has leads in hand")


def test_a_lead_becomes_a_customer_who_renews_and_leaves(company: Flask, program: Tokens) -> None:
    liu = program("liuyang", *LEAD, *DEAL)
    lead = lead_of(liu)
    path = f"/crm/leads/{lead['id']}"
    body = {"outcome": "contacted", "next_on": "2026-12-01", "next_step": "寄出方案", "revision": lead["revision"]}
    none = liu.send(f"{path}/contacts", {**body, "next_on": None})
    assert (none.status_code, list((none.json or {})["errors"])) == (422, ["next_on"])
    told = liu.send(f"{path}/contacts", body)
    lead = told.json or {}
    assert (told.status_code, lead["state"], lead["next_on"]) == (200, "working", "2026-12-01")
    stale = liu.send(f"{path}/contacts", body)
    assert stale.status_code == 422, "somebody who looked at the lead before is told so"

    wish = {"title": "旗舰版一年", "kind": "new", "list_amount": 1_200_000, "expected_on": "2026-12-15", "months": 12}
    assert liu.send(f"{path}/deals", {**wish, "kind": "renewal"}).status_code == 422
    made = liu.send(f"{path}/deals", wish)
    assert (made.status_code, (made.json or {})["state"], (made.json or {})["amount"]) == (201, "open", 1_200_000)
    deal = made.json or {}
    won = liu.send(f"/crm/deals/{deal['id']}/won", {"won_on": "2026-11-23", "revision": deal["revision"]})
    assert (won.status_code, (won.json or {})["state"], (won.json or {})["won_on"]) == (200, "won", "2026-11-23")
    assert (liu.get(path).json or {})["state"] == "won"

    customer = liu.get(f"/crm/customers/{(won.json or {})['customer_id']}").json or {}
    assert (customer["company"], customer["term_start"], customer["term_end"]) == (
        lead["company"], "2026-11-23", "2027-11-23")  # fmt: skip
    again = {**wish, "kind": "renewal", "title": "续费", "list_amount": 1_000_000}
    renewal = liu.send(f"/crm/customers/{customer['id']}/deals", again).json or {}
    won = liu.send(f"/crm/deals/{renewal['id']}/won", {"won_on": "2026-11-23", "revision": renewal["revision"]})
    assert won.status_code == 200, won.text
    customer = liu.get(f"/crm/customers/{customer['id']}").json or {}
    assert customer["term_end"] == "2028-11-23", "a renewal goes on where the term ended"
    bad = liu.send(f"/crm/customers/{customer['id']}/left", {"reason": "nothing", "revision": customer["revision"]})
    assert (bad.status_code, list((bad.json or {})["errors"])) == (422, ["reason"])


def test_a_deal_is_lost_for_a_reason_and_its_lead_is_taken_up_again(company: Flask, program: Tokens) -> None:
    liu = program("liuyang", *LEAD, *DEAL)
    lead = lead_of(liu)
    path = f"/crm/leads/{lead['id']}"
    wish = {"title": "标准版", "kind": "new", "list_amount": 500_000, "expected_on": "2026-12-15"}
    deal = liu.send(f"{path}/deals", wish).json or {}
    bad = liu.send(f"/crm/deals/{deal['id']}/lost", {"reason": "nothing", "revision": deal["revision"]})
    assert (bad.status_code, list((bad.json or {})["errors"])) == (422, ["reason"])
    lost = liu.send(f"/crm/deals/{deal['id']}/lost", {"reason": "price", "revision": deal["revision"]})
    assert ((lost.json or {})["state"], (lost.json or {})["closed_reason"]) == ("lost", "price"), lost.text
    gone = liu.send(f"{path}/contacts", {"outcome": "lost", "reason": "price", "revision": lead["revision"]})
    assert (gone.json or {})["state"] == "lost", gone.text
    back = liu.send(f"{path}/reopen", {"next_on": "2026-12-02", "revision": (gone.json or {})["revision"]})
    assert ((back.json or {})["state"], (back.json or {})["next_on"]) == ("working", "2026-12-02")


def test_the_head_hands_a_lead_over(company: Flask, program: Tokens) -> None:
    gao, liu = program("gaofei", "crm.lead:read", "crm.lead:assign"), program("liuyang", *LEAD)
    lead = lead_of(gao)
    own = gao.send(f"/crm/leads/{lead['id']}/owner", {"person_id": lead["owner_person_id"],
                                                      "revision": lead["revision"]})  # fmt: skip
    assert (own.status_code, list((own.json or {})["errors"])) == (422, ["person_id"]), "he has it already"
    others = {one["owner_person_id"] for one in (gao.get("/crm/leads/?limit=200").json or {})["items"]}
    to = min(one for one in others - {None, lead["owner_person_id"]})
    assert liu.send(f"/crm/leads/{lead['id']}/owner", {"person_id": to, "revision": 1}).status_code == 403
    done = gao.send(f"/crm/leads/{lead['id']}/owner", {"person_id": to, "revision": lead["revision"]})
    assert (done.status_code, (done.json or {})["owner_person_id"]) == (200, to), done.text


def test_the_lists_are_read_page_by_page(company: Flask, program: Tokens) -> None:
    zhang = program("zhangwei", "crm.deal:read", "crm.customer:read")
    for path in ("/crm/deals/?state=won", "/crm/customers/?state=active"):
        whole = (zhang.get(f"{path}&limit=200").json or {})["items"]
        assert len(whole) > 3
        seen: list[int] = []
        after: str | None = ""
        while after is not None:
            page = zhang.get(f"{path}&limit=2&after={after}").json or {}
            seen += [one["id"] for one in page["items"]]
            after = page["next"]
            if len(seen) > 40:
                break
        assert seen == [one["id"] for one in whole][: len(seen)]
    due = (zhang.get("/crm/customers/?until=2027-01-01&limit=200").json or {})["items"]
    assert due
    assert all(one["term_end"] <= "2027-01-01" for one in due)
    assert program("liuyang", "crm.lead:read").get("/crm/deals/").status_code == 403, "this token reads no deals"
