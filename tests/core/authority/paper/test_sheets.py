"""The sheet of a post, read back by another library: every row, in both languages, page after page, in its frame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pypdfium2 as pdfium
import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.audit.checkpoints import CHECKPOINT, Checkpoint
from core.authority.document import parse
from core.authority.paper.content import sheets_of, the_sheet
from core.authority.paper.drawing import render
from core.authority.publish import publish
from core.base.errors import DomainError, NotFound
from core.base.text import use_locale
from core.db.types import Translation
from core.org.models import PositionVersion
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM, Company
from tests.core.letters import papers

DAY = date(2026, 3, 10)
POINTS = 72 / 25.4
#: A whole list of one post, with every word a row can say.
ACQ = """
list: ACQ
version: 3
effective_from: "2026-03-01"
basis: 费用管理办法
positions:
  ACQ-S:
    duties:
      D1: {text: {zh: 执行广告投放并记录花费, en: Places advertisements}, raci: A, matter: lead.ads}
      D2: {text: {zh: 移交线索, en: Hands leads over}, raci: C, matter: lead.handover}
    authority:
      B1: {can: "crm.spend:approve", in: subtree(ACQ), when: {category: ads}, up_to: 1234.56 CNY,
           cap: 9876.50 CNY/quarter, duty: D1, basis: "《费用管理办法》第8条", delegable: "yes", by_acting: "no",
           title: {zh: 审批小额投放, en: Approves small spend}}
      B4: {can: "crm.gift:approve", in: subtree(ACQ), up_to: 100.00 CNY, split_guard: payee+category/30d,
           title: {zh: 审批礼品, en: Approves gifts}}
      B5: {can: "crm.gift:order", in: subtree(ACQ), needs_second: 2, title: {zh: 订购礼品, en: Orders gifts}}
      B6: {can: "crm.gift:stop", in: subtree(ACQ), break_glass: 4h, title: {zh: 停发礼品, en: Stops gifts}}
      B2: {cannot: "person.record:change", in: all, title: {zh: 不得修改档案, en: Changes no files}}
      B3: {can: "person.record:read", in: unit, title: {zh: 查看同事, en: Sees colleagues}}
    assessment:
      K1: {metric: leads.count, at_least: 100, weight: 40, duty: D1, title: {zh: 线索数, en: Leads}}
      K2: {metric: revenue, at_most: 30000, unit: CNY, per: year, title: {zh: 花费, en: Spend of the year}}
everybody:
  authority:
    P1: {cannot: "person.record:export", in: all, title: {zh: 不得导出花名册, en: Exports no roster}}
"""


@contextmanager
def session_of(company: Company) -> Iterator[Session]:
    with company.house.session(SYSTEM, write=True) as session:
        yield session


def sheet(company: Company, post: str, locale: str = "en") -> bytes:
    """The PDF of one post."""
    with session_of(company) as session, use_locale(locale):
        return render([the_sheet(session, company.positions[post].id, DAY)])


def published(company: Company, *texts: str) -> None:
    with session_of(company) as session:
        for text in texts:
            publish(session, SYSTEM, parse(text))


def dressed(company: Company) -> None:
    """The post of the list with all a head can hold, and a checkpoint of the audit log."""
    with session_of(company) as session:
        one = session.query(PositionVersion).filter_by(position_id=company.positions["ACQ-S"].id).one()
        one.grade, one.headcount, one.family = "P5", 3, "市场"
        one.requirements = Translation(zh_CN="本科，两年投放经验", en="Two years of advertising")
        for size, root in ((8, "ab" * 32), (21, "cd" * 32)):
            session.execute(insert(CHECKPOINT), {
                "size": size, "root": root, "at": datetime(2026, 3, 9, tzinfo=UTC), "key_id": "0" * 16,
                "signature": "00" * 64, "peaks": [],
            })


def test_everything_about_a_post_is_on_its_sheet(company: Company) -> None:
    published(company, ACQ)
    dressed(company)
    said = papers.text(sheet(company, "ACQ-S"))
    for words in (
        "Lingke", "Duties and authority of a post", "Unit ACQ (ACQ)", "Post ACQ-S", "P5", "Post ACQ-H (ACQ-H)", "市场",
        "Two years of advertising", "2026-03-01", "2025-01-01",
        "Places advertisements", "Answers for it", "lead.ads", "Hands leads over", "Is consulted",
        "Approves small spend", "Unit ACQ and below", "up to ¥1,234.56", "a quarter", "¥9,876.50",
        "《费用管理办法》第8条",
        "only where category: ads", "for duty D1", "may be delegated", "not by whoever acts for the post",
        "not applied here yet", "Changes no files", "counted together: the same payee, category, within 30 days",
        "2 people must agree", "dormant; its holder opens it for 4 hours",
        "Prohibited", "Sees colleagues", "ALL.P1", "Exports no roster",
        "Leads", "at least 100", "40%", "at most 30,000 CNY", "a year",
        "Leads are handed over", "Unit MKT", "Unit SALES",
        "Holder of the post", "Superior", "Signature", "Date", "Page 1 of ",
    ):
        assert words.replace(" ", "") in said.replace(" ", ""), words
    assert "ab" * 32 not in said, "an older checkpoint"
    assert "size 21, root " + "cd" * 32 in said
    assert "Headcount quota 3" in said


def test_a_camera_reads_the_checkpoint(company: Company) -> None:
    published(company, ACQ)
    assert papers.codes(sheet(company, "ACQ-S")) == [[]] * len(papers.pages(sheet(company, "ACQ-S")))
    dressed(company)
    first, *others = papers.codes(sheet(company, "ACQ-S"))
    found = Checkpoint.read(json.loads(first[0]))
    assert (found.size, found.root, found.signature) == (21, "cd" * 32, "00" * 64)
    assert datetime.fromisoformat(found.at) == datetime(2026, 3, 9, tzinfo=UTC)
    assert others == [[]] * len(others), "one is enough"


def test_the_same_sheet_in_chinese(company: Company) -> None:
    published(company, ACQ)
    dressed(company)
    said = papers.text(sheet(company, "ACQ-S", "zh_CN"))
    for words in (
        "灵客", "岗位职责权限清单", "ACQ部（ACQ）", "岗位ACQ-S", "直接上级", "本科，两年投放经验",
        "执行广告投放并记录花费",
        "审批小额投放", "ACQ部及下级", "不超过 ¥1,234.56", "每季度", "¥9,876.50", "对应职责 D1",
        "可委托", "不得修改档案", "线索数",
        "不低于 100", "线索移交", "签收", "任职人", "签名", "日期", "第 1 页，共 2 页", "规模 21",
    ):
        assert words.replace(" ", "") in said.replace(" ", ""), words
    assert not re.search(r"\b(Duties|Authority|Code|Page)\b", said)


def test_the_fonts_are_embedded_and_what_they_lack_is_refused(company: Company) -> None:
    published(company, ACQ)
    document = pdfium.PdfDocument(sheet(company, "ACQ-S", "zh_CN"))
    try:
        fonts = {one.get_font().get_base_name() for one in document[0].get_objects() if hasattr(one, "get_font")}
    finally:
        document.close()
    assert fonts
    assert all("NotoSansSC" in name for name in fonts), fonts
    published(company, ACQ.replace("version: 3", "version: 4").replace("2026-03-01", "2026-03-02")
              .replace("移交线索", "移交𪜀线索"))
    assert "Hands leads over" in papers.text(sheet(company, "ACQ-S"))
    with pytest.raises(DomainError) as refused:
        sheet(company, "ACQ-S", "zh_CN")
    assert refused.value.code == "list.signs"
    assert "𪜀" in refused.value.message.render("zh_CN")  # type: ignore[union-attr]


def long_list(duties: int = 60, entries: int = 70) -> str:
    """A list that goes on for pages, among it texts that fill one by themselves."""
    lines = ['list: BRAND\nversion: 1\neffective_from: "2026-03-01"\npositions:\n  ACQ-S:\n    duties:']
    lines += [f"      D{n}: {{text: {{zh: 第{n}项职责要按时完成, en: Duty number {n} in time}}, matter: m.{n}}}"
              for n in range(1, duties + 1)]
    lines.append(f"      E1: {{text: {{zh: {'长' * 3000}止, en: {'word ' * 1200}end}}, matter: {'w' * 80}}}")
    lines.append("    authority:")
    lines += [f"      A{n}: {{can: \"person.record:read\", in: unit, basis: 依据{n}号, "
              f"title: {{zh: 第{n}项权限, en: Sees number {n} there}}}}" for n in range(1, entries + 1)]
    lines.append(f"      {'X' * 40}: {{can: \"person.record:read\", in: unit, basis: {'B' * 200}, "
                 f"title: {{zh: {'无空格' * 60}, en: {'Unbroken' * 40}}}}}")
    return "\n".join(lines)


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_long_list_breaks_over_pages_with_its_heads(company: Company, locale: str) -> None:
    published(company, long_list())
    data = sheet(company, "ACQ-S", locale)
    pages = papers.pages(data)
    assert len(pages) > 4
    duty, power = ("Duty number {} in time", "Sees number {} there") if locale == "en" else (
        "第{}项职责要按时完成", "第{}项权限")
    whole = re.sub(r"\s+", " ", " ".join(pages))
    for count, form in ((60, duty), (70, power)):
        for number in range(1, count + 1):
            assert whole.count(form.format(number)) == 1, number
    heads = ("Part taken", "What may be decided") if locale == "en" else ("职责角色", "权限内容")
    for number, page in enumerate(pages, 1):
        told = f"Page {number} of {len(pages)}" if locale == "en" else f"第 {number} 页，共 {len(pages)} 页"
        assert told in page, number
        assert "SHA-256" in page, number
        line = re.sub(r"\s+", " ", page)
        for head, form in zip(heads, (duty, power), strict=True):
            if re.search(re.escape(form).replace(r"\{\}", r"\d+"), line):
                assert line.count(head) == 1, (number, head)
        assert line.count("Duties and authority of a post" if locale == "en" else "岗位职责权限清单") == 1, number
    assert ("word end" if locale == "en" else "长止") in whole, "the last words of what fills pages by itself"


def boxes(data: bytes) -> Iterator[tuple[int, float, float, float, float, float, float]]:
    """Page, and left, bottom, right and top of every character that is no blank, with the size of the page."""
    document = pdfium.PdfDocument(data)
    try:
        for number, page in enumerate(document):
            width, height = page.get_size()
            text = page.get_textpage()
            for place in range(text.count_chars()):
                if text.get_text_range(place, 1).strip():
                    yield number, *text.get_charbox(place, loose=False), width, height
    finally:
        document.close()


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_nothing_stands_outside_the_frame(company: Company, locale: str) -> None:
    """Whatever the texts are; and every column keeps to its lines."""
    published(company, long_list(8, 8))
    data = sheet(company, "ACQ-S", locale)
    seen = 0
    for number, left, bottom, right, top, width, height in boxes(data):
        seen += 1
        assert left >= 18 * POINTS - 0.5, (number, left)
        assert right <= width - 18 * POINTS + 0.5, (number, right)
        assert bottom >= 10 * POINTS, (number, bottom)
        assert top <= height - 13 * POINTS, (number, top)
    assert seen > 2000
    assert crossings(data) == []


def crossings(data: bytes) -> list[tuple[int, float, float]]:
    """Upright lines of tables that a character stands across."""
    uprights: dict[int, list[tuple[float, float, float]]] = {}
    document = pdfium.PdfDocument(data)
    try:
        for number, page in enumerate(document):
            for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH]):
                left, bottom, right, top = one.get_bounds()
                if right - left < 2 < top - bottom:
                    uprights.setdefault(number, []).append(((left + right) / 2, bottom, top))
    finally:
        document.close()
    assert uprights
    return [
        (number, left, bottom) for number, left, bottom, right, top, _width, _height in boxes(data)
        for x, low, high in uprights.get(number, ())
        if left + 0.3 < x < right - 0.3 and low < (bottom + top) / 2 < high
    ]


def test_several_lists_are_told_apart_and_each_has_its_digest(company: Company) -> None:
    """ACQ-H has rows of two lists; a code says in which one it stands."""
    published(company, """
list: ACQ
version: 3
effective_from: "2026-03-01"
positions: {ACQ-H: {duties: {D9: {text: {zh: 复盘, en: Looks back}}}}}
""")
    said = papers.text(sheet(company, "ACQ-H"))
    assert re.search(r"D1 \(1\) Strategy", said), said
    assert re.search(r"D9 \(2\) Looks back", said), said
    feet = re.findall(r"\((\d)\) List (\S+), version (\d+), SHA-256 ([0-9a-f]{64})", said)
    assert [(mark, code, version) for mark, code, version, _digest in feet] == [("1", "CO", "17"), ("2", "ACQ", "3")]
    assert feet[0][3] != feet[1][3]


def test_what_may_not_be_read_is_not_printed_and_said_to_be_missing(company: Company) -> None:
    from core.authority.models import PublishedList

    published(company, """
list: ACQ
version: 3
effective_from: "2026-03-01"
positions: {ACQ-H: {duties: {D9: {text: {zh: 复盘, en: Looks back}}}}}
""")
    of_acq = PublishedList.unit_id == company.units["ACQ"].id
    with session_of(company) as session:
        said = papers.text(render([the_sheet(session, company.positions["ACQ-H"].id, DAY, of_acq)]))
        assert "Looks back" in said
        assert "Other lists that speak of this post are not the reader's" in said
        for words in ("Strategy", "Approves spend", "List CO"):
            assert words not in said, words
        with pytest.raises(NotFound):
            the_sheet(session, company.positions["MD"].id, DAY, of_acq)
        assert sheets_of(session, [company.positions["MD"].id, company.positions["ACQ-S"].id], DAY, of_acq) == []


def test_each_post_counts_its_own_pages_and_the_same_makes_the_same_bytes(company: Company) -> None:
    published(company, long_list(70, 1))
    posts = [company.positions[code].id for code in ("ACQ-S", "ACQ-H")]
    with session_of(company) as session:
        first, again = (render(sheets_of(session, posts, DAY)) for _ in range(2))
    assert first == again
    counts = [re.search(r"Page (\d+) of (\d+)", page) for page in papers.pages(first)]
    assert [found.groups() for found in counts if found][-1] == ("1", "1")
    total = len(counts) - 1
    assert [found.groups() for found in counts if found][:-1] == [(str(n), str(total)) for n in range(1, total + 1)]
    facts = papers.facts(first)
    assert facts["size"] == (210, 297)
    assert facts["Author"] == "Lingke"


def test_more_posts_take_no_more_statements(company: Company) -> None:
    """Beside what the text of a further list takes; all five posts are of one list here."""
    posts = [one.id for one in company.positions.values()]
    counts = []
    for some in (posts[:1], posts):
        with session_of(company) as session, counting(company.house.database) as statements:
            assert sheets_of(session, some, DAY)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


def test_markup_stays_text_and_an_empty_part_says_so(company: Company) -> None:
    published(company, """
list: ACQ
version: 3
effective_from: "2026-03-01"
positions: {ACQ-S: {duties: {D9: {text: {zh: "<b>甲 & 乙</b>", en: "<b>A & B</b>"}}}}}
""")
    said = papers.text(sheet(company, "ACQ-S"))
    assert "<b>A & B</b>" in said
    assert said.count("Nothing is published.") == 3, "no authority, no assessment, no boundary"


@pytest.mark.parametrize("family", [None, "市场"])
def test_what_a_head_leaves_out_leaves_no_hole(company: Company, family: str | None) -> None:
    """Two pairs stand in a row; of an odd number of them the last has an empty place beside it."""
    published(company, ACQ)
    with session_of(company) as session:
        session.query(PositionVersion).filter_by(position_id=company.positions["ACQ-S"].id).one().family = family
    said = papers.text(sheet(company, "ACQ-S"))
    assert ("市场" in said) is (family is not None)
    assert "Unit ACQ (ACQ)" in said
