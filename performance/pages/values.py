"""What figures were: what was entered, and the form."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.figures import VALUE_ENTER, VALUE_READ
from performance.models import Kpi, KpiValue
from performance.pages.blueprint import blueprint
from performance.schemas import ValueSchema
from performance.services import values as services
from performance.services.figures import by_code, versions_on, written
from performance.services.places import names_of, units_on
from performance.services.spans import title_of
from performance.services.writing import number
from performance.text import ORIGINS, _
from remit.base import Actor, Month, Period, clock
from remit.files import link_to
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to, sent_files


@blueprint.get("/values")
@access(VALUE_READ)
def values(session: Session, actor: Actor) -> Page:
    """What was entered, the latest first, as far as one may see it."""
    before = request.args.get("before", type=int)
    found = services.entered(session, actor, before=before)
    today = clock.today(actor.zone)
    versions, units = versions_on(session, today), units_on(session, today)
    names = names_of(session, {one.person_id for one in found if one.person_id})
    files = services.FILES.of(session, [one.id for one in found])
    rows = [
        {
            "title": versions[one.kpi_id].title, "value": written(versions[one.kpi_id].unit)(one.value),
            "of": names.get(one.person_id or 0) or (units.title(one.unit_id) if one.unit_id else _("The company")),
            "period": title_of(Period(one.starts_on, one.ends_on)), "origin": ORIGINS[one.origin],
            "evidence": one.evidence, "at": one.entered_at, "files": [
                kept.shown(url_for("performance.value_file", value_id=one.id, number=kept.number))
                for kept in files.get(one.id, ())
            ],
        } for one in found if one.kpi_id in versions
    ]  # fmt: skip
    return page(
        "performance/values.html", title=_("Values of figures"), rows=rows,
        may_enter=allowed(session, actor, VALUE_ENTER), crumb=[(_("Figures"), url_for("performance.figures"))],
        older=url_for("performance.values", before=found[-1].id) if len(found) == services.PAGE else "",
    )  # fmt: skip


@blueprint.route("/values/new", methods=["GET", "POST"])
@access(VALUE_ENTER)
def new_value(session: Session, actor: Actor) -> Page | Response:
    """Enter what a figure was."""
    today = clock.today(actor.zone)
    versions, units = versions_on(session, today), units_on(session, today)
    known = {one.id: one for one in by_code(session).values() if one.id in versions}
    form = Form(ValueSchema, values={"day": Month.of(today).previous().start}, options={
        "kpi_id": [(number, f"{versions[number].title} ({one.code})") for number, one in known.items()],
        "unit_id": [("", "–"), *((number, str(title)) for number, title in units.titles.items())],
    })  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        kpi = _chosen(known, told["kpi_id"])
        told["value"] = number(told["value"], versions[kpi.id].unit, "value")
        services.enter(session, actor, kpi, told, sent=sent_files("files"))
        flash(_("The value is kept."))
        return redirect_to("performance.new_value")

    back = url_for("performance.figures")
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Enter a value"), form=form, back=back, crumb=[(_("Figures"), back)],
        files=True,
        sub=_("Later entries of the same period replace earlier ones; the audit log keeps both."),
    ), save)  # fmt: skip


@blueprint.get("/values/<id:value_id>/files/<id:number>")
@access(VALUE_READ)
def value_file(session: Session, actor: Actor, value_id: int, number: int) -> Response:
    """A file beside a value, for whoever may see the value: leads on by a link of a few minutes."""
    found = load(session, actor, VALUE_READ, KpiValue, value_id)
    return redirect_to(link_to(session, actor, services.FILES.find(session, found.id, number), inline=True))


def _chosen(known: dict[int, Kpi], kpi_id: int) -> Kpi:
    return known[kpi_id]
