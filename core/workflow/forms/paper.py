"""A request on A4: what was asked, each step of its way with name and time, the amount also in words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from core.base.money import amount_in_words, format_money
from core.base.text import Text, catalogue, current_locale
from core.reports.pdf import paragraph_style, register_fonts
from core.workflow.way import Step

_ = catalogue("workflow")

_LINE = colors.HexColor("#c9cfcd")
_WIDTHS = (44 * mm, 122 * mm)


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the paper of a request."""

    title: str
    number: str
    company: str
    requester: str
    state: Text | str
    lines: Sequence[tuple[Text | str, Any]]
    steps: Sequence[Step]
    zone_moment: Any
    amount: int | None = None
    currency: str = "CNY"


def render(one: Printed) -> bytes:
    """The PDF, in the reader's language; the same request makes the same bytes."""
    register_fonts()
    output = io.BytesIO()
    document = SimpleDocTemplate(
        output, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
        title=f"{one.title} {one.number}", author=one.company, creator="Remit", producer="Remit",
        lang="zh-CN" if current_locale() == "zh_CN" else "en", invariant=1,
    )  # fmt: skip
    head, plain, muted = paragraph_style(16, bold=True), paragraph_style(10), paragraph_style(9, color="#5c6a66")
    rows = [(_("Number"), one.number), (_("Asked by"), one.requester), *(
        pair for pair in one.lines if pair[1] != one.number)]  # fmt: skip
    if one.amount is not None:
        rows.append((_("Amount"), format_money(one.amount, currency=one.currency, symbol=True)))
        if one.currency == "CNY":
            rows.append((_("Amount in words"), amount_in_words(one.amount)))
    rows.append((_("Status"), one.state))
    way = [(step.label, f"{step.sub}{'  ' + one.zone_moment(step.at) if step.at is not None else ''}")
           for step in one.steps]  # fmt: skip
    story = [
        Paragraph(_escaped(one.company), muted), Paragraph(_escaped(one.title), head), Spacer(1, 6 * mm),
        _table(rows, plain), Spacer(1, 6 * mm), Paragraph(_escaped(_("Its way")), paragraph_style(12, bold=True)),
        Spacer(1, 2 * mm), _table(way or [("–", "–")], plain),
    ]
    document.build(story)
    return output.getvalue()


def _table(rows: Sequence[tuple[Text | str, Any]], style: Any) -> Table:
    cells = [[Paragraph(_escaped(name), style), Paragraph(_escaped(value), style)] for name, value in rows]
    made = Table(cells, colWidths=_WIDTHS)
    made.setStyle(TableStyle([
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 4), ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]))  # fmt: skip
    return made


def _escaped(value: Any) -> str:
    return str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
