"""What reports seldom meet: first accounts, vanished posts, conditions nothing declares, any amount in words."""

from __future__ import annotations

from dataclasses import replace

from core.authority.coverage import delegated, entries, gaps, posts, staffing
from core.authority.coverage.cells import Values
from core.authority.coverage.finding import Step
from core.formula.types import BOOL, Span
from core.kernel.specs import Attribute
from core.org.quotas import Quota
from tests.core.authority.company import APPROVE, SPEND
from tests.core.authority.coverage.firm import DAY, Firm, said, small, words


def test_the_entry_of_a_first_account_is_no_entry_of_everybody() -> None:
    """It neither shadows what posts have, nor is it told of itself, nor does it close a gap."""
    firm = small()
    firm.entry("CO", "F1", None, scope="all", of_account=True)
    firm.entry("CO", "A1", "CEO", scope="all", up_to=100)
    assert said(entries.idle(firm.world())) == []
    assert list(firm.world().grants) == [APPROVE.key]
    assert [held.post.code for held in firm.world().grants[APPROVE.key]] == ["CEO"]


def test_what_a_post_that_is_not_there_holds_is_no_matter_of_the_report() -> None:
    """A post of a later day: no grant, no delegation, no working time."""
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=100)
    firm.hand("MD", "li", "wang", "A9")
    firm.hold("li", "MD", "concurrent", 20, start=DAY)
    world = firm.world()
    gone = replace(world, posts={key: post for key, post in world.posts.items() if post.code != "MD"})
    assert [one.subject[1] for one in delegated.idle(world)] == ["li"]
    assert list(delegated.idle(gone)) == []
    assert gone.grants == {APPROVE.key: []}
    assert [one.subject[:2] for one in posts.over_quota(world)] == [("post", "MD"), ("person", "li")]
    assert list(posts.over_quota(gone)) == []


def test_an_entry_reaches_no_further_than_another_by_its_place() -> None:
    """Of everybody only the same place is the same; what holds everywhere lies in nothing narrower."""
    firm = small()
    firm.entry("CO", "E1", None, "org.chart:read", "subtree", at="MKT")
    firm.entry("CO", "E2", None, "org.chart:read", "subtree", at="MKT")
    firm.entry("CO", "E3", None, "org.chart:read", "subtree", at="ACQ")
    firm.entry("CO", "B1", "MD", "org.person:read", "subtree", at="CO")
    firm.entry("CO", "B2", "MD", "org.person:read", "all")
    assert said(entries.idle(firm.world())) == [
        ("C13", "low", ("shadowed", "ALL.E2", "org.chart:read")),
        ("C13", "low", ("shadowed", "MD.B1", "org.person:read")),
    ]


def test_an_entry_that_asks_more_hides_none_that_asks_less() -> None:
    """Two must agree, or what goes to one payee counts together: the other, which asks neither, adds something."""
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=100, needs_second=2)
    firm.entry("MKT", "A2", "MD", up_to=90)
    firm.entry("SALES", "A1", "SD", up_to=100, split=("payee", 30))
    firm.entry("SALES", "A2", "SD", up_to=90)
    firm.entry("SALES", "A3", "SD", up_to=80, split=("payee", 30), needs_second=2)
    assert said(entries.idle(firm.world())) == [("C13", "low", ("shadowed", "SD.A3", APPROVE.key))]


def test_conditions_on_yes_and_no_and_on_numbers_are_compared() -> None:
    firm = small()
    firm.resources["spend"] = replace(SPEND, attributes={
        **SPEND.attributes, "urgent": Attribute("Urgent", BOOL, "urgent"),  # type: ignore[arg-type]
    })
    firm.entry("MKT", "A1", "MD", conditions={"urgent": "yes"})
    firm.entry("MKT", "A2", "MD", conditions={"urgent": "no"}, up_to=100)
    firm.entry("MKT", "A3", "MD", conditions={"urgent": "yes"}, up_to=100)
    # Of what no module declares, conditions are compared as they are written.
    firm.entry("CO", "M1", "CEO", "moon.base:build", "all", conditions={"rooms": "10-50", "price": "< 90.00 CNY"})
    firm.entry("CO", "M2", "CEO", "moon.base:build", "all", conditions={"rooms": "20-30", "price": "< 80.00 CNY"})
    firm.entry("CO", "M3", "CEO", "moon.base:build", "all", conditions={"rooms": "20-60", "price": "< 80.00 CNY"})
    firm.entry("CO", "M4", "CEO", "moon.base:build", "all", conditions={"rooms": "20-30", "price": "not CNY"})
    firm.entry("CO", "M5", "CEO", "moon.base:build", "all", conditions={"amount": "cheap CNY"})
    found = [one.subject[:2] for one in entries.idle(firm.world())]
    assert found == [("shadowed", "MD.A3"), ("shadowed", "CEO.M2"), ("never", "CEO.M5")]


def test_a_label_and_a_number_imply_nothing_of_each_other() -> None:
    one, other = Values(frozenset({"ads"})), Values(span=Span(1, 2))
    assert not one.implies(other)
    assert not other.implies(one)
    assert Values(span=Span(1, 2)).implies(Values(span=Span(1, 3)))
    assert not Values(span=Span(1, 4)).implies(Values(span=Span(1, 3)))
    assert not Values(span=Span(1, 2), currency="USD").implies(Values(span=Span(1, 3), currency="CNY"))


def test_amounts_of_a_condition_leave_other_currencies_open() -> None:
    """A1 holds of more than 10,000 yuan of a price nothing declares; every other currency is a case of its own."""
    firm = small()
    firm.resources["spend"] = replace(SPEND, attributes={
        **SPEND.attributes, "price": replace(SPEND.attributes["amount"], title="Price", column="price"),  # type: ignore[arg-type]
    })
    firm.actions["moon.base:build"] = replace(APPROVE, key="moon.base:build", resource="spend")
    firm.entry("CO", "A1", "CEO", "moon.base:build", "all", up_to=100, conditions={"price": "<= 100.00 CNY"})
    firm.entry("MKT", "A1", "MD", "moon.base:build", up_to=100)
    told = [one for one in gaps.of_amounts(firm.world()) if one.code == "C05"]
    assert [one.combinations for one in told if one.subject[1] == "CO"] == [
        ("price=≤ 100.00 CNY",), ("price=≥ 100.01 CNY,*",),
    ]


def test_a_rung_without_an_end_is_of_any_amount() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD")
    world = firm.world()
    post, entry = world.posts[firm.post_id("MD")], firm.entries[0]
    assert str(Step(post, entry, 1, None, "CNY", 1).amounts) == "any amount"
    assert str(Step(post, entry, 1, 10_000, "CNY", 1).amounts) == "CNY (0.00; 100.00]"


def test_a_wildcard_grant_speaks_of_every_action_it_names() -> None:
    firm = small()
    firm.entry("CO", "A1", "CEO", "crm.*:approve", "all", up_to=100)
    firm.entry("MKT", "A1", "MD", up_to=50)
    world = firm.world()
    assert [held.post.code for held in world.speaking_of(world.grants, APPROVE.key)] == ["MD", "CEO"]


def test_more_posts_than_are_named_are_counted() -> None:
    """Five posts stand beyond a quota of none; as many as are named are, and the rest is a number."""
    firm = Firm()
    firm.unit("ORG")
    for number in range(staffing.NAMED + 2):
        firm.post(f"P{number}", "ORG", grade="专技七级")
    plan = Quota(1, 1, "professional", 7, 7, 0, None, None, False, "市编〔2024〕18号")
    (told,) = words(staffing.beyond(replace(firm.world(), quotas=(plan,))))
    assert told.endswith("2 more.")
    assert "P0 (P0) 1" in told
