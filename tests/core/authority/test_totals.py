"""What is used up of a total and what is left, on the list of whoever holds the entry."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from argon2 import PasswordHasher

from core.app import create_app
from core.authority import totals
from core.base import clock
from core.identity import passwords, services
from core.kernel.registry import CORE, Owned, Registry
from tests.core.authority.company import APPROVE, SPENT, SYSTEM, Company
from tests.core.identity.conftest import PASSWORD, Browser

DAY = date(2026, 3, 10)


@pytest.fixture
def counted(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A module counts spending; it is 10 March in Shanghai."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 10, 4, tzinfo=UTC))
    old = company.house.registry
    company.house = replace(company.house, registry=Registry(
        old.modules, {**old.items, "actions": (*old.items["actions"], Owned(CORE, APPROVE))},
        {**old.actions, APPROVE.key: APPROVE}, old.resource_types,
    ))  # fmt: skip
    return company


def rests(company: Company, *posts: str) -> dict[str, dict[str, list[totals.Rest]]]:
    with company.house.session(SYSTEM) as session:
        return totals.of_posts(session, [company.positions[code].id for code in posts], DAY)


@pytest.mark.parametrize(
    ("spent", "used", "left", "scarce"),
    [(0, 0, 6_000_000, False), (4_800_000, 4_800_000, 1_200_000, False), (4_800_001, 4_800_001, 1_199_999, True),
     (6_000_000, 6_000_000, 0, True), (7_000_000, 7_000_000, 0, True)],
)
def test_of_the_month_that_is_running(counted: Company, spent: int, used: int, left: int, scarce: bool) -> None:
    """The total is 60,000 a month; what was decided in February, or under another entry, does not count."""
    SPENT.append(("ACQ-H.A1", datetime(2026, 3, 2, tzinfo=UTC), spent))
    SPENT.append(("ACQ-H.A1", datetime(2026, 2, 28, 15, 59, tzinfo=UTC), 999))
    SPENT.append(("MD.A2", datetime(2026, 3, 2, tzinfo=UTC), 888))
    found = rests(counted, "ACQ-H", "MD")
    assert list(found) == ["ACQ-H"], "no other entry has a total"
    (rest,) = found["ACQ-H"]["A1"]
    assert (rest.total, rest.used, rest.left, rest.scarce) == (6_000_000, used, left, scarce)
    assert str(rest.period) == "this month"


def test_nothing_is_told_where_nothing_counts(company: Company) -> None:
    assert rests(company, "ACQ-H") == {}
    assert rests(company) == {}


def test_on_my_list(counted: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the row of the entry, in both languages, with a bar; a colleague's list has none."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    SPENT.append(("ACQ-H.A1", datetime(2026, 3, 2, tzinfo=UTC), 5_500_000))
    with counted.house.session(SYSTEM, write=True) as session:
        for login in ("wang", "li"):
            services.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, locale="en",
                                    person_id=counted.people[login].person_id)  # fmt: skip
    app = create_app(house=counted.house)

    def read(login: str, locale: str = "en") -> str:
        browser = Browser(app.test_client())
        assert browser.sign_in(login).status_code == 303
        browser.get("/")
        browser.post("/preference", locale=locale, next="/")
        return browser.get("/authority/mine").text

    page = read("wang")
    words = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    assert "up to ¥10,000 an item, ¥60,000 a month ¥55,000 used this month, ¥5,000 left" in words
    assert 'class="hr-bar hr-bar-warn" role="img" aria-label="Approve spend 92%"' in page
    assert "本月已用 ¥55,000，剩余 ¥5,000" in read("wang", "zh_CN")
    assert "left" not in read("li").split("<main", 1)[1].split("</main", 1)[0]


def test_what_was_used_in_a_currency_that_nothing_compares_is_not_told(
    counted: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a number would mislead: there is no rate of the euro here."""
    registry = counted.house.registry
    action = replace(APPROVE, used=lambda _session, _usage: {"CNY": 1, "EUR": 5})
    counted.house = replace(counted.house, registry=Registry(
        registry.modules, {**registry.items, "actions": (*registry.items["actions"][:-1], Owned(CORE, action))},
        {**registry.actions, action.key: action}, registry.resource_types,
    ))  # fmt: skip
    assert rests(counted, "ACQ-H") == {}
