"""The story of the spending requests, told in a browser: each amount finds its decider, and the page says why."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View
from tests.browser.site import Site

pytestmark = pytest.mark.browser

VIEW = View("zh_CN", "light", DESKTOP)


def ask(page: Page, url: str, amount: str, payee: str) -> str:
    """Write a request down, read who would decide, hand it in; returns the address of the task."""
    page.goto(f"{url}/crm/spending/new")
    for name, value in (("amount", amount), ("payee", payee), ("purpose", "投放")):
        page.locator(f'[name="{name}"]').fill(value)
    page.locator('[name="category"]').select_option("ads")
    page.locator('main form [type="submit"]').click()
    expect(page.get_by_role("heading", name="将由谁决定")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交")).to_be_visible()
    link = page.get_by_role("link", name="审批详情").get_attribute("href")
    assert link
    return url + link


@pytest.mark.parametrize(("who", "amount", "payee", "decider", "reason"), [
    ("zhoulei", "8,000", "甲", "chenjing", None),
    ("zhoulei", "10,000.00", "乙", "chenjing", None),
    ("zhoulei", "10,000.01", "丙", "linan", "¥10,000.01 超过 ACQ-HEAD.A1 的额度 ¥10,000.00"),
    ("zhoulei", "12,000", "丁", "linan", "¥12,000.00 超过 ACQ-HEAD.A1 的额度 ¥10,000.00"),
    ("chenjing", "5,000", "戊", "linan", "不得审批本人的申请"),
])  # fmt: skip
def test_the_amount_finds_its_decider(
    eye: Eye, site: Site, who: str, amount: str, payee: str, decider: str, reason: str | None
) -> None:
    task = ask(site.come(eye, who, VIEW), site.url, amount, payee)
    page = site.come(eye, decider, VIEW)
    page.goto(task)
    expect(page.get_by_text("由你决定")).to_be_visible()
    skipped = page.locator(".hr-steps-skipped")
    if reason is None:
        expect(skipped).to_have_count(0)
    else:
        expect(skipped).to_contain_text(reason)
    page.locator('[name="comment"]').fill("按计划投放")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意。")).to_be_visible()
    page.goto(task)
    expect(page.locator("main")).to_contain_text("按计划投放")


def test_two_to_one_payee_count_together(eye: Eye, site: Site) -> None:
    first = ask(site.come(eye, "zhoulei", VIEW), site.url, "6,000", "同一家")
    page = site.come(eye, "chenjing", VIEW)
    page.goto(first)
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意。")).to_be_visible()
    second = ask(site.come(eye, "zhoulei", VIEW), site.url, "6,000", "同一家")
    page = site.come(eye, "linan", VIEW)
    page.goto(second)
    expect(page.locator(".hr-steps-skipped")).to_contain_text("合计为 ¥12,000.00，超过 ACQ-HEAD.A1 的限额 ¥10,000.00")
    expect(page.get_by_text("由你决定")).to_be_visible()


def test_a_refusal_without_a_word_comes_back_and_keeps_what_was_there(eye: Eye, site: Site) -> None:
    """On a phone, as most decisions are taken."""
    task = ask(site.come(eye, "zhoulei", VIEW), site.url, "700", "辛")
    page = site.come(eye, "chenjing", View("zh_CN", "light", PHONE))
    page.goto(task)
    page.get_by_role("button", name="拒绝", exact=True).click()
    expect(page.locator('[name="comment"]')).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-comment-e")).to_contain_text("请写明拒绝理由")
    page.locator('[name="comment"]').fill("本月不投")
    page.get_by_role("button", name="拒绝", exact=True).click()
    expect(page.get_by_text("已拒绝")).to_be_visible()
