"""Lists as documents: read strictly, published wholly or not at all, and said in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.decision import Denied
from core.authority import touched, wording
from core.authority.document import BoundaryDraft, DutyDraft, EntryDraft, KpiDraft, ListDraft, parse
from core.authority.labels import names_of_lists
from core.authority.lifecycle import signing
from core.authority.models import AuthorityEntry, BoundarySupport, Duty, KpiTarget, PublishedList
from core.authority.publish import publish
from core.base.errors import InputErrors
from core.base.text import use_locale
from core.db.types import Translation
from tests.core.authority.company import LIST, SYSTEM, Company

HEAD = 'list: CO\nversion: 1\neffective_from: "2026-01-01"\n'
TITLE = Translation(zh_CN="事项", en="Matter")


def entry(text: str) -> str:
    """A list with one entry."""
    return HEAD + "positions:\n  P:\n    authority:\n      A1: {" + text + "}\n"


FINE = 'can: "a.b:c", title: T, '


def test_a_list_is_read_whole() -> None:
    draft = parse(LIST, source="x.yaml")
    assert (draft.unit, draft.version, draft.effective_from) == ("CO", 17, date(2025, 1, 1))
    first = draft.entries[1]
    assert (first.code, first.position, first.action, first.scope, first.scope_unit) == (
        "A1", "ACQ-H", "crm.spend:approve", "subtree", "ACQ")
    assert (first.limit_minor, first.currency, first.cap_minor, first.cap_period) == (
        1_000_000, "CNY", 6_000_000, "month")
    assert [e.by_acting for e in draft.entries if e.code == "A4"] == [False]
    assert (draft.kpis[0].target, draft.kpis[0].weight, draft.kpis[0].duty) == (100_000_000, 40, "D1")
    assert draft.boundaries[0].support == ("SALES",)


@pytest.mark.parametrize(
    ("value", "target", "unit"),
    [("20%", 200_000, "percent"),
     ("4.5", 4_500_000, "count"), ("0.1234%", 1_234, "percent"), ("7", 7_000_000, "count")],
)
def test_targets_are_exact(value: str, target: int, unit: str) -> None:
    text = HEAD + f"positions: {{P: {{assessment: {{K1: {{metric: m, at_most: {value}, title: T}}}}}}}}\n"
    (kpi,) = parse(text).kpis
    assert (kpi.target, kpi.unit, kpi.comparison) == (target, unit, "at_most")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", None, "It holds no keys."),
        ("- a", None, "It holds no keys."),
        ("a: [", None, "YAML"),
        ("a: 1\na: 2", None, "stands twice"),
        ("? [a]\n: 1", None, "one word"),
        (HEAD.replace("list: CO\n", ""), "list", "missing"),
        (HEAD.replace("version: 1", "version: one"), "version", "whole number"),
        (HEAD.replace("version: 1", "version: ²"), "version", "whole number"),
        (HEAD.replace("version: 1", "version: 99999999999"), "version", "whole number"),
        (HEAD.replace("2026-01-01", "2026-02-30"), "effective_from", "A date is written"),
        (HEAD.replace("2026-01-01", "20260101"), "effective_from", "A date is written"),
        (HEAD + "units: 1", "units", "not known"),
        (HEAD + "unit: here", "unit", "Here stand names"),
        (HEAD + "unit: {authority: {}}", "unit.authority", "not known"),
        (HEAD + "positions: [P]", "positions", "Here stand names"),
        (HEAD + "positions: {P: [x]}", "P", "Here stand names"),
        (HEAD + "positions: {P: {duties: {D1: x}}}", "P.D1", "Here stand names"),
        (HEAD + "positions: {P: {duties: {D1: {raci: R}}}}", "P.D1", "The text is missing"),
        (HEAD + "positions: {P: {duties: {D1: {text: T, raci: X}}}}", "P.D1", "raci is one of R, A, C, I"),
        (HEAD + "unit: {duties: {D1: {text: {zh: A, and the rest}}}}", "unit.D1", "is no language"),
        (HEAD + "unit: {duties: {D1: {text: {zh: [A]}}}}", "unit.D1", "The text is missing"),
        (HEAD + "unit: {duties: {D1: {text: T, matter: [m]}}}", "unit.D1", "one text"),
        (entry("title: T"), "P.A1", "An action is written"),
        (entry('can: "a.b", title: T'), "P.A1", "An action is written"),
        (entry('can: "*.*:c", title: T'), "P.A1", "An action is written"),
        (entry('can: "*", title: T'), "P.A1", "An action is written"),
        (entry('can: "a.b:c", cannot: "a.b:c", title: T'), "P.A1", "not both"),
        (entry('cannot: "a.b:c", title: T, up_to: 1.00 CNY'), "P.A1", "A prohibition has no up_to"),
        (entry('cannot: "a.b:c", title: T, cap: 1.00 CNY/day'), "P.A1", "A prohibition has no cap"),
        (entry('cannot: "a.b:c", title: T, power: decide'), "P.A1", "A prohibition has no power"),
        (entry('cannot: "a.b:c", title: T, delegable: "yes"'), "P.A1", "A prohibition has no delegable"),
        (entry(FINE + "when: {x: [y]}"), "P.A1", "one text"),
        (entry(FINE + "upto: 100.00 CNY"), "P.A1.upto", "not known"),
        (entry(FINE + "in: nowhere"), "P.A1", "A scope is one of"),
        (entry(FINE + "in: self(X)"), "P.A1", "A scope is one of"),
        (entry(FINE + "in: [unit]"), "P.A1", "A scope is one of"),
        (entry(FINE + "up_to: 100.00"), "P.A1", "names its currency"),
        (entry(FINE + "up_to: 1.234 CNY"), "P.A1", ""),
        (entry(FINE + "up_to: -1.00 CNY"), "P.A1", ""),
        (entry(FINE + "up_to: 99999999999999999999.00 CNY"), "P.A1", "larger than any amount"),
        (entry(FINE + "cap: 100.00 CNY"), "P.A1", "names its period"),
        (entry(FINE + "cap: 100.00 CNY/decade"), "P.A1", "names its period"),
        (entry(FINE + "cap: x CNY/month"), "P.A1", ""),
        (entry(FINE + "up_to: 1.00 CNY, cap: 1.00 USD/month"), "P.A1", "one currency"),
        (entry(FINE + "power: rules"), "P.A1", "power is one of"),
        (entry(FINE + "delegable: maybe"), "P.A1", "delegable is one of yes, no"),
        (entry(FINE + "basis: " + "x" * 201), "P.A1", "at most 200 characters"),
        (HEAD + "positions: {P: {assessment: {K1: {title: T, metric: m}}}}", "P.K1", "A target is"),
        (HEAD + "positions: {P: {assessment: {K1: {title: T, metric: m, at_least: 1.23456%}}}}", "P.K1", "A target is"),
        (HEAD + "positions: {P: {assessment: {K1: {title: T, at_least: 1}}}}", "P.K1", "missing"),
        (HEAD + "positions: {P: {assessment: {K1: {title: T, metric: m, at_least: 1, weight: 101}}}}", "P.K1", "whole"),
        (HEAD + "positions: {P: {assessment: {K1: {title: T, metric: m, at_least: 1, per: era}}}}", "P.K1", "per is"),
        (HEAD + "boundaries: {B1: {matter: m, lead: X, support: Y, text: T}}", "list.B1", "support is a list"),
        (HEAD + "boundaries: {B1: {matter: m, text: T}}", "list.B1", "missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, place: str | None, message: str) -> None:
    with pytest.raises(InputErrors) as refused:
        parse(text)
    (problem,) = refused.value.problems
    assert problem.column == place
    assert message in str(problem.message)


def test_every_problem_is_told_at_once_and_syntax_with_its_line() -> None:
    with pytest.raises(InputErrors) as refused:
        parse(entry("in: nowhere, up_to: 5"))
    assert len(refused.value.problems) == 4
    with pytest.raises(InputErrors) as refused:
        parse("list: A\nversion: 1\nversion: 2\n")
    assert refused.value.problems[0].row == 3


# -- publishing ------------------------------------------------------------------------------------------------------


def counts(company: Company) -> list[int]:
    with company.house.session(SYSTEM) as session:
        models: list[Any] = [PublishedList, Duty, AuthorityEntry, KpiTarget, BoundarySupport]
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_publishing_writes_the_rows_once(company: Company) -> None:
    before = counts(company)
    assert before == [1, 1, 6, 1, 1]
    with company.house.session(SYSTEM, write=True) as session:
        _list, written = publish(session, SYSTEM, parse(LIST))
    assert not written
    assert counts(company) == before


def test_the_audit_log_calls_a_list_by_its_version(company: Company) -> None:
    with company.house.session(SYSTEM) as session, use_locale("en"):
        (found,) = session.execute(select(PublishedList.id, PublishedList.version)).all()
        assert names_of_lists(session, {found.id, found.id + 1}) == {found.id: f"version {found.version}"}


@pytest.mark.parametrize(
    ("draft", "values"),
    [
        (ListDraft("NO", 1, date(2026, 1, 1)), ["NO"]),
        (ListDraft("CO", 18, date(2026, 1, 1), entries=(
            EntryDraft("A", "NOPE", "a.b:c", TITLE, "unit", "GONE"), EntryDraft("B", "CEO", "a.b:c", TITLE, "all"),
        )), ["GONE", "NOPE"]),
        (ListDraft("FIN", 1, date(2026, 1, 1), duties=(
            DutyDraft("D1", "CEO", TITLE), DutyDraft("D2", "MD", TITLE), DutyDraft("D3", None, TITLE),
        ), entries=(
            EntryDraft("A", "CEO", "a.b:c", TITLE, "all", duty="D1"),
            EntryDraft("B", "CEO", "a.b:c", TITLE, "all", duty="D2"),
            EntryDraft("C", None, "a.b:c", TITLE, "all", duty="D3"),
        ), kpis=(
            KpiDraft("K1", "MD", TITLE, "m", 1, duty="D2"), KpiDraft("K2", "MD", TITLE, "m", 1, duty="D3"),
        )), ["duty: D2", "duty: D3"]),
        (ListDraft("CO", 16, date(2026, 1, 1)), ["16"]),
        (ListDraft("CO", 18, date(2025, 1, 1)), ["18"]),
    ],
)  # fmt: skip
def test_nothing_is_published_of_a_list_with_problems(company: Company, draft: ListDraft, values: list[str]) -> None:
    before = counts(company)
    with pytest.raises(InputErrors) as refused, company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, draft)
    assert [problem.value for problem in refused.value.problems] == values
    assert counts(company) == before


def test_the_next_version_ends_the_one_before(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("CO", 18, date(2026, 4, 1)))
        rows = session.execute(
            select(PublishedList.version, PublishedList.effective_from, PublishedList.effective_to)
            .order_by(PublishedList.version)
        ).all()
    assert [tuple(row) for row in rows] == [
        (17, date(2025, 1, 1), date(2026, 4, 1)), (18, date(2026, 4, 1), date(9999, 1, 1)),
    ]


@pytest.mark.proves("publish-reach")
@pytest.mark.parametrize(
    ("draft", "fine"),
    [
        (ListDraft("ACQ", 1, date(2026, 3, 10)), True),
        (ListDraft("MKT", 1, date(2026, 3, 10), entries=(
            EntryDraft("X", "ACQ-S", "person.record:read", TITLE, "unit"),)), True),
        (ListDraft("MKT", 1, date(2026, 3, 10), duties=(DutyDraft("D", "ACQ-S", TITLE),), boundaries=(
            BoundaryDraft("B", "m", "ACQ", ("SALES",), TITLE),)), True),
        (ListDraft("MKT", 1, date(2026, 3, 10), duties=(DutyDraft("D", "EA-H", TITLE),)), False),
        (ListDraft("MKT", 1, date(2026, 3, 10), kpis=(KpiDraft("K", "CEO", TITLE, "m", 1),)), False),
        (ListDraft("MKT", 1, date(2026, 3, 10), boundaries=(
            BoundaryDraft("B", "m", "SALES", ("ACQ",), TITLE),)), False),
        (ListDraft("SALES", 1, date(2026, 3, 10)), False),
        (ListDraft(None, 1, date(2026, 3, 10)), False),
        (ListDraft("ACQ", 1, date(2026, 3, 10), entries=(
            EntryDraft("X", "ACQ-H", "person.record:read", TITLE, "all"),)), False),
        (ListDraft("ACQ", 1, date(2026, 3, 10), entries=(
            EntryDraft("X", "ACQ-H", "person.record:read", TITLE, "company"),)), False),
        (ListDraft("ACQ", 1, date(2026, 3, 10), entries=(
            EntryDraft("X", "ACQ-H", "person.record:read", TITLE, "subtree", "SALES"),)), False),
        (ListDraft("ACQ", 1, date(2026, 3, 10), entries=(
            EntryDraft("X", "EA-H", "person.record:read", TITLE, "unit", "ACQ"),)), False),
        (ListDraft("ACQ", 1, date(2026, 3, 10), entries=(
            EntryDraft("X", None, "person.record:read", TITLE, "unit"),)), False),
    ],
)  # fmt: skip
def test_nobody_publishes_beyond_his_reach(company: Company, draft: ListDraft, fine: bool) -> None:
    """Who may publish in marketing gives neither others nor himself anything outside it."""
    li = company.actor("li")
    keeper = EntryDraft("K1", "MD", "authority.list:import", TITLE, "subtree", power="do")
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("FIN", 1, date(2026, 1, 1), entries=(
            keeper, EntryDraft("K2", "MD", "authority.list:escalate", TITLE, "subtree", power="do"))))
    before = counts(company)
    if fine:
        with company.house.session(li, write=True) as session:
            assert publish(session, li, draft)[1]
    else:
        with pytest.raises(Denied), company.house.session(li, write=True) as session:
            publish(session, li, draft)
        assert counts(company) == before
    sun = company.actor("sun")
    with pytest.raises(Denied), company.house.session(sun, write=True) as session:
        publish(session, sun, draft)


# -- in words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "english", "chinese"),
    [
        ({"limit_minor": 1_000_000, "currency": "CNY"}, "up to ¥10,000", "不超过 ¥10,000"),
        ({"limit_minor": 1_000_050, "currency": "CNY"}, "up to ¥10,000.50", "不超过 ¥10,000.50"),
        ({"limit_minor": 1_000_000, "currency": "CNY", "cap_minor": 6_000_000, "cap_period": "month"},
         "up to ¥10,000 an item, ¥60,000 a month", "每项不超过 ¥10,000，每月累计不超过 ¥60,000"),
        ({"currency": "CNY", "cap_minor": 6_000_000, "cap_period": "year"},
         "¥60,000 a year in total", "每年累计不超过 ¥60,000"),
        ({}, "", ""),
    ],
)
def test_limits_in_words(values: dict[str, Any], english: str, chinese: str) -> None:
    row = AuthorityEntry(scope="all", **values)
    with use_locale("en"):
        assert str(wording.limit(row)) == english
    with use_locale("zh_CN"):
        assert str(wording.limit(row)) == chinese


@pytest.mark.parametrize(
    ("scope", "unit", "english", "chinese"),
    [
        ("self", None, "Himself", "本人"), ("reports", None, "Direct reports", "直接下属"),
        ("unit", None, "Own unit", "本部门"), ("unit", 7, "市场部", "市场部"),
        ("subtree", 7, "市场部 and below", "市场部及下级"), ("company", None, "The company", "全公司"),
        ("company", 7, "The company of 市场部", "市场部所属公司"),
        ("unit", 8, "A unit that is not there on this day", "该日不存在的部门"),
        ("all", None, "Everywhere", "全部"),
    ],
)
def test_scopes_in_words(scope: str, unit: int | None, english: str, chinese: str) -> None:
    row = AuthorityEntry(scope=scope, scope_unit_id=unit)
    with use_locale("en"):
        assert str(wording.scope(row, {7: "市场部"})) == english
    with use_locale("zh_CN"):
        assert str(wording.scope(row, {7: "市场部"})) == chinese


@pytest.mark.parametrize(
    ("target", "unit", "comparison", "english", "chinese"),
    [
        (200_000, "percent", "at_least", "at least 20%", "不低于 20%"),
        (4_500_000, "of5", "at_least", "at least 4.5", "不低于 4.5"),
        (1_000_000_000, "count", "at_most", "at most 1,000", "不超过 1,000"),
    ],
)
def test_targets_in_words(target: int, unit: str, comparison: str, english: str, chinese: str) -> None:
    row = KpiTarget(target=target, unit=unit, comparison=comparison)
    with use_locale("en"):
        assert str(wording.target(row)) == english
    with use_locale("zh_CN"):
        assert str(wording.target(row)) == chinese


def test_an_entry_of_an_account_makes_every_action_one_that_is_spoken_of(company: Company) -> None:
    """What the first account may is all there is, so that nothing it did can be left out of a comparison."""
    text = 'list: "-"\nversion: {}\neffective_from: "2026-0{}-01"\n'
    since, until = date(2026, 1, 1), date(2026, 3, 10)
    with company.house.session(SYSTEM, write=True) as session:
        made, _new = publish(session, SYSTEM, parse(text.format(1, 2)))
        draft = parse(text.format(2, 4))
        assert touched.actions(session, draft, since, until) == []
        session.add(AuthorityEntry(list_id=made.id, code="F1", account_id=7, action="*", scope="all",
                                   title={"en": "First", "zh_CN": "首个账号"}))
        session.flush()
        spoken = {one.key for one in touched.actions(session, draft, since, until)}
        every = company.house.registry.actions
        assert spoken == {key for key, one in every.items() if one.power in ("do", "decide")}


def test_whoever_holds_no_post_has_nothing_to_sign(company: Company) -> None:
    wang, day = company.people["wang"].person_id, date(2026, 3, 10)
    with company.house.session(SYSTEM) as session:
        assert signing.waiting(session, 999, day) == []
        assert [one.version for one in signing.waiting(session, wang, day)] == [17]
