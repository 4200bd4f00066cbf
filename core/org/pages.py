"""The org chart, the list of people, and the file of a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, load
from core.access.declare import access, signed_in
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.org import chart, people_list
from core.org.chart import PostBox, UnitBox
from core.org.models import Person
from core.org.resources import BANK, CHANGE, EXPORT, IDENTITY, READ
from core.org.services.people import reveal
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page
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


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) < 2**63 else None


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
    unit_id, position_id = _number("unit"), _number("position")
    chosen = chart.post_of(session, day, position_id) if position_id else None
    if view == "reports":
        nodes = _lines(session, actor, day, chosen)
    elif view == "units":
        shown = chart.unfold(found, roots, chosen.unit_id if chosen else unit_id)
        nodes = _tree(session, actor, day, roots, shown, (unit_id, position_id))
    else:
        nodes = []
    panel = _panel(session, actor, day, found, chosen, unit_id)
    slots = {"org.panel": fill(session, actor, "org.panel", day=day, unit_id=panel.get("unit_id"),
                               position_id=panel.get("position_id"), person_id=None)} if panel else {}
    return page(
        "org/chart.html", {"panel": "panel"}, slots=slots, title=_("Org chart"), day=day, view=view, nodes=nodes,
        panel=panel, filled=sum(box.filled for box in roots), quota=sum(box.quota for box in roots),
        edges=_edges(session, actor, day, found) if view == "edges" else [],
        today=clock.today(actor.zone),
        views=[
            {"label": label, "url": _address("org.index", actor, day, view=name), "current": name == view}
            for name, label in (("units", _("Units and positions")), ("reports", _("Reporting lines")),
                                ("edges", _("Collaboration")))
        ],
    )


@blueprint.get("/org/children/<id:unit_id>")
@access("org.chart:read")
def children(session: Session, actor: Actor, unit_id: int) -> Page:
    """What stands directly below a unit, for the chart to unfold."""
    day = asked_day(actor)
    found = chart.units(session, day)
    box = found.get(unit_id)
    if box is None:
        raise NotFound("not_found", _("There is no such unit on that day."))
    box.open = True
    nodes = _tree(session, actor, day, [box], [box, *box.children], (None, None))
    return page("org/children.html", title=box.title, nodes=nodes[0]["children"], day=day, column=not box.children)


@blueprint.get("/org/reports/<id:position_id>")
@access("org.chart:read")
def reports(session: Session, actor: Actor, position_id: int) -> Page:
    """Who reports directly to a position, for the chart to unfold."""
    day = asked_day(actor)
    boxes = chart.below(session, day, [position_id])
    chart.hold(session, actor, day, boxes)
    chart.count_below(session, day, boxes)
    nodes = [_post_node(actor, day, box, None, view="reports") for box in boxes]
    return page("org/children.html", title=_("Reporting lines"), nodes=nodes, day=day, column=False)


def _tree(
    session: Session, actor: Actor, day: date, roots: list[UnitBox], shown: list[UnitBox],
    chosen: tuple[int | None, int | None],
) -> list[dict[str, Any]]:
    boxes = chart.posts(
        session, actor, day, [box.id for box in shown if box.open], [box.id for box in shown if not box.open]
    )

    def node(box: UnitBox) -> dict[str, Any]:
        mine = boxes.get(box.id, [])
        lead = next((post.holder for post in mine if post.is_head and post.holder), None)
        made: dict[str, Any] = {"unit": {
            "name": box.title, "url": _address("org.index", actor, day, unit=box.id), "lead": lead, "target": "#panel",
            "filled": box.filled, "quota": box.quota, "current": box.id == chosen[0], "key": f"u{box.id}",
        }}
        if box.open:
            posts = [_post_node(actor, day, post, chosen[1]) for post in mine]
            below = [node(child) for child in box.children]
            # Where both stand below a unit, its own posts would break the row of units; they show with the unit.
            made["children"] = below or posts
            if below and posts:
                own = {"unit": {"name": _("Posts of {unit}", unit=box.title), "url": made["unit"]["url"],
                                "target": "#panel", "lead": lead, "filled": box.own_filled, "quota": box.own_quota,
                                "key": f"o{box.id}"}, "children": posts, "column": True}
                made["children"] = [own, *below]
            made["column"] = not below
        elif box.children or box.posts:
            made |= {"folded": True, "children_url": _address("org.children", actor, day, unit_id=box.id)}
        return made

    return [node(box) for box in roots]


def _post_node(
    actor: Actor, day: date, post: PostBox, chosen: int | None, view: str | None = None
) -> dict[str, Any]:
    made: dict[str, Any] = {"post": {
        "title": post.title, "grade": post.grade, "holder": post.holder, "target": "#panel",
        "url": _address("org.index", actor, day, position=post.id, **({"view": view} if view else {})),
        "acting": post.holder is not None and post.holder.kind == "acting",
        "more": post.holder.more if post.holder else 0, "current": post.id == chosen, "key": f"p{post.id}",
    }}
    if view == "reports" and post.below:
        made |= {"folded": True, "children_url": _address("org.reports", actor, day, position_id=post.id)}
    return made


def _lines(session: Session, actor: Actor, day: date, chosen: PostBox | None) -> list[dict[str, Any]]:
    """The chart by reporting line: two levels open, the others on demand."""
    tops = chart.below(session, day, None)
    second = chart.below(session, day, [box.id for box in tops])
    chart.hold(session, actor, day, [*tops, *second])
    chart.count_below(session, day, [*tops, *second])
    nodes = []
    for top in tops:
        made = _post_node(actor, day, top, chosen.id if chosen else None, view="reports")
        under = [_post_node(actor, day, box, chosen.id if chosen else None, view="reports")
                 for box in second if box.reports_to_id == top.id]
        if under:
            made = {"post": made["post"], "children": under}
        nodes.append(made)
    return nodes


def _edges(session: Session, actor: Actor, day: date, found: dict[int, UnitBox]) -> list[dict[str, Any]]:
    lists = fill(session, actor, "org.edges", day=day, unit_ids=list(found))
    return [
        {"from": found[edge.from_unit_id].title, "to": found[edge.to_unit_id].title, "label": edge.label,
         "from_url": _address("org.index", actor, day, unit=edge.from_unit_id),
         "to_url": _address("org.index", actor, day, unit=edge.to_unit_id)}
        for edges in lists for edge in edges if edge.from_unit_id in found and edge.to_unit_id in found
    ]


def _panel(
    session: Session, actor: Actor, day: date, found: dict[int, UnitBox], post: PostBox | None, unit_id: int | None
) -> dict[str, Any]:
    """The side panel of the chosen position or unit."""
    if post is not None:
        above = chart.post_of(session, day, post.reports_to_id) if post.reports_to_id else None
        under = chart.below(session, day, [post.id])
        chart.hold(session, actor, day, [box for box in (post, above, *under) if box is not None])
        unit = found.get(post.unit_id)
        return {
            "position_id": post.id, "post": post, "unit": unit, "above": above, "under": under,
            "holders": [box.holder for box in under if box.holder], "vacant": max(0, post.headcount - post.held),
            "stand_ins": chart.stand_ins(session, actor, day, post.id),
        }
    unit = found.get(unit_id) if unit_id is not None else None
    if unit is None:
        return {}
    mine = chart.posts(session, actor, day, [unit.id]).get(unit.id, [])
    return {"unit_id": unit.id, "unit": unit, "posts": mine[:30], "above": found.get(unit.parent_id or 0),
            "head": next((box.holder for box in mine if box.is_head and box.holder), None)}


# -- people ----------------------------------------------------------------------------------------------------------


@blueprint.get("/people")
@access("person.record:read")
def people(session: Session, actor: Actor) -> Page:
    """Everybody employed on a day; found by name, pinyin, initials or number."""
    day, words, unit_id = asked_day(actor), request.args.get("q", "")[:100], _number("unit")
    number = min(_number("page") or 1, 100_000)
    rows, more = people_list.search(session, actor, day, words=words, unit_id=unit_id, page=number)

    def turn(to: int) -> str:
        return _address("org.people", actor, day, page=to, **({"q": words} if words else {}),
                        **({"unit": unit_id} if unit_id else {}))

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
        last=first + len(rows), previous=turn(number - 1) if number > 1 else "", next=turn(number + 1) if more else "",
        day=day,
        export=url_for("org.roster") if allowed(session, actor, EXPORT) else "",
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
        answer = _file(session, actor, found, complaint=str(error))
        answer.status = 422
        return answer
    return _file(session, actor, found, opened=opened)


def _file(
    session: Session, actor: Actor, found: Person, *, opened: dict[str, str | None] | None = None, complaint: str = ""
) -> Page:
    own = actor.person_id == found.id
    values = people_list.file_of(session, found)
    clear = dict(opened or {})
    if own:
        clear = {name: getattr(found, name) for name in ("identity_number", "phone", "bank_account")}
    day = clock.today(actor.zone)
    current = next((one for one in values["posts"] if one.is_primary and one.valid_from <= day < one.valid_to), None)
    return page(
        "org/person.html", title=found.name, person=found, own=own, clear=clear, complaint=complaint, current=current,
        may_identity=not own and allowed(session, actor, IDENTITY, found),
        may_bank=not own and allowed(session, actor, BANK, found),
        may_terms=own or allowed(session, actor, CHANGE, found), day=day, employments=values["employments"],
        posts=values["posts"], terms=values["terms"],
        slots={"org.person": fill(session, actor, "org.person", person_id=found.id, day=day)},
    )
