"""Exchange rates as pages: the policy, publishing one, what holds today, and the file."""

from __future__ import annotations

import pytest
from flask import Flask

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.authority.rates.exchange import EXCHANGES
from core.exchange.importing import import_file
from core.identity import services
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.test_pages import quick_hashes, read, visit
from tests.core.authority.test_rates import MORE
from tests.core.identity.conftest import PASSWORD

__all__ = ["quick_hashes"]


@pytest.fixture
def app(company: Company) -> Flask:
    """zhao publishes rates and sets the policy, wang reads them."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(MORE, source="x.yaml"))
        for login in ("zhao", "wang"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    return create_app(house=company.house)


def test_a_rate_is_published_and_seen(app: Flask, company: Company) -> None:
    zhao, wang = visit(app, "zhao"), visit(app, "wang")
    assert "unknown never permits" in read(wang, "/authority/rates")
    assert wang.get("/authority/rates/new").status_code == 403
    zhao.get("/authority/rates/new")
    good = {"base": "usd", "quote": "CNY", "units": "1", "rate": "7.1000067", "day": "2026-03-02", "last_day": "",
            "source": "PBOC"}  # fmt: skip
    wrong = zhao.post("/authority/rates/new", **{**good, "rate": "7,1"})
    assert wrong.status_code == 422
    assert "write it as 7.1000067" in wrong.text
    zhao.get("/authority/rates/new")
    wrong = zhao.post("/authority/rates/new", **{**good, "units": "7"})
    assert (wrong.status_code, "A rate is of 1, 10, 100, 1,000 or 10,000 units." in wrong.text) == (422, True)
    zhao.get("/authority/rates/new")
    assert zhao.post("/authority/rates/new", **good).status_code == 303
    assert "1 USD = 7.1000067 CNY" in read(wang, "/authority/rates")
    assert "Not compared by" in read(wang, "/authority/rates")
    zhao.get("/authority/rates/policy")
    kept = zhao.post("/authority/rates/policy", day="2026-03-10", max_age_days="10", basis="Rule 8")
    assert kept.status_code == 303
    page = read(wang, "/authority/rates?pair=USD-CNY")
    assert "By rates that are at most 10 days old." in page
    assert "In use" in page
    book = wang.client.get("/authority/rates/rates.xlsx")
    again = import_file(company.house, SYSTEM, EXCHANGES[0], book.data, name="rates.xlsx")
    assert (again.counts["unchanged"], again.counts["rows"]) == (1, 1)
