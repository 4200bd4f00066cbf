"""The sheets of posts as a PDF: A4, one post after another, each with its own count of pages.

What says the same makes the same bytes: nothing in the file tells the time or the machine.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from core.authority.paper.content import Section, Sheet
from core.base.errors import DomainError
from core.base.text import catalogue, use_locale
from core.reports.breaking import broken
from core.reports.pdf import BOLD, REGULAR, register_fonts, unprintable

_ = catalogue("authority")

_INK, _MUTED = colors.HexColor("#1b2422"), colors.HexColor("#5c6a66")
_LINE, _SHADE = colors.HexColor("#8f9a97"), colors.HexColor("#eff2f1")
SIDE, _TOP, _BOTTOM = 18 * mm, 20 * mm, 12 * mm
WIDTH = A4[0] - 2 * SIDE
_SIZE, _FOOT = 8.5, 6.5
_PAD = 3
#: What a cell's text has less than its column; half a point is for rounding.
_INSET = 2 * _PAD + 0.5
#: So many lines of a row stand together; a higher one is drawn in parts, so that pages may end between them.
_MOST_LINES = 24
#: Heads of a table stand again on every page it goes on to.
_HEADS = 2
_SIGNING_ROW = 11 * mm
#: The code in the corner of the first page, and what the heading between two such corners has of the width.
_CODE = 23 * mm
_TITLE = WIDTH - 2 * (_CODE + 2 * mm)


def render(sheets: Sequence[Sheet]) -> bytes:
    """The PDF of some sheets, at least one. Raises ``DomainError`` ``list.signs`` for characters that the font cannot
    print, since an empty box is not what was published.
    """
    register_fonts()
    _refuse_signs(sheets)
    output = io.BytesIO()
    first = sheets[0]
    with use_locale(first.locale):
        document = BaseDocTemplate(
            output, pagesize=A4, title=f"{first.title} {first.code}", author=first.company, subject=first.title,
            creator="Remit", producer="Remit", lang="zh-CN" if first.locale == "zh_CN" else "en", invariant=1,
        )
        feet = [_lines(list(sheet.foot), _FOOT, WIDTH - 24 * mm) for sheet in sheets]
        story: list[Flowable] = []
        for place, (sheet, foot) in enumerate(zip(sheets, feet, strict=True)):
            bottom = _BOTTOM + max(len(foot), 1) * _leading(_FOOT) + 3 * mm
            frame = Frame(SIDE, bottom, WIDTH, A4[1] - _TOP - bottom, 0, 0, 0, 0)
            document.addPageTemplates(PageTemplate(str(place), [frame], onPage=_of_sheet(place)))
            if place:
                story += [NextPageTemplate(str(place)), PageBreak()]
            story += _story(sheet)
        document.build(story, canvasmaker=lambda *given, **more: _Numbered(sheets, feet, *given, **more))
    return output.getvalue()


def _refuse_signs(sheets: Sequence[Sheet]) -> None:
    signs = unprintable(" ".join(sheet.words for sheet in sheets))
    if signs:
        raise DomainError("list.signs", _("The font of the sheets has no {signs}. Write it in another way in the list.",
                                          signs="、".join(f"“{sign}”" for sign in signs)))


def _story(sheet: Sheet) -> list[Flowable]:
    story: list[Flowable] = [
        _paragraph(sheet.company, 11, align=TA_CENTER, bold=True, width=_TITLE), Spacer(1, 1.5 * mm),
        _paragraph(sheet.title, 17, align=TA_CENTER, bold=True, width=_TITLE), Spacer(1, 4 * mm), _head(sheet),
    ]
    for section in sheet.sections:
        story += [Spacer(1, 3 * mm), _table(section)]
    story.append(Spacer(1, 2 * mm))
    story += [_paragraph(note, 7.5, color=_MUTED) for note in sheet.notes]
    story += [Spacer(1, 3 * mm), KeepTogether([_signing()])]
    return story


# -- tables ------------------------------------------------------------------------------------------------------------


def _head(sheet: Sheet) -> Table:
    """Names and values, two pairs a row."""
    widths = [share * WIDTH / 100 for share in (16, 34, 16, 34)]
    pairs = list(sheet.head)
    if len(pairs) % 2:
        pairs.append(("", ""))
    rows, ends = _rows([(*left, *right) for left, right in zip(pairs[::2], pairs[1::2], strict=True)], widths,
                       bold=(0, 2))
    return Table(rows, widths, style=[
        *_GRID, *_below(ends), ("BACKGROUND", (0, 0), (0, -1), _SHADE), ("BACKGROUND", (2, 0), (2, -1), _SHADE),
    ])


def _table(section: Section) -> Table:
    widths = [share * WIDTH / 100 for _name, share in section.heads]
    blank = [""] * (len(widths) - 1)
    heads: list[list[Any]] = [
        [_cell(section.title, WIDTH, bold=True, size=10), *blank],
        [_cell(name, width, bold=True) for (name, _share), width in zip(section.heads, widths, strict=True)],
    ]
    rows, ends = _rows(section.rows, widths)
    style = [*_GRID, ("SPAN", (0, 0), (-1, 0)), ("BACKGROUND", (0, 0), (-1, _HEADS - 1), _SHADE),
             *_below([0, 1, *(_HEADS + end for end in ends)])]
    if not rows:
        rows = [[_cell(str(_("Nothing is published.")), WIDTH), *blank]]
        style.append(("SPAN", (0, -1), (-1, -1)))
    return Table([*heads, *rows], widths, repeatRows=_HEADS, style=style)


def _rows(
    texts: Sequence[Sequence[str]], widths: Sequence[float], bold: Collection[int] = ()
) -> tuple[list[list[Any]], list[int]]:
    """Cells row by row, and the rows below which a line is drawn: a row too high for a page goes on in further ones."""
    rows: list[list[Any]] = []
    ends: list[int] = []
    for row in texts:
        cells = [
            _lines(text.split("\n"), _SIZE, width - _INSET, BOLD if place in bold else REGULAR)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        for start in range(0, max(1, *map(len, cells)), _MOST_LINES):
            rows.append([
                _drawn(lines[start:start + _MOST_LINES], _SIZE, bold=place in bold) for place, lines in enumerate(cells)
            ])
        ends.append(len(rows) - 1)
    return rows, ends


def _below(rows: Sequence[int]) -> list[tuple[Any, ...]]:
    return [("LINEBELOW", (0, row), (-1, row), 0.5, _LINE) for row in rows]


def _signing() -> Table:
    """Who takes the post over, and his superior, each with name, signature and day."""
    widths = [share * WIDTH / 100 for share in (20, 26, 30, 24)]
    heads = (_("Receipt"), _("Full name"), _("Signature"), _("Date"))
    said = _("I have read these duties and this authority and act by them.")
    rows = [[_cell(str(said), WIDTH), "", "", ""], [_cell(str(name), width, bold=True)
                                                    for name, width in zip(heads, widths, strict=True)]]
    rows += [[_cell(str(who), widths[0], bold=True), "", "", ""] for who in (_("Holder of the post"), _("Superior"))]
    return Table(rows, widths, [None, None, _SIGNING_ROW, _SIGNING_ROW], style=[
        *_GRID, *_below(range(4)), ("SPAN", (0, 0), (-1, 0)), ("BACKGROUND", (0, 1), (-1, 1), _SHADE),
        ("BACKGROUND", (0, 2), (0, -1), _SHADE), ("VALIGN", (0, 2), (-1, -1), "MIDDLE"),
    ])


_GRID: tuple[tuple[Any, ...], ...] = (
    ("BOX", (0, 0), (-1, -1), 0.5, _LINE), ("LINEAFTER", (0, 0), (-2, -1), 0.5, _LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), _PAD), ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
    ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
)


def _cell(text: str, width: float, *, bold: bool = False, size: float = _SIZE) -> Paragraph:
    return _paragraph(text, size, bold=bold, width=width - _INSET)


# -- texts -------------------------------------------------------------------------------------------------------------


def _paragraph(
    text: str, size: float, *, bold: bool = False, align: int = TA_LEFT, color: Any = _INK, width: float = WIDTH
) -> Paragraph:
    """A text with its lines already broken, since the library breaks Chinese by fewer rules."""
    lines = _lines(text.split("\n"), size, width, BOLD if bold else REGULAR)
    return _drawn(lines, size, bold=bold, align=align, color=color)


def _drawn(
    lines: Sequence[str], size: float, *, bold: bool = False, align: int = TA_LEFT, color: Any = _INK
) -> Paragraph:
    font = BOLD if bold else REGULAR
    style = ParagraphStyle(
        f"post-{size}-{bold}-{align}-{color}", fontName=font, fontSize=size, leading=_leading(size), textColor=color,
        alignment=align,
    )
    return Paragraph("<br/>".join(map(_escaped, lines)), style)


def _lines(texts: Sequence[str], size: float, width: float, font: str = REGULAR) -> list[str]:
    return [line for text in texts for line in broken(text, font, size, width)]


def _leading(size: float) -> float:
    return size * 1.45


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- pages -------------------------------------------------------------------------------------------------------------


def _of_sheet(place: int) -> Any:
    """Tells the canvas whose page it is."""

    def on_page(canvas: Any, _document: Any) -> None:
        canvas.sheet = place

    return on_page


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that writes on each page which of how many of its post it is, and below it what proves the lists."""

    def __init__(self, sheets: Sequence[Sheet], feet: Sequence[Sequence[str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.sheet = 0
        self._sheets, self._feet = sheets, feet
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 -- the name is reportlab's
        """Keep the page until it is known how many there are."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the pages with what stands around them."""
        pages = self._pages
        totals = Counter(page["sheet"] for page in pages)
        place: Counter[int] = Counter()
        for page in pages:
            self.__dict__.update(page)
            place[self.sheet] += 1
            self._around(self._sheets[self.sheet], place[self.sheet], totals[self.sheet])
            super().showPage()
        super().save()

    def _around(self, sheet: Sheet, place: int, pages: int) -> None:
        if place == 1 and sheet.proof:
            self._draw_code(sheet.proof)
        self.setFillColor(_MUTED)
        if place > 1:
            self.setFont(REGULAR, 8)
            running = _lines([f"{sheet.title} · {sheet.post} {sheet.code}"], 8, WIDTH)[0]
            self.drawString(SIDE, A4[1] - _TOP + 3 * mm, running)
        self.setStrokeColor(_LINE)
        foot = self._feet[self.sheet]
        top = _BOTTOM + max(len(foot), 1) * _leading(_FOOT)
        self.setLineWidth(0.5)
        self.line(SIDE, top + 1 * mm, A4[0] - SIDE, top + 1 * mm)
        self.setFont(REGULAR, _FOOT)
        for row, line in enumerate(foot, 1):
            self.drawString(SIDE, top - row * _leading(_FOOT) + 2, line)
        self.setFont(REGULAR, 8)
        self.drawRightString(A4[0] - SIDE, top - _leading(_FOOT) + 2, str(_("Page {place} of {pages}", place=place,
                                                                            pages=pages)))

    def _draw_code(self, proof: str) -> None:
        """The checkpoint for a camera: with what it reads in a file the audit log can be verified on any machine."""
        code = QrCodeWidget(proof, barLevel="L", barWidth=_CODE, barHeight=_CODE, barBorder=0)
        drawing = Drawing(_CODE, _CODE)
        drawing.add(code)
        renderPDF.draw(drawing, self, A4[0] - SIDE - _CODE, A4[1] - _TOP + 8 * mm - _CODE)
