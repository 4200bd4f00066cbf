"""The org chart, the list of people, and the file of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_actions, load
from core.access.declare import access, signed_in
from core.audit.actions import READ as READ_LOG
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.db.types import Translation
from core.kernel.house import of as house_of
from core.org import changes, chart, collaboration, people_list
from core.org import panel as side
from core.org.boxes import Drawing, head_of
from core.org.chart import MOST_OF_A_UNIT, PostBox, UnitBox
from core.org.models import Person
from core.org.resources import BANK, CHANGE, EXPORT, IDENTITY, READ
from core.org.services.people import reveal
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, asked_id, page
from core.web.slots import fill

_ = catalogue("org")

blueprint = ModuleBlueprint("org", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VIEWS = ("units", "reports", "edges")


def asked_day(actor: Actor) -> date:
    """The day of ``?day=``, else today."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today(actor.zone)


def _address(endpoint: str, actor: Actor, day: date, **values: Any) -> str:
    """A link that keeps the day where it is not today."""
    if day != clock.today(actor.zone):
        values["day"] = day.isoformat()
    return url_for(endpoint, **values)


@blueprint.get("/org")
@access("org.chart:read")
def index(session: Session, actor: Actor) -> Page:
    """The org chart of a day: by unit, by reporting line, or the lines between units."""
    day, view = asked_day(actor), request.args.get("view", "units")
    view = view if view in VIEWS else "units"
    found = chart.units(session, day)
    roots = [box for box in found.values() if box.parent_id not in found]
    drawing = Drawing(actor, day, asked_id("unit"), asked_id("position"), view if view != "units" else "")
    shared: dict[str, Any] = {
        "title": _("Org chart"), "day": day, "view": view, "filled": sum(box.filled for box in roots),
        "quota": sum(box.quota for box in roots), "today": clock.today(actor.zone),
        "drawing": drawing, "views": [
            {"label": label, "url": _address("org.index", actor, day, view=name, **_chosen(drawing)),
             "current": name == view}
            for name, label in (("units", _("Units and positions")), ("reports", _("Reporting lines")),
                                ("edges", _("Collaboration")))
        ],
    }
    if view == "edges":
        return page("org/collaboration.html", **shared, **_edges(session, actor, drawing, found))
    around = chart.around(session, day, drawing.position_id) if drawing.position_id else (None, None, [])
    nodes, boxes, unit = _nodes(session, drawing, found, roots, around[0])
    chart.hold(session, actor, day, [*boxes, *(box for box in (*around[:2], *around[2]) if box is not None)])
    panel: dict[str, Any] = {}
    if around[0] is not None:
        panel = side.of_position(session, actor, day, found, (around[0], around[1], around[2]))
    elif unit is not None:
        panel = side.of_unit(drawing, found, unit)
    slots = {"org.panel": fill(session, actor, "org.panel", day=day, unit_id=panel["unit_id"],
                               position_id=panel["position_id"], person_id=None)} if panel else {}
    return page("org/chart.html", {"panel": "panel"}, slots=slots, nodes=nodes(), panel=panel, **shared)


def _nodes(
    session: Session, drawing: Drawing, found: dict[int, UnitBox], roots: list[UnitBox], post: PostBox | None
) -> tuple[Callable[[], list[dict[str, Any]]], list[PostBox], UnitBox | None]:
    """How the chart is drawn once the holders are known, whose positions it shows, and the unit of the panel.

    The panel shows the chosen position or unit; with nothing chosen the company, so that it is never empty.
    """
    unit = None if post else found.get(drawing.unit_id or 0) or next(iter(roots), None)
    if drawing.view == "reports":
        found_lines = chart.lines(session, drawing.day, drawing.position_id)
        drawing.posts = chart.posts(session, drawing.day, [unit.id], [box.id for box in unit.children]) if unit else {}
        boxes = [*found_lines.tops, *(box for some in found_lines.under.values() for box in some)]
        boxes += [box for some in drawing.posts.values() for box in some]
        return lambda: drawing.lines(found_lines), boxes, unit
    shown = chart.unfold(found, roots, post.unit_id if post else drawing.unit_id)
    opened = {box.id for box in shown if box.open and box.posts <= MOST_OF_A_UNIT} | ({unit.id} if unit else set())
    opened |= {post.unit_id} if post else set()
    heads = {box.id for box in [*shown, *(unit.children if unit else ())]} - opened
    drawing.posts = chart.posts(session, drawing.day, opened, heads, chosen=drawing.position_id)
    boxes = [box for some in drawing.posts.values() for box in some]
    return lambda: drawing.tree(roots), boxes, unit


@blueprint.get("/org/children/<id:unit_id>")
@access("org.chart:read")
def children(session: Session, actor: Actor, unit_id: int) -> Page:
    """What stands directly below a unit, for the chart to unfold; ``?own=1`` the unit's positions alone."""
    day, skip, own, without = asked_day(actor), asked_id("skip") or 0, "own" in request.args, asked_id("without")
    found = chart.units(session, day)
    box = found.get(unit_id)
    if box is None:
        raise NotFound("not_found", _("There is no such unit on that day."))
    below = [] if own or skip else box.children
    drawing = Drawing(actor, day, hung=True)
    drawing.posts = chart.posts(session, day, [box.id], skip=skip, without=without)
    if below:
        heads = chart.posts(session, day, [], [child.id for child in below])
        drawing.posts = {**heads, **drawing.posts}
    chart.hold(session, actor, day, [post for some in drawing.posts.values() for post in some])
    nodes = [*drawing.of_unit(box, skip, without), *(drawing.unit(child) for child in below)]
    return page("org/children.html", title=box.title, nodes=nodes, day=day, **_part(skip))


@blueprint.get("/org/reports")
@access("org.chart:read")
def tops(session: Session, actor: Actor) -> Page:
    """Who reports to nobody, for the chart to go on with."""
    return _reports(session, actor, None)


@blueprint.get("/org/reports/<id:position_id>")
@access("org.chart:read")
def reports(session: Session, actor: Actor, position_id: int) -> Page:
    """Who reports directly to a position, for the chart to unfold."""
    return _reports(session, actor, position_id)


def _reports(session: Session, actor: Actor, position_id: int | None) -> Page:
    """A page of reports; ``?without=`` is one that the chart shows already."""
    day, skip = asked_day(actor), asked_id("skip") or 0
    without = asked_id("without")
    boxes, total = chart.below(session, day, position_id, skip=skip, without=without)
    chart.hold(session, actor, day, boxes)
    nodes = Drawing(actor, day, view="reports").below(position_id, boxes, skip=skip, count=total, without=without)
    return page("org/children.html", title=_("Reporting lines"), nodes=nodes, day=day, **_part(skip))


@blueprint.get("/org/changes")
@access("org.chart:read")
def change_record(session: Session, actor: Actor) -> Page:
    """What changed of a position (``?position=``) or a unit (``?unit=``), for the panel and as a page of its own."""
    unit_id, position_id = asked_id("unit"), asked_id("position")
    if position_id is not None:
        found = changes.of_position(session, actor, position_id)
    elif unit_id is not None:
        found = changes.of_unit(session, actor, unit_id)
    else:
        raise NotFound("not_found", _("Name a unit or a position."))
    kind, key = ("core_position", position_id) if position_id is not None else ("core_unit", unit_id)
    full = url_for("audit.thing", object_type=kind, object_id=key) if allowed(session, actor, READ_LOG) else ""
    return page("org/changes.html", title=_("Changes"), changes=found, full=full, **_part())


def _part(skip: int = 0) -> dict[str, Any]:
    """Whether the chart asks for a part of itself, and whether that part continues a list that is there."""
    partial = request.headers.get("HX-Request") == "true"
    return {"partial": partial, "bare": partial and skip > 0}


def _chosen(drawing: Drawing) -> dict[str, int]:
    """What is chosen stays chosen in the other views."""
    return {name: value for name, value in (("unit", drawing.unit_id), ("position", drawing.position_id)) if value}


def _edges(session: Session, actor: Actor, drawing: Drawing, found: dict[int, UnitBox]) -> dict[str, Any]:
    """The hand-over lines between the units of the day: as a drawing, and as rows for those who read them."""
    lists = fill(session, actor, "org.edges", day=drawing.day, unit_ids=list(found))
    drawn, edges = collaboration.view([edge for some in lists for edge in some], found)
    heads = chart.posts(session, drawing.day, [], drawn.cards)
    chart.hold(session, actor, drawing.day, [box for some in heads.values() for box in some])
    links = {unit: _address("org.index", actor, drawing.day, unit=unit) for unit in found}
    cards = [
        {"id": unit, "spot": spot, "unit": found[unit], "url": links[unit], "head": head_of(found[unit], heads)}
        for unit, spot in sorted(drawn.cards.items(), key=lambda item: (item[1].x, item[1].y))
    ]
    rows = [
        {"from": found[edge.from_unit_id], "to": found[edge.to_unit_id], "label": edge.label,
         "from_url": links[edge.from_unit_id], "to_url": links[edge.to_unit_id]}
        for edge in edges
    ]
    return {"map": drawn, "cards": cards, "edges": rows, "card_width": collaboration.CARD,
            "label_width": collaboration.LABEL}


# -- people ----------------------------------------------------------------------------------------------------------


@blueprint.get("/people")
@access("person.record:read")
def people(session: Session, actor: Actor) -> Page:
    """Everybody employed on a day; found by name, pinyin, initials or number."""
    day, words = asked_day(actor), request.args.get("q", "")[:100]
    unit_id, position_id = asked_id("unit"), asked_id("position")
    number = min(asked_id("page") or 1, 100_000)
    rows, total = people_list.search(
        session, actor, day, words=words, unit_id=unit_id, position_id=position_id, page=number
    )
    place = people_list.place_title(session, day, unit_id, position_id) if unit_id or position_id else None
    within = {name: value for name, value in (("unit", unit_id), ("position", position_id)) if value}

    def turn(to: int) -> str:
        return _address("org.people", actor, day, page=to, **({"q": words} if words else {}), **within)

    shown = [
        {"person": {"name": row.name, "person_id": row.id, "sub": row.number,
                    "url": url_for("org.person", person_id=row.id)},
         "unit": row.unit, "position": row.position, "grade": row.grade, "hired_on": row.hired_on,
         "head": {"text": _("Head"), "kind": "accent"} if row.is_head else None}
        for row in rows
    ]
    first = (number - 1) * people_list.PAGE
    return page(
        "org/people.html", {"people": "people"}, title=_("People"), rows=shown, words=words, first=first + 1,
        last=first + len(rows), total=total, previous=turn(number - 1) if number > 1 else "",
        next=turn(number + 1) if first + len(rows) < total else "", day=day, today=clock.today(actor.zone),
        place=place, within=within, everybody=_address("org.people", actor, day),
        export=_address("org.roster", actor, day) if allowed(session, actor, EXPORT) else "",
    )


@blueprint.get("/people/roster.xlsx")
@access("person.record:export")
def roster(session: Session, actor: Actor) -> Response:
    """The roster of a day as a workbook."""
    data = people_list.export_roster(session, actor, asked_day(actor))
    headers = {"Content-Disposition": "attachment; filename=roster.xlsx"}
    return Response(data, headers=headers, mimetype=XLSX)


@blueprint.get("/people/<id:person_id>")
@access("person.record:read")
def person(session: Session, actor: Actor, person_id: int) -> Page:
    """The file of a person: posts over time; contact and terms masked or left out for whoever may not."""
    found = load(session, actor, READ, Person, person_id)
    return _file(session, actor, found)


@blueprint.get("/people/me")
@signed_in
def me(session: Session, actor: Actor) -> Page:
    """One's own file."""
    if actor.person_id is None:
        return page("org/no_file.html", title=_("My file"))
    return _file(session, actor, load(session, actor, READ, Person, actor.person_id))


@blueprint.post("/people/<id:person_id>/reveal/<group>")
@access("person.record:read")
def show_masked(session: Session, actor: Actor, person_id: int, group: str) -> Page | Response:
    """Open a masked group of fields; who, when and what for is recorded."""
    found = load(session, actor, READ, Person, person_id)
    try:
        opened = reveal(session, actor, found, group, request.form.get("purpose", ""))
    except DomainError as error:
        if error.code != "reveal.purpose":
            raise
        answer = _file(session, actor, found, complaint=str(error), group=group)
        answer.status = 422
        return answer
    return _file(session, actor, found, opened=opened, group=group)


def _looks(session: Session, actor: Actor, found: Person, *, own: bool) -> str:
    """The way to who opened masked fields, for whoever reads the log and for the person himself."""
    if allowed(session, actor, READ_LOG):
        return url_for("audit.reveals", person_id=found.id)
    return url_for("audit.own_reveals") if own else ""


def _file(
    session: Session, actor: Actor, found: Person, *, opened: dict[str, str | None] | None = None, complaint: str = "",
    group: str = "",
) -> Page:
    own = actor.person_id == found.id
    values = people_list.file_of(session, found)
    clear = dict(opened or {})
    if own:
        clear = {name: getattr(found, name) for name in ("identity_number", "phone", "bank_account")}
    day = clock.today(actor.zone)
    current = next((one for one in values["posts"] if one.is_primary and one.valid_from <= day < one.valid_to), None)
    may = {} if own else allowed_actions(session, actor, (IDENTITY, BANK, CHANGE), found)
    places = {place.code: Translation(place.title) for country in house_of(session).registry.of("country")
              for place in country.places}
    return page(
        "org/person.html", {"identity": "identity", "bank": "bank"}, title=found.name, person=found, own=own,
        clear=clear, complaint=complaint, group=group, current=current, places=places,
        may_identity=may.get(IDENTITY, False), may_bank=may.get(BANK, False), may_terms=may.get(CHANGE, True),
        day=day, employments=values["employments"], posts=values["posts"], terms=values["terms"],
        looks=_looks(session, actor, found, own=own),
        slots={"org.person": fill(session, actor, "org.person", person_id=found.id, day=day)},
    )
