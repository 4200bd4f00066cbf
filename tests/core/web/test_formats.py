"""How values are written, in both languages; expected texts by hand after the conventions of the house."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.base.period import Month
from core.base.text import use_locale
from core.web.formats import FILTERS

MONDAY = date(2026, 11, 23)
EVENING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 07:00 on the 23rd in Shanghai

CASES: list[tuple[str, tuple[Any, ...], str, str]] = [
    ("money", (800000,), "8,000.00", "8,000.00"),
    ("money", (-5, True), "−¥0.05", "−¥0.05"),
    ("money", (0, False, "CNY", True), "–", "–"),
    ("money", (None,), "–", "–"),
    ("wan", (1_860_0000_00,), "¥1,860 万", "¥18.6M"),
    ("wan", (3_2000_0000_00,), "¥3.2 亿", "¥320M"),
    ("wan", (12_3456_00,), "¥12.3 万", "¥123K"),
    ("wan", (-12_0000_00,), "−¥12 万", "−¥120K"),
    ("wan", (999_00,), "¥999", "¥999"),
    ("wan", (None,), "–", "–"),
    ("words", (12_000_00,), "壹万贰仟元整", "壹万贰仟元整"),
    ("words", (None,), "–", "–"),
    ("day", (MONDAY,), "2026-11-23", "2026-11-23"),
    ("day", (None,), "–", "–"),
    ("day_text", (MONDAY,), "2026 年 11 月 23 日（星期一）", "Monday, 23 November 2026"),
    ("day_text", (MONDAY, False), "2026 年 11 月 23 日", "23 November 2026"),
    ("day_text", (None,), "–", "–"),
    ("month", (Month(2026, 10),), "2026 年 10 月", "October 2026"),
    ("month", (None,), "–", "–"),
    ("moment", (EVENING,), "2026-11-23 07:00", "2026-11-23 07:00"),
    ("moment", (EVENING, "Europe/Berlin"), "2026-11-23 00:00", "2026-11-23 00:00"),
    ("moment", (None,), "–", "–"),
    ("clock_time", (EVENING,), "07:00", "07:00"),
    ("clock_time", (EVENING, "Asia/Shanghai", date(2026, 11, 22)), "次日 07:00", "07:00 the next day"),
    ("clock_time", (None,), "–", "–"),
    ("minutes", (510,), "8 小时 30 分", "8 h 30 min"),
    ("minutes", (480,), "8 小时", "8 h"),
    ("minutes", (0,), "0 分", "0 min"),
    ("minutes", (-75,), "−1 小时 15 分", "−1 h 15 min"),
    ("minutes", (None,), "–", "–"),
    ("days", (150,), "1.5", "1.5"),
    ("days", (2175,), "21.75", "21.75"),
    ("days", (-100,), "−1", "−1"),
    ("days", (None,), "–", "–"),
    ("percent", (80_000,), "8%", "8%"),
    ("percent", (5_250,), "0.53%", "0.53%"),
    ("percent", (1_000_000,), "100%", "100%"),
    ("percent", (-125_000, 1), "−12.5%", "−12.5%"),
    ("percent", (-1, 0), "0%", "0%"),
    ("percent", (None,), "–", "–"),
    ("translated", ({"zh_CN": "经理", "en": "Manager"},), "经理", "Manager"),
    ("translated", ({"zh_CN": "经理"},), "经理", "经理"),
    ("translated", ({},), "", ""),
    ("mask_id", ("310101199001011234",), "310***********1234", "310***********1234"),
    ("mask_id", ("12345",), "*****", "*****"),
    ("mask_id", (None,), "–", "–"),
    ("mask_bank", ("6222 0210 0111 1234",), "**** 1234", "**** 1234"),
    ("mask_bank", ("1234",), "****", "****"),
    ("mask_bank", ("",), "–", "–"),
    ("mask_phone", ("13812341234",), "138****1234", "138****1234"),
    ("mask_phone", ("1381234",), "*******", "*******"),
    ("mask_phone", (None,), "–", "–"),
]


@pytest.mark.parametrize(("name", "arguments", "chinese", "english"), CASES)
def test_values_are_written_for_their_reader(
    name: str, arguments: tuple[Any, ...], chinese: str, english: str
) -> None:
    """Each filter in each language."""
    with use_locale("zh_CN"):
        assert str(FILTERS[name](*arguments)) == chinese
    with use_locale("en"):
        assert str(FILTERS[name](*arguments)) == english
