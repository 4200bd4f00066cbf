"""One figure: what it is, how it stood in a month, and which of its owners' stages it failed at."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from performance.actions.figures import KPI_EDIT, KPI_READ, VALUE_READ
from performance.models import Kpi
from performance.pages.blueprint import blueprint
from performance.pages.boards import month_asked
from performance.services.diagnosis import explain
from performance.services.figures import shown, versions_on, written
from performance.text import GRAINS, PERIODS, UNITS, _
from remit.base import Actor, Month, NotFound, clock
from remit.services import allowed, load
from remit.web import Page, access, page


@blueprint.get("/figures/<id:kpi_id>/why")
@access(KPI_READ)
def figure_of(session: Session, actor: Actor, kpi_id: int) -> Page:
    """A figure with the stages of its owners in a month, as far as one sees scores that hold it."""
    found = load(session, actor, KPI_READ, Kpi, kpi_id)
    month = month_asked(actor)
    version = versions_on(session, month.period.last).get(found.id)
    if version is None:
        raise NotFound("not_found", _("This figure is not defined in that month."))
    told = explain(session, actor, found, month.period)
    told_of = allowed(session, actor, VALUE_READ)

    def link(kpi: int, at: Month) -> str:
        return url_for("performance.figure_of", kpi_id=kpi, month=str(at))

    return page(
        "performance/figure_of.html", title=version.title, code=found.code, month=month, told=told,
        stages=[{
            "unit": one.unit, "share": shown(one.share), "title": one.title, "actual": one.actual,
            "target": one.target, "rate": one.rate, "percent": (one.rate or 0) // 10_000, "kind": one.kind,
            "url": link(one.kpi_id, month) if one.kpi_id is not None else "", "missed": one.missed,
            "behind": url_for("performance.behind", kpi_id=one.kpi_id, unit_id=one.unit_id, month=str(month))
            if one.kpi_id is not None and told_of else "",
        } for one in told.stages],
        meaning=[
            (_("Unit of measure"), UNITS[version.unit]), (_("Of whom"), GRAINS[version.grain]),
            (_("Period"), PERIODS[version.period]), (_("Duty"), version.duty or "–"),
            (_("Formula"), version.formula or _("Entered")),
            (_("Target"), written(version.unit)(version.target) if version.target is not None else "–"),
        ],
        previous=link(found.id, month.previous()),
        following=link(found.id, month.next()) if month.next().start <= clock.today(actor.zone) else "",
        change=url_for("performance.edit_figure", kpi_id=found.id) if allowed(session, actor, KPI_EDIT, found) else "",
        crumb=[(_("Figures"), url_for("performance.figures"))],
    )  # fmt: skip
