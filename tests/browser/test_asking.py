"""What the story has decided from hand to hand, on the desk and on the phone: leave from the home page, and a post in
another department that both heads agree to.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View, look
from tests.browser.site import Site

pytestmark = pytest.mark.browser

DESK, POCKET = View("zh_CN", "light", DESKTOP), View("zh_CN", "light", PHONE)


def decide(page: Page, url: str, subject: str) -> None:
    """Open what waits for the reader under this subject, and agree to it."""
    page.set_default_timeout(15_000)
    page.goto(f"{url}/tasks/")
    page.locator("#tasks a", has_text=subject).first.click()
    page.wait_for_url("**/tasks/*")
    page.locator('main button[name="answer"][value="approve"]').first.click()
    page.wait_for_url(re.compile(r"/tasks/$"))


@pytest.mark.parametrize(("view", "who", "head"), [(POCKET, "liuyang", "gaofei"), (DESK, "zhoulei", "chenjing")],
                         ids=["phone", "desk"])  # fmt: skip
def test_leave_in_three_taps_from_home(eye: Eye, site: Site, view: View, who: str, head: str) -> None:
    """One opens the form, which begins with annual leave on the next working day; the next hands it in."""
    page = site.come(eye, who, view)
    page.set_default_timeout(15_000)
    page.goto(site.url)
    taps = 0
    for link in (page.locator("main").get_by_role("link", name="请假"),
                 page.locator("main form#ask").get_by_role("button", name="提交")):  # fmt: skip
        link.click()
        taps += 1
    page.wait_for_url(re.compile(r"/leave/\d+$"))
    assert taps <= 3
    expect(page.get_by_text("已提交").first).to_be_visible()
    look(page, f"leave-asked-{who}", view, whole=True)
    eye.check(page)
    asked = page.url
    other = site.come(eye, head, view)
    decide(other, site.url, "2026-11-24")
    eye.check(other)
    page.goto(asked)
    expect(page.locator("main .hr-chip", has_text="已批准").or_(page.locator("main .hr-chip", has_text="已通过")).first
           ).to_be_visible()  # fmt: skip


def test_both_heads_agree_before_somebody_joins_another_department(eye: Eye, site: Site) -> None:
    """One head on the desk, the other on the phone, then whoever the lists name first; the post stands in the file from
    its first day.
    """
    for who, view in (("linan", DESK), ("zhangwei", POCKET)):
        page = site.come(eye, who, view)
        decide(page, site.url, "兼岗")
        eye.check(page)
    page = site.come(eye, "luoyi", DESK)
    decide(page, site.url, "兼岗")
    page = site.come(eye, "zhoulei", POCKET)
    page.goto(f"{site.url}/people/me")
    expect(page.locator("main")).to_contain_text("客户调研专员")
    look(page, "joined-zhoulei", POCKET, whole=True)
    eye.check(page)
