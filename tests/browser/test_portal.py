"""What a phone offers at its lower edge, homes of the roles, and imports that fail, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View, look
from tests.browser.site import Site
from tests.browser.test_pages import NEAR

pytestmark = pytest.mark.browser

#: 31 February; a unit nobody knows; a resident number whose last digit should be 4; kinds that do not exist.
BAD = """工号,姓名,性别,入职日期,用工性质,部门编码,岗位编码,证件类型,证件号码
LK901,钱多多,女,31/02/2026,正式,MKT,MKT-ACQ-H,居民身份证,310101199001011234
LK902,赵一,男,2026-11-02,正式,NOWHERE,,居民身份证,310101199001011234
LK903,孙二,未知,2026-11-02,临时,MKT,MKT-ACQ-H,居民身份证,310101199001011239
"""
NEW = "工号,姓名,入职日期,部门,岗位\nLK905,李三,2026-11-02,市场部/海外组,海外专员\n"
NEGATIVE = "工号,生效日期,基本工资\nLK014,2026-12-01,-5000\n"


def hand_in(page: Page, url: str, name: str, text: str) -> None:
    """Choose a file on the page of an import and have it checked."""
    page.goto(f"{url}/imports/new/{name}")
    page.locator('[name="file"]').set_input_files(
        {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def check(page: Page) -> None:
    page.locator('main form [type="submit"]').click()
    expect(page.locator("main .hr-note").first).to_be_visible()


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_the_bar_of_a_phone_holds_what_employees_use_and_cuts_nothing(eye: Eye, site: Site, locale: str) -> None:
    page = site.come(eye, "wangfang", View(locale, "light", PHONE))
    page.goto(site.url)
    labels = page.locator(".hr-tabbar a > span")
    told = {"en": "Home, Attendance, Payslips, Approvals, More", "zh_CN": "工作台, 考勤, 工资条, 审批, 更多"}
    assert labels.all_inner_texts() == told[locale].split(", ")
    assert labels.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0


@pytest.mark.parametrize("view", NEAR, ids=str)
@pytest.mark.parametrize("login", ["liuyang", "linan", "maxin", "helin", "luoyi"])
def test_homes(eye: Eye, site: Site, login: str, view: View) -> None:
    page = site.come(eye, login, view)
    page.goto(site.url)
    look(page, f"home-{login}", view, whole=True)
    eye.check(page)
    assert page.locator(".hr-path").count() == (login in ("maxin", "helin", "luoyi"))


@pytest.mark.parametrize("view", NEAR, ids=str)
def test_what_is_wrong_in_a_file_is_told_row_by_row(eye: Eye, site: Site, view: View) -> None:
    page = site.come(eye, "wangfang", view)
    hand_in(page, site.url, "people", BAD)
    check(page)
    told = page.locator("main").inner_text()
    digit = "The last character is 9" if view.locale == "en" else "末位为 9"
    for part in ("31/02/2026", "NOWHERE", digit, "未知"):
        assert part in told
    assert ("男、女" in told) is (view.locale == "zh_CN")
    assert ("男, 女" in told) is (view.locale == "en")
    look(page, "page-import-wrong", view, whole=True)
    eye.check(page)
    remedies = page.locator(".hr-problems tbody td:last-child:visible")
    right = remedies.evaluate_all("all => Math.max(...all.map(one => one.getBoundingClientRect().right))")
    assert right <= view.width, "nobody has to scroll sideways to read what to do"


def test_a_negative_salary_is_refused(eye: Eye, site: Site) -> None:
    page = site.come(eye, "maxin", View("zh_CN", "light", DESKTOP))
    hand_in(page, site.url, "salaries", NEGATIVE)
    check(page)
    assert "“-5000”为负数" in page.locator("main").inner_text()


def test_missing_units_and_positions_are_made_when_that_is_ticked(eye: Eye, site: Site) -> None:
    page = site.come(eye, "wangfang", View("zh_CN", "light", DESKTOP))
    hand_in(page, site.url, "people", NEW)
    check(page)
    assert page.locator(".hr-problems").count() == 1, "not ticked: the unit is unknown"
    hand_in(page, site.url, "people", NEW)
    page.get_by_label("自动创建缺少的部门和岗位").check()
    check(page)
    assert page.locator(".hr-table.hr-problems tbody tr").filter(has_text="没有部门").count() == 0
    expect(page.get_by_role("button", name="写入")).to_be_visible()
