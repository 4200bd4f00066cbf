"""Writing a list as a workbook: texts only, none of which a spreadsheet program takes for a formula or a date."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from core.authority.document import (
    BoundaryDraft,
    DutyDraft,
    EntryDraft,
    ExpectationDraft,
    KpiDraft,
    ListDraft,
    SeparationDraft,
)
from core.authority.document.formatting import (
    duty_row,
    entry_row,
    in_reading_order,
    kpi_row,
    posts,
    separation_row,
    target_words,
)
from core.authority.workbook import matrix, sheets
from core.authority.workbook.sheets import Tab, word
from core.db.types import Translation

_WIDE = {
    "text_zh": 40, "text_en": 40, "title_zh": 40, "title_en": 40, "can": 28, "cannot": 28, "basis": 28, "value": 40,
}

Row = Mapping[str, str | None]


def to_workbook(draft: ListDraft, names: Mapping[str, str] | None = None) -> bytes:
    """A list as .xlsx; ``names`` are the titles of posts by code, for the reader alone."""
    draft = in_reading_order(draft)
    names = names or {}
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"comments": ""})
        writer = _Writer(book)
        writer.table(sheets.LIST, _head(draft))
        writer.table(sheets.POSTS, ({"post": post, "name": names.get(post)} for post in posts(draft)))
        writer.table(sheets.DUTIES, map(_duty, draft.duties))
        writer.table(sheets.AUTHORITY, (_entry(row) for row in draft.entries if row.effect == "grant"))
        writer.matrix(draft, names)
        writer.table(sheets.ASSESSMENT, map(_kpi, draft.kpis))
        writer.table(sheets.BOUNDARIES, map(_boundary, draft.boundaries))
        writer.table(sheets.SEPARATION, map(_separation, draft.separation))
        writer.table(sheets.PROHIBITIONS, (_entry(row) for row in draft.entries if row.effect == "prohibit"))
        if draft.tests:
            writer.table(sheets.TESTS, map(_expectation, draft.tests))
    return buffer.getvalue()


class _Writer:
    """One workbook: every cell is a text, also those that people will fill."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "num_format": "@", "text_wrap": True, "valign": "top"})
        self._text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def table(self, tab: Tab, rows: Iterable[Row]) -> None:
        """One sheet of rows under the headings of its columns."""
        columns = [column.name for column in tab.table.columns]
        cells = [[column.title.render("zh_CN") for column in tab.table.columns]]
        cells += [[row.get(name) or "" for name in columns] for row in rows]
        self._write(tab, cells, columns)

    def matrix(self, draft: ListDraft, names: Mapping[str, str]) -> None:
        """The approval matrix: a row for each matter and amount, a column for each post."""
        columns = [column.name for column in sheets.MATRIX.table.columns]
        holders = matrix.holders(draft)
        cells = [[*(column.title.render("zh_CN") for column in sheets.MATRIX.table.columns),
                  *(_holder_heading(holder, names) for holder in holders)]]
        for key, row in matrix.rows(draft).items():
            first = row.title
            said = dict(zip(("can", "in", "when", "up_to", "cap"), key, strict=True))
            said |= {"in": scope(said["in"]), "cap": cap(said["cap"]), "up_to": said["up_to"] or sheets.NO_LIMIT,
                     "title_zh": first.get("zh_CN", ""), "title_en": first.get("en", "")}
            powers = [
                "、".join(word(sheets.POWERS, power) for power in sheets.POWERS if power in row.cells.get(holder, ()))
                for holder in holders
            ]
            cells.append([*(said[name] for name in columns), *powers])
        self._write(sheets.MATRIX, cells, columns)

    def _write(self, tab: Tab, cells: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
        sheet = self._book.add_worksheet(tab.name)
        for number in range(max(len(row) for row in cells)):
            width = _WIDE.get(columns[number], 14) if number < len(columns) else 14
            sheet.set_column(number, number, width, self._text)
        for number, row in enumerate(cells):
            for place, text in enumerate(row):
                if text:
                    sheet.write_string(number, place, harmless(text), self._text if number else self._bold)
        sheet.freeze_panes(1, 0)


def harmless(text: str) -> str:
    """A text no spreadsheet program runs; whatever begins with an apostrophe is written after another one."""
    return f"'{text}" if text.startswith(sheets.DANGEROUS) else text


def scope(text: str) -> str:
    """A scope in words of the sheet: ``subtree(ACQ)`` as 部门及下级(ACQ)."""
    kind, bracket, rest = text.partition("(")
    return word(sheets.SCOPES, kind) + bracket + rest


def cap(text: str | None) -> str:
    """A total in words of the sheet: ``60000.00 CNY/month`` as 60000.00 CNY/月."""
    amount, slash, period = (text or "").partition("/")
    return f"{amount}/{word(sheets.PERIODS, period)}" if slash else ""


def conditions(found: Mapping[str, str] | None) -> str:
    """Conditions as lines of a cell: ``category: ads``."""
    return "\n".join(f"{name}: {text}" for name, text in sorted((found or {}).items()))


def _head(draft: ListDraft) -> list[Row]:
    said = {
        "list": draft.unit or "-", "version": str(draft.version), "effective_from": draft.effective_from.isoformat(),
        "basis": draft.basis,
    }
    return [{"item": word(sheets.ITEMS, key), "value": value} for key, value in said.items()]


def _holder(position: str | None, none: str) -> str:
    return position if position is not None else none


def _holder_heading(position: str | None, names: Mapping[str, str]) -> str:
    """Two lines, so that a post called like a column is still a post: the code stands in the last."""
    if position is None:
        return sheets.EVERYBODY
    return f"{' '.join(names.get(position, sheets.POSTS.name).split())}\n{position}"


def _texts(name: str, text: Translation) -> dict[str, str | None]:
    return {f"{name}_zh": text.get("zh_CN"), f"{name}_en": text.get("en")}


def _duty(row: DutyDraft) -> Row:
    return {**duty_row(row), "code": row.code, "post": _holder(row.position, sheets.OWN_UNIT), "raci": row.raci,
            **_texts("text", row.text)}


def _entry(row: EntryDraft) -> Row:
    said = entry_row(row)
    return {
        **said, "code": row.code, "post": _holder(row.position, sheets.EVERYBODY), **_texts("title", row.title),
        "in": scope(said["in"]), "when": conditions(row.conditions), "cap": cap(said.get("cap")),
        "power": word(sheets.POWERS, row.power), "by_acting": word(sheets.YES, said.get("by_acting", "yes")),
        "delegable": word(sheets.YES, said.get("delegable", "no")),
        "grantable": word(sheets.YES, said.get("grantable", "no")),
    }


def _kpi(row: KpiDraft) -> Row:
    target, unit = target_words(row)
    return {
        **kpi_row(row), "code": row.code, "post": row.position, **_texts("title", row.title), "target": target,
        "comparison": word(sheets.COMPARISONS, row.comparison), "unit": unit, "per": word(sheets.PERIODS, row.period),
    }


def _separation(row: SeparationDraft) -> Row:
    return {
        **separation_row(row), "code": row.code, "kind": word(sheets.SEPARATIONS, row.kind),
        "actions": "\n".join(row.actions), "risk": word(sheets.RISKS, row.risk),
    }


def _boundary(row: BoundaryDraft) -> Row:
    return {
        "code": row.code, "matter": row.matter, "lead": row.lead, "support": "、".join(row.support),
        **_texts("text", row.text),
    }


def _expectation(row: ExpectationDraft) -> Row:
    if row.kind == "can":
        expected = word(sheets.EXPECTED, "allow" if row.allow else "deny")
    else:
        expected = "、".join(row.found) or word(sheets.NONE, "none")
    return {
        "question": word(sheets.QUESTIONS, row.kind), "as": row.post, "can": row.action,
        "resource": conditions(row.resource), "expect": expected, "cite": row.cite, "code": row.code,
    }
