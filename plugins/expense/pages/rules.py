"""The rules of expenses, which everybody may read, and the forms of whoever sets them."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.expense.actions import RULE_EDIT
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.schemas import AgeSchema, CitySchema, DatedSchema, RuleSchema
from plugins.expense.services import allowances as services
from plugins.expense.services.places import entities
from plugins.expense.text import RULES, TIERS, _
from remit.base import Actor, clock
from remit.services import allowed, require
from remit.text import Text
from remit.web import Form, Page, access, flash, page, redirect_to, signed_in


@blueprint.get("/rules")
@signed_in
def rules(session: Session, actor: Actor) -> Page:
    """What is given today, in which city, to whom, and where the company's rules say so."""
    today = clock.today(actor.zone)
    found = services.rules_on(session, today)
    cities: dict[tuple[int, str], list[str]] = {}
    for one in services.cities_on(session, today):
        cities.setdefault((one.legal_entity_id, one.tier), []).append(one.city)
    companies = {one.id: str(one.name) for one in entities(session)}
    return page(
        "expense/rules.html", title=_("Rules of expenses"), rows=[one for one in found if one.kind != services.AGE],
        ages=[one for one in found if one.kind == services.AGE], kinds=RULES, tiers=TIERS, companies=companies,
        cities=[(companies[entity], TIERS[tier], names) for (entity, tier), names in sorted(cities.items())],
        may_edit=allowed(session, actor, RULE_EDIT),
    )  # fmt: skip


@blueprint.route("/rules/new", methods=["GET", "POST"])
@access(RULE_EDIT)
def new_rule(session: Session, actor: Actor) -> Page | Response:
    """Let a rule hold from a day on."""
    return _form(session, actor, RuleSchema, _("Set a rule"), services.set_rule)


@blueprint.route("/rules/age", methods=["GET", "POST"])
@access(RULE_EDIT)
def new_age(session: Session, actor: Actor) -> Page | Response:
    """Let invoices be so old from a day on."""
    return _form(session, actor, AgeSchema, _("Age of invoices"), lambda session, actor, values: services.set_rule(
        session, actor, {**values, "kind": services.AGE}))  # fmt: skip


@blueprint.route("/rules/city", methods=["GET", "POST"])
@access(RULE_EDIT)
def new_city(session: Session, actor: Actor) -> Page | Response:
    """Let a city be of a tier from a day on."""
    return _form(session, actor, CitySchema, _("Set the tier of a city"), services.set_city)


def _form(session: Session, actor: Actor, schema: type[DatedSchema], title: Text, keep: Any) -> Page | Response:
    require(session, actor, RULE_EDIT)
    offered = entities(session)
    form = Form(schema, values={
        "valid_from": clock.today(actor.zone), "legal_entity_id": offered[0].id if offered else None,
    }, options={"legal_entity_id": [(one.id, str(one.name)) for one in offered]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        keep(session, actor, values)
        flash(_("It holds from the day you chose; what held before ends there."))
        return redirect_to("expense.rules")

    back = url_for("expense.rules")
    return form.answer(session, lambda: page(
        "expense/form.html", title=title, form=form, back=back, sub="", missing="", crumb=[(_("Rules"), back)],
    ), save)  # fmt: skip
