"""Pages about exchange rates: what holds today, publishing one, and the policy that lets limits be compared by them."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed_actions
from core.access.declare import access
from core.authority.actions import PUBLISH_RATE, SET_RATE_POLICY
from core.authority.rates import exchange, publishing
from core.authority.rates.publishing import MOST_AGE, STATES, UNITS, Quoted
from core.authority.rates.table import decimal
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.files.sniff import XLSX
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

blueprint = ModuleBlueprint("rates", __name__, url_prefix="/authority/rates")
_PAIR = re.compile(r"([A-Z]{3})-([A-Z]{3})")
#: So many rates an export holds at most, the newest.
_MOST = 20_000


class RateSchema(fields.Schema):
    """A rate between two currencies, since when, and where it is from."""

    base = fields.String(required=True, max_length=3, metadata={"label": _("Currency"), "hint": _("As in USD.")})
    quote = fields.String(required=True, max_length=3, metadata={
        "label": _("In the currency"), "hint": _("As in CNY.")})
    units = fields.String(required=True, metadata={"label": _("Units")})
    rate = fields.String(required=True, max_length=20, metadata={
        "label": _("Rate"), "hint": _("What so many units of the first are of the second, as in 7.1000067.")})
    day = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(load_default=None, allow_none=True, metadata={
        "label": _("Until, including"), "hint": _("Leave it empty: it holds until the next one.")})
    source = fields.String(required=True, max_length=200, metadata={
        "label": _("Source"), "span": True,
        "hint": _("Who states it, such as the central parity rate of the People's Bank of China.")})  # fmt: skip


class PolicySchema(fields.Schema):
    """From when, by rates of which age, and what that rests on."""

    day = fields.Day(required=True, metadata={"label": _("From")})
    max_age_days = fields.Integer(load_default=None, allow_none=True, minimum=0, maximum=MOST_AGE, metadata={
        "label": _("Days a rate may be old"),
        "hint": _("Leave it empty to end it: amounts in another currency are then unknown, and nobody may decide them "
                  "by an entry with a limit.")})
    basis = fields.String(required=True, max_length=400, metadata={
        "label": _("Basis"), "span": True, "hint": _("The rule or the resolution it rests on.")})  # fmt: skip


@blueprint.get("")
@access("authority.list:read")
def index(session: Session, actor: Actor) -> Page:
    """The policy, the rate of each pair that holds today, and what was published lately."""
    day = clock.today(actor.zone)
    policy, shown = publishing.current(session, day)
    chosen = _PAIR.fullmatch(request.args.get("pair", ""))
    pair = (chosen[1], chosen[2]) if chosen else None
    may = allowed_actions(session, actor, [PUBLISH_RATE, SET_RATE_POLICY])
    return page(
        "authority/rates.html", title=_("Exchange rates"), policy=policy, states=STATES, pair=pair, decimal=decimal,
        shown=shown, history=publishing.history(session, pair), may_publish=may[PUBLISH_RATE],
        may_set=may[SET_RATE_POLICY], crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@blueprint.get("/rates.xlsx")
@access("authority.list:read")
def export(session: Session, actor: Actor) -> Response:
    """All rates as a workbook that can be imported again; they are about nobody."""
    del actor
    data = exchange.workbook(publishing.history(session, most=_MOST))
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": "attachment; filename=rates.xlsx"})


@blueprint.route("/new", methods=["GET", "POST"])
@access(PUBLISH_RATE)
def new(session: Session, actor: Actor) -> Page | Response:
    """Publish one rate; many come by an import."""
    form = Form(
        RateSchema, values={"base": "", "quote": "CNY", "units": "1", "rate": "", "day": clock.today(actor.zone),
                            "last_day": None, "source": ""},
        options={"units": [(str(one), f"{one:,}") for one in UNITS]},
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        made = publishing.publish(session, actor, Quoted(
            values["base"].strip().upper(), values["quote"].strip().upper(), _units(values["units"]),
            publishing.parsed(values["rate"]), values["day"], publishing.after(values["last_day"]), values["source"],
        ))  # fmt: skip
        flash(_("The rate of {base} in {quote} is published.", base=made.base, quote=made.quote))
        return redirect_to("rates.index")

    return form.answer(session, lambda: page(
        "authority/rate_new.html", title=_("Publish a rate"), form=form, submit=_("Publish"),
        sub=_("What limits allow in another currency depends on it; it is kept who published it."),
        crumb=[(_("Exchange rates"), url_for("rates.index"))],
    ), save)  # fmt: skip


def _units(text: str) -> int:
    if text not in map(str, UNITS):
        raise DomainError("rate.units", _("A rate is of 1, 10, 100, 1,000 or 10,000 units."), "units")
    return int(text)


@blueprint.route("/policy", methods=["GET", "POST"])
@access(SET_RATE_POLICY)
def policy(session: Session, actor: Actor) -> Page | Response:
    """Let limits be compared by rates, or end that."""
    day = clock.today(actor.zone)
    now, _shown = publishing.current(session, day)
    form = Form(PolicySchema, values={
        "day": day, "max_age_days": now.max_age_days if now is not None else None, "basis": "",
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        publishing.set_policy(session, actor, **values)
        flash(_("The policy is kept and holds from its first day."))
        return redirect_to("rates.index")

    return form.answer(session, lambda: page(
        "authority/rate_new.html", title=_("Comparing limits in another currency"), form=form, submit=_("Set"),
        sub=_("Without it an amount in another currency than that of a limit is unknown, and unknown never permits."),
        crumb=[(_("Exchange rates"), url_for("rates.index"))],
    ), save)  # fmt: skip
