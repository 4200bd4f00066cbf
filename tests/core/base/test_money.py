"""Money: reading, writing, rounding and words, against numbers worked by hand and against Fraction."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.errors import DomainError
from core.base.money import amount_in_words, div_round, format_money, parse_money


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("8000", 800_000), ("8,000", 800_000), ("8,000.5", 800_050), ("¥8,000.00", 800_000), ("￥1.05", 105),
        (" 0 ", 0), ("1，234.50", 123_450), ("12345678.90", 1_234_567_890),
    ],
)
def test_amounts_as_people_write_them(text: str, minor: int) -> None:
    assert parse_money(text) == minor


@pytest.mark.parametrize("text", ["", "8.000", "1,00", "abc", "1e3", "1.2.3", "--5", "١٢٣.456", "8 000"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        parse_money(text)
    assert caught.value.code == "money.format"


@pytest.mark.parametrize(("text", "currency", "minor", "shown"), [
    ("8,000", "JPY", 8_000, "8,000"), ("8000.125", "KWD", 8_000_125, "8,000.125"), ("0.5", "KWD", 500, "0.500"),
    ("8000.5", "USD", 800_050, "8,000.50"), ("8000.5", "XXX", 800_050, "8,000.50"),
])  # fmt: skip
def test_each_currency_has_its_decimals(text: str, currency: str, minor: int, shown: str) -> None:
    """By ISO 4217: none of the yen, three of the dinar."""
    assert parse_money(text, currency) == minor
    assert format_money(minor, currency=currency) == shown


@pytest.mark.parametrize(("text", "currency"), [("8000.5", "JPY"), ("8000.1255", "KWD"), ("8000.125", "USD")])
def test_more_decimals_than_a_currency_has_are_refused(text: str, currency: str) -> None:
    with pytest.raises(DomainError) as caught:
        parse_money(text, currency)
    assert caught.value.code == "money.format"


def test_negative_amounts_only_where_allowed() -> None:
    assert parse_money("-5.10", negative=True) == -510
    with pytest.raises(DomainError) as caught:
        parse_money("-5.10")
    assert caught.value.code == "money.negative"


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        # The examples of annex 1 to 支付结算办法 (银发〔1997〕393号), and the amounts of the product's own story.
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (1_200_000, "壹万贰仟元整"),
        (800_000, "捌仟元整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100_000_000_00, "壹亿元整"),
        (100_010_000_00, "壹亿零壹万元整"),
        (1_000_500_00, "壹佰万零伍佰元整"),
        (-123_45, "负壹佰贰拾叁元肆角伍分"),
        (1_2000_0000_0000_00, "壹万贰仟亿元整"),
    ],
)
def test_amounts_in_words(minor: int, words: str) -> None:
    assert amount_in_words(minor) == words


@given(st.integers(-(10**14), 10**14))
def test_writing_then_reading_is_the_identity(minor: int) -> None:
    assert parse_money(format_money(minor), negative=True) == minor


@given(st.integers(-(10**20), 10**20), st.integers(-(10**9), 10**9).filter(bool))
def test_half_up_rounds_halves_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    whole = int(abs(exact) + Fraction(1, 2))
    assert div_round(numerator, denominator) == (whole if exact >= 0 else -whole)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_the_other_modes(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert div_round(numerator, denominator, "floor") == exact.__floor__()
    assert div_round(numerator, denominator, "ceil") == exact.__ceil__()
    assert div_round(numerator, denominator, "down") == exact.__trunc__()
    assert div_round(numerator, denominator, "half_even") == round(exact)
