"""The templates of lists as pages: which there are, what one says, and writing it with one's own codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.declare import access
from core.authority import wording
from core.authority.actions import IMPORT
from core.authority.checks import is_asked
from core.authority.document import EntryDraft
from core.authority.starters import MARK, Starter, as_file, mapped, starter, starters
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors
from core.base.text import Text, catalogue
from core.kernel.house import of as house_of
from core.kernel.state import read as modules_on
from core.org.models import Position, Unit
from core.web.blueprints import ModuleBlueprint
from core.web.headers import disposition
from core.web.pages import Page, page

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_templates", __name__, url_prefix="/authority/templates")


@blueprint.get("")
@access(IMPORT)
def index(_session: Session, _actor: Actor) -> Page:
    """The templates there are."""
    return page(
        "authority/templates.html", title=_("Templates of lists"), starters=starters().values(),
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@blueprint.get("/<name>")
@access(IMPORT)
def show(session: Session, actor: Actor, name: str) -> Page:
    """What a template says, and the form that puts the organisation's codes into it."""
    return _shown(session, actor, starter(name))


@blueprint.get("/<name>/list.yaml")
@access(IMPORT)
def file(session: Session, actor: Actor, name: str) -> Page | Response:
    """The template as a file with the codes asked for, to be changed and imported."""
    found = starter(name)
    try:
        draft, named = mapped(found, _given("unit", found.units), _given("position", found.posts), _day())
    except DomainError as error:
        told = [str(problem.message) for problem in error.problems] if isinstance(error, InputErrors) else [str(error)]
        return _shown(session, actor, found, complaint=" ".join(dict.fromkeys(told)))
    text = as_file(draft, named, house_of(session).registry, modules_on(session))
    response = Response(text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = disposition(f"{draft.unit}.yaml")
    response.headers["Cache-Control"] = "no-store"
    return response


def _given(kind: str, codes: Any) -> dict[str, str]:
    """The codes that the form names anew; an empty one stays what it is."""
    asked = {code: request.args.get(f"{kind}.{code}", "").strip() for code in codes}
    return {code: new for code, new in asked.items() if new and new != code}


def _day() -> date | None:
    given = request.args.get("from", "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise DomainError("day.format", _("A date is written 2026-10-01."), "from") from error


def _shown(session: Session, actor: Actor, found: Starter, *, complaint: str = "") -> Page:
    there = {kind: set(session.scalars(select(model.code))) for kind, model in (("unit", Unit), ("position", Position))}

    def field(kind: str, code: str, title: Any) -> dict[str, Any]:
        value = request.args.get(f"{kind}.{code}", code)
        told: Text = _("Is there already.") if value in there[kind] else _("Is not there yet.")
        return {"name": f"{kind}.{code}", "label": _("{title} ({code})", title=title, code=code), "value": value,
                "required": True, "hint": told}

    registry, on = house_of(session).registry, modules_on(session)
    entries = [(entry, _where(found, entry), wording.limit(entry), is_asked(registry, on, entry.action))
               for entry in found.draft.entries]
    return page(
        "authority/template.html", title=found.title, found=found, mark=MARK, complaint=complaint,
        status=422 if complaint else 200,
        day={"name": "from", "label": _("First day"), "kind": "date", "required": True,
             "value": request.args.get("from") or clock.today(actor.zone).isoformat()},
        units=[field("unit", one.code, one.title) for one in found.units.values()],
        positions=[field("position", one.code, one.title) for one in found.posts.values()],
        posts=[
            (
                post, [duty for duty in found.draft.duties if duty.position == post.code],
                [row for row in entries if row[0].position == post.code],
                [kpi for kpi in found.draft.kpis if kpi.position == post.code],
            )
            for post in found.posts.values()
        ],
        boundaries=[(one, found.units[one.lead].title, [found.units[unit].title for unit in one.support])
                    for one in found.draft.boundaries],
        crumb=[(_("Duty and authority lists"), url_for("authority.index")),
               (_("Templates of lists"), url_for("authority_templates.index"))],
    )


def _where(found: Starter, entry: EntryDraft) -> Text | str:
    if entry.scope_unit is None:
        return wording.SCOPE_WORDS[entry.scope]
    title = str(found.units[entry.scope_unit].title)
    return _("{unit} and below", unit=title) if entry.scope == "subtree" else title
