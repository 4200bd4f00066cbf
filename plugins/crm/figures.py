"""What crm tells of figures that departments are measured by, and the leads, deals and spending behind each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CUSTOMER_READ, DEAL_READ
from plugins.crm.actions.intake import EXPOSURE_READ
from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.actions.spending import SPEND_READ
from plugins.crm.models import Channel, Customer, Deal, Exposure, Lead, SpendRequest
from plugins.crm.services.funnel.lines import CURRENCY
from plugins.crm.services.leads.listing import day_start
from plugins.crm.text import APPROVED, GONE_STATES, REJECTED, WON, _
from remit.base import Actor
from remit.contracts import KpiAsk, KpiRow, KpiRows, KpiRowsAsk, KpiSource, KpiUnit, Table
from remit.models import UnitOrder, dated
from remit.services import system, visible
from remit.specs import hookimpl
from remit.text import Text

_PREFIX = "crm_"
_REASON = "crm tells of figures"


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of a unit: what is counted or added up, of which unit it is, and when it came about.

    ``at`` is a time of day where ``timed``, else a date. ``read`` is what it takes to see one of the rows, ``shown``
    what it is called in a list and ``page`` where it opens, by the name of the number in its address.
    """

    title: Text
    model: Any
    unit: Any
    at: Any
    value: Any
    read: str
    shown: Any
    page: tuple[str, str] | None
    where: tuple[Any, ...] = ()
    kind: KpiUnit = "count"
    timed: bool = True
    join: Any = None


def _lead(title: Text, at: Any, unit: Any, *where: Any) -> Measure:
    return Measure(
        title, Lead, unit, at, None, LEAD_READ, Lead.company, ("crm.lead", "lead_id"),
        (Lead.state.not_in(GONE_STATES), *where),
    )  # fmt: skip


def _deal(title: Text, value: Any, kind: KpiUnit, *where: Any) -> Measure:
    return Measure(
        title, Deal, Deal.unit_id, Deal.won_on, value, DEAL_READ, Deal.title, ("crm.deal", "deal_id"),
        (Deal.state == WON, Deal.currency == CURRENCY, *where), kind, False,
    )  # fmt: skip


#: Sales contacted it and did not give it back.
_ACCEPTED = (Lead.touched_at.is_not(None), Lead.state != REJECTED)
MEASURES: dict[str, Measure] = {
    "leads": _lead(_("Leads"), Lead.captured_at, Lead.captured_unit_id),
    "marketing_leads": _lead(_("Marketing qualified leads"), Lead.marketing_at, Lead.captured_unit_id),
    "sales_leads": _lead(_("Sales qualified leads"), Lead.sales_at, Lead.captured_unit_id),
    "assigned_leads": _lead(_("Leads handed over"), Lead.assigned_at, Lead.unit_id),
    "accepted_leads": _lead(_("Leads handed over and accepted"), Lead.assigned_at, Lead.unit_id, *_ACCEPTED),
    "passed_leads": _lead(_("Leads passed on"), Lead.assigned_at, Lead.captured_unit_id),
    "passed_accepted_leads": _lead(
        _("Leads passed on and accepted"), Lead.assigned_at, Lead.captured_unit_id, *_ACCEPTED
    ),
    "touched_leads": _lead(_("Leads touched"), Lead.touched_at, Lead.unit_id),
    "won_leads": _lead(_("Leads won"), Lead.won_at, Lead.unit_id),
    "orders": _deal(_("Orders"), None, "count"),
    "sales": _deal(_("Sales"), Deal.amount, "money"),
    "renewals": _deal(_("Renewals"), Deal.amount, "money", Deal.kind != "new"),
    "renewed_terms": _deal(_("Terms renewed"), None, "count", Deal.kind == "renewal"),
    "churned": Measure(
        _("Customers who left"), Customer, Customer.unit_id, Customer.churned_on, None, CUSTOMER_READ, Customer.company,
        ("crm.customer", "customer_id"), (Customer.churned_on.is_not(None),), timed=False,
    ),
    "impressions": Measure(
        _("Exposure"), Exposure, Channel.unit_id, Exposure.starts_on, Exposure.impressions, EXPOSURE_READ,
        Channel.title, None, (Exposure.impressions.is_not(None),), timed=False,
        join=(Channel, Channel.id == Exposure.channel_id),
    ),
    "spend": Measure(
        _("Spending"), SpendRequest, SpendRequest.unit_id, SpendRequest.needed_on, SpendRequest.amount, SPEND_READ,
        SpendRequest.purpose, ("crm.spend", "spend_id"),
        (SpendRequest.state == APPROVED, SpendRequest.currency == CURRENCY), "money", False,
    ),
}  # fmt: skip


@hookimpl
def register_kpi_sources() -> Sequence[KpiSource]:
    """Leads as far as they got, orders, sales, exposure and spending of units."""
    down = {"spend", "churned"}
    return [
        KpiSource(_PREFIX + name, one.title, one.kind, "unit", "down" if name in down else "up")
        for name, one in MEASURES.items()
    ]


@hookimpl
def give_kpi_values(session: Session, ask: KpiAsk) -> Table | None:
    """What came about in units, with all below them, in the days of a period that are over."""
    names = [name for name in MEASURES if _PREFIX + name in ask.keys]
    if ask.grain != "unit" or not names:
        return None
    until = min(ask.period.end, ask.as_of + timedelta(days=1))
    with system(session, _REASON):
        below = _below(session, ask.as_of)
        came = _came_about(session, names, ask.period.start, until)
    columns = {
        _PREFIX + name: np.array(
            [sum(of.get(unit, 0) for unit in below.get(key, {key})) for key in ask.ids.tolist()], dtype=np.int64
        ) for name, of in came.items()
    }  # fmt: skip
    return Table("crm", ask.ids, columns, {_PREFIX + name: MEASURES[name].kind for name in names})


@hookimpl
def give_kpi_rows(session: Session, actor: Actor, ask: KpiRowsAsk) -> KpiRows | None:
    """The leads, deals, exposures or requests behind a number, those of them that the reader may see."""
    one = MEASURES.get(ask.key.removeprefix(_PREFIX)) if ask.key.startswith(_PREFIX) else None
    if one is None or ask.grain != "unit":
        return None
    until = min(ask.period.end, ask.as_of + timedelta(days=1))
    value = one.value if one.value is not None else func.count(one.model.id)
    with system(session, _REASON):
        units = sorted(_below(session, ask.as_of).get(ask.id, {ask.id}))
        total = session.scalar(_within(one, select(func.count(one.model.id)), ask.period.start, until, units)) or 0
    wanted = [one.model.id, one.shown.label("shown"), one.at.label("at")]
    wanted += [value.label("value")] if one.value is not None else []
    statement = visible(session, actor, one.read, _within(one, select(*wanted), ask.period.start, until, units))
    rows = session.execute(statement.order_by(one.at.desc(), one.model.id.desc()).limit(ask.most)).all()
    return KpiRows(total, [
        KpiRow(
            str(row.shown), row.value if one.value is not None else 1, row.at if not one.timed else row.at.date(),
            one.page[0] if one.page else "", {one.page[1]: row.id} if one.page else {},
        ) for row in rows
    ])  # fmt: skip


def _within(one: Measure, statement: Any, since: date, until: date, units: Sequence[int] | None = None) -> Any:
    statement = statement.select_from(one.model)
    if one.join is not None:
        statement = statement.join(*one.join)
    start, end = (day_start(since), day_start(until)) if one.timed else (since, until)
    statement = statement.where(one.at >= start, one.at < end, *one.where)
    return statement.where(one.unit.in_(units)) if units is not None else statement


def _below(session: Session, day: date) -> dict[int, set[int]]:
    """Each unit of a day with all below it."""
    order = select(UnitOrder.unit_id, UnitOrder.lft, UnitOrder.rgt).where(dated.as_of(UnitOrder, day))
    rows = session.execute(order.order_by(UnitOrder.lft)).all()
    found: dict[int, set[int]] = {}
    above: list[tuple[int, int]] = []
    for unit, left, right in rows:
        while above and above[-1][1] < left:
            above.pop()
        above.append((unit, right))
        for one, _right in above:
            found.setdefault(one, set()).add(unit)
    return found


def _came_about(session: Session, names: Sequence[str], since: date, until: date) -> dict[str, dict[int, int]]:
    """What came about in each unit by itself, by the name of the number, in one statement."""
    parts = []
    for name in names:
        one = MEASURES[name]
        counted = func.sum(one.value) if one.value is not None else func.count()
        columns = (literal(name).label("name"), one.unit.label("unit_id"), cast(counted, BigInteger).label("value"))
        parts.append(_within(one, select(*columns), since, until).group_by(one.unit))
    found: dict[str, dict[int, int]] = {name: {} for name in names}
    for name, unit, value in session.execute(union_all(*parts)):
        found[name][unit] = int(value)
    return found
