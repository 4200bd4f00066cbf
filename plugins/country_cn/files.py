"""The bank and tax files: which column shows what, and what stops a file from being written.

The layouts are data (``data/file_formats.yaml``). A file is refused as a whole, with every problem named,
because a bank or the tax client would refuse it later and more tersely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from plugins.country_cn.data import Node, read
from plugins.country_cn.text import _
from remit.base import InputErrors, Problem
from remit.contracts import (
    CellKind,
    FileColumn,
    FileFormat,
    FileTable,
    FilingRow,
    PaymentRow,
)

#: Columns of the tax file whose absence means zero: the client reads a zero declaration from them.
ZERO_WHEN_MISSING = frozenset(
    {"si_pension_ee", "si_medical_ee", "si_unemployment_ee", "hf_ee"}
)


def bank_rows(rows: Sequence[PaymentRow], columns: tuple[FileColumn, ...]) -> FileTable:
    """The content of a bank payroll file, in the order of the rows.

    Raises ``InputErrors`` when there is nothing to pay, an amount is not above zero, an account or a name
    is missing or an account is paid twice under different names. Amounts are fen; ``total`` is their sum.
    """
    problems = [problem for row in rows for problem in _payment_problems(row, columns)]
    owners: dict[str, str] = {}
    for row in rows:
        if row.account and owners.setdefault(row.account, row.name) != row.name:
            problems.append(
                Problem(
                    _(
                        "The account of {name} already stands under {other}.",
                        name=row.name.strip() or f"#{row.number}",
                        other=owners[row.account],
                    ),
                    row=row.number,
                    column=_header(columns, "account"),
                    remedy=_("Correct the account in the employee file."),
                )
            )
    if not rows:
        problems.append(Problem(_("There is nothing to pay."), remedy=_("Choose a run that has payslips.")))
    if problems:
        raise InputErrors(_("The bank file was not written."), problems, "bank_file.problems")
    return FileTable(
        columns=columns,
        rows=tuple(tuple(cast("str | int", getattr(row, column.code)) for column in columns) for row in rows),
        count=len(rows),
        total=sum(row.amount for row in rows),
    )


def _payment_problems(row: PaymentRow, columns: tuple[FileColumn, ...]) -> list[Problem]:
    found: list[Problem] = []
    who = row.name.strip() or f"#{row.number}"
    codes = {column.code for column in columns}
    needed = (
        ("name", _("The account holder's name is missing.")),
        ("account", _("The account number of {name} is missing.", name=who)),
        ("bank", _("The bank of {name} is missing.", name=who)),
    )
    for code, message in needed:
        if code in codes and not getattr(row, code).strip():
            remedy = _("Complete the employee's bank details.")
            found.append(Problem(message, row=row.number, column=_header(columns, code), remedy=remedy))
    if row.amount <= 0:
        found.append(
            Problem(
                _("The amount for {name} is not above zero.", name=who),
                row=row.number,
                column=_header(columns, "amount"),
                remedy=_("Leave people without pay out of the file."),
            )
        )
    return found


def tax_rows(
    rows: Sequence[FilingRow], columns: tuple[FileColumn, ...], id_kinds: dict[str, str]
) -> FileTable:
    """The content of the tax client's salary import.

    Income and the employee's insurance and fund are this tax month's; special additional deductions are the
    year's so far and stay blank where payroll has none, so that the client uses what the employee reported.
    Raises ``InputErrors`` for a missing name or number, an unknown kind of document, a person who comes
    twice, a negative amount. ``total`` is the sum of this month's income.
    """
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    cells: list[tuple[str | int | None, ...]] = []
    for number, row in enumerate(rows, start=1):
        problems += _filing_problems(number, row, columns, id_kinds)
        key = (row.id_kind, row.id_number)
        if row.id_number and key in seen:
            problems.append(
                Problem(
                    _("{name} stands in the file twice.", name=row.name),
                    row=number,
                    column=_header(columns, "id_number"),
                    remedy=_("Add up the person's employments before the filing."),
                )
            )
        seen.add(key)
        cells.append(tuple(_filing_cell(row, column, id_kinds) for column in columns))
    if not rows:
        problems.append(Problem(_("There is nobody to file."), remedy=_("Choose a run that has payslips.")))
    if problems:
        raise InputErrors(_("The tax file was not written."), problems, "tax_file.problems")
    total = sum(_income(row) for row in rows)
    return FileTable(columns=columns, rows=tuple(cells), count=len(rows), total=total)


def _income(row: FilingRow) -> int:
    """本期收入 counts exempt income in; the column beside it takes it off again."""
    return row.amounts.get("gross_taxable", 0) + row.amounts.get("exempt_income_month", 0)


def _filing_cell(row: FilingRow, column: FileColumn, id_kinds: dict[str, str]) -> str | int | None:
    if column.code == "id_kind":
        return id_kinds.get(row.id_kind)
    if column.kind == "text":
        return cast("str", getattr(row, column.code)) or None
    if column.code == "filing_income":
        return _income(row)
    if column.code in ZERO_WHEN_MISSING:
        return row.amounts.get(column.code, 0)
    return row.amounts.get(column.code)


def _filing_problems(
    number: int, row: FilingRow, columns: tuple[FileColumn, ...], id_kinds: dict[str, str]
) -> list[Problem]:
    found: list[Problem] = []
    who = row.name.strip() or row.employee_number
    if not row.name.strip():
        remedy = _("Complete the employee file.")
        found.append(
            Problem(_("The name is missing."), row=number, column=_header(columns, "name"), remedy=remedy)
        )
    if not row.id_number.strip():
        found.append(
            Problem(
                _("The document number of {name} is missing.", name=who),
                row=number,
                column=_header(columns, "id_number"),
                remedy=_("Complete the employee file."),
            )
        )
    if row.id_kind not in id_kinds:
        found.append(
            Problem(
                _("The tax client does not know the document kind {kind}.", kind=row.id_kind),
                row=number,
                column=_header(columns, "id_kind"),
                remedy=_("Choose one of: {kinds}.", kinds="、".join(id_kinds.values())),
            )
        )
    for column in columns:
        amount = _income(row) if column.code == "filing_income" else row.amounts.get(column.code, 0)
        if column.kind == "money" and amount < 0:
            found.append(
                Problem(
                    _("{header} of {name} is negative.", header=column.header, name=who),
                    row=number,
                    column=column.header,
                    remedy=_("Correct the month it belongs to in the tax client instead."),
                )
            )
    return found


def _header(columns: tuple[FileColumn, ...], code: str) -> str | None:
    return next((column.header for column in columns if column.code == code), None)


def file_formats() -> tuple[FileFormat, ...]:
    """Every file layout of this pack."""
    document = read("file_formats.yaml")
    id_kinds = {kind: document["id_kinds"][kind].text() for kind in document["id_kinds"].mapping()}
    return tuple(_format(node, id_kinds) for node in document["formats"].items())


def _format(node: Node, id_kinds: dict[str, str]) -> FileFormat:
    node.only(
        {
            "code",
            "title",
            "purpose",
            "file_name",
            "sheet",
            "extensions",
            "encoding",
            "source",
            "confidence",
            "columns",
        }
    )
    columns = tuple(_column(column) for column in node["columns"].items())
    purpose = node["purpose"].text()
    fill: Callable[..., FileTable]
    if purpose == "bank":
        fill = partial(bank_rows, columns=columns)
    elif purpose == "tax":
        fill = partial(tax_rows, columns=columns, id_kinds=id_kinds)
    else:
        raise node["purpose"].fail("bank or tax")
    return FileFormat(
        code=node["code"].text(),
        title=node["title"].names(),
        purpose="bank" if purpose == "bank" else "tax",
        columns=columns,
        rows=fill,
        file_name=node["file_name"].text(),
        extensions=tuple(extension.text() for extension in node["extensions"].items()),
        encoding=node["encoding"].text(),
        source=node["source"].text(),
        confidence=node["confidence"].confidence(),
        sheet=node["sheet"].text(),
    )


def _column(node: Node) -> FileColumn:
    node.only({"header", "code", "kind"})
    kind = node["kind"].text()
    if kind not in ("text", "money", "count"):
        raise node["kind"].fail("text, money or count")
    return FileColumn(node["header"].text(), node["code"].text(), cast("CellKind", kind))
