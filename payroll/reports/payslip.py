"""The payslip as a PDF: A4, with the Chinese font embedded, so that its text can be read, searched and copied."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from payroll.models import Slip
from payroll.services.explain import Basis, Explained
from payroll.services.present import short_of, shown_value
from payroll.text import _
from remit.base import amount_in_words, format_money
from remit.reports import BOLD, REGULAR, paragraph_style, register_fonts

_INK = colors.HexColor("#1b2422")
_MUTED = colors.HexColor("#5c6a66")
_LINE = colors.HexColor("#d8dfdc")


def render(told: Mapping[str, Any], lines: Mapping[str, Sequence[Explained]], slip: Slip) -> bytes:
    """The paper of one slip: head, earnings, deductions, net in figures and words, the employer's part, and at its end
    the laws and notices that the numbers beside the lines stand for.
    """
    register_fonts()
    output = io.BytesIO()
    document = SimpleDocTemplate(
        output, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=str(_("Payslip {month}", month=told["month"])), author=told["entity"],
    )  # fmt: skip
    style, small = paragraph_style(10), paragraph_style(8, color="#5c6a66")
    head = paragraph_style(16, bold=True)
    basis = _Basis()
    story: list[Any] = [
        Paragraph(_escaped(told["entity"]), style),
        Spacer(1, 2 * mm),
        Paragraph(_escaped(str(_("Payslip {month}", month=told["month"]))), head),
        Spacer(1, 5 * mm),
        _facts(told),
        Spacer(1, 5 * mm),
        _part(str(_("Earnings")), lines["earning"], style, small, basis, _("Gross pay"), slip.gross),
        Spacer(1, 4 * mm),
        _part(str(_("Deductions")), lines["deduction"], style, small, basis, _("Deductions in all"),
              -slip.deductions),
        Spacer(1, 5 * mm),
        _net(slip),
        Spacer(1, 6 * mm),
        _part(str(_("Employer's part")), lines["employer"], style, small, basis, _("Employer cost"),
              slip.employer_cost),
        *basis.story(small),
    ]  # fmt: skip
    document.build(story)
    return output.getvalue()


def _facts(told: Mapping[str, Any]) -> Table:
    cells = [
        [str(_("Name")), told["name"], str(_("Employee number")), told["number"]],
        [str(_("Unit")), told["unit"], str(_("Position")), told["position"]],
        [str(_("Work period")), told["period"], str(_("Paid on")), str(told["pay_date"])],
        [str(_("Tax period")), str(told["tax_month"]), "", ""],
    ]
    return _table(cells, [28 * mm, 57 * mm, 28 * mm, 57 * mm], [("TEXTCOLOR", (0, 0), (0, -1), _MUTED),
                  ("TEXTCOLOR", (2, 0), (2, -1), _MUTED)])  # fmt: skip


class _Basis:
    """The sources of a paper, numbered as they are first named."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def marks(self, line: Explained) -> str:
        """The numbers of what a line and its rates follow."""
        said = [line.source, *(_since(one) for one in line.basis if one.kind == "parameter" and one.source)]
        numbers = [self.known.setdefault(one, len(self.known) + 1) for one in dict.fromkeys(said) if one]
        return " ".join(f"[{number}]" for number in numbers)

    def story(self, small: Any) -> list[Any]:
        """The list at the end of the paper."""
        if not self.known:
            return []
        rows = [Paragraph(_escaped(f"[{number}] {source}"), small) for source, number in self.known.items()]
        return [Spacer(1, 6 * mm), Paragraph(_escaped(str(_("Legal basis"))), paragraph_style(10, bold=True)), *rows]


def _since(one: Basis) -> str:
    return f"{one.source} · {_('in force from {day}', day=one.valid_from)}"


def _part(
    title: str, lines: Sequence[Explained], style: Any, small: Any, basis: _Basis, total_title: Any, total: int
) -> Table:
    rows: list[list[Any]] = [[title, "", ""]]
    for line in lines:
        if line.value:
            said = " ".join(part for part in (short_of(line), basis.marks(line)) if part)
            rows.append([
                Paragraph(_escaped(str(line.title)), style), Paragraph(_escaped(said), small), shown_value(line),
            ])  # fmt: skip
    rows.append([str(total_title), "", format_money(total)])
    last = len(rows) - 1
    return _table(rows, [42 * mm, 93 * mm, 35 * mm], [
        ("FONTNAME", (0, 0), (-1, 0), BOLD), ("FONTNAME", (0, last), (-1, last), BOLD),
        ("ALIGN", (2, 0), (2, -1), "RIGHT"), ("LINEBELOW", (0, 0), (-1, last - 1), 0.4, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ])  # fmt: skip


def _net(slip: Slip) -> Table:
    words = amount_in_words(slip.net) if slip.net >= 0 else ""
    return _table([[str(_("Net pay")), words, format_money(slip.net, symbol=True)]], [42 * mm, 78 * mm, 50 * mm], [
        ("FONTNAME", (0, 0), (-1, -1), BOLD), ("FONTSIZE", (2, 0), (2, 0), 14), ("ALIGN", (2, 0), (2, 0), "RIGHT"),
        ("BOX", (0, 0), (-1, -1), 0.6, _INK), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 8), ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    ])  # fmt: skip


def _table(rows: list[list[Any]], widths: list[float], extra: list[Any]) -> Table:
    made = Table(rows, colWidths=widths)
    made.setStyle(TableStyle([
        ("FONTNAME", (0, 0), (-1, -1), REGULAR), ("FONTSIZE", (0, 0), (-1, -1), 10),
        ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
        *extra,
    ]))  # fmt: skip
    return made


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
