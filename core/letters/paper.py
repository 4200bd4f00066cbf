"""A letter on paper: A4 portrait, company and title centred, number, text, and place for the seal over the date.

The same letter makes the same bytes: nothing in the file tells the time or the machine.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer

from core.base.text import catalogue, use_locale
from core.letters.sheet import Paper, Sheet
from core.reports.breaking import broken
from core.reports.pdf import BOLD, REGULAR, register_fonts

_ = catalogue("letters")

_INK, _MUTED, _SEAL = colors.HexColor("#1b2422"), colors.HexColor("#5c6a66"), colors.HexColor("#c9cfcd")
_MARGIN = 28 * mm
_SIZE = 12.0
#: A company's seal is 40 to 42 mm across (国发〔1999〕25号).
_SEAL_RADIUS = 20 * mm
_SIGN_WIDTH, _SIGN_HEIGHT = 88 * mm, 44 * mm
#: The frame of the text has a padding of 6 points; half a point is for rounding.
_PADDING = 6
TEXT_WIDTH = A4[0] - 2 * (_MARGIN + _PADDING) - 0.5


def render(paper: Paper) -> bytes:
    """The PDF of a letter."""
    register_fonts()
    output = io.BytesIO()
    first, tight = paper.sheets[0], len(paper.sheets) > 1
    document = SimpleDocTemplate(
        output, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=(16 if tight else 22) * mm,
        bottomMargin=(20 if tight else 26) * mm,
        title=f"{first.title} {paper.number}", author=first.company, subject=first.title, creator="Remit",
        producer="Remit", lang="zh-CN" if first.locale == "zh_CN" else "en", invariant=1,
    )  # fmt: skip
    story: list[Any] = []
    for place, sheet in enumerate(paper.sheets):
        story += _sheet(sheet, paper, following=place > 0, tight=tight)
    space = (3 if tight else 8) * mm
    story += [CondPageBreak(_SIGN_HEIGHT + space), Spacer(1, space), Signing(paper.sheets)]
    document.build(story, canvasmaker=lambda *given, **options: Footed(paper, *given, **options))
    return output.getvalue()


def _sheet(sheet: Sheet, paper: Paper, *, following: bool, tight: bool) -> list[Any]:
    chinese = sheet.locale == "zh_CN"
    size = _SIZE - 1.5 if tight else _SIZE
    gap = 0.5 if tight else 1.0
    story: list[Any] = []
    if following:
        story += [Spacer(1, 4 * mm), HRFlowable(width="100%", thickness=0.5, color=_SEAL), Spacer(1, 4 * mm)]
    story.append(_paragraph(sheet.company, _style(12 if tight else 14, bold=True, align=TA_CENTER, chinese=chinese),
                            chinese=chinese))
    if not following:
        story += [Spacer(1, 3 * mm), HRFlowable(width="100%", thickness=0.8, color=_INK), Spacer(1, 12 * gap * mm)]
    else:
        story.append(Spacer(1, 3 * mm))
    story.append(_paragraph(sheet.title, _style(15 if tight else 20, bold=True, align=TA_CENTER, chinese=chinese),
                            chinese=chinese))  # fmt: skip
    story.append(Spacer(1, 6 * gap * mm))
    with use_locale(sheet.locale):
        number = str(_("No. {number}", number=paper.number))
    if not following:  # one paper, one number
        story.append(_paragraph(number, _style(10, align=TA_RIGHT, color=_MUTED, chinese=chinese), chinese=chinese))
        story.append(Spacer(1, 8 * gap * mm))
    plain = _style(size, chinese=chinese)
    text = _style(size, chinese=chinese, indent=2 * size if chinese else 0)
    if sheet.opening:
        story += [_paragraph(sheet.opening, plain, chinese=chinese), Spacer(1, 2.5 * mm)]
    for paragraph in sheet.body:
        story += [_paragraph(paragraph, text, chinese=chinese), Spacer(1, (1.5 if chinese or tight else 3) * mm)]
    if sheet.closing:
        story += [Spacer(1, 2 * mm), _paragraph(sheet.closing, text, chinese=chinese)]
    return story


def _style(
    size: float, *, bold: bool = False, align: int = TA_LEFT, indent: float = 0, color: Any = _INK, chinese: bool
) -> ParagraphStyle:
    """How a paragraph looks. Lines of Chinese are broken before (``_paragraph``)."""
    return ParagraphStyle(
        f"letter-{size}-{bold}-{align}-{indent}-{chinese}", fontName=BOLD if bold else REGULAR, fontSize=size,
        leading=size * (1.75 if size > 9 else 1.4), textColor=color, alignment=align, firstLineIndent=indent,
        splitLongWords=1,
    )  # fmt: skip


def _paragraph(text: str, style: ParagraphStyle, *, chinese: bool, width: float = TEXT_WIDTH) -> Paragraph:
    """Some text with its lines. Chinese breaks between any two characters but where the rules forbid it; the library
    knows only some of them.
    """
    if not chinese:
        return Paragraph(_escaped(text), style)
    lines = broken(text, style.fontName, style.fontSize, width, style.firstLineIndent)
    return Paragraph("<br/>".join(_escaped(line) for line in lines), style)


class Signing(Flowable):  # type: ignore[misc]
    """Who signs and when, at the right, and below both the faint round place that the seal covers; the foot notes stand
    beside it.
    """

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        super().__init__()
        self.sheets = sheets
        self.notes: list[tuple[Paragraph, float]] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The whole width, as high as a seal, or as the notes beside it."""
        beside = width - _SIGN_WIDTH
        self.notes = []
        for sheet in self.sheets:
            if sheet.note:
                chinese = sheet.locale == "zh_CN"
                style = _style(8, color=_MUTED, chinese=chinese)
                note = _paragraph(sheet.note, style, chinese=chinese, width=beside)
                self.notes.append((note, note.wrap(beside, _SIGN_HEIGHT)[1] + 2 * mm))
        self.width, self.height = width, max(_SIGN_HEIGHT, sum(height for _note, height in self.notes))
        return self.width, self.height

    def draw(self) -> None:
        """Draw it."""
        canvas = self.canv
        middle_x, middle_y = self.width - _SIGN_WIDTH / 2, self.height / 2
        canvas.saveState()
        canvas.setStrokeColor(_SEAL)
        canvas.setLineWidth(0.6)
        canvas.setDash(2, 2)
        canvas.circle(middle_x, middle_y, _SEAL_RADIUS, stroke=1, fill=0)
        canvas.restoreState()
        with use_locale(self.sheets[0].locale):
            seal = str(_("(Seal)"))
        canvas.setFillColor(_SEAL)
        canvas.setFont(REGULAR, 8)
        canvas.drawCentredString(middle_x, middle_y - _SEAL_RADIUS + 3 * mm, seal)
        y = 0.0
        for note, height in reversed(self.notes):
            note.drawOn(canvas, 0, y)
            y += height
        lines: list[Any] = []
        for sheet in self.sheets:
            chinese = sheet.locale == "zh_CN"
            style = _style(11 if len(self.sheets) == 1 else 10, align=TA_CENTER, chinese=chinese)
            lines += [_paragraph(text, style, chinese=chinese, width=_SIGN_WIDTH)
                      for text in (sheet.signatory, sheet.date)]  # fmt: skip
        heights = [line.wrap(_SIGN_WIDTH, self.height)[1] for line in lines]
        y = middle_y + sum(heights) / 2
        for line, height in zip(lines, heights, strict=True):
            y -= height
            line.drawOn(canvas, self.width - _SIGN_WIDTH, y)


class Footed(Canvas):  # type: ignore[misc]
    """A canvas that writes below each page how the paper is verified, and which of how many pages it is."""

    def __init__(self, paper: Paper, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._paper = paper
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 -- the name is reportlab's
        """Keep the page until it is known how many there are."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the pages with their feet."""
        for place, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._foot(place, len(self._pages))
            super().showPage()
        super().save()

    def _foot(self, place: int, pages: int) -> None:
        paper, locales = self._paper, [sheet.locale for sheet in self._paper.sheets]
        left, right = [], []
        for locale in locales:
            with use_locale(locale):
                left.append(str(_("Verify: number {number}, check code {code}", number=paper.number, code=paper.code)))
                right.append(str(_("Page {place} of {pages}", place=place, pages=pages)))
        self.setFont(REGULAR, 8)
        self.setFillColor(_MUTED)
        width, side = self._pagesize[0], _MARGIN + _PADDING
        for row, text in enumerate(reversed(left)):
            self.drawString(side, 12 * mm + row * 4 * mm, text)
        if pages > 1:
            for row, text in enumerate(reversed(right)):
                self.drawRightString(width - side, 12 * mm + row * 4 * mm, text)
        if paper.draft:
            with use_locale(locales[0]):
                draft = str(_("Sample, not valid"))
            self.saveState()
            self.setFillColor(_SEAL)
            self.setFont(BOLD, 40)
            self.translate(width / 2, 120 * mm)
            self.rotate(35)
            self.drawCentredString(0, 0, draft)
            self.restoreState()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
