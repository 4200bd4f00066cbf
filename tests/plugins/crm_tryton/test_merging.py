"""Whose word counts where both sides changed: for every rule, compared with the table of cases written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.webhooks.waiting import FIRST_WAIT, LONGEST_WAIT, wait_after
from plugins.crm_tryton.services.merging import merge
from plugins.crm_tryton.text import FIELDS, NEWER, OURS, THEIRS

NOON = datetime(2026, 3, 22, 12, tzinfo=UTC)
EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
CASES = [
    # before, here, there, rule, when there -> who is told what
    ("a", "a", "a", NEWER, LATER, None), ("a", "b", "a", THEIRS, LATER, ("them", "b")),
    ("a", "a", "b", OURS, EARLIER, ("us", "b")), ("a", "b", "b", THEIRS, LATER, None),
    ("a", "b", "c", THEIRS, EARLIER, ("us", "c")), ("a", "b", "c", OURS, LATER, ("them", "b")),
    ("a", "b", "c", NEWER, LATER, ("us", "c")), ("a", "b", "c", NEWER, EARLIER, ("them", "b")),
    ("a", "b", "c", NEWER, NOON, ("them", "b")),
]  # fmt: skip
VALUES = st.sampled_from(["", "x", "y", "z"])
SIDE = st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES))
RULES = st.fixed_dictionaries(dict.fromkeys(FIELDS, st.sampled_from([THEIRS, OURS, NEWER])))


@pytest.mark.parametrize(("before", "here", "there", "rule", "at", "told"), CASES)
def test_cases(
    before: str, here: str, there: str, rule: str, at: datetime, told: tuple[str, str] | None
) -> None:
    found = merge(
        {"company": here}, {"company": there}, {"ours": {"company": before}, "theirs": {"company": before}},
        {"company": rule}, ours_at=NOON, theirs_at=at,
    )
    who, value = told or ("", "")
    assert found.to_us.get("company") == (value if who == "us" else None)
    assert found.to_them.get("company") == (value if who == "them" else None)


@given(SIDE, SIDE, SIDE, RULES, st.sampled_from([EARLIER, NOON, LATER]))
def test_afterwards_both_say_the_same_and_nothing_is_left(
    before: dict[str, str], ours: dict[str, str], theirs: dict[str, str], rules: dict[str, str], at: datetime
) -> None:
    agreed = {"ours": before, "theirs": before}
    found = merge(ours, theirs, agreed, rules, ours_at=NOON, theirs_at=at)
    assert not set(found.to_us) & set(found.to_them)
    here, there = {**ours, **found.to_us}, {**theirs, **found.to_them}
    assert here == there, "what both agreed on before and what was told make them the same"
    again = merge(here, there, {"ours": here, "theirs": there}, rules, ours_at=NOON, theirs_at=at)
    assert (again.to_us, again.to_them) == ({}, {})


def test_a_number_written_in_another_way_is_no_change() -> None:
    """Tryton keeps 138 0000 1234 where we keep 13800001234; nobody is told anything until one of them changes."""
    agreed = {"ours": {"phone": "13800001234"}, "theirs": {"phone": "138 0000 1234"}}
    ours, theirs = {"phone": "13800001234"}, {"phone": "138 0000 1234"}
    found = merge(ours, theirs, agreed, {}, ours_at=NOON, theirs_at=LATER)
    assert (found.to_us, found.to_them) == ({}, {})


@given(st.integers(min_value=1, max_value=200))
def test_waits_double_to_an_hour_and_are_spread(failures: int) -> None:
    whole = FIRST_WAIT * 2 ** (failures - 1) if failures < 8 else LONGEST_WAIT
    assert whole * 0.8 <= wait_after(failures) <= whole * 1.2
