"""A rep works a lead on his phone, from the list to a customer; what he has to fill in by hand is counted."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Eye, View
from tests.browser.site import Site


def press(page: Page, words: str) -> None:
    """A link or button of the page by its words."""
    page.locator("main").get_by_role("link", name=words, exact=True).or_(
        page.locator("main").get_by_role("button", name=words, exact=True)
    ).first.click()


def test_a_rep_wins_a_lead_on_his_phone(eye: Eye, site: Site) -> None:
    """Four entries by hand: what was said, the day of the next step, what is sold for how much."""
    page = site.come(eye, "liuyang", View("zh_CN", "light", PHONE))
    entries = 0

    def fill(name: str, value: str) -> None:
        nonlocal entries
        page.locator(f'main [name="{name}"]').fill(value)
        entries += 1

    page.goto(f"{site.url}/crm/leads?state=new")
    page.locator("main table tbody a").first.click()
    press(page, "显示电话和邮箱")
    expect(page.locator("[data-reveal]")).not_to_contain_text("****")
    press(page, "跟进")
    fill("said", "需要 400 人的方案")
    fill("next_on", "2026-11-25")
    press(page, "记录")
    expect(page.locator("h1 + .hr-chip")).to_have_text("跟进中")
    press(page, "新建商机")
    fill("title", "旗舰版一年")
    fill("list_amount", "80000")
    press(page, "保存")
    press(page, "成单")
    press(page, "保存")
    expect(page.locator("h1 + .hr-chip")).to_have_text("成单")
    press(page, "查看线索")
    expect(page.locator("h1 + .hr-chip")).to_have_text("成单")
    expect(page.locator("main .hr-timeline li").first).to_contain_text("刘洋：成单")
    eye.check(page)
    assert entries == 4


def test_a_refusal_stands_beside_its_field(eye: Eye, site: Site) -> None:
    """A contact without a next day is not kept; the sentence says what is missing, in the reader's language."""
    page = site.come(eye, "liuyang", View("zh_CN", "light", PHONE))
    page.goto(f"{site.url}/crm/leads?state=new")
    page.locator("main table tbody a").first.click()
    press(page, "跟进")
    press(page, "记录")
    expect(page.locator("main .hr-err")).to_contain_text("请填写下一步日期")
    eye.said[page].clear()  # the browser tells of the 422
    eye.check(page)
