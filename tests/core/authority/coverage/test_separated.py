"""C09 with a small company and what is to be found in it, written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from core.authority.coverage import hands, separated
from core.authority.coverage.world import MitigationRow, World
from core.authority.rules import Rule
from core.kernel.specs import ActionDef
from tests.core.authority.company import APPROVE
from tests.core.authority.coverage.firm import DAY, FOR_GOOD, Firm, said, small, words

BOX, LEDGER = "cash.box:keep", "cash.ledger:keep"


def rule(code: str = "S2", kind: str = "person_holds", *patterns: str, risk: str = "medium", **more: Any) -> Rule:
    """A rule of the list of CO."""
    return Rule(f"CO.{code}", 3, 1, code, kind, patterns or (BOX, LEDGER), more.get("months"), risk)


def cash() -> Firm:
    """The small company with a cashier (zhou) and a keeper of the ledger (sun)."""
    firm = small()
    firm.post("CASH", "CO", "CEO")
    firm.post("BOOKS", "CO", "CEO")
    firm.hold("zhou", "CASH")
    firm.hold("sun", "BOOKS")
    firm.entry("CO", "B1", "CASH", BOX, "all", delegable=True)
    firm.entry("CO", "L1", "BOOKS", LEDGER, "all", delegable=True)
    for key, title in ((BOX, "Keep the cash"), (LEDGER, "Keep the ledger")):
        firm.actions[key] = ActionDef(key, title)  # type: ignore[arg-type]
    return firm


def world(firm: Firm, *rules: Rule, passing: tuple[tuple[str, date, date], ...] = (), **more: Any) -> World:
    """With rules, and mitigations of rule S2 by person and period."""
    rows = [MitigationRow("CO.S2", firm.person(who), who, start, end) for who, start, end in passing]
    return replace(firm.world(), rules=rules or (rule(),), mitigations=rows, **more)


def test_nothing_is_found_without_a_rule_or_a_conflict() -> None:
    firm = cash()
    assert said(separated.together(world(firm))) == []
    firm.hold("zhou", "BOOKS", "concurrent")
    assert said(separated.together(replace(world(firm), rules=()))) == []


def test_by_post() -> None:
    """A post that has both by itself is told of once, and not again for everybody who holds it."""
    firm = cash()
    firm.entry("CO", "B2", "BOOKS", "cash.*:keep", "unit")
    found = list(separated.together(world(firm, rule(risk="high"))))
    assert said(found) == [("C09", "high", ("post", "CO.S2", "BOOKS"))]
    assert words(found) == [
        "BOOKS (BOOKS) has “Keep the cash” (BOOKS.B2) and “Keep the ledger” (BOOKS.L1), which rule CO.S2 keeps apart."
    ]
    assert (set(found[0].units), found[0].entries) == ({1}, ("BOOKS.B2", "BOOKS.L1"))
    assert said(separated.together(world(firm, passing=(("sun", DAY, FOR_GOOD),)))) == [], "all who hold it may pass"
    firm.hold("two", "BOOKS")
    assert said(separated.together(world(firm, passing=(("sun", DAY, FOR_GOOD),)))) != []


def test_by_person_over_all_his_hats() -> None:
    firm = cash()
    firm.hold("zhou", "BOOKS", "concurrent", end=date(2026, 3, 11))
    found = list(separated.together(world(firm)))
    assert said(found) == [("C09", "medium", ("person", "CO.S2", "zhou"))]
    assert words(found) == [
        "The employee of number zhou holds “Keep the cash” (CASH.B1) and “Keep the ledger” (BOOKS.L1), which rule "
        "CO.S2 keeps apart."
    ]
    assert said(separated.together(replace(world(firm), day=date(2026, 3, 11)))) == [], "when the second hat is off"


def test_a_third_of_three_is_told_of_by_itself() -> None:
    """Who holds two already is told of once; that a third post brings another one can still be asked."""
    firm = cash()
    firm.post("PAYER", "CO", "CEO")
    firm.entry("CO", "P1", "PAYER", APPROVE.key, "all")
    for post in ("BOOKS", "PAYER"):
        firm.hold("zhou", post, "concurrent")
    seen = world(firm, rule("S2", "person_holds", BOX, LEDGER, APPROVE.key))
    assert len(list(hands.of_persons(seen))) == 1
    (third,) = hands.of_persons(seen, lambda grip: grip.held.post.code == "PAYER")
    assert [grip.held.entry.code for grip in third.grips] == ["B1", "P1"]
    assert list(hands.of_persons(seen, lambda grip: grip.held.post.code == "CEO")) == []


def test_by_acting_only_where_the_entry_goes_with_it() -> None:
    firm = cash()
    firm.hold("zhou", "BOOKS", "acting")
    assert len(list(separated.together(world(firm)))) == 1
    firm.entries[-1] = replace(firm.entries[-1], by_acting=False)
    assert said(separated.together(world(firm))) == []


def test_by_delegation() -> None:
    firm = cash()
    firm.hand("CASH", "zhou", "sun", "B1")
    firm.hand("CASH", "zhou", "wang", "B1")
    found = list(separated.together(world(firm)))
    assert said(found) == [("C09", "medium", ("delegation", "CO.S2", "sun", "zhou"))]
    assert words(found) == [
        "As zhou delegated until 2026-03-31, the employee of number sun holds “Keep the cash” (CASH.B1) and “Keep the "
        "ledger” (BOOKS.L1), which rule CO.S2 keeps apart."
    ]
    firm.handed = []
    firm.hand("CASH", "zhou", "sun", "B1", kind="acting")
    firm.hand("CASH", "zhou", "sun", "B7")
    assert said(separated.together(world(firm))) == [], "neither carries anything"


def test_only_where_both_can_be_done_in_one_place() -> None:
    """MKT and SALES lie beside each other, ACQ in MKT; what is about people may be anywhere."""
    for one, other, meets in [
        (("unit", "MKT"), ("unit", "SALES"), False), (("subtree", "MKT"), ("unit", "ACQ"), True),
        (("unit", "MKT"), ("unit", "ACQ"), False), (("company", "MKT"), ("unit", "SALES"), True),
        (("self", None), ("unit", "SALES"), True), (("all", None), ("reports", None), True),
        (("unit", "MKT"), ("all", None), True),
    ]:  # fmt: skip
        firm = cash()
        firm.entries = []
        firm.entry("CO", "B1", "CASH", BOX, *one)
        firm.entry("CO", "L1", "BOOKS", LEDGER, *other)
        firm.hold("zhou", "BOOKS", "concurrent")
        assert bool(list(separated.together(world(firm)))) is meets, (one, other)


def test_a_delegation_that_is_narrowed_to_a_unit_meets_only_there() -> None:
    firm = cash()
    firm.entries[-1] = replace(firm.entries[-1], scope="subtree", scope_unit_id=firm.unit_id("SALES"))
    firm.hand("CASH", "zhou", "sun", "B1")
    for unit, meets in (("MKT", False), ("SALES", True), ("CO", True)):
        firm.handed[-1] = replace(firm.handed[-1], unit_id=firm.unit_id(unit))
        assert bool(list(separated.together(world(firm)))) is meets, unit


def test_what_grants_nothing_is_held_by_nobody() -> None:
    firm = cash()
    firm.hold("zhou", "BOOKS", "concurrent")
    for more in ({"effect": "prohibit"}, {"power": "review"}, {"of_account": True}):
        kept = firm.entries[-1]
        firm.entries[-1] = replace(kept, **more)
        assert said(separated.together(world(firm))) == [], more
        firm.entries[-1] = kept


def test_a_mitigation_counts_within_its_days_and_is_told_of_a_month_before_it_ends() -> None:
    """From the day on which 30 days are left, unless another one follows without a gap."""
    firm = cash()
    firm.hold("zhou", "BOOKS", "concurrent")
    for end, expected in [
        (date(2026, 4, 10), []), (date(2026, 4, 9), [("mitigation", "CO.S2", "zhou", "2026-04-09")]),
        (date(2026, 3, 11), [("mitigation", "CO.S2", "zhou", "2026-03-11")]),
        (date(2026, 3, 10), [("person", "CO.S2", "zhou")]),
    ]:  # fmt: skip
        found = list(separated.together(world(firm, passing=(("zhou", date(2026, 1, 1), end),))))
        assert [one.subject for one in found] == expected, end
    soon = ("zhou", date(2026, 1, 1), date(2026, 4, 1))
    found = list(separated.together(world(firm, passing=(soon,))))
    assert words(found) == ["What lets the employee of number zhou do what rule CO.S2 keeps apart ends on 2026-03-31."]
    following = ("zhou", date(2026, 4, 1), date(2026, 9, 1))
    assert said(separated.together(world(firm, passing=(soon, following)))) == []
    late = ("zhou", date(2026, 4, 2), date(2026, 9, 1))
    assert said(separated.together(world(firm, passing=(soon, late)))) != []


def cashier(start: date) -> Firm:
    """The company in which zhou is the cashier by an assignment that began on a day."""
    firm = cash()
    firm.holds = []
    firm.hold("zhou", "CASH", start=start)
    return firm


def test_tenure() -> None:
    """36 months from 10 March 2023 end on the day; from 11 March they do not. A new assignment is no new beginning."""
    kept = rule("S2", "tenure", BOX, months=36)
    for start, since, found in [
        (date(2023, 3, 10), None, True), (date(2023, 3, 11), None, False),
        (date(2025, 1, 1), date(2023, 3, 10), True), (date(2025, 1, 1), date(2024, 3, 10), False),
    ]:
        firm = cashier(start)
        before = {(firm.person("zhou"), firm.post_id("CASH")): since} if since else {}
        assert bool(list(separated.together(world(firm, kept, since=before)))) is found, (start, since)
    firm = cashier(date(2023, 1, 31))
    assert words(separated.together(world(firm, kept))) == [
        "The employee of number zhou has held CASH (CASH) since 2023-01-31; by rule CO.S2 it changes hands after 36 "
        "months."
    ]
    let = world(firm, kept, passing=(("zhou", DAY, FOR_GOOD),))
    assert list(separated.together(let)) == [], "a special audit was recorded"


def test_months_end_on_the_last_day_of_a_shorter_one() -> None:
    assert separated._after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert separated._after(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert separated._after(date(2025, 12, 31), 1) == date(2026, 1, 31)
    assert separated._after(date(2025, 12, 15), 12) == date(2026, 12, 15)
