"""C05 by hand, and against a slow reference that tries every amount near every end, one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.authority.coverage import gaps
from core.authority.coverage.finding import Finding
from tests.core.authority.company import APPROVE
from tests.core.authority.coverage.firm import Firm, said, small, words


def c05(firm: Firm, shown: str | None = None) -> list[Finding]:
    only = frozenset({firm.unit_id(shown) or 0}) if shown else None
    found = [one for one in gaps.of_amounts(firm.world(only)) if one.code == "C05"]
    return sorted(found, key=lambda one: one.order)


def test_between_two_rungs_and_beyond_the_last() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=10_000_000)
    firm.entry("MKT", "A2", "ACQ-H", at="ACQ", up_to=1_000_000, conditions={"category": "ads"})
    firm.entry("CO", "A1", "CEO", scope="all", up_to=100_000_000, conditions={"amount": "> 200000.00 CNY"})
    found = c05(firm)
    assert said(found) == [
        ("C05", "high", (APPROVE.key, "MKT", "CNY", "10000000..20000000")),
        ("C05", "low", (APPROVE.key, "CO", "CNY", "0..20000000")),
        ("C05", "low", (APPROVE.key, "CO", "CNY", "100000000..")),
    ]
    assert words(found) == [
        "Nobody can decide “Approve spend” of CNY (100,000.00; 200,000.00] in MKT (MKT) and 1 unit below.",
        "Nobody can decide “Approve spend” of CNY (0.00; 200,000.00] in CO (CO) and 1 unit below.",
        "Nobody can decide “Approve spend” of CNY (1,000,000.00; unlimited) in CO (CO) and 3 units below.",
    ]
    assert (found[0].low, found[0].high, found[0].currency) == (10_000_001, 20_000_000, "CNY")
    assert [(step.citation, step.low, step.high, step.holders) for step in found[0].steps] == [
        ("MD.A1", 1, 10_000_000, 1), ("CEO.A1", 20_000_001, 100_000_000, 1),
    ]
    assert [str(step.amounts) for step in found[0].steps] == [
        "CNY (0.00; 100,000.00]", "CNY (200,000.00; 1,000,000.00]",
    ]


def test_a_vacant_rung_is_a_gap_and_stands_in_the_ladder() -> None:
    firm = small()
    firm.entry("MKT", "A1", "ACQ-H", at="MKT", up_to=100)
    firm.entry("MKT", "A1", "MD", up_to=200)
    firm.entry("CO", "A1", "CEO", scope="all", conditions={"amount": "> 2.00 CNY"})
    assert [one.subject[1:] for one in c05(firm) if one.severity == "high"] == []
    firm.holds = [hold for hold in firm.holds if hold.position_id != firm.post_id("MD")]
    (found,) = [one for one in c05(firm) if one.severity == "high"]
    assert found.subject == (APPROVE.key, "MKT", "CNY", "100..200")
    assert [(step.citation, step.holders) for step in found.steps] == [
        ("ACQ-H.A1", 1), ("MD.A1", 0), ("CEO.A1", 1),
    ]


def test_combinations_are_told_where_they_differ() -> None:
    """Nobody decides gifts, and events end early; the one unit asked about is told alone."""
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=500, conditions={"category": "ads"})
    firm.entry("MKT", "A2", "MD", up_to=300, conditions={"category": "event"})
    found = c05(firm)
    assert said(found) == [
        ("C05", "high", (APPROVE.key, "MKT", "CNY", "0..", "category=gift")),
        ("C05", "low", (APPROVE.key, "MKT", "CNY", "300..", "category=event")),
        ("C05", "low", (APPROVE.key, "MKT", "CNY", "500..", "category=ads")),
    ]
    assert words(found)[0] == (
        "Nobody can decide “Approve spend” (Category: gift) of CNY (0.00; unlimited) in MKT (MKT) and 1 unit below."
    )
    narrow = c05(firm, "ACQ")
    assert words(narrow)[0].endswith("in ACQ (ACQ).")
    assert [one.key for one in narrow] == [one.key for one in found], "the same finding, told of one unit"


@pytest.mark.parametrize(
    ("entry", "ends"),
    [
        ({"up_to": 500, "cap_minor": 200, "cap_period": "month"}, "200.."),
        ({"cap_minor": 200, "cap_period": "month"}, "200.."),
        ({"up_to": 500, "conditions": {"amount": "<= 3.00 CNY"}}, "300.."),
        ({"conditions": {"amount": "[1.00, 3.00) CNY"}}, "0..99 299.."),
        ({"up_to": 500, "power": "propose"}, ""),
        ({"up_to": 500, "scope": "self"}, ""),
        ({"up_to": 500, "by_acting": False}, "500.."),
        ({"up_to": 500, "conditions": {"amount": "> 5.00 CNY"}}, ""),
    ],
)
def test_what_bounds_the_amounts_of_an_entry(entry: dict[str, Any], ends: str) -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", **entry)
    assert " ".join(one.subject[3] for one in c05(firm, "ACQ")) == ends


def test_acting_and_prohibited_holders_do_not_count() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=500, by_acting=False)
    firm.holds = []
    firm.hold("chen", "MD", "acting")
    assert [one.subject[3] for one in c05(firm, "ACQ")] == ["0.."]
    firm.hold("li", "MD")
    assert [one.subject[3] for one in c05(firm, "ACQ")] == ["500.."]
    firm.hold("li", "SD", "concurrent")
    firm.entry("CO", "P1", "SD", effect="prohibit", scope="subtree", at="ACQ")
    assert [one.subject[3] for one in c05(firm, "ACQ")] == ["0.."], "his other position bars him"
    assert [one.subject[3] for one in c05(firm, "MKT")] == ["500.."]


def test_what_is_prohibited_under_conditions_is_a_gap_under_these_alone() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=500)
    firm.entry("MKT", "N1", "MD", effect="prohibit", at="ACQ", conditions={"category": "gift"})
    firm.entry("MKT", "N2", "MD", effect="prohibit", at="ACQ",
               conditions={"category": "ads", "amount": "> 2.00 CNY"})  # fmt: skip
    assert sorted(one.subject[1:] for one in c05(firm)) == [
        ("ACQ", "CNY", "0..", "category=gift"), ("ACQ", "CNY", "200..", "category=ads"),
        ("ACQ", "CNY", "500..", "category=event"), ("MKT", "CNY", "500.."),
    ]


def test_an_action_nothing_declares_is_read_as_written() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", "moon.base:build", up_to=500, conditions={"colour": "red", "size": "10-50"})
    firm.entry("MKT", "A2", "MD", "moon.base:build", up_to=500, conditions={"colour": "blue"})
    found = [one for one in c05(firm, "ACQ") if one.severity == "high"]
    assert [sorted(one.combinations) for one in found] == [
        ["colour=*;size=10–50", "colour=*;size=≤ 9.999999,≥ 50.000001", "colour=red;size=≤ 9.999999,≥ 50.000001"],
    ]


# -- the reference ---------------------------------------------------------------------------------------------------

UNITS = {"CO": None, "MKT": "CO", "ACQ": "MKT", "SALES": "CO", "OTHER": None}
POSTS = {"CEO": ("CO", None), "MD": ("MKT", "CEO"), "ACQ-H": ("ACQ", "MD"), "SD": ("SALES", "CEO"),
         "X": ("OTHER", None)}
ENTITY = {"CO": 1, "MKT": 1, "ACQ": 1, "SALES": 2, "OTHER": 2}
CATEGORIES = ("ads", "event", "gift")
#: One by one up to beyond the last end there can be.
AMOUNTS = range(1, 43)

ends = st.integers(1, 40)
conditions = st.fixed_dictionaries({}, optional={
    "category": st.sampled_from(["ads", "event", "ads, gift"]),
    "amount": st.one_of(
        st.tuples(st.sampled_from([">", ">=", "<", "<="]), ends, st.sampled_from(["CNY", "USD"])),
        st.tuples(ends, ends, st.just("CNY")).map(lambda found: (min(found[:2]), max(found[:2]), found[2])),
    ),
})  # fmt: skip
grants = st.fixed_dictionaries({
    "post": st.sampled_from([*POSTS, None]),
    "scope": st.sampled_from(["unit", "subtree", "company", "all", "self", "reports"]),
    "at": st.sampled_from([None, *UNITS]), "up_to": st.none() | ends, "cap": st.none() | ends,
    "currency": st.sampled_from(["CNY", "CNY", "USD"]), "when": conditions,
    "prohibits": st.sampled_from([False, False, False, False, True]), "by_acting": st.booleans(),
})  # fmt: skip
hats = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.sampled_from([*POSTS]), st.sampled_from(["substantive", "acting"])
)


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def written(amount: tuple[Any, ...]) -> str:
    first, second, currency = amount
    if isinstance(first, str):
        return f"{first} {yuan(second)} {currency}"
    return f"{yuan(first)}-{yuan(second)} {currency}"


def lies_in(amount: tuple[Any, ...], minor: int, currency: str) -> bool:
    first, second, wanted = amount
    if currency != wanted:
        return False
    compared = {">": minor > second, ">=": minor >= second, "<": minor < second, "<=": minor <= second}
    return bool(compared[first] if isinstance(first, str) else first <= minor <= second)


def covers(entry: dict[str, Any], home: str, unit: str) -> bool:
    start = entry["at"] or home
    if entry["scope"] == "all":
        return True
    if entry["scope"] == "company":
        return ENTITY[start] == ENTITY[unit]
    if entry["scope"] == "unit":
        return bool(start == unit)
    here: str | None = unit
    while entry["scope"] == "subtree" and here is not None:
        if here == start:
            return True
        here = UNITS[here]
    return False


def carries(entry: dict[str, Any], minor: int, currency: str) -> bool:
    """Whether limit, total and condition of an entry let an amount through."""
    bounds = [top for top in (entry["up_to"], entry["cap"]) if top is not None]
    if bounds and (currency != entry["currency"] or minor > min(bounds)):
        return False
    return "amount" not in entry["when"] or lies_in(entry["when"]["amount"], minor, currency)


def about_amounts(entry: dict[str, Any], currency: str) -> bool:
    """Whether an entry says anything about amounts of a currency that could ever hold."""
    return (
        not entry["prohibits"] and entry["scope"] not in ("self", "reports")
        and (entry["up_to"] is not None or entry["cap"] is not None or "amount" in entry["when"])
        and any(carries(entry, minor, currency) for minor in AMOUNTS)
    )


def bars(entry: dict[str, Any], minor: int, currency: str, category: str) -> bool:
    """Whether the conditions of a prohibition do not certainly fail; of another currency nothing is certain."""
    when = entry["when"]
    if "category" in when and category not in when["category"].split(", "):
        return False
    return "amount" not in when or when["amount"][2] != currency or lies_in(when["amount"], minor, currency)


def somebody(drawn: list[dict[str, Any]], worn: set[tuple[str, str, str]], unit: str, minor: int, currency: str,
             category: str) -> bool:  # fmt: skip
    """Whether anybody may decide this amount, asked person by person and entry by entry."""
    for person in {who for who, _post, _kind in worn}:
        may, barred = False, False
        for who, post, kind in worn:
            for entry in drawn if who == person else ():
                if entry["post"] not in (None, post) or (kind == "acting" and not entry["by_acting"]):
                    continue
                if not covers(entry, POSTS[post][0], unit):
                    continue
                if entry["prohibits"]:
                    barred = barred or bars(entry, minor, currency, category)
                    continue
                when = entry["when"]
                if "category" in when and category not in when["category"].split(", "):
                    continue
                if not carries(entry, minor, currency):
                    continue
                may = True
        if may and not barred:
            return True
    return False


@settings(max_examples=300, deadline=None)
@given(st.lists(grants, max_size=6), st.sets(hats, max_size=6))
def test_gaps_are_those_a_slow_reading_finds(drawn: list[dict[str, Any]], worn: set[tuple[str, str, str]]) -> None:
    """Every amount up to two beyond the last end, every category, unit and currency that an entry is about."""
    firm = Firm()
    for unit, parent in UNITS.items():
        firm.unit(unit, parent, ENTITY[unit])
    for post, (unit, above) in POSTS.items():
        firm.post(post, unit, above)
    for who, post, kind in sorted(worn):
        firm.hold(who, post, kind, start=date(2020, 1, 1))
    for number, entry in enumerate(drawn):
        when = {name: written(value) if name == "amount" else value for name, value in entry["when"].items()}
        cap = {"cap_minor": entry["cap"], "cap_period": "month"} if entry["cap"] is not None else {}
        bounded = entry["up_to"] is not None or entry["cap"] is not None
        more: dict[str, Any] = {"conditions": when or None, **({} if entry["prohibits"] else cap)}
        firm.entry(
            "CO", f"A{number}", entry["post"], scope=entry["scope"], at=entry["at"],
            up_to=None if entry["prohibits"] else entry["up_to"],
            currency=entry["currency"] if bounded and not entry["prohibits"] else None,
            effect="prohibit" if entry["prohibits"] else "grant", by_acting=entry["by_acting"], **more,
        )
    for unit in UNITS:
        found = c05(firm, unit)
        for currency in ("CNY", "USD"):
            if not any(about_amounts(entry, currency) for entry in drawn):
                assert not any(one.currency == currency for one in found)
                continue
            reaching = any(
                covers(entry, POSTS[post][0], unit) and any(carries(entry, minor, currency) for minor in AMOUNTS)
                for entry in drawn if not entry["prohibits"] for post in POSTS if entry["post"] in (None, post)
            )
            told = {
                (minor, category) for one in found if one.currency == currency for minor in AMOUNTS
                for category in CATEGORIES if is_told(one, minor, category)
            }
            assert told == {
                (minor, category) for minor in AMOUNTS for category in CATEGORIES
                if reaching and not somebody(drawn, worn, unit, minor, currency, category)
            }, (unit, currency)


def is_told(found: Finding, minor: int, category: str) -> bool:
    """Whether a finding speaks of an amount of a category."""
    cells = [cell.removeprefix("category=").split(",") for cell in found.combinations]
    inside = (found.low or 1) <= minor and (found.high is None or minor <= found.high)
    return inside and (not cells or any(category in cell for cell in cells))
