"""Files as the tests of imports hand them in, and what is stored after."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from sqlalchemy import func, select

from core.db import guard
from core.db.base import Base
from core.exchange.importing import Exchange, import_file
from core.exchange.models import Import
from core.exchange.report import ImportReport
from core.exchange.undo import undo
from core.kernel.house import House
from tests.core.org.company import SYSTEM

Rows = Sequence[Sequence[Any]]
#: What an import may leave behind although it wrote nothing: its own record and the audit.
BESIDE = frozenset({"core_import", "core_import_change", "core_audit", "core_epoch", "core_sequence"})


def as_csv(rows: Rows, encoding: str = "utf-8") -> bytes:
    """The table as comma-separated values."""
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def as_xlsx(rows: Rows) -> bytes:
    """The table as a workbook; dates are date cells."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None and cell != "":
                    sheet.write(row, column, cell)
    return buffer.getvalue()


def bring(house: House, exchange: Exchange, rows: Rows | bytes, *, dry: bool = False, create: bool = False,
          actor: Any = SYSTEM) -> ImportReport:
    """Import a table for good, or try it."""
    data = rows if isinstance(rows, bytes) else as_csv(rows)
    options = ("create_missing",) if create else ()
    return import_file(house, actor, exchange, data, name="file.csv", dry=dry, options=options)


def take_back(house: House, report: ImportReport) -> int:
    """Undo an import."""
    with house.session(SYSTEM, write=True) as session:
        record = session.get(Import, report.import_id)
        assert record is not None
        return undo(session, SYSTEM, record)


def stored(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table an import of the organisation could touch."""
    with house.session(SYSTEM) as session, guard.system(session, "a test looks"):
        found = {}
        for name, table in Base.metadata.tables.items():
            if not name.startswith("core_") or name in BESIDE:
                continue
            columns = [column for column in table.columns if name != "core_unit_order" or column.name != "id"]
            if session.scalar(select(func.count()).select_from(table)):
                found[name] = sorted(map(repr, session.execute(select(*columns)))) if columns else []
        return found  # type: ignore[return-value]


def day(text: str) -> date:
    """A day, shorter."""
    return date.fromisoformat(text)
