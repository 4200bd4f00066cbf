"""What people write differently and mean the same, by cases worked by hand and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.crm.rules.sameness import company_key, mail_key, phone_key

SAME = (
    ("灵客科技（上海）有限公司", "灵客科技(上海)公司", "灵客科技上海有限责任公司", " 灵客科技　（上海） 股份有限公司"),
    ("ACME Co., Ltd.", "Acme", "A.C.M.E. Company Limited", "ＡＣＭＥ，ＩＮＣ．", "acme corp"),
    ("Société Générale S.A.", "SOCIETE GENERALE", "Societe Generale SA"),
    ("Smith & Sons LLC", "Smith and Sons L.L.C.", "smith sons"),
    ("株式会社日立", "日立株式会社"),
    ("华为集团有限公司", "华为集团", "华为集团股份有限公司"),
    ("北京甲投资合伙企业（有限合伙）", "北京甲投资 合伙企业"),
)
APART = (
    ("华为集团有限公司", "华为有限公司"),
    ("上海甲公司北京分公司", "上海甲公司"),
    ("甲科技有限公司", "乙科技有限公司"),
    ("Acme China Ltd", "Acme Ltd"),
)
NOTHING = ("", "无", "个人", "N/A", "-", "！！", "公司", "有限公司", "___", "none")
PHONES = {
    "+86 138-0000-1234": "13800001234", "0086 13800001234": "13800001234", "8613800001234": "13800001234",
    "１３８０００１２３４５": "13800012345", "13800001234.0": "13800001234", "tel:+8613800001234": "13800001234",
    "手机：138 0000 1234": "13800001234", "(021) 5234-5678": "02152345678", "+86 21 5234 5678": "02152345678",
    "+86-10-65001234": "01065001234", "+86 021 52345678": "02152345678", "+86 411 8888 8888": "041188888888",
    "+86 400 820 1234": "4008201234", "021-52345678转801": "02152345678x801", "021 52345678 ext. 12": "02152345678x12",
    "+65 9123 4567": "+6591234567", "0065 91234567": "+6591234567",
}  # fmt: skip


def test_one_company_has_one_key() -> None:
    for names in SAME:
        assert len({company_key(name) for name in names}) == 1, [(name, company_key(name)) for name in names]
        assert company_key(names[0])


def test_different_companies_have_different_keys() -> None:
    for one, other in APART:
        assert company_key(one) != company_key(other)


def test_nothing_said_is_the_same_as_nothing() -> None:
    assert [name for name in NOTHING if company_key(name)] == []


def test_phones_are_kept_as_they_are_dialled() -> None:
    assert {told: phone_key(told) for told in PHONES} == PHONES


@pytest.mark.parametrize("told", ["", "abc", "12345", "1.38E+10", "138000012345678901", "王 13800001234"])
def test_what_is_no_phone(told: str) -> None:
    assert phone_key(told) is None


def test_mail_addresses() -> None:
    assert mail_key(" <A@B.com>. ") == mail_key("Ann <a@b.com>") == mail_key("mailto:ａ@b.COM") == "a@b.com"
    assert [mail_key(told) for told in ("", "a@b", "a b@c.d", "x@1.2.3.4", "a" * 250 + "@b.cn")] == [None] * 5


@given(st.text(max_size=200))
def test_a_key_is_its_own_key(name: str) -> None:
    """Comparing what was compared already changes nothing, so old and new rows keep meeting each other."""
    key = phone_key(name)
    assert key is None or phone_key(key) == key
    mail = mail_key(name)
    assert mail is None or mail_key(mail) == mail
    assert len(company_key(name)) <= 160


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.integers(1, 10), max_size=4), st.booleans())
def test_gaps_and_the_country_do_not_count(number: str, gaps: list[int], abroad: bool) -> None:
    told = number
    for gap in gaps:
        told = told[:gap] + " -"[gap % 2] + told[gap:]
    assert phone_key(("+86 " if abroad else "") + told) == number
