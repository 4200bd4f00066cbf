"""The staffing plan as a page and as a file: what is approved, set up and held, by category and grade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access
from core.base import clock
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.org import quotas
from core.org.exchange.quotas import export_quotas
from core.org.models import UnitOrder, UnitVersion
from core.org.quotas import ALL, OUTSIDE, Use
from core.org.resources import CHART, IMPORT_UNITS
from core.org.services import staffing
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page

_ = catalogue("org")

blueprint = ModuleBlueprint("org_quotas", __name__, url_prefix="/org/quotas")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@access(CHART)
def index(session: Session, actor: Actor) -> Page:
    """The plans in force on ``?day=``: a card for each unit that has one, in the order of the tree, and one for those
    of which no more is approved than how many posts they have.
    """
    today = clock.today(actor.zone)
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = today
    found = staffing.uses_on(session, day)
    units = _units(session, day, {one.quota.unit_id for one in found})
    plans: list[dict[str, Any]] = []
    single: list[dict[str, Any]] = []
    for unit_id, title in units:
        mine = [one for one in found if one.quota.unit_id == unit_id]
        url = url_for("org.index", unit=unit_id, day=day.isoformat() if day != today else None)
        if len(mine) == 1 and mine[0].quota.category == ALL:
            single.append({**_row(mine[0]), "what": title, "url": url})
        else:
            plans.append({"unit": title, "url": url, "figures": _figures(mine), "rows": [_row(one) for one in mine]})
    return page(
        "org/quotas.html", title=_("Staffing plan"), plans=plans, single=single, day=day,
        table=url_for("org_quotas.table") if found else "",
        bring=url_for("exchange.new", name="quotas") if allowed(session, actor, IMPORT_UNITS) else "",
    )


@blueprint.get("/plan.xlsx")
@access(CHART)
def table(session: Session, _actor: Actor) -> Response:
    """Every quota with its history, as a file that can be imported again."""
    headers = {"Content-Disposition": "attachment; filename=staffing-plan.xlsx"}
    return Response(export_quotas(session), headers=headers, mimetype=XLSX)


def _units(session: Session, day: date, wanted: set[int]) -> Sequence[Any]:
    if not wanted:
        return []
    return session.execute(
        select(UnitVersion.unit_id, UnitVersion.title)
        .join(UnitOrder, (UnitOrder.unit_id == UnitVersion.unit_id) & as_of(UnitOrder, day))
        .where(as_of(UnitVersion, day), UnitVersion.unit_id.in_(wanted)).order_by(UnitOrder.lft)
    ).all()


def _figures(found: Sequence[Use]) -> list[dict[str, Any]]:
    """编制、实有、空缺、编外, where the plan of a unit says them."""
    shown: list[dict[str, Any]] = []
    for one in found:
        if one.quota.category == ALL:
            shown += [
                {"label": _("Approved posts"), "value": one.allowed}, {"label": _("Filled"), "value": one.held},
                {"label": _("Vacant"), "value": one.free},
            ]
        elif one.quota.category == OUTSIDE:
            shown.append({"label": _("Outside the plan"), "value": one.held,
                          "note": _("of {count}", count=one.allowed)})
    return shown


def _row(use: Use) -> dict[str, Any]:
    quota = use.quota
    return {
        "what": quotas.what(quota), "inner": not quota.whole, "allowed": use.allowed, "planned": use.planned,
        "held": use.held, "free": use.free, "basis": quota.basis, "binding": quota.binding,
        "ratio": f"{quota.num}:{quota.den}" if quota.num is not None else "", "state": _state(use),
    }


def _state(use: Use) -> dict[str, Text | str] | None:
    if use.held > use.allowed:
        return {"text": _("{count} too many people", "{count} too many people", count=use.held - use.allowed),
                "kind": "bad"}
    if use.planned > use.allowed:
        return {"text": _("{count} too many posts", "{count} too many posts", count=use.planned - use.allowed),
                "kind": "warn"}
    return None
