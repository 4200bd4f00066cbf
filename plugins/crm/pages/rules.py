"""Tables of rules: all of them, one with its draft tried on last month's leads, and the editor of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.rules import RULES_PUBLISH, RULES_READ
from plugins.crm.models import RuleTable, RuleVersion
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.rules import RowsSchema, TableSchema
from plugins.crm.services.facts import FACTS, Vocabulary, vocabulary
from plugins.crm.services.leads.listing import names_of
from plugins.crm.services.places import all_places
from plugins.crm.services.rules import content, simulating, tables
from plugins.crm.text import _
from plugins.crm.text_rules import TABLE_KINDS, VERSION_STATES
from remit.base import Actor, DomainError
from remit.services import allowed, load
from remit.text import LOCALES
from remit.web import Form, Page, access, flash, page, redirect_to

_BLANK = 3


@blueprint.get("/rules")
@access(RULES_READ)
def rules(session: Session, actor: Actor) -> Page:
    """The tables one may see: which tags leads get, and who takes them."""
    found = tables.tables(session, actor)
    standing = {one.table.id: one.version for kind in TABLE_KINDS for one in tables.in_force(session, kind)}
    return page(
        "crm/rules.html", title=_("Rules about leads"), rows=found, standing=standing, kinds=TABLE_KINDS, facts=FACTS,
        may_make=allowed(session, actor, RULES_PUBLISH),
    )  # fmt: skip


@blueprint.route("/rules/new", methods=["GET", "POST"])
@access(RULES_PUBLISH)
def new_table(session: Session, actor: Actor) -> Page | Response:
    """Make a table; its rows come next."""
    form = Form(TableSchema, options={
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
        "kind": [(kind, str(text)) for kind, text in TABLE_KINDS.items()],
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        return redirect_to("crm.edit_rules", table_id=tables.make(session, actor, values).id)

    back = url_for("crm.rules")
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Make a table"), form=form, crumb=[(_("Rules about leads"), back)], back=back,
    ), save)  # fmt: skip


@blueprint.get("/rules/<id:table_id>")
@access(RULES_READ)
def rule_table(session: Session, actor: Actor, table_id: int) -> Page:
    """One table: what is in force, what a draft would change, and the versions there were."""
    table = load(session, actor, RULES_READ, RuleTable, table_id)
    words, found = vocabulary(session), tables.versions(session, table)
    draft = next((one for one in found if one.state == tables.DRAFT), None)
    standing = next((one for one in found if one.state == tables.IN_FORCE), None)
    units = {place.unit_id: place.title for place in all_places(session)}
    wrong, open_ = content.review(words, draft.content) if draft else ([], [])
    trial = simulating.simulate(session, actor, words, table, draft.content, standing) if draft else None
    told: Mapping[Any, str] = {}
    if trial is not None and draft is not None:
        keys = [line.key for line in trial.lines]
        told = simulating.outcomes_in_words(keys, [draft.content, *([standing.content] if standing else [])], units)
    people = names_of(session, {one for version in found for one in (version.published_by_person_id,) if one})
    return page(
        "crm/rule_table.html", title=table.title, table=table, kind=TABLE_KINDS[table.kind], states=VERSION_STATES,
        crumb=[(_("Rules about leads"), url_for("crm.rules"))], versions=found, draft=draft, standing=standing,
        shown=_shown(words, table, standing, units), draft_shown=_shown(words, table, draft, units), facts=FACTS,
        wrong=wrong, open=open_, trial=trial, told=told, people=people, unit=units.get(table.unit_id, "–"),
        standing_columns=_heads(standing), draft_columns=_heads(draft),
        notes=content.review(words, standing.content)[1] if standing else [],
        may_publish=allowed(session, actor, RULES_PUBLISH, table),
    )  # fmt: skip


def _heads(version: RuleVersion | None) -> list[dict[str, Any]]:
    return [{"label": FACTS[name]} for name in version.content["columns"]] if version is not None else []


def _shown(
    words: Vocabulary, table: RuleTable, version: RuleVersion | None, units: Mapping[int, Any]
) -> list[dict[str, Any]]:
    """The rows of a version as people read them."""
    if version is None:
        return []
    return [
        {"number": place, "cells": [content.cell_in_words(words, name, row["when"].get(name)) or _("any")
                                    for name in version.content["columns"]],
         "outcome": content.outcome_in_words(row, units, table.kind)}
        for place, row in enumerate(version.content["rows"], 1)
    ]  # fmt: skip


@blueprint.route("/rules/<id:table_id>/edit", methods=["GET", "POST"])
@access(RULES_PUBLISH)
def edit_rules(session: Session, actor: Actor, table_id: int) -> Page | Response:
    """The rows of the draft; it begins with what is in force."""
    table = load(session, actor, RULES_PUBLISH, RuleTable, table_id)
    words, found = vocabulary(session), tables.versions(session, table)
    units = [(place.unit_id, str(place.title)) for place in all_places(session)]
    like = next((one for one in found if one.state in (tables.DRAFT, tables.IN_FORCE)), None)
    form = Form(RowsSchema, values={"reason": like.reason if like and like.state == tables.DRAFT else ""})
    if request.method == "POST":
        grid = _posted(table)
    else:
        grid = _written(words, table, like)

    def save(values: dict[str, Any]) -> Response:
        try:
            tables.save_draft(session, actor, table, {**values, **grid})
        except DomainError as error:
            raise _placed(error) from error
        return redirect_to("crm.rule_table", table_id=table_id)

    facts = content.facts_of(table.kind)
    back = url_for("crm.rule_table", table_id=table_id)
    return form.answer(session, lambda: page(
        "crm/rules_form.html", title=_("Change the rows"), form=form, back=back, table=table, units=units,
        crumb=[(_("Rules about leads"), url_for("crm.rules")), (table.title, back)],
        facts=[(name, FACTS[name]) for name in facts], columns=grid["columns"],
        rows=[{**row, "n": n} for n, row in enumerate([*grid["rows"], *({"when": {}, "then": {}},) * _BLANK])],
        heads=_inputs(table, grid["columns"]),
        known={name: [str(words.title(name, one)) for one in words.labels[name]] for name in facts if name != "staff"},
    ), save)  # fmt: skip


def _inputs(table: RuleTable, columns: list[str]) -> list[dict[str, Any]]:
    """The heads of the columns that are filled in."""
    facts = [{"label": FACTS[name]} for name in content.facts_of(table.kind) if name in columns]
    if table.kind == "assign":
        return [{"label": _("Row")}, *facts, {"label": _("Team")}, {"label": _("Skill that is needed")}]
    return [{"label": _("Row")}, *facts, {"label": _("Tag")}, {"label": _("Title in Chinese")},
            {"label": _("Title in English")}]  # fmt: skip


def _placed(error: DomainError) -> DomainError:
    """A fault with the row it is in, in words."""
    part, _dot, rest = (error.field or "").partition(".")
    number = rest.partition(".")[0]
    if part != "rows" or not number.isdigit():
        return error
    return DomainError(error.code, _("Row {row}: {text}", row=int(number) + 1, text=error.message))


def _written(words: Vocabulary, table: RuleTable, version: RuleVersion | None) -> dict[str, Any]:
    """What the inputs hold at first: cells as people write them."""
    if version is None:
        return {"columns": ["staff"] if table.kind == "tag" else ["industry", "staff"], "rows": []}
    rows = [
        {"when": {name: str(content.cell_in_words(words, name, cell)) for name, cell in row["when"].items()},
         "then": row["then"]}
        for row in version.content["rows"]
    ]  # fmt: skip
    return {"columns": version.content["columns"], "rows": rows}


def _posted(table: RuleTable) -> dict[str, Any]:
    """The rows of a post; a row in which nothing is written is left out."""
    facts = content.facts_of(table.kind)
    columns = [name for name in request.form.getlist("columns") if name in facts]
    rows = []
    for n in range(content.MOST_ROWS + _BLANK):
        if f"r-{n}" not in request.form:
            continue
        when = {name: _text(f"r-{n}-{name}") for name in facts if _text(f"r-{n}-{name}")}
        if table.kind == "assign":
            unit = _text(f"r-{n}-unit")
            then: dict[str, Any] = {"unit_id": int(unit) if unit.isdigit() else 0, "skill": _text(f"r-{n}-skill")}
        else:
            titles = {locale: text for locale in LOCALES if (text := _text(f"r-{n}-title-{locale}"))}
            then = {"tag": _text(f"r-{n}-tag"), "title": titles}
        if when or any(then.values()):
            rows.append({"when": when, "then": then})
    return {"columns": columns, "rows": rows}


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()


@blueprint.post("/rules/<id:table_id>/publish")
@access(RULES_PUBLISH)
def publish_rules(session: Session, actor: Actor, table_id: int) -> Response:
    """Put the draft in force."""
    table = load(session, actor, RULES_PUBLISH, RuleTable, table_id)
    try:
        with session.begin_nested():
            tables.publish(session, actor, table)
    except DomainError as error:
        flash(error.message, "bad")
    else:
        flash(_("The rules are in force from now on."))
    return redirect_to("crm.rule_table", table_id=table_id)


@blueprint.post("/rules/<id:table_id>/discard")
@access(RULES_PUBLISH)
def discard_rules(session: Session, actor: Actor, table_id: int) -> Response:
    """Drop the draft."""
    tables.discard(session, actor, load(session, actor, RULES_PUBLISH, RuleTable, table_id))
    flash(_("The draft is dropped."))
    return redirect_to("crm.rule_table", table_id=table_id)
