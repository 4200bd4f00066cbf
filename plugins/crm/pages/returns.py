"""What leads brought in beside what they cost, people included; what a customer is worth, and where money does more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.actions.spending import BUDGET_READ, TRANSFER_REQUEST
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.funnel import asked, money, names_of_lines, percent, switches, times
from plugins.crm.services import budgets
from plugins.crm.services.following.contacting import TOPIC
from plugins.crm.services.funnel.figures import funnel
from plugins.crm.services.funnel.hints import LEAST_CUSTOMERS, Hint, hint
from plugins.crm.services.funnel.lines import Funnel, Line
from plugins.crm.services.funnel.people import People, add_people
from plugins.crm.services.funnel.worth import BACK, MOST_MONTHS, Worth, worth
from plugins.crm.services.leads.listing import channel_titles
from plugins.crm.text import _
from remit.base import Actor, clock
from remit.services import allowed
from remit.text import Text
from remit.web import Page, access, page


@blueprint.get("/funnel/return")
@access(LEAD_READ)
def show_return(session: Session, actor: Actor) -> Page:
    """What came in for what was spent, within what one may see; every figure says how it is reckoned."""
    today = clock.today(actor.zone)
    by, period, since, until = asked(today)
    found = funnel(session, actor, by, since, until, stages=False)
    people = add_people(session, actor, found, since, until, today)
    value = worth(session, actor, min(until, today + timedelta(days=1)))
    names = names_of_lines(session, found)
    return page(
        "crm/return.html", {"return": "figures"}, title=_("Funnel"), topic=TOPIC, since=since,
        last=until - timedelta(days=1), here=url_for("crm.show_return", by=by, period=period),
        **switches("crm.show_return", by, period), told=found.costs_told, empty=not found.total.leads,
        kpis=_kpis(found.total, value) if found.costs_told else [], people=found.total.people is not None,
        rows=[_row(one, names, value) for one in found.lines], foot=_row(found.total, {None: _("In all")}, value),
        chart=[{"label": str(names.get(one.key) or _("Without")), "value": float(one.roas), "text": times(one.roas)}
               for one in found.lines[:8] if one.roas is not None],
        reckoned=_reckoned(found.total, people, value), hint=_hint(session, actor, found, period, today),
    )  # fmt: skip


def _kpis(total: Line, value: Worth) -> list[dict[str, Any]]:
    paid = _("paid: {paid}", paid=money(total.paid)) if total.paid is not None else ""
    ratio = _ratio(value, total)
    return [
        {"label": _("Approved spending"), "value": money(total.spend), "note": paid},
        {"label": _("Revenue"), "value": money(total.revenue), "note": _("{times} for every yuan spent",
         times=times(total.roas)) if total.roas is not None else ""},
        {"label": _("ROI"), "value": percent(total.roi)},
        *([{"label": _("ROI including people"), "value": percent(total.roi_people),
            "note": _("people: {cost}", cost=money(total.people))}] if total.people is not None else []),
        {"label": _("Cost per customer (CAC)"), "value": money(total.cac)},
        {"label": _("Worth of a customer (LTV)"), "value": money(value.value),
         "note": _("{times} times what he cost", times=times(ratio)) if ratio is not None else ""},
    ]  # fmt: skip


def _ratio(value: Worth, line: Line) -> Fraction | None:
    return value.value / line.cac if value.value is not None and line.cac else None


def _row(line: Line, names: Mapping[int | None, Any], value: Worth) -> dict[str, Any]:
    return {
        "name": names.get(line.key) or _("Without"), "leads": line.leads, "customers": line.customers,
        "spend": money(line.spend), "paid": money(line.paid), "people": money(line.people),
        "revenue": money(line.revenue), "roas": times(line.roas), "roi": percent(line.roi),
        "roi_people": percent(line.roi_people), "cac": money(line.cac), "ratio": times(_ratio(value, line)),
    }  # fmt: skip


def _reckoned(total: Line, people: People | None, value: Worth) -> list[Text]:
    """How the figures come about, in whole sentences with their numbers."""
    told = [_("Spending is what was approved and needed in this time; that of a campaign is shared out among its leads "
              "of this time.")]  # fmt: skip
    if total.roi is not None:
        told.append(_("ROI = ({revenue} − {spend}) ÷ {spend} = {roi}. Revenue is first orders of these leads until "
                      "now, renewals not counted.", revenue=money(total.revenue), spend=money(total.spend),
                      roi=percent(total.roi)))  # fmt: skip
    if people is not None and people.missing:
        told.append(_("People are not counted: of {months} no approved payroll is told.",
                      months=", ".join(str(one) for one in people.missing)))  # fmt: skip
    elif people is not None:
        told.append(_("People: {cost} in {months} for all {leads} leads of their units, the same for each; here "
                      "{seen} leads, {share}.", cost=money(people.cost), leads=people.leads, seen=total.leads,
                      months=", ".join(str(one) for one in people.months), share=money(total.people)))  # fmt: skip
        if people.silent:
            told.append(_("Of {silent} of {units} units nothing is told in some month: few people work there.",
                          silent=people.silent, units=people.units))  # fmt: skip
    return [*told, *_worth_told(value)]


def _worth_told(value: Worth) -> list[Text]:
    if value.value is None or value.order is None or value.terms is None or value.kept is None:
        return [_("What a customer is worth cannot be said yet: it takes won deals and a term that ended within "
                  "{months} months.", months=BACK)]  # fmt: skip
    return [
        _("LTV = {order} an order × {terms} terms = {value}, from {orders} orders of the last {months} months.",
          order=money(value.order), terms=times(value.terms), value=money(value.value), orders=value.orders,
          months=BACK),
        _("{renewed} of {ended} customers whose term ended stayed ({kept}): 1 ÷ (1 − {kept}) terms, at most "
          "{years} years.", renewed=value.renewed, ended=value.renewed + value.left, kept=percent(value.kept),
          years=MOST_MONTHS // 12),
        _("It is revenue: no costs are taken off and nothing is discounted."),
    ]  # fmt: skip


def _hint(session: Session, actor: Actor, found: Funnel, period: str, today: date) -> dict[str, Any] | None:
    """Where money would do more, by channel, with its arithmetic and the way to a request that is filled in."""
    one = _hinted(session, actor, found, today)
    if one is None:
        return None
    may = allowed(session, actor, TRANSFER_REQUEST)
    return {"words": _hint_words(session, one), "least": LEAST_CUSTOMERS,
            "url": url_for("crm.new_transfer", because="return", period=period) if may else ""}  # fmt: skip


def _hinted(session: Session, actor: Actor, found: Funnel, today: date) -> Hint | None:
    if found.by != "channel" or not found.costs_told or not allowed(session, actor, BUDGET_READ):
        return None
    return hint(found, budgets.standings(session, actor, on=today))


def proposal(session: Session, actor: Actor) -> dict[str, Any]:
    """The transfer that the hint of the period in the address speaks of, as the values of its form; empty where there
    is none by now. It is worked out again, so that no address carries amounts.
    """
    today = clock.today(actor.zone)
    _by, _period, since, until = asked(today)
    one = _hinted(session, actor, funnel(session, actor, "channel", since, until, stages=False), today)
    if one is None:
        return {}
    return {"from_budget_id": one.giving.budget.id, "to_budget_id": one.taking.budget.id, "amount": one.amount,
            "reason": str(_hint_words(session, one))}  # fmt: skip


def _hint_words(session: Session, one: Hint) -> Text:
    titles = channel_titles(session)
    source, target = str(titles[one.source.key or 0]), str(titles[one.target.key or 0])
    return _("{source} brought {low} for every yuan spent ({few} customers), {target} {high} ({many} customers). "
             "{amount} is left of {budget}: at these rates {now} where it is, {then} with {other}.",
             source=source, target=target, low=times(one.source.roas), high=times(one.target.roas),
             few=one.source.customers, many=one.target.customers, amount=money(one.amount),
             budget=one.giving.budget.title, now=money(one.now), then=money(one.then),
             other=one.taking.budget.title)  # fmt: skip
