"""What the one script adds, and that nothing is lost without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import gallery
from tests.browser.harness import PHONE, Eye, View, look, serve, violations

pytestmark = pytest.mark.browser

DESK = View("en", "light")
POCKET = View("en", "light", PHONE)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(gallery.app(Path(tmp_path_factory.mktemp("gallery")))) as address:
        yield address


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_the_drawer_opens_on_a_phone(eye: Eye, url: str, javascript: bool) -> None:
    page = eye.open(f"{url}/gallery/home", POCKET, javascript=javascript)
    link = page.locator("#hr-side").get_by_role("link", name="Org and positions")
    expect(link).to_be_hidden()
    page.get_by_role("banner").get_by_role("link", name="Menu").click()
    expect(link).to_be_visible()
    look(page, "drawer-open", POCKET)
    if javascript:
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(link).to_be_hidden()
        assert "#" not in page.url
        page.get_by_role("banner").get_by_role("link", name="Menu").click()
    link.click()
    expect(page).to_have_url(re.compile("/gallery/org$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_language_and_theme_are_chosen_by_plain_forms(eye: Eye, url: str, javascript: bool) -> None:
    page = eye.open(f"{url}/gallery/states", DESK, javascript=javascript)
    page.get_by_role("button", name="中文").click()
    expect(page).to_have_url(f"{url}/gallery/states")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="使用浅色外观").click()
    page.get_by_role("button", name="使用深色外观").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_own_figures_stay_covered_until_asked(eye: Eye, url: str, javascript: bool) -> None:
    page = eye.open(f"{url}/gallery/payslip", DESK, javascript=javascript)
    net = page.get_by_text("¥20,116.25")
    expect(net).to_be_hidden()
    page.get_by_label("Show amounts").check()
    expect(net).to_be_visible()


def test_a_payslip_line_opens_without_a_script(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/payslip", DESK, javascript=False)
    source = page.get_by_text("Shanghai contribution notice 2026")
    expect(source).to_be_hidden()
    page.locator("summary", has_text="Pension").click()
    expect(source).to_be_visible()


def test_search_opens_by_key_and_asks_while_one_types(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/home", DESK)
    page.keyboard.press("Control+k")
    page.keyboard.type("chenj")
    expect(page.locator("#hr-search-out")).to_contain_text("chenj")
    look(page, "search-open", DESK)
    eye.check(page)
    page.keyboard.press("Escape")
    expect(page.locator("#hr-search")).to_be_hidden()


def test_a_deed_is_asked_for_first(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/run", DESK)
    page.get_by_role("button", name="Submit for approval").click()
    dialog = page.get_by_role("dialog", name="Are you sure?")
    expect(dialog).to_contain_text("cannot be recalculated")
    look(page, "confirm-open", DESK)
    eye.check(page)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Submit for approval").click()
    with page.expect_request(lambda request: request.method == "POST"):
        dialog.get_by_role("button", name="Submit for approval").click()


def test_menu_and_account_open_and_close(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/kit", DESK)
    page.locator("summary", has_text="More").click()
    expect(page.get_by_role("link", name="Edit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Edit")).to_be_hidden()
    page.get_by_role("button", name="My account").click()
    account = page.get_by_role("dialog", name="My account")
    expect(account).to_contain_text("Head of acquisition")
    look(page, "account-open", DESK)
    eye.check(page)


def test_the_org_chart_folds_fetches_and_zooms(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/org", DESK)
    brand = page.get_by_role("link", name=re.compile("^Head of brand"))
    expect(brand).to_be_visible()
    fold = page.get_by_role("button", name="Collapse or expand Brand")
    fold.click()
    expect(brand).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")
    more = page.get_by_role("link", name="Collapse or expand Human resources")
    more.click()
    officer = page.get_by_role("link", name=re.compile("^Payroll officer"))
    expect(officer).to_be_visible()
    expect(more).to_have_attribute("aria-expanded", "true")
    more.click()
    expect(officer).to_be_hidden()
    before = int(page.locator("[data-zoom-level]").inner_text().rstrip("%"))
    page.get_by_role("button", name="Zoom out").click()
    assert int(page.locator("[data-zoom-level]").inner_text().rstrip("%")) == before - 10
    page.get_by_role("button", name="Fit to the window").click()
    look(page, "org-folded", DESK)
    eye.check(page)


def test_without_a_script_the_org_chart_lies_open(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/org", DESK, javascript=False)
    expect(page.get_by_role("link", name=re.compile("^Sales representative"))).to_have_count(2)
    assert all(link.is_visible() for link in page.get_by_role("link", name=re.compile("^Sales representative")).all())
    page.get_by_role("link", name="Collapse or expand Human resources").click()
    expect(page.get_by_role("link", name=re.compile("^Payroll officer"))).to_be_visible()


def test_a_tree_table_folds(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/kit", DESK)
    table = page.get_by_role("region", name="Units", exact=True)
    table.get_by_role("button", name="Collapse or expand Marketing").click()
    expect(table.get_by_text("Brand")).to_be_hidden()
    expect(table.get_by_text("Lead follow-up")).to_be_visible()
    table.get_by_role("button", name="Collapse or expand Lingke").click()
    table.get_by_role("button", name="Collapse or expand Lingke").click()
    expect(table.get_by_text("Brand")).to_be_hidden()
    table.get_by_role("button", name="Collapse or expand Marketing").click()
    expect(table.get_by_text("Brand")).to_be_visible()


def test_the_inbox_is_walked_with_keys(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/inbox", DESK)
    page.keyboard.press("j")
    expect(page.locator(".hr-inbox-item[aria-current]")).to_contain_text("Liu Yang")
    page.keyboard.press("k")
    expect(page.locator(".hr-inbox-item[aria-current]")).to_contain_text("Zhou Lei")


def test_a_phone_shows_the_item_and_goes_back(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/inbox", POCKET)
    expect(page.get_by_role("button", name="Approve")).to_be_hidden()
    page.get_by_role("link", name=re.compile("Zhou Lei")).click()
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    look(page, "inbox-detail", POCKET)
    eye.check(page)
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("button", name="Approve")).to_be_hidden()


def test_good_news_floats_and_bad_news_stays(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/kit", DESK)
    page.evaluate(
        "() => { const f = document.querySelector('form[action$=\"/preference\"]').cloneNode(true);"
        " f.action = '/gallery/flash'; document.body.append(f); f.submit(); }"
    )
    expect(page).to_have_url(f"{url}/gallery/states")
    expect(page.locator(".hr-toasts")).to_contain_text("Saved")
    stays = page.locator("main .hr-flash")
    expect(stays).to_contain_text("not saved")
    look(page, "flash", DESK)
    eye.check(page)
    stays.get_by_role("button", name="Close").click()
    expect(stays).to_have_count(0)


def test_progress_asks_until_it_is_done(eye: Eye, url: str) -> None:
    page = eye.open(f"{url}/gallery/progress/0", DESK)
    expect(page.locator("#gallery-progress")).to_contain_text("3 / 3")
    assert not page.locator("#gallery-progress").get_attribute("hx-get")
    assert eye.said[page] == []
