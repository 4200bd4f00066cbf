"""Identity, credit-code, card and phone numbers: which are taken, what is said about the others, what is hidden."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.text import use_locale
from core.contracts.country import Identifier
from plugins.country_cn import identifiers
from plugins.country_cn.identifiers import IDENTIFIERS

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_character(first17: str) -> str:
    """GB 11643-1999: weighted sum modulo 11."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def with_check(first17: str) -> str:
    return first17 + check_character(first17)


def kind(name: str) -> Identifier:
    return next(identifier for identifier in IDENTIFIERS if identifier.kind == name)


def test_the_standard_s_example() -> None:
    assert identifiers.check_resident_id("11010519491231002X") is None
    assert identifiers.check_resident_id(" 110105 1949-1231 002x ") is None
    assert identifiers.check_resident_id("１１０１０５１９４９１２３１００２Ｘ") is None  # noqa: RUF001


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)),
    st.integers(0, 999),
    st.sampled_from(sorted(identifiers.PROVINCES)),
)
def test_every_true_number_is_taken_and_every_single_slip_is_found(day: date, order: int, province: str) -> None:
    number = with_check(f"{province}0101{day:%Y%m%d}{order:03d}")
    assert identifiers.check_resident_id(number) is None
    for position in range(17):
        for digit in "0123456789":
            if digit != number[position]:
                wrong = number[:position] + digit + number[position + 1 :]
                assert identifiers.check_resident_id(wrong) is not None


@pytest.mark.parametrize(
    ("number", "code", "chinese"),
    [
        ("110105491231002", "resident_id.old", "15 位"),
        ("1101051949123100", "resident_id.length", "16 位"),
        ("", "resident_id.length", "0 位"),
        ("11010519491231O02X", "resident_id.character", "第 15 位为“O”"),
        ("X1010519491231002X", "resident_id.character", "第 1 位为“X”"),
        ("990105194912310020", "resident_id.place", "以 99 开头"),
        ("110105194902300025", "resident_id.birth", "19490230"),
        ("110105184912310025", "resident_id.birth", "18491231"),
        ("110105194912310021", "resident_id.check", "末位为 1，按前 17 位计算应为 X"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(number: str, code: str, chinese: str) -> None:
    refusal = identifiers.check_resident_id(number)
    assert refusal is not None
    assert refusal.code == code
    with use_locale("zh_CN"):
        said = str(refusal)
    assert chinese in said
    with use_locale("en"):
        assert str(refusal) != said
        assert str(refusal).isascii()
    if len(number) == 18:
        assert number not in said


def test_permits_that_share_the_form() -> None:
    hong_kong, taiwan = with_check("81000019900307001"), with_check("83000019900307001")
    foreigner = with_check("91108419900307001")
    assert identifiers.check_hk_macao_residence(hong_kong) is None
    assert identifiers.check_taiwan_residence(taiwan) is None
    assert identifiers.check_foreign_permanent(foreigner) is None
    assert identifiers.check_foreign_permanent("CHN110090061201") is None
    for number in (hong_kong, taiwan, foreigner):
        refusal = identifiers.check_resident_id(number)
        assert refusal is not None
        assert refusal.code == "resident_id.place"
    assert identifiers.check_hk_macao_residence(taiwan) is not None
    assert identifiers.check_taiwan_residence(hong_kong) is not None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("91350100M000100Y43", None),
        (" 91350100m000100y43 ", None),
        ("91350100M000100Y4", "uscc.length"),
        ("9135010OM000100Y43", "uscc.character"),
        ("91350100M0001I0Y43", "uscc.character"),
        ("91350100M000100Y44", "uscc.check"),
    ],
)
def test_credit_codes(number: str, code: str | None) -> None:
    refusal = identifiers.check_uscc(number)
    assert (refusal.code if refusal else None) == code
    if refusal:
        with use_locale("zh_CN"):
            assert "营业执照" in str(refusal) or "字母" in str(refusal)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("6222600260001072444", None),
        ("6222 6002 6000 1072 444", None),
        ("6222600260001072445", "bank_card.check"),
        ("622260026000107", "bank_card.length"),
        ("", "bank_card.length"),
        ("6222600260001O72444", "bank_card.character"),
    ],
)
def test_cards_warn(number: str, code: str | None) -> None:
    assert kind("bank_card").warning
    refusal = identifiers.check_bank_card(number)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    "number", ["13812341234", "+86 138 1234 1234", "008613812341234", "8613812341234", "138-1234-1234"]
)
def test_mobile_numbers(number: str) -> None:
    assert identifiers.check_mobile(number) is None
    assert kind("mobile").normal(number) == "13812341234"
    assert kind("mobile").mask(number) == "138****1234"


@pytest.mark.parametrize("number", ["12812341234", "1381234123", "138123412345", "021-62345678", ""])
def test_no_mobile_numbers(number: str) -> None:
    refusal = identifiers.check_mobile(number)
    assert refusal is not None
    assert refusal.field == "phone"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("hk_macao_permit", "H12345678", "K12345678"),
        ("taiwan_permit", "12345678", "1234567"),
        ("passport_cn", "E12345678", "123456789"),
        ("passport", "AB1234567", "A 1"),
    ],
)
def test_travel_documents(name: str, good: str, bad: str) -> None:
    assert kind(name).check(good) is None
    refusal = kind(name).check(bad)
    assert refusal is not None
    assert refusal.code == "document.format"


def test_masks() -> None:
    assert kind("resident_id").mask("310115199001011234") == "310***********1234"
    assert kind("resident_id").mask("1234567") == "*******"
    assert kind("bank_card").mask("6222600260001072444") == "****2444"
    assert kind("bank_card").mask("1234") == "****"
    assert kind("mobile").mask("12345") == "*****"
    assert kind("uscc").mask("91350100m000100y43") == "91350100M000100Y43"


def test_kinds_are_distinct_and_named() -> None:
    assert len({identifier.kind for identifier in IDENTIFIERS}) == len(IDENTIFIERS)
    for identifier in IDENTIFIERS:
        assert set(identifier.title) == {"zh_CN", "en"}
