"""Pages of leads, deals, customers and the funnel: who looks at each, and how he gets there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Way = Callable[[Page, str], None]


def _first(path: str, then: str = "") -> Way:
    """The first thing of a list, and a button on its page."""

    def go(page: Page, url: str) -> None:
        page.goto(f"{url}{path}")
        page.goto(f"{url}{page.locator('main table tbody a').first.get_attribute('href')}")
        if then:
            page.goto(f"{url}{page.locator(f'main a[href$={then!r}]').first.get_attribute('href')}")

    return go


def _at(path: str) -> Way:
    def go(page: Page, url: str) -> None:
        page.goto(f"{url}{path}")

    return go


def _named(path: str, name: str, then: str = "") -> Way:
    """What is called so on a list, and a button on its page."""

    def go(page: Page, url: str) -> None:
        page.goto(f"{url}{path}")
        page.goto(f"{url}{page.locator('main a', has_text=name).first.get_attribute('href')}")
        if then:
            page.goto(f"{url}{page.locator(f'main a[href$={then!r}]').first.get_attribute('href')}")

    return go


SELLING: dict[str, tuple[str, Way]] = {
    "leads": ("gaofei", _at("/crm/leads")),
    "leads-none": ("maxin", _at("/crm/leads")),
    "leads-no-fit": ("gaofei", _at("/crm/leads?q=nothing")),
    "leads-unowned": ("gaofei", _at("/crm/leads/unowned")),
    "lead": ("liuyang", _first("/crm/leads?state=new")),
    "lead-lost": ("linan", _first("/crm/leads?state=lost")),
    "lead-follow": ("liuyang", _first("/crm/leads?state=new", "/follow")),
    "lead-assign": ("gaofei", _first("/crm/leads?state=new", "/assign")),
    "deals": ("zhangwei", _at("/crm/deals?state=won")),
    "deal": ("liuyang", _first("/crm/deals")),
    "deal-new": ("liuyang", _first("/crm/leads?state=new", "/deals/new")),
    "deal-win": ("liuyang", _first("/crm/deals", "/win")),
    "deal-discount": ("liuyang", _first("/crm/deals", "/discount")),
    "customers": ("wuhao", _at("/crm/customers?show=due")),
    "customer": ("wuhao", _first("/crm/customers?show=due")),
    "customer-leaves": ("wuhao", _first("/crm/customers", "/churn")),
    "funnel": ("linan", _at("/crm/funnel?period=last_quarter")),
    "funnel-months": ("chenjing", _at("/crm/funnel?by=month&period=year")),
    "return": ("luoyi", _at("/crm/funnel/return?period=last_month")),
    "return-none": ("wangfang", _at("/crm/funnel/return")),
    "transfer": ("chenjing", _at("/crm/budgets/transfers/1")),
    "transfer-new": ("chenjing", _at("/crm/budgets/transfers/new?because=return")),
    "funnel-none": ("maxin", _at("/crm/funnel")),
    "guards": ("linan", _at("/crm/guard")),
    "guard": ("linan", _named("/crm/guard", "微信广告，10 月")),
    "guard-june": ("zhangwei", _named("/crm/guard", "线上广告，6 月")),
    "guard-limits": ("linan", _named("/crm/guard", "微信广告，10 月", "/limits")),
    "guard-stop": ("linan", _named("/crm/guard", "微信广告，10 月", "/go-on")),
    "follow-rules": ("zhangwei", _at("/crm/follow-rules")),
}
