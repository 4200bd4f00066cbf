"""Importing rates: a row a rate, found by its pair and first day; exported in the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.authority.actions import PUBLISH_RATE
from core.authority.rates import publishing
from core.authority.rates.models import ExchangeRate
from core.authority.rates.publishing import Quoted
from core.authority.rates.table import decimal
from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.exchange.changes import Changes
from core.exchange.check import Checked
from core.exchange.columns import Column, Sheet
from core.exchange.export import headings_of, to_xlsx
from core.exchange.importing import Exchange, Plan
from core.jobs.context import Report

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("authority")

_NAMES = ("base", "quote", "units", "rate", "day", "last_day", "source")


def _rates(values: Sequence[Any]) -> Iterable[tuple[int, Text | str]]:
    """Which cells are no rate."""
    for position, value in enumerate(values):
        if value is not None:
            try:
                publishing.parsed(value)
            except DomainError as refused:
                yield position, refused.message


SHEET = Sheet(
    "rates",
    (
        Column("base", _("Currency"), "code", required=True, max_length=3,
               aliases=("外币", "基准货币", "货币", "base currency")),
        Column("quote", _("In the currency"), "code", required=True, max_length=3,
               aliases=("本币", "标价货币", "quote currency")),
        Column("units", _("Units"), "int", minimum=1, maximum=10_000, default=1, aliases=("外币单位", "per")),
        Column("rate", _("Rate"), "code", required=True, check=_rates, max_length=20,
               aliases=("中间价", "exchange rate")),
        Column("day", _("From"), "date", required=True, aliases=("日期", "公布日期", "date", "valid from")),
        Column("last_day", _("Until, including"), "date", aliases=("截止日期", "valid until")),
        Column("source", _("Source"), required=True, aliases=("出处",), max_length=200),
    ),
    key=("base", "quote", "day"),
)  # fmt: skip


def plan(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare with what is published already."""
    del actor
    found = Plan(data=[])
    rows = checked.good()
    for position in range(len(rows)):
        cells = {name: rows.columns[name][position] for name in _NAMES}
        last = cells.pop("last_day")
        quoted = Quoted(
            base=cells["base"].upper(), quote=cells["quote"].upper(), units=cells["units"],
            rate=publishing.parsed(cells["rate"]), day=cells["day"],
            until=publishing.after(last), source=cells["source"],
        )
        refused = publishing.wrong(quoted)
        if refused is not None:
            column = "last_day" if refused[0] == "until" else refused[0]
            found.problems.append(rows.at(position, column, refused[1]))
            continue
        row = publishing.found(session, quoted)
        if row is None:
            found.new += 1
        elif publishing.same(row, quoted):
            found.unchanged += 1
            continue
        else:
            found.changed += 1
        found.data.append(quoted)
    return found


def apply(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Publish them one by one; the import has asked whether the actor may, and each was looked at by the plan."""
    del changes  # watches what is written
    rows: list[Quoted] = planned.data
    for done, quoted in enumerate(rows, start=1):
        publishing.write(session, actor, quoted)
        report(done, len(rows), _("Writing"))


def workbook(rows: Iterable[ExchangeRate]) -> bytes:
    """Rates as a workbook that can be imported again."""
    told = (
        (row.base, row.quote, row.units, decimal(row.rate), row.valid_from,
         row.valid_to - timedelta(days=1) if row.valid_to != FOREVER else None, row.source)
        for row in rows
    )
    return to_xlsx(headings_of(SHEET, _NAMES), told, title=_("Exchange rates"))


EXCHANGES = (Exchange("rates", _("Exchange rates"), SHEET, PUBLISH_RATE, plan, apply),)
