"""October's bonus of the story, read by those who got it: from the payslip to the single deals and leads behind it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View, look
from tests.browser.site import Site

pytestmark = pytest.mark.browser

DESK, POCKET = View("zh_CN", "light", DESKTOP), View("zh_CN", "light", PHONE)


def bonus_of(page: Page, url: str) -> str:
    """The line of the bonus on the latest payslip of whoever is signed in, opened; answers its amount."""
    page.goto(f"{url}/payroll/payslips")
    page.locator('main a[href*="/payroll/payslips/"]').first.click()
    page.locator("article").get_by_role("button", name="显示金额").first.click()
    line = page.locator("article details").filter(has_text="协同奖励").first
    line.locator("summary").click()
    return line.locator("summary .hr-num").first.inner_text()


def numbers(page: Page, column: int) -> list[Decimal]:
    """The numbers of a column of the only table of a page."""
    cells = page.locator(f"main table tbody td:nth-child({column})").all_inner_texts()
    return [Decimal(one.replace(",", "")) for one in cells]


def test_the_scores_of_both_departments(eye: Eye, site: Site) -> None:
    """31.50 + 36.00 + 28.80 and 60.00 + 27.00 + 20.44, as personnel reads them."""
    page = site.come(eye, "wangfang", DESK)
    page.goto(f"{site.url}/performance/company?month=2026-10")
    told = page.locator("main").inner_text()
    assert "96.30" in told
    assert "107.44" in told
    eye.check(page)


def test_a_bonus_opens_down_to_single_deals(eye: Eye, site: Site) -> None:
    """The director of sales: 550.00 of 9,900.00 of 16,500.00, for 1,830,000.00 that are 73 deals."""
    page = site.come(eye, "zhangwei", DESK)
    assert bonus_of(page, site.url) == "550.00"
    eye.check(page)
    page.get_by_role("link", name="市场销售协同奖励").click()
    told = page.locator("main").inner_text()
    for amount in ("16,500.00", "6,600.00", "9,900.00", "550.00", "1,830,000.00"):
        assert amount in told, amount
    result = page.url
    page.locator("main table").get_by_role("link", name="销售额").click()
    assert sum(numbers(page, 3)) == 1_830_000
    expect(page.locator("main table tbody tr")).to_have_count(73)
    look(page, "bonus-deals", DESK, whole=True)
    eye.check(page)
    page.locator("main table tbody a").first.click()
    expect(page.locator("h1 + .hr-chip")).to_have_text("成单")
    page.goto(result)
    page.locator("main table").get_by_role("link", name="线索转化率").click()
    won, handed = (page.locator("main table").nth(at).locator("tbody tr") for at in (0, 1))
    assert sorted([won.count(), handed.count()]) == [27, 150]
    page.locator("main table tbody a").first.click()
    expect(page.locator("main .hr-timeline")).to_be_visible()


def test_marketing_has_its_part_on_the_phone(eye: Eye, site: Site) -> None:
    """660.00; the page of the result tells her own amount and nobody else's."""
    page = site.come(eye, "chenjing", POCKET)
    assert bonus_of(page, site.url) == "660.00"
    page.get_by_role("link", name="市场销售协同奖励").click()
    told = page.locator("main").inner_text()
    assert "660.00" in told
    assert "林安" not in told
    expect(page.locator("main").get_by_role("link", name="协议")).to_have_count(0)
    look(page, "bonus-result", POCKET, whole=True)
    eye.check(page)
