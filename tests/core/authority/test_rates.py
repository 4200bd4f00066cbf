"""Limits compared in another currency: the answers were worked out by hand from the rates before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision, Denied
from core.audit.models import AuditEntry
from core.authority.document import parse
from core.authority.explaining import explain
from core.authority.publish import publish as publish_list
from core.authority.rates import publishing
from core.authority.rates.exchange import EXCHANGES, workbook
from core.authority.rates.models import ExchangeRate
from core.authority.rates.publishing import Quoted
from core.authority.rates.table import Rates
from core.authority.routing import route
from core.base.errors import DomainError, InputErrors
from core.base.period import FOREVER
from core.base.text import use_locale
from core.db.guard import system
from core.exchange.importing import import_file
from tests.core.authority.company import APPROVE, SPEND, SYSTEM, Company, Spend
from tests.core.authority.test_cases import ask
from tests.core.exchange.books import csv_text

PBOC = "PBOC central parity rate"
TODAY = date(2026, 3, 10)
APPROVED = replace(APPROVE, resource="spend")


@contextmanager
def writing(company: Company) -> Iterator[Session]:
    with company.house.session(SYSTEM, write=True) as session:
        yield session


def rate(company: Company, base: str, quote: str, said: str, day: date = date(2026, 3, 2), *, units: int = 1,
         until: date | None = None) -> None:
    with writing(company) as session:
        publishing.publish(session, SYSTEM, Quoted(base, quote, units, publishing.parsed(said), day, until, PBOC))


def allow(company: Company, age: int | None = 10, day: date = TODAY) -> None:
    with writing(company) as session:
        publishing.set_policy(session, SYSTEM, max_age_days=age, basis="Rule 8", day=day)


@pytest.fixture
def rates(company: Company) -> Company:
    """Rates of 2 March, and from 10 March on a policy that they may be ten days old."""
    rate(company, "USD", "CNY", "7.1000067")
    rate(company, "JPY", "CNY", "4.7713", units=100)
    rate(company, "KWD", "CNY", "23.1")
    rate(company, "CNY", "MYR", "0.5839")
    allow(company)
    return company


# -- what an amount comes to -------------------------------------------------------------------------------------------


@pytest.mark.proves("fx")
@pytest.mark.parametrize(("currency", "amount", "code"), [
    ("USD", 1_500_00, "OVER_LIMIT"),  # 10,650.01005
    ("USD", 1_408_44, "ALLOW"),  # 9,999.933...
    ("USD", 1_408_45, "OVER_LIMIT"),  # 10,000.0044...: more than the limit, though no whole fen more
    ("JPY", 209_586, "ALLOW"),  # 9,999.976818; a yen has no hundredths
    ("JPY", 209_587, "OVER_LIMIT"),  # 10,000.024531
    ("KWD", 432_900, "ALLOW"),  # 432.900 dinars are 9,999.99
    ("KWD", 432_901, "OVER_LIMIT"),  # 10,000.0131
    ("MYR", 5_839_00, "ALLOW"),  # 10,000.00, by the opposite rate
    ("MYR", 5_839_01, "OVER_LIMIT"),  # 10,000.017...
    ("EUR", 1, "CURRENCY_UNKNOWN"), (None, 1, "CURRENCY_UNKNOWN"), ("CNY", 10_000_00, "ALLOW"),
])  # fmt: skip
def test_another_currency_is_compared_by_the_rate_of_the_day_rounded_up(
    rates: Company, currency: str | None, amount: int, code: str
) -> None:
    """Case 4 with a policy: the limit of wang is CNY 10,000.00."""
    assert ask(rates, "wang", "ACQ", amount, currency=currency).code == code


def test_what_is_cut_off_is_counted_as_whole(company: Company) -> None:
    """1,408.45 at 7.1 are 9,999.995; they come to the limit and not to less."""
    rate(company, "USD", "CNY", "7.1")
    allow(company)
    found = ask(company, "wang", "ACQ", 1_408_45, currency="USD")
    assert found.allowed
    assert found.compared is not None
    assert (found.compared.minor, found.compared.wanted) == (10_000_00, "CNY")


def test_the_decision_says_by_which_rate(rates: Company) -> None:
    told = f"at 7.1000067 of 2026-03-02 ({PBOC})"
    assert str(ask(rates, "wang", "ACQ", 1_500_00, currency="USD").message) == (
        f"USD 1,500.00 = CNY 10,650.02 {told} is more than ¥10,000.00, the limit of ACQ-H.A1 (list version 17)."
    )
    assert str(ask(rates, "li", "ACQ", 1_500_00, currency="USD").message) == (
        f"Allowed by MD.A2 (list version 17): Approves spend; USD 1,500.00 = CNY 10,650.02 {told}"
    )
    assert "at 100 JPY = 4.7713 CNY of 2026-03-02" in str(ask(rates, "wang", "ACQ", 100, currency="JPY").message)
    assert "at 1 CNY = 0.5839 MYR of 2026-03-02" in str(ask(rates, "wang", "ACQ", 100, currency="MYR").message)
    assert ask(rates, "wang", "ACQ", 100).compared is None


def test_the_question_goes_to_who_may_decide_what_it_comes_to(rates: Company) -> None:
    registry = rates.house.registry
    rates.house = replace(rates.house, registry=replace(
        registry, actions=MappingProxyType({**registry.actions, APPROVED.key: APPROVED}),
        resource_types=MappingProxyType({**registry.resource_types, SPEND.name: SPEND}),
    ))  # fmt: skip
    spend = Spend(unit_ids=(rates.units["ACQ"].id,), amount=1_500_00, currency="USD",
                  creator_person_id=rates.people["sun"].person_id)
    with rates.house.session(rates.actor("zhao")) as session:
        plan = route(session, APPROVED.key, spend)
        found = explain(session, rates.actor("li"), "li", APPROVED, SPEND, spend)
    assert [(step.post.code, step.code) for step in plan.path] == [
        ("ACQ-H", "OVER_LIMIT"), ("MD", "ALLOW"),
    ]
    assert f"Compared: USD 1,500.00 = CNY 10,650.02 at 7.1000067 of 2026-03-02 ({PBOC})." in [
        str(one) for one in found.sentences()
    ]


# -- which rate, and whether any ---------------------------------------------------------------------------------------


def code_on(company: Company, monkeypatch: pytest.MonkeyPatch, day: str, amount: int = 1_400_00) -> str:
    monkeypatch.setenv("REMIT_DEMO_DATE", day)
    return ask(company, "wang", "ACQ", amount, currency="USD").code


def test_without_a_policy_it_is_unknown(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    rate(company, "USD", "CNY", "7.1", TODAY)
    assert code_on(company, monkeypatch, "2026-03-10") == "CURRENCY_UNKNOWN"
    allow(company, day=date(2026, 3, 11))
    assert code_on(company, monkeypatch, "2026-03-10") == "CURRENCY_UNKNOWN", "it is not in force yet"
    assert code_on(company, monkeypatch, "2026-03-11") == "ALLOW"
    allow(company, None, date(2026, 3, 12))
    assert code_on(company, monkeypatch, "2026-03-11") == "ALLOW"
    assert code_on(company, monkeypatch, "2026-03-12") == "CURRENCY_UNKNOWN", "it has ended"


def test_a_rate_that_is_too_old_is_none(rates: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_on(rates, monkeypatch, "2026-03-12") == "ALLOW", "ten days old"
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-13")
    found = ask(rates, "wang", "ACQ", 1_400_00, currency="USD")
    assert (found.code, str(found.message)) == (
        "CURRENCY_UNKNOWN", "ACQ-H.A1 is limited in CNY; the amount here is not in that currency. It cannot be "
        "compared: the last exchange rate (1 USD = 7.1000067 CNY) is of 2026-03-02, older than the 10 days that the "
        "policy allows.",
    )


def test_each_day_has_its_rate(rates: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    rate(rates, "USD", "CNY", "7.2", date(2026, 3, 11), until=date(2026, 3, 12))
    assert code_on(rates, monkeypatch, "2026-03-10") == "ALLOW"  # 1,400 are 9,940.01
    assert code_on(rates, monkeypatch, "2026-03-11") == "OVER_LIMIT"  # 10,080.00
    assert code_on(rates, monkeypatch, "2026-03-12") == "CURRENCY_UNKNOWN", "an older one does not come back"
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-12")
    assert "there is no exchange rate of USD and CNY for 2026-03-12" in str(
        ask(rates, "wang", "ACQ", 1, currency="USD").message
    )


def test_a_rate_that_changes_is_used_at_once(rates: Company) -> None:
    assert ask(rates, "wang", "ACQ", 1_400_00, currency="USD").allowed
    rate(rates, "USD", "CNY", "7.2", TODAY)
    assert ask(rates, "wang", "ACQ", 1_400_00, currency="USD").code == "OVER_LIMIT"


# -- totals ------------------------------------------------------------------------------------------------------------


def with_used(company: Company, amount: int, used: dict[str | None, int]) -> Decision:
    action = replace(APPROVE, used=lambda _session, _usage: used)
    return ask(company, "wang", "ACQ", amount, action=action)


def test_a_total_counts_every_currency(rates: Company) -> None:
    """The total of wang is 60,000.00 a month; USD 7,000 are 49,700.05, USD 7,100 are 50,410.05."""
    assert with_used(rates, 10_000_00, {"USD": 7_000_00}).allowed
    assert with_used(rates, 10_000_00, {"USD": 7_100_00}).code == "CAP_EXCEEDED"
    assert with_used(rates, 9_589_95, {"USD": 7_100_00}).allowed
    assert with_used(rates, 9_589_96, {"USD": 7_100_00}).code == "CAP_EXCEEDED"
    assert with_used(rates, 1, {"CNY": 1, "EUR": 1}).code == "CURRENCY_UNKNOWN"
    assert with_used(rates, 1, {"CNY": 1, None: 1}).code == "CURRENCY_UNKNOWN"
    assert with_used(rates, 1, {"CNY": 1, "EUR": 0}).allowed


# -- publishing --------------------------------------------------------------------------------------------------------

MORE = """
list: FIN
version: 1
effective_from: "2025-06-01"
positions:
  CEO:
    authority:
      F1: {can: "authority.rate:publish", in: all, title: T}
      F2: {can: "authority.rate_policy:set", in: all, title: T}
"""
GOOD = Quoted("USD", "CNY", 1, 7 * 10**10, TODAY, None, PBOC)


def test_publishing_is_an_authority_and_is_kept(company: Company) -> None:
    with company.house.session(company.actor("zhao"), write=True) as session, pytest.raises(Denied):
        publishing.publish(session, company.actor("zhao"), GOOD)
    with company.house.session(company.actor("zhao"), write=True) as session, pytest.raises(Denied):
        publishing.set_policy(session, company.actor("zhao"), max_age_days=1, basis="Rule", day=TODAY)
    with writing(company) as session:
        publish_list(session, SYSTEM, parse(MORE, source="x.yaml"))
    zhao = company.actor("zhao")
    for said in ("7.1", "7.2"):
        with company.house.session(zhao, write=True) as session:
            publishing.publish(session, zhao, replace(GOOD, rate=publishing.parsed(said)))
    with company.house.session(zhao, write=True) as session:
        publishing.set_policy(session, zhao, max_age_days=1, basis="Rule", day=TODAY)
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        rows = session.scalars(select(AuditEntry).where(
            AuditEntry.root_type == "core_exchange_rate").order_by(AuditEntry.id)).all()  # fmt: skip
        assert [(row.kind, row.entry, row.person_id, (row.after or {}).get("rate")) for row in rows] == [
            ("insert", "CEO.F1", zhao.person_id, 71 * 10**9), ("update", "CEO.F1", zhao.person_id, 72 * 10**9),
        ]


@pytest.mark.parametrize(("change", "field"), [
    ({"base": "DMK"}, "base"), ({"quote": ""}, "quote"), ({"quote": "USD"}, "quote"), ({"units": 3}, "units"),
    ({"until": TODAY}, "until"), ({"source": " "}, "source"),
])  # fmt: skip
def test_what_cannot_be_a_rate_is_refused(company: Company, change: dict[str, Any], field: str) -> None:
    with writing(company) as session, pytest.raises(DomainError) as refused:
        publishing.publish(session, SYSTEM, replace(GOOD, **change))
    assert refused.value.field == field


@pytest.mark.parametrize("said", [
    "", "0", "0.0", "-7.1", "7,1", "1e3", "7.12345678901", "123456789", "７.1", "7.", ".5",
])  # fmt: skip
def test_what_is_no_decimal_is_refused(said: str) -> None:
    with pytest.raises(DomainError):
        publishing.parsed(said)


@pytest.mark.parametrize(("said", "stored"), [
    ("7.1000067", 71_000_067_000), (" 0.0000000001 ", 1), ("7", 7 * 10**10),
    ("99999999.9999999999", 999_999_999_999_999_999),
])  # fmt: skip
def test_a_rate_is_an_exact_decimal(company: Company, said: str, stored: int) -> None:
    assert publishing.parsed(said) == stored
    rate(company, "USD", "CNY", said)
    with company.house.session(SYSTEM) as session:
        assert session.scalar(select(ExchangeRate.rate)) == stored


def test_a_policy_does_not_reach_back(company: Company) -> None:
    for day, age, basis in [(date(2026, 3, 9), 1, "Rule"), (TODAY, -1, "Rule"), (TODAY, 367, "Rule"), (TODAY, 1, " ")]:
        with writing(company) as session, pytest.raises(DomainError):
            publishing.set_policy(session, SYSTEM, day=day, max_age_days=age, basis=basis)


# -- files -------------------------------------------------------------------------------------------------------------

HEAD = ["外币", "本币", "外币单位", "中间价", "日期", "截止日期", "来源"]


def bring(company: Company, data: bytes, name: str = "rates.csv") -> Any:
    return import_file(company.house, SYSTEM, EXCHANGES[0], data, name=name)


def test_rates_come_from_files_and_go_back_into_them(company: Company) -> None:
    rows = [["usd", "CNY", "", "7.1000067", "2026-03-02", "", "中国人民银行"],
            ["JPY", "CNY", "100", "4.7713", "2026-03-02", "2026-03-08", "中国人民银行"]]  # fmt: skip
    assert bring(company, csv_text([HEAD, *rows]).encode()).counts["new"] == 2
    with company.house.session(SYSTEM) as session:
        found = publishing.history(session)
        kept = sorted((row.base, row.units, row.rate, row.valid_from, row.valid_to, row.source) for row in found)
        book = workbook(found)
    assert kept == [
        ("JPY", 100, 47_713_000_000, date(2026, 3, 2), date(2026, 3, 9), "中国人民银行"),
        ("USD", 1, 71_000_067_000, date(2026, 3, 2), FOREVER, "中国人民银行"),
    ]
    again = bring(company, book, "rates.xlsx")
    assert (again.counts["unchanged"], again.counts["new"], again.counts["changed"]) == (2, 0, 0)
    rows[0][3] = "7.2"
    assert bring(company, csv_text([HEAD, *rows]).encode()).counts["changed"] == 1


def test_what_is_wrong_in_a_file_is_told_with_its_row(company: Company) -> None:
    rows = [HEAD, ["USD", "CNY", "1", "seven", "2026-03-02", "", "PBOC"],
            ["DMK", "CNY", "1", "3", "2026-03-02", "", "PBOC"],
            ["EUR", "CNY", "1", "8", "2026-03-02", "2026-03-01", "P"],
            ["JPY", "CNY", "100", "", "2026-03-02", "", "PBOC"]]
    with pytest.raises(InputErrors) as refused:
        bring(company, csv_text(rows).encode())
    assert [(one.row, one.column) for one in refused.value.problems] == [
        (2, "中间价"), (3, "外币"), (4, "截止日期"), (5, "中间价"),
    ]
    with company.house.session(SYSTEM) as session:
        assert publishing.history(session) == []


def test_a_rate_that_says_the_same_again_changes_nothing(rates: Company) -> None:
    """Nor does it leave a trace in the log; one that is over, or that no policy uses, is shown as such."""
    def trail() -> int:
        with rates.house.session(SYSTEM) as session, system(session, "a test looks"):
            return len(session.scalars(select(AuditEntry.id).where(AuditEntry.root_type == "core_exchange_rate")).all())

    before = trail()
    rate(rates, "USD", "CNY", "7.1000067")
    assert trail() == before
    rate(rates, "EUR", "CNY", "8", date(2026, 1, 2), until=date(2026, 2, 1))
    with rates.house.session(SYSTEM) as session:
        found = [
            {one.row.base: one.state for one in publishing.current(session, day)[1]}
            for day in (date(2026, 3, 9), TODAY)
        ]
    assert [states["USD"] for states in found] == ["idle", "used"], "from the day of the policy on"
    assert [states["EUR"] for states in found] == ["over", "over"]


def test_why_nothing_compares_is_said() -> None:
    with use_locale("en"):
        assert str(Rates().missing("EUR", "CNY")) == "no policy lets it be compared by exchange rates"
