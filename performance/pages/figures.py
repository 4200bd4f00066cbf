"""Figures: which there are, how healthy they are, and the form that defines one."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from performance.actions.figures import KPI_EDIT, KPI_READ, VALUE_ENTER, VALUE_READ
from performance.models import Kpi, KpiVersion
from performance.pages.blueprint import blueprint
from performance.schemas import KpiSchema
from performance.services import figures as services
from performance.services.figures import shown, written
from performance.services.health import health
from performance.services.places import entities
from performance.services.sources import sources
from performance.services.values import version_of
from performance.services.writing import number
from performance.text import GRAINS, PERIODS, QUALITY, UNITS, _
from remit.base import Actor, DomainError, Month, clock
from remit.services import allowed, duties_on, load
from remit.web import Form, Page, access, flash, page, redirect_to

#: The health of figures is told of so many months.
LOOKED_AT = 12


@blueprint.get("/figures")
@access(KPI_READ)
def figures(session: Session, actor: Actor) -> Page:
    """The figures one may see, each with what is wrong with it."""
    today = clock.today(actor.zone)
    found = services.known_figures(session, actor, today)
    may_edit = allowed(session, actor, KPI_EDIT)
    state = health(session, {kpi.id: version for kpi, version in found}, Month.of(today).shift(-LOOKED_AT).start)
    rows = [
        {
            "code": kpi.code, "title": version.title, "unit": UNITS[version.unit], "grain": GRAINS[version.grain],
            "period": PERIODS[version.period], "formula": version.formula, "duty": version.duty,
            "target": written(version.unit)(version.target) if version.target is not None else "",
            "quality": QUALITY[version.quality], "health": state[kpi.id],
            "url": url_for("performance.edit_figure" if may_edit else "performance.figure_of", kpi_id=kpi.id),
        } for kpi, version in found
    ]  # fmt: skip
    return page(
        "performance/figures.html", title=_("Figures"), rows=rows, may_edit=may_edit,
        may_values=allowed(session, actor, VALUE_READ) or allowed(session, actor, VALUE_ENTER),
    )


@blueprint.route("/figures/new", methods=["GET", "POST"])
@access(KPI_EDIT)
def new_figure(session: Session, actor: Actor) -> Page | Response:
    """Define a figure."""
    return _form(session, actor, None)


@blueprint.route("/figures/<id:kpi_id>", methods=["GET", "POST"])
@access(KPI_EDIT)
def edit_figure(session: Session, actor: Actor, kpi_id: int) -> Page | Response:
    """Let a figure mean something else from a day on."""
    return _form(session, actor, load(session, actor, KPI_EDIT, Kpi, kpi_id))


def _form(session: Session, actor: Actor, kpi: Kpi | None) -> Page | Response:
    today = clock.today(actor.zone)
    offered = entities(session)
    values: dict[str, Any] = {
        "valid_from": Month.of(today).start, "legal_entity_id": offered[0].id if offered else None, "unit": "count",
        "grain": "unit", "direction": "up", "period": "month", "floor": 0, "cap": 1_200_000, "quality": "checked",
    }  # fmt: skip
    if kpi is not None:
        values |= _values_of(kpi, version_of(session, kpi, today))
    form = Form(KpiSchema, values=values, options={
        "legal_entity_id": [(one.id, str(one.name)) for one in offered],
        "duty": [("", "–"), *((one.citation, f"{one.citation} {one.text}") for one in duties_on(session, today))],
    })  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        told["target"] = number(told["target"], told["unit"], "target") if told["target"].strip() else None
        told["curve"] = curve_of(told["curve"])
        services.save(session, actor, kpi, told)
        flash(_("The figure is kept; what it meant before ends on the day you chose."))
        return redirect_to("performance.figures")

    back = url_for("performance.figures")
    return form.answer(session, lambda: page(
        "performance/figure.html", title=_("Define a figure") if kpi is None else kpi.code, form=form, back=back,
        crumb=[(_("Figures"), back)], sources=list(sources(session).values()), units=UNITS, grains=GRAINS,
    ), save)  # fmt: skip


def _values_of(kpi: Kpi, version: KpiVersion) -> dict[str, Any]:
    names = ("title", "unit", "grain", "direction", "period", "formula", "floor", "cap", "quality", "duty")
    return {name: getattr(version, name) for name in names} | {
        "code": kpi.code, "legal_entity_id": kpi.legal_entity_id,
        "target": written(version.unit)(version.target) if version.target is not None else "",
        "curve": ", ".join(f"{shown(at)}%:{shown(worth)}%" for at, worth in version.curve),
    }  # fmt: skip


def curve_of(text: str) -> list[list[int]]:
    """Points as people write them, ``80%:0%, 100%:100%``. Raises ``DomainError`` with the field."""
    points = []
    for part in filter(None, (one.strip() for one in text.replace("，", ",").split(","))):
        at, colon, worth = part.replace("：", ":").partition(":")
        if not colon:
            raise DomainError("performance.curve", _(
                "Write points as 80%:0%, with a comma between them; this is {part}.", part=part), "curve")  # fmt: skip
        points.append([number(at, "rate", "curve"), number(worth, "rate", "curve")])
    return points
