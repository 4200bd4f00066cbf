"""The funnel: what was spent, how many leads came of it and how far they got, what they bought; by whatever one asks.

A line is about the leads taken in during ``[since, until)`` and all that became of them until now, whenever that was.
Spending is what was needed in the period; of a campaign it is shared out among its leads of the period, so that the
lines of every view add up to the same. Ratios are exact fractions, rounded only where they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CAMPAIGN_COST
from plugins.crm.actions.intake import EXPOSURE_READ
from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.models import Campaign, Deal, Exposure, Lead
from plugins.crm.services import costs
from plugins.crm.services.following.contacting import months_after
from plugins.crm.services.funnel.lines import CURRENCY, By, Funnel, Line, months_of
from plugins.crm.services.leads.listing import day_start
from plugins.crm.text import GONE_STATES, WON
from remit.base import Actor
from remit.models import guard
from remit.services import allowed, visible


def funnel(session: Session, actor: Actor, by: By, since: date, until: date, *, stages: bool = True) -> Funnel:
    """Count it within what the reader may see: at most six statements, however many leads there are; without the times
    of ``stages`` one less.
    """
    key = _key(by, since, until)
    lines: dict[int | None, Line] = {}
    seen = _leads(session, actor, key, since, until, lines)
    _deals(session, actor, key, since, until, lines)
    told = allowed(session, actor, CAMPAIGN_COST)
    campaigns = _campaigns(session, actor) if told or by == "campaign" else {}
    if told:
        _spend(session, by, seen, list(campaigns), since, until, lines)
        _exposure(session, actor, by, since, until, lines)
    total = Line(spend=Fraction(0) if told else None)
    for one in lines.values():
        total.add(one)
    ordered = sorted(lines.values(), key=lambda one: (one.key is None, *_order(by, one)))
    middle = _stages(session, actor, since, until) if stages else {}
    return Funnel(by, ordered, total, middle, told, campaigns, seen)


def _order(by: By, line: Line) -> tuple[int, int]:
    return (line.key or 0, 0) if by == "month" else (-line.leads, line.key or 0)


def _key(by: By, since: date, until: date) -> Any:
    if by == "month":
        bounds = months_of(since, until)
        return case(
            *((Lead.captured_at < day_start(months_after(one, 1)), literal(one.toordinal())) for one in bounds),
            else_=literal(None),
        )
    return {"channel": Lead.channel_id, "campaign": Lead.campaign_id, "owner": Lead.owner_person_id,
            "unit": Lead.unit_id}[by]  # fmt: skip


def taken_in(since: date, until: date) -> tuple[Any, ...]:
    return Lead.captured_at >= day_start(since), Lead.captured_at < day_start(until), Lead.state.not_in(GONE_STATES)


def _leads(
    session: Session, actor: Actor, key: Any, since: date, until: date, lines: dict[int | None, Line]
) -> dict[int, dict[int | None, int]]:
    """Count the leads of each line; answers how many leads each line has of each campaign."""
    # Grouped over a subselect: parameters repeated in GROUP BY would not be the same to PostgreSQL.
    inner = visible(session, actor, LEAD_READ, select(
        key.label("key"), Lead.campaign_id, Lead.marketing_at, Lead.touched_at, Lead.sales_at, Lead.won_at,
    ).where(*taken_in(since, until)))  # fmt: skip
    one = inner.subquery()
    statement = select(
        one.c.key, one.c.campaign_id, func.count(), func.count(one.c.marketing_at), func.count(one.c.touched_at),
        func.count(one.c.sales_at), func.count(one.c.won_at),
    ).group_by(one.c.key, one.c.campaign_id)  # fmt: skip
    of: dict[int, dict[int | None, int]] = {}
    for name, campaign, leads, *rest in session.execute(_carry(statement, inner)):
        line = lines.setdefault(name, Line(name))
        line.add(Line(name, leads, *rest))
        if campaign is not None:
            of.setdefault(campaign, {})[name] = leads
    return of


def _deals(
    session: Session, actor: Actor, key: Any, since: date, until: date, lines: dict[int | None, Line]
) -> None:
    inner = visible(session, actor, LEAD_READ, select(
        key.label("key"), Deal.kind, Deal.amount
    ).select_from(Lead).join(Deal, Deal.lead_id == Lead.id).where(
        Deal.state == WON, Deal.currency == CURRENCY, *taken_in(since, until)
    ))  # fmt: skip
    one = inner.subquery()
    statement = select(one.c.key, one.c.kind, func.count(), func.sum(one.c.amount)).group_by(one.c.key, one.c.kind)
    for name, kind, count, amount in session.execute(_carry(statement, inner)):
        line = lines.setdefault(name, Line(name))
        if kind == "new":
            line.orders, line.revenue = line.orders + count, line.revenue + int(amount)
        else:
            line.renewed, line.renewals = line.renewed + count, line.renewals + int(amount)


def _campaigns(session: Session, actor: Actor) -> dict[int, str]:
    """The campaigns of whose costs the reader may know, of all times: leads come after one has ended, too."""
    statement = select(Campaign.id, Campaign.title).order_by(Campaign.id)
    return {row.id: row.title for row in session.execute(visible(session, actor, CAMPAIGN_COST, statement))}


def _spend(
    session: Session, by: By, seen: Mapping[int, Mapping[int | None, int]], campaigns: Sequence[int], since: date,
    until: date, lines: dict[int | None, Line],
) -> None:
    """Share the spending of each campaign out among its leads; of leads the reader does not see nothing is told."""
    spent = costs.shared_out(session, campaigns, since, until, taken_in(since, until), CURRENCY)
    for line in lines.values():
        line.spend = Fraction(0)
    for campaign in sorted(spent):
        parts: Mapping[int | None, int] = seen.get(campaign, {})
        amount, leads = spent[campaign]
        if not leads:
            parts, leads = {campaign if by == "campaign" else None: 1}, 1
        for name, count in parts.items():
            line = lines.setdefault(name, Line(name))
            line.add(Line(spend=Fraction(count, leads) * amount))


def _exposure(
    session: Session, actor: Actor, by: By, since: date, until: date, lines: dict[int | None, Line]
) -> None:
    """How often channels were shown in periods that began in ``[since, until)`` and what was really paid, as far as the
    reader may know it; what belongs to no line of a view stands in the one without a name.
    """
    inner = visible(session, actor, EXPOSURE_READ, select(
        Exposure.channel_id, Exposure.campaign_id, Exposure.impressions,
        case((Exposure.currency == CURRENCY, Exposure.paid)).label("paid"),
    ).where(Exposure.starts_on >= since, Exposure.starts_on < until))
    one = inner.subquery()
    statement = select(
        one.c.channel_id, one.c.campaign_id, func.sum(one.c.impressions), func.sum(one.c.paid)
    ).group_by(one.c.channel_id, one.c.campaign_id)
    for channel, campaign, shown, paid in session.execute(_carry(statement, inner)):
        name = {"channel": channel, "campaign": campaign}.get(by)
        lines.setdefault(name, Line(name, spend=Fraction(0))).add(Line(
            exposure=Fraction(int(shown)) if shown is not None else None,
            paid=Fraction(int(paid)) if paid is not None else None,
        ))  # fmt: skip


#: Stage -> from which time to which.
STAGES = {
    "touched": ("captured_at", "touched_at"), "sales": ("captured_at", "sales_at"), "won": ("touched_at", "won_at"),
}  # fmt: skip


def _stages(session: Session, actor: Actor, since: date, until: date) -> dict[str, int]:
    """The middle time of each stage in seconds, the lower of two in the middle, of the leads that got so far."""
    inner = visible(session, actor, LEAD_READ, select(
        Lead.captured_at, Lead.touched_at, Lead.sales_at, Lead.won_at
    ).where(*taken_in(since, until)))  # fmt: skip
    lead = inner.subquery()
    spans = {name: (lead.c[start], lead.c[end]) for name, (start, end) in STAGES.items()}
    lite = session.get_bind().dialect.name == "sqlite"
    row = session.execute(_carry(_middle_by_rank(spans) if lite else _middle(spans), inner)).one()
    return {name: int(value) for name, value in zip(STAGES, row, strict=True) if value is not None}


def _middle(spans: Mapping[str, tuple[Any, Any]]) -> Any:
    """PostgreSQL sorts each time by itself and takes the middle one."""
    return select(*(
        func.extract("epoch", func.percentile_disc(0.5).within_group(end - start)) for start, end in spans.values()
    ))  # fmt: skip


def _middle_by_rank(spans: Mapping[str, tuple[Any, Any]]) -> Any:
    """SQLite has no such aggregate: ranks are given, and the one in the middle is looked for."""
    took = select(*(
        case((end.is_not(None), func.unixepoch(end) - func.unixepoch(start))).label(name)
        for name, (start, end) in spans.items()
    )).subquery()  # fmt: skip
    ranked = select(*(
        one for name in spans for one in (
            took.c[name], func.row_number().over(order_by=took.c[name].nulls_last()).label(f"{name}_at"),
            func.count(took.c[name]).over().label(f"{name}_of"),
        )
    )).subquery()  # fmt: skip
    return select(*(
        func.max(case((ranked.c[f"{name}_at"] == (ranked.c[f"{name}_of"] + 1) // 2, ranked.c[name]))) for name in spans
    ))  # fmt: skip


def _carry(outer: Any, inner: Any) -> Any:
    return guard.carry(outer, inner)
