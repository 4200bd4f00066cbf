"""The org chart and the file of a person in the browser: what fits, what unfolds, what follows a click or a key."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Eye, View, look
from tests.browser.site import Site

pytestmark = pytest.mark.browser

DESK = View("en", "light")
POCKET = View("en", "light", PHONE)


def come(eye: Eye, site: Site, path: str, view: View = DESK) -> Page:
    """A page as the head of personnel sees it."""
    page = site.come(eye, "wangfang", view)
    page.goto(site.url + path)
    return page


def level(page: Page) -> int:
    """The size of the chart in percent."""
    return int(page.locator("[data-zoom-level]").inner_text().rstrip("%"))


@pytest.mark.parametrize("view", [DESK, POCKET], ids=str)
def test_the_chart_opens_centred_and_as_wide_as_the_canvas(eye: Eye, site: Site, view: View) -> None:
    """The company stands in the middle of what is visible, nothing is cut at the sides, and text can be read."""
    page = come(eye, site, "/org", view)
    canvas = page.locator("[data-canvas]").bounding_box()
    root = page.locator("[data-canvas] .hr-node").first.bounding_box()
    tree = page.locator("[data-canvas] .hr-tree").bounding_box()
    assert canvas
    assert root
    assert tree
    assert abs((root["x"] + root["width"] / 2) - (canvas["x"] + canvas["width"] / 2)) < 12
    assert tree["x"] >= canvas["x"]
    assert tree["x"] + tree["width"] <= canvas["x"] + canvas["width"]
    assert root["y"] > canvas["y"]
    assert level(page) >= 75
    expect(page.locator("#panel h2")).to_have_text("Lingke Technology (Shanghai)")
    expect(page.locator("#panel")).to_contain_text("罗毅")


def test_keys_and_buttons_change_the_size(eye: Eye, site: Site) -> None:
    page = come(eye, site, "/org?view=reports")
    before = level(page)
    page.locator("[data-canvas]").focus()
    page.keyboard.press("-")
    assert level(page) == before - 10
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert level(page) == before + 10
    page.keyboard.press("0")
    assert level(page) <= before
    page.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Enter")
    assert level(page) > before - 10


def test_a_choice_marks_its_box_and_fills_the_one_panel(eye: Eye, site: Site) -> None:
    """Also from a list in the panel; the changes follow by themselves; the address can be kept."""
    page = come(eye, site, "/org")
    page.locator(".hr-canvas").get_by_role("link", name=re.compile("^General manager 罗毅")).click()
    expect(page.locator("#panel")).to_have_count(1)
    expect(page.locator("#panel h2")).to_have_text("General manager")
    expect(page.locator("#panel .hr-timeline")).to_contain_text("罗毅 takes the post")
    expect(page.locator(".hr-canvas [aria-current]")).to_have_count(1)
    expect(page.locator(".hr-canvas [aria-current]")).to_contain_text("General manager")
    expect(page).to_have_url(re.compile(r"position=\d+"))
    page.goto(f"{site.url}/org")
    page.locator("#panel").get_by_role("link", name="Marketing").click()
    expect(page.locator("#panel h2")).to_have_text("Marketing")
    expect(page.locator(".hr-canvas [aria-current]")).to_contain_text("Marketing")
    look(page, "org-chosen", DESK)
    eye.check(page)


def test_reporting_lines_unfold_down_to_the_last(eye: Eye, site: Site) -> None:
    """From the general manager to a specialist three levels below, each level fetched when it is opened."""
    page = come(eye, site, "/org?view=reports")
    ads = page.locator(".hr-canvas").get_by_role("link", name=re.compile("Advertising specialist"))
    for title in ("Marketing director", "Head of the lead-acquisition group"):
        expect(ads).to_have_count(0)
        page.get_by_role("link", name=f"Collapse or expand {title}").click()
        expect(page.get_by_role("link", name=f"Collapse or expand {title}")).to_have_attribute("aria-expanded", "true")
    expect(ads).to_be_visible()
    page.get_by_role("link", name="Collapse or expand Marketing director").click()
    expect(ads).to_be_hidden()
    look(page, "org-reports-open", DESK)
    eye.check(page)


def test_the_day_opens_from_a_button(eye: Eye, site: Site) -> None:
    """As tall as the views beside it; by keyboard; the chart of that day, with what was chosen."""
    page = come(eye, site, "/org")
    button, views = page.locator("summary", has_text="As of 2026-11-23"), page.locator(".hr-orgbar .hr-seg")
    one, other = button.bounding_box(), views.bounding_box()
    assert one
    assert other
    assert abs(one["height"] - other["height"]) <= 2
    button.focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Show the organisation as of")
    expect(field).to_be_visible()
    look(page, "org-day", DESK)
    eye.check(page)
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    button.click()
    field.fill("2020-01-31")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("day=2020-01-31"))
    expect(page.locator("summary", has_text="As of 2020-01-31")).to_be_visible()


def test_only_pages_with_a_chart_fetch_its_script(eye: Eye, site: Site) -> None:
    page = site.come(eye, "wangfang", DESK)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    counts = []
    for path in ("/people", "/org", "/org?view=edges"):
        fetched.clear()
        page.goto(site.url + path)
        counts.append(sum("/static/chart.js?v=" in address for address in fetched))
    assert counts[0] == 0
    assert counts[1] == 1
    assert page.locator('script[src*="chart.js"]').count() == 1


@pytest.mark.parametrize("view", ["units", "reports"])
def test_the_chosen_position_is_in_sight_however_deep_it_stands(eye: Eye, site: Site, view: str) -> None:
    """From a list of people to the chart: the box is drawn, marked and within the canvas."""
    page = come(eye, site, "/people?q=zhoulei")
    page.locator("#people tbody a").first.click()
    page.get_by_role("link", name="Show in the org chart").click()
    page.goto(f"{page.url}&view={view}")
    chosen = page.locator(".hr-canvas [aria-current]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("周蕾")
    expect(chosen).to_be_in_viewport()
    eye.check(page)


def test_a_hand_over_stands_out_when_pointed_at(eye: Eye, site: Site) -> None:
    page = come(eye, site, "/org?view=edges")
    page.locator(".hr-map-card", has_text="Marketing").hover()
    expect(page.locator(".hr-edge.hr-map-lit")).to_have_count(1)
    expect(page.locator(".hr-map-card.hr-map-lit")).to_have_count(2)
    page.locator(".hr-map-label", has_text="Renewals").focus()
    expect(page.locator(".hr-map-card.hr-map-lit").first).to_contain_text("Customer care")


def test_masked_fields_ask_for_a_purpose_in_place(eye: Eye, site: Site) -> None:
    """A button, a question, the fields; the page stays where it is, and the next visit is masked again."""
    page = come(eye, site, "/people?q=chenjing")
    page.locator("#people tbody a").first.click()
    card = page.locator("#identity")
    expect(card).to_contain_text("310***********")
    card.locator("summary").click()
    eye.check(page)
    card.get_by_role("button", name="Show").click()     # the field is required
    expect(card).to_contain_text("310***********")
    card.get_by_label("What do you need it for?").fill("checks the contract")
    address = page.url
    card.get_by_role("button", name="Show").click()
    expect(card).to_contain_text("Your look was recorded")
    expect(card).not_to_contain_text("***")
    assert page.url == address
    look(page, "person-revealed", DESK)
    eye.check(page)
    page.reload()
    expect(page.locator("#identity")).to_contain_text("310***********")
