"""Formulas as people say them, in both languages: no word of the program, brackets where they are needed."""

from __future__ import annotations

import re

import pytest

from payroll.rules.components import STARTING
from payroll.services import explain
from payroll.services.present import explained
from payroll.services.reading import said
from plugins.country_cn.components import COMPONENTS
from remit.text import use_locale
from tests.payroll.conftest import Company

NAMES = {
    "base": "基数", "low": "下限", "cap": "上限", "rate": "费率", "none": "免缴", "year": "累计", "unit": "取整单位",
}  # fmt: skip
READ = {
    "round(clamp(base, low, cap) * rate, 0.01) if base > 0 and not none else 0": (
        "基数 > 0，且非“免缴”时：基数（不低于下限，不高于上限）× 费率，四舍五入到分；否则：0",
        "base (at least low, at most cap) × rate, rounded to the cent, if base > 0 and not “none”; otherwise 0",
    ),
    "max(year - base, 0)": ("累计 − 基数，不低于 0", "year − base, at least 0"),
    "max(year, 0) + min(base, cap, 5)": ("累计（不低于 0）+ 基数（不高于上限，5）",
                                         "year (at least 0) + base (at most cap, 5)"),
    "-min(round(base / 21.75, 0.1), cap)": ("−（基数 ÷ 21.75，四舍五入到角，不高于上限）",
                                            "−(base ÷ 21.75, rounded to ten cents, at most cap)"),
    "round(base * rate / unit, 1) * unit": ("基数 × 费率，四舍五入到取整单位", "base × rate, rounded to unit"),
    "round(base / cap, 1) * unit": ("（基数 ÷ 上限，四舍五入到整数）× 取整单位",
                                    "(base ÷ cap, rounded to a whole number) × unit"),
    "base - (low - cap)": ("基数 −（下限 − 上限）", "base − (low − cap)"),
    "base / (low * cap) * 2": ("基数 ÷（下限 × 上限）× 2", "base ÷ (low × cap) × 2"),
    'round(bracket(year, "t"), 0.01, "down") - base': ("（累计按税率表计算，舍去分以下部分）− 基数",
                                                       "(year by the tax table, cut off to the cent) − base"),
    "rate if known(rate) else low if base >= cap or none else 12": (
        "已填费率时：费率；否则：基数 ≥ 上限，或免缴时：下限；否则：12",
        "rate, if rate is given; otherwise low, if base ≥ cap or none; otherwise 12",
    ),
    'round(base, 1, "ceil") if low < base <= cap and (none or base != 5) else 0': (
        "下限 < 基数 ≤ 上限，且（免缴，或基数 ≠ 5）时：基数，向上进位到整数；否则：0",
        "base, rounded up to a whole number, if low < base ≤ cap and (none or base ≠ 5); otherwise 0",
    ),
    'round(base, 0.01, "half_even")': ("基数，四舍六入五成双到分", "base, rounded half to even to the cent"),
    "own(base + 1, cap)": ("own（基数 + 1，上限）", "own(base + 1, cap)"),
}  # fmt: skip
#: Words of the program, no part of any language people read payslips in.
PROGRAM = re.compile(r"\b(round|clamp|min|max|known|bracket|if|else|and|or|not|true|false)\b|\w_\w")


@pytest.mark.parametrize("formula", READ)
def test_a_formula_in_words(formula: str) -> None:
    chinese = said(formula, lambda name: NAMES.get(name, name), "zh_CN")
    english = said(formula, str, "en")
    assert (chinese, english) == READ[formula]


def test_of_a_choice_that_was_made_only_what_applied_is_told() -> None:
    formula = "1 if a else b if c else 2"
    assert said(formula, str, "en", {formula: "else", "b if c else 2": "then"}) == "b"


@pytest.mark.parametrize("formula", [*(one.formula for one in COMPONENTS), *(one.formula for one in STARTING)])
def test_no_word_of_the_program_is_left(formula: str) -> None:
    words = said(formula, lambda name: "数" * len(name), "zh_CN")
    assert not PROGRAM.search(words), words


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_a_whole_payslip_speaks_to_its_reader(company: Company, locale: str, masked: bool) -> None:
    """Every line, its notes and what it rests on; rates are percentages."""
    company.hire("1")
    company.agree("1", 2_345_678)
    company.insure("1", 2_345_600, 2_345_600)
    run = company.run("2026-03")
    tell = explain.outline if masked else explain.explain
    with use_locale(locale):
        told = explained(tell(company.session, run, company.slip(run, "1")), masked=masked, zeros=True)
    lines = [*told, *(child for one in told for child in one["children"])]
    parts = ("label", "value", "formula", "note", "short")
    texts = [re.sub(r"https?://\S+", "", str(one.get(part) or "")) for one in lines for part in parts]
    wrong = PROGRAM if locale == "zh_CN" else re.compile(r"\b(round|clamp|min|max|known|bracket|else)\(|\w_\w|\btrue\b")
    assert [text for text in texts if wrong.search(text)] == []
    rates = [one["value"] for one in lines if "费率" in one["label"] or one["label"].endswith(" rate")]
    assert rates
    assert all(value.endswith("%") or set(value) == {"•"} for value in rates)
    amounts = [one["value"] for one in lines if re.search(r"23,?45", one["value"])]
    assert bool(amounts) is not masked
    if masked:
        assert not re.search(r"23,?45", repr(told))


def test_what_was_reckoned_stands_under_the_formula(company: Company) -> None:
    company.hire("1")
    company.agree("1", 2_000_000)
    company.insure("1", 2_000_000, 2_000_000)
    run = company.run("2026-03")
    with use_locale("zh_CN"):
        told = explained(explain.explain(company.session, run, company.slip(run, "1")))
    pension = next(one for one in told if one["label"] == "养老保险（个人）")
    assert pension["formula"].endswith("，四舍五入到分；否则：0")
    assert re.fullmatch(r"= 20,000\.00（不低于 [\d,.]+，不高于 [\d,.]+）× 8%，四舍五入到分", pension["note"])
