"""Text in two languages, months, periods, and the two clocks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base import clock
from core.base.errors import DomainError
from core.base.period import FOREVER, Month, Period
from core.base.stored import from_json, to_json
from core.base.text import catalogue, listed, match_locale, register_domain, use_locale

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Row {row} is empty."
msgstr "第 {row} 行为空。"

msgid "{count} row is empty."
msgid_plural "{count} rows are empty."
msgstr[0] "有 {count} 行为空。"
"""


@pytest.fixture
def domain(tmp_path: Path) -> str:
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "sample_words.po").write_text(PO, encoding="utf-8")
    register_domain("sample_words", tmp_path)
    return "sample_words"


def test_a_sentence_is_rendered_in_the_language_of_whoever_reads_it(domain: str) -> None:
    sentence = catalogue(domain)("Row {row} is empty.", row=3)
    with use_locale("zh_CN"):
        assert str(sentence) == "第 3 行为空。"
        with use_locale("en"):
            assert str(sentence) == "Row 3 is empty."
        assert str(sentence) == "第 3 行为空。"


def test_a_parameter_may_itself_be_a_sentence(domain: str) -> None:
    _ = catalogue(domain)
    outer = _("Refused: {why}", why=_("Row {row} is empty.", row=1))
    assert outer.render("zh_CN") == "Refused: 第 1 行为空。"


@pytest.mark.parametrize(
    ("count", "english"),
    [
        (0, "0 rows are empty."), (1, "1 row is empty."), (2, "2 rows are empty."), ("1", "1 row is empty."),
        ("1,001", "1,001 rows are empty."), ("0.5", "0.5 rows are empty."), ("••••", "•••• rows are empty."),
    ],
)
def test_what_is_counted_takes_the_form_of_its_number(domain: str, count: object, english: str) -> None:
    sentence = catalogue(domain)("{count} row is empty.", "{count} rows are empty.", count=count)
    assert sentence.render("en") == english
    assert sentence.render("zh_CN") == f"有 {count} 行为空。"


def test_a_language_with_more_forms_gets_them_from_its_own_rule(tmp_path: Path) -> None:
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    rule = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    (folder / "sample_forms.po").write_text(
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {rule}\\n"\n\n'
        'msgid "{count} file"\nmsgid_plural "{count} files"\nmsgstr[0] "{count} plik"\nmsgstr[1] "{count} pliki"\n'
        'msgstr[2] "{count} plików"\n', encoding="utf-8",
    )  # fmt: skip
    register_domain("sample_forms", tmp_path)
    _ = catalogue("sample_forms")
    said = [_("{count} file", "{count} files", count=number).render("pl") for number in (1, 2, 5, 12, 22)]
    assert said == ["1 plik", "2 pliki", "5 plików", "12 plików", "22 pliki"]


def test_a_sentence_nobody_translated_still_has_both_its_forms(domain: str) -> None:
    _ = catalogue(domain)
    assert [_("{count} day", "{count} days", count=n).render("zh_CN") for n in (1, 3)] == ["1 day", "3 days"]
    assert _("{count} day", "{count} days", count=1) != _("{count} day", "{count} weeks", count=1)


@pytest.mark.parametrize(
    ("name", "locale"),
    [("zh", "zh_CN"), ("zh-TW", "zh_CN"), ("en_GB", "en"), ("EN", "en"), ("fr", "zh_CN"), (None, "zh_CN")],
)
def test_names_of_languages_as_browsers_write_them(name: str | None, locale: str) -> None:
    assert match_locale(name) == locale


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "10-2026", "", "2026/10", "9999-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        Month.parse(text)


@given(st.dates(date(1901, 1, 1), date(2200, 12, 31)), st.integers(-400, 400))
def test_months_shift_as_the_calendar_does(day: date, months: int) -> None:
    month = Month.of(day)
    shifted = month.shift(months)
    assert shifted.shift(-months) == month
    assert (shifted.year - month.year) * 12 + shifted.month - month.month == months
    assert month.period.last + timedelta(days=1) == month.next().start
    assert Month.from_number(month.number) == month == Month.parse(str(month))


def test_a_period_owns_its_start_and_not_its_end() -> None:
    period = Period(date(2026, 9, 16), date(2026, 10, 1))
    assert date(2026, 9, 16) in period
    assert date(2026, 10, 1) not in period
    assert period.days == 15
    assert period.overlap(Period(date(2026, 9, 30), FOREVER)) == Period(date(2026, 9, 30), date(2026, 10, 1))
    assert period.overlap(Period(date(2026, 10, 1))) is None
    with pytest.raises(DomainError):
        Period(date(2026, 10, 1), date(2026, 10, 1))


def test_the_demo_fixes_the_business_day_and_never_the_real_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    assert clock.today() == date(2026, 11, 23)
    assert clock.demo_day() == date(2026, 11, 23)
    first = clock.now()
    assert first.tzinfo is not None
    assert clock.now() >= first
    monkeypatch.delenv("REMIT_DEMO_DATE")
    assert abs((clock.today("UTC") - clock.now().date()).days) <= 1


@pytest.mark.parametrize(
    ("month", "chinese", "english"),
    [
        (1, "2026 年 1 月", "January 2026"), (10, "2026 年 10 月", "October 2026"),
        (12, "2026 年 12 月", "December 2026"),
    ],
)
def test_a_month_as_people_read_it(month: int, chinese: str, english: str) -> None:
    title = Month(2026, month).title
    assert (title.render("zh_CN"), title.render("en")) == (chinese, english)


def test_things_are_parted_as_the_language_does_it():
    told = listed(["工号", "姓名", "部门"])
    with use_locale("zh_CN"):
        assert str(told) == "工号、姓名、部门"
    with use_locale("en"):
        assert str(told) == "工号, 姓名, 部门"
        assert str(listed(["one"])) == "one"
        assert str(listed([])) == ""
    with use_locale("zh_CN"):
        assert str(from_json(to_json(told))) == "工号、姓名、部门", "also when it was stored"


def test_a_counted_sentence_is_counted_again_when_it_was_stored(domain: str) -> None:
    told = from_json(to_json(catalogue(domain)("{count} row is empty.", "{count} rows are empty.", count=2)))
    assert (told.render("en"), told.render("zh_CN")) == ("2 rows are empty.", "有 2 行为空。")
