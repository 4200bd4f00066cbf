"""The sheet: the same bytes for the same letter, place for the seal, pages, long names, and no empty boxes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from core.base.errors import DomainError
from core.letters.filling import refuse_signs
from core.letters.paper import render
from core.letters.sheet import Paper, Sheet
from core.reports.breaking import broken
from core.reports.pdf import REGULAR, register_fonts, unprintable
from tests.core.letters import papers

SHEET = Sheet(
    "zh_CN", "灵客科技（上海）有限公司", "在职证明", "致有关单位：", ("兹证明陈静系我公司员工。",), "特此证明。",
    "灵客科技（上海）有限公司", "2026 年 11 月 23 日", "凭页脚的编号和核验码核验。",
)  # fmt: skip
ENGLISH = Sheet(
    "en", "Lingke Technology", "Certificate of Employment", "To whom it may concern:", ("Chen Jing works here.",),
    "", "Lingke Technology", "23 November 2026",
)  # fmt: skip
PAPER = Paper("LK-在证-2026-0001", "7QXM-4TKB", (SHEET,))


def test_the_same_letter_makes_the_same_bytes() -> None:
    assert render(PAPER) == render(PAPER)
    assert render(PAPER) != render(replace(PAPER, code="7QXM-4TKC"))


def test_the_seal_has_its_place_over_the_date() -> None:
    """The date stands in the middle of a circle 40 mm across at the right; left of it there is nothing."""
    data = render(PAPER)
    assert papers.text(data).index("2026 年 11 月 23 日") > papers.text(data).index("特此证明。")
    bare = render(replace(PAPER, sheets=(replace(SHEET, signatory=" ", date=" "),)))
    ring = papers.ink(bare, 115, 115, 160, 160)
    assert ring > 300, "the ring of the seal is drawn"
    assert papers.ink(data, 115, 115, 160, 160) > ring + 2000, "company and date stand in it"
    assert papers.ink(bare, 123, 129, 147, 143) == 0, "and nothing else"
    assert papers.ink(data, 30, 115, 110, 140) == 0, "nor beside it"


def test_lines_break_as_chinese_is_written() -> None:
    """No line begins with a sign that closes or ends with one that opens; amounts are not broken."""
    register_fonts()
    text = "月均税前收入为人民币 23,277.71 元（大写：贰万叁仟贰佰柒拾柒元柒角壹分），合计 69,833.13 元。" * 3
    for width in range(60, 400, 7):
        lines = broken(text, REGULAR, 12, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        for line in lines:
            assert line[0] not in "，。：）", (width, line)
            assert line[-1] not in "（", (width, line)
            assert stringWidth(line, REGULAR, 12) <= width, (width, line)
        assert sum(line.count("23,277.71") + line.count("69,833.13") for line in lines) == 6, width
    assert broken("A" * 200, REGULAR, 12, 100, 24)[0] == "A" * len(broken("A" * 200, REGULAR, 12, 100, 24)[0])


def test_an_english_sheet_reads_english_and_a_sample_says_that_it_is_one() -> None:
    said = papers.text(render(Paper("LK-0001", "7QXM-4TKB", (ENGLISH,), draft=True)))
    assert "No. LK-0001" in said
    assert "Verify: number LK-0001, check code 7QXM-4TKB" in said
    assert "Sample, not valid" in said
    assert "(Seal)" in said


def test_long_text_goes_on_to_further_pages_that_are_counted() -> None:
    long = replace(SHEET, body=tuple("本段文字较长，用于检查分页。" * 20 for _part in range(12)))
    found = papers.pages(render(replace(PAPER, sheets=(long,))))
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        assert f"第 {number} 页，共 {len(found)} 页" in page
        assert "核验：编号 LK-在证-2026-0001，核验码 7QXM-4TKB" in page
    assert "2026 年 11 月 23 日" in found[-1]
    assert "第 1 页" not in papers.text(render(PAPER)), "one page is not counted"


def test_a_very_long_name_is_whole() -> None:
    name = "阿卜杜热合曼·买买提依明江" * 6
    said = papers.text(render(replace(PAPER, sheets=(replace(SHEET, body=(f"兹证明{name}系我公司员工。",)),))))
    assert name in said.replace(" ", "")


def test_characters_without_a_glyph_are_told() -> None:
    assert unprintable("陈静 A1（）·—“”") == ""
    assert unprintable("𪜀x𪜀\u0f00") == "𪜀\u0f00"
    with pytest.raises(DomainError) as refused:
        refuse_signs(replace(PAPER, sheets=(replace(SHEET, body=("𪜀",)),)))
    assert refused.value.code == "letters.signs"


def test_markup_in_a_name_stays_text() -> None:
    said = papers.text(render(replace(PAPER, sheets=(replace(SHEET, body=("<b>A & B</b>",)),))))
    assert "<b>A & B</b>" in said
