"""What a figure is made of, down to single things of other modules."""

from __future__ import annotations

from flask import request, url_for
from sqlalchemy.orm import Session

from performance.actions.figures import KPI_READ
from performance.models import Kpi
from performance.pages.blueprint import blueprint
from performance.pages.boards import month_asked
from performance.services import behind as services
from performance.services.figures import written
from performance.services.places import units_on
from performance.services.spans import title_of
from performance.services.values import version_of
from performance.text import ORIGINS, _
from remit.base import Actor, clock
from remit.services import load
from remit.web import Page, access, page


@blueprint.get("/figures/<id:kpi_id>/behind")
@access(KPI_READ)
def behind(session: Session, actor: Actor, kpi_id: int) -> Page:
    """The number of a unit in a month, the sources it comes from, and the things behind each."""
    kpi = load(session, actor, KPI_READ, Kpi, kpi_id)
    month = month_asked(actor)
    version = version_of(session, kpi, month.start)
    unit_id = request.args.get("unit_id", type=int)
    found = services.behind(session, actor, kpi, version, unit_id, month.start)
    units = units_on(session, min(found.period.last, clock.today(actor.zone)))
    shown = written(version.unit)
    return page(
        "performance/behind.html", title=_("What it is made of"), figure=version.title, period=title_of(found.period),
        of=units.title(unit_id) if unit_id else _("The company"), formula=version.formula,
        value=shown(found.value) if found.value is not None else "",
        parts=[{
            "title": one.source.title, "value": written(one.source.unit)(one.value) if one.value is not None else "",
            "total": one.total, "hidden": one.total - len(one.rows), "key": one.source.key,
            "rows": [{
                "title": row.title, "day": row.day, "value": written(one.source.unit)(row.value),
                "url": url_for(row.endpoint, **row.values) if row.endpoint else "",
            } for row in one.rows],
        } for one in found.parts],
        entered=[{
            "value": shown(one.value), "evidence": one.evidence, "origin": ORIGINS[one.origin], "at": one.entered_at,
        } for one in found.entered],
        crumb=[
            (_("Figures"), url_for("performance.figures")),
            (version.title, url_for("performance.figure_of", kpi_id=kpi.id, month=str(month))),
        ],
    )  # fmt: skip
