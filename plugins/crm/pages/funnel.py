"""The funnel as a page: figures, stages, lines by channel, campaign, rep, unit or month, each with its leads behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.services.following.contacting import TOPIC, months_after
from plugins.crm.services.funnel.figures import funnel
from plugins.crm.services.funnel.lines import By, Funnel, Line
from plugins.crm.services.leads import listing
from plugins.crm.services.places import all_places
from plugins.crm.text import _
from remit.base import Actor, clock, div_round, format_money
from remit.text import Text
from remit.web import Page, access, page

VIEWS: dict[By, Text] = {
    "channel": _("Channel"), "campaign": _("Campaign"), "owner": _("Rep"), "unit": _("Unit"),
    "month": _("Month taken in"),
}  # fmt: skip
PERIODS = ("month", "last_month", "quarter", "last_quarter", "year")
_PERIOD_WORDS = dict(zip(PERIODS, (
    _("This month"), _("Last month"), _("This quarter"), _("Last quarter"), _("This year"),
), strict=True))  # fmt: skip
_PAGES = {"crm.show_funnel": _("Funnel"), "crm.show_return": _("Return")}
#: Stage -> the figure it counts, what the list of leads calls it, its words.
_STAGES = (
    ("leads", "", _("Lead")), ("marketing", "marketing", _("Marketing qualified")),
    ("sales", "sales", _("Sales qualified")), ("customers", "won", _("Customer")),
)  # fmt: skip


@blueprint.get("/funnel")
@access(LEAD_READ)
def show_funnel(session: Session, actor: Actor) -> Page:
    """What came of what was spent, within what one may see."""
    by, period, since, until = asked(clock.today(actor.zone))
    found = funnel(session, actor, by, since, until)
    names = names_of_lines(session, found)
    return page(
        "crm/funnel.html", {"funnel": "figures"}, title=_("Funnel"), topic=TOPIC,
        here=url_for("crm.show_funnel", by=by, period=period), since=since, last=until - timedelta(days=1),
        **switches("crm.show_funnel", by, period), kpis=_kpis(found), stages=_stages(found, since, until),
        told=found.costs_told,
        rows=[_row(one, found, names, since, until) for one in found.lines],
        foot=_row(found.total, found, {None: _("In all")}, since, until), empty=not found.total.leads,
        exposed=found.total.exposure is not None,
        chart=[{"label": str(names.get(one.key) or _("Without")), "value": one.leads,
                "text": f"{one.leads:,} / {percent(one.conversion)}"} for one in found.lines[:8] if one.leads],
    )  # fmt: skip


def asked(today: date) -> tuple[By, str, date, date]:
    """By what and of which period the address asks, with its half-open days; what it does not know is the usual."""
    by: By = next((one for one in VIEWS if one == request.args.get("by")), "channel")
    period = request.args.get("period", "quarter")
    period = period if period in PERIODS else "quarter"
    return by, period, *span(period, today)


def switches(endpoint: str, by: By, period: str) -> dict[str, Any]:
    """What leads from one view of the funnel to the others: pages, periods, by what."""
    return {
        "tabs": [{"label": words, "url": url_for(name, by=by, period=period), "current": name == endpoint}
                 for name, words in _PAGES.items()],
        "periods": [{"label": words, "url": url_for(endpoint, by=by, period=key), "current": key == period}
                    for key, words in _PERIOD_WORDS.items()],
        "views": [{"label": words, "url": url_for(endpoint, by=key, period=period), "current": key == by}
                  for key, words in VIEWS.items()],
        "view": VIEWS[by],
    }  # fmt: skip


def span(period: str, today: date) -> tuple[date, date]:
    """A named period as half-open days."""
    month, quarter = today.replace(day=1), today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    start = {
        "month": month, "last_month": months_after(month, -1), "quarter": quarter,
        "last_quarter": months_after(quarter, -3), "year": today.replace(month=1, day=1),
    }[period]  # fmt: skip
    return start, months_after(start, {"month": 1, "last_month": 1, "year": 12}.get(period, 3))


def percent(value: Fraction | None) -> str:
    """A fraction as a percentage with at most one decimal, rounded half up."""
    if value is None:
        return "–"
    tenths = div_round(value.numerator * 1_000, value.denominator)
    text = f"{abs(tenths) // 10:,}" + (f".{abs(tenths) % 10}" if tenths % 10 else "")
    return f"{'−' if tenths < 0 else ''}{text}%"


def money(value: Fraction | int | None) -> str:
    """Minor units that may be a fraction, to the cent."""
    if value is None:
        return "–"
    whole = Fraction(value)
    return format_money(div_round(whole.numerator, whole.denominator), symbol=True)


def times(value: Fraction | None) -> str:
    """A ratio with one decimal."""
    if value is None:
        return "–"
    tenths = div_round(value.numerator * 10, value.denominator)
    return f"{tenths // 10}.{tenths % 10}"


def _kpis(found: Funnel) -> list[dict[str, Any]]:
    total = found.total
    told = [
        {"label": _("Spending"), "value": money(total.spend)},
        {"label": _("Cost per lead"), "value": money(total.cost_per_lead)},
        {"label": _("Cost per customer (CAC)"), "value": money(total.cac)},
        {"label": _("ROI"), "value": percent(total.roi), "note": _("ROAS {times}", times=times(total.roas))},
    ] if found.costs_told else []  # fmt: skip
    return [
        {"label": _("Leads"), "value": f"{total.leads:,}", "note": _("first contact after {time}", time=_lasting(first))
         if (first := found.stages.get("touched")) is not None else ""},
        {"label": _("Conversion"), "value": percent(total.conversion)},
        {"label": _("Revenue"), "value": money(total.revenue)}, *told,
    ]  # fmt: skip


def _stages(found: Funnel, since: date, until: date) -> list[dict[str, Any]]:
    rows, before = [], None
    for name, reached, words in _STAGES:
        count = getattr(found.total, name)
        rows.append({
            "label": words, "value": count, "text": f"{count:,}", "url": _leads(since, until, reached=reached),
            "share": percent(Fraction(count, before)) if before else "–",
            "extra": [_lasting(found.stages.get({"customers": "won"}.get(name, name)))],
        })  # fmt: skip
        before = found.total.leads
    return rows


def _lasting(seconds: int | None) -> Text | str:
    if seconds is None:
        return "–"
    hours = div_round(seconds, 3600)
    return _("{hours} h", hours=hours) if hours < 48 else _("{days} d", days=div_round(hours, 24))


def _leads(since: date, until: date, **more: Any) -> str:
    told = {key: value for key, value in more.items() if value}
    return url_for("crm.leads", state="all", since=since.isoformat(), until=until.isoformat(), **told)


def _row(
    line: Line, found: Funnel, names: Mapping[int | None, Any], since: date, until: date
) -> dict[str, Any]:
    start, end, more = since, until, {}
    if found.by == "month" and line.key is not None:
        start = date.fromordinal(line.key)
        end = months_after(start, 1)
    elif line.key is not None:
        more = {found.by: line.key}
    known = line is found.total or line.key is not None
    return {
        "name": names.get(line.key) or _("Without"), "leads": line.leads, "sales": line.sales,
        "marketing": line.marketing, "customers": line.customers, "conversion": percent(line.conversion),
        "revenue": money(line.revenue), "renewals": money(line.renewals) if line.renewed else "–",
        "spend": money(line.spend), "per_lead": money(line.cost_per_lead), "cac": money(line.cac),
        "roi": percent(line.roi), "roas": times(line.roas),
        "exposure": f"{div_round(line.exposure.numerator, line.exposure.denominator):,}" if line.exposure else "–",
        **{f"{name}_url": _leads(start, end, reached=reached, **more) if known else "" for name, reached in (
            ("leads", ""), ("marketing", "marketing"), ("sales", "sales"), ("customers", "won"))},
    }  # fmt: skip


def names_of_lines(session: Session, found: Funnel) -> dict[int | None, Any]:
    """What each line is called, by its key."""
    keys = [one.key for one in found.lines if one.key is not None]
    names: Mapping[int, str] = {}
    if found.by == "channel":
        names = listing.channel_titles(session)
    elif found.by == "campaign":
        names = found.campaigns
    elif found.by == "owner":
        names = listing.names_of(session, keys)
    elif found.by == "unit":
        names = {one.unit_id: str(one.title) for one in all_places(session)}
    else:
        names = {one: date.fromordinal(one).strftime("%Y-%m") for one in keys}
    return {key: words for key, words in names.items()}
