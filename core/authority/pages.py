"""Pages of the lists, to read: mine, and those of the organisation."""

from __future__ import annotations

from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access, signed_in
from core.authority import apart, diffing, emergency, entries, reading, totals
from core.authority.actions import IMPORT, OPEN, SEE
from core.authority.asked import asked_day
from core.authority.browse.pages import tabs
from core.authority.drafting import draft_of
from core.authority.effects import effects
from core.authority.lifecycle import signing
from core.authority.models import PublishedList
from core.authority.readable import readable
from core.authority.replay import replay
from core.authority.shadow import running
from core.base import clock
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import in_order
from core.org import tree
from core.org.models import Assignment, Position, PositionVersion, UnitVersion
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority", __name__, url_prefix="/authority")

_MARK = [("authority.list:read", "core_assignment")]


@blueprint.get("/mine")
@signed_in
def mine(session: Session, actor: Actor) -> Page:
    """What I must and may, post by post."""
    day = clock.today(actor.zone)
    posts = session.execute(
        guard.mark(
            select(PositionVersion.position_id, PositionVersion.title, Position.code)
            .join(Position, Position.id == PositionVersion.position_id)
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(Assignment.person_id == (actor.person_id or 0), as_of(Assignment, day), as_of(PositionVersion, day))
            .order_by(Assignment.is_primary.desc(), Assignment.id),
            _MARK,
        )
    ).all()
    by_position = reading.position_sheets(session, [post.position_id for post in posts], day)
    sheets = [(title, code, by_position[position], position) for position, title, code in posts]
    return page(
        "authority/mine.html", title=_("My list"), sheets=sheets, may_away=allowed(session, actor, SEE),
        dormant=allowed(session, actor, OPEN) and bool(emergency.held(session, actor)),
        totals=totals.of_posts(session, [post.position_id for post in posts], day),
        waiting=signing.waiting(session, actor.person_id, day) if actor.person_id is not None else [],
        just_signed=signing.just_signed(session, actor.person_id, actor.zone) if actor.person_id is not None else [],
    )


@blueprint.get("/")
@access("authority.list:read")
def index(session: Session, actor: Actor) -> Page:
    """The published lists in force, by unit."""
    day = asked_day(actor)
    lists = session.execute(
        select(PublishedList, UnitVersion.title)
        .outerjoin(UnitVersion, (UnitVersion.unit_id == PublishedList.unit_id) & as_of(UnitVersion, day))
        .where(reading.in_force(day), readable(session, actor))
    ).all()
    order = tree.load(session, day)
    # The installation's own list comes first, then that of the company and those below it.
    rows = sorted(lists, key=lambda row: order[row[0].unit_id].lft if row[0].unit_id in order else 0)
    depth = {unit: node.depth for unit, node in order.items()}
    may_import = allowed(session, actor, IMPORT)
    trials = {one.row.unit_id: one for one in running.runs(session, actor, running=True)} if may_import else {}
    return page(
        "authority/index.html", title=_("Duty and authority lists"), lists=rows, depth=depth, day=day,
        publishers=reading.publishers(session, [row[0] for row in rows]), tabs=tabs("authority.index"),
        may_import=may_import, trials=trials,
    )


@blueprint.get("/units/<id:unit_id>")
@access("authority.list:read")
def unit(session: Session, actor: Actor, unit_id: int) -> Page:
    """The list of one unit: its own duties, then position by position."""
    day = asked_day(actor)
    found = session.execute(
        select(UnitVersion, diffing.latest(session, actor, unit_id)).where(
            UnitVersion.unit_id == unit_id, as_of(UnitVersion, day), readable(session, actor, UnitVersion)
        )
    ).one_or_none()
    if found is None:
        raise NotFound("not_found", _("There is no such unit on {day}, or it is not yours to see.", day=day))
    here, latest = found
    positions = session.execute(
        select(PositionVersion.position_id, PositionVersion.title, Position.code)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(PositionVersion.unit_id == unit_id, as_of(PositionVersion, day))
        .order_by(PositionVersion.order, in_order(PositionVersion.title))
    ).all()
    own, by_position = reading.unit_and_position_sheets(
        session, unit_id, [row.position_id for row in positions], day, readable(session, actor)
    )
    sheets = [(row.title, row.code, by_position[row.position_id], row.position_id) for row in positions]
    return page(
        "authority/unit.html", title=str(here.title),
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))], unit=here, own=own,
        sheets=sheets, day=day, rules=apart.kept(session, actor, day, unit_id),
        sources=_sources([own, *by_position.values()]),
        latest=latest, signed=signing.signed(session, actor, unit_id, day),
        trials=running.runs(session, actor, unit_id, running=True) if allowed(session, actor, IMPORT) else [],
    )


@blueprint.get("/units/<id:unit_id>/diff")
@access("authority.list:read")
def unit_diff(session: Session, actor: Actor, unit_id: int) -> Page:
    """Two versions of a unit's list compared, by default the last two."""
    return _diff(session, actor, unit_id)


@blueprint.get("/everybody/diff")
@access("authority.list:read")
def everybody_diff(session: Session, actor: Actor) -> Page:
    """Two versions of the installation's own list compared."""
    return _diff(session, actor, None)


def _diff(session: Session, actor: Actor, unit_id: int | None) -> Page:
    found = diffing.versions(session, actor, unit_id)
    before, after = diffing.pair(found, request.args.get("from", type=int), request.args.get("to", type=int))
    of: Text | str = _("Everybody who holds a post")
    here = url_for("authority.everybody")
    if unit_id is not None:
        of = reading.unit_titles(session, [unit_id], after.effective_from).get(unit_id, "–")
        here = url_for("authority.unit", unit_id=unit_id)
    return page(
        "authority/diff.html", title=_("What version {version} changed", version=after.version), of=of,
        unit_id=unit_id, versions=found,
        difference=diffing.compare(session, before, after), effects=effects(session, actor, before, after),
        replay=replay(session, actor, draft_of(session, after)),
        crumb=[(_("Duty and authority lists"), url_for("authority.index")), (of, here)],
    )


@blueprint.get("/everybody")
@access("authority.list:read")
def everybody(session: Session, actor: Actor) -> Page:
    """What everybody may who holds a post, by the lists one may read."""
    day = asked_day(actor)
    sheet = reading.everybody_sheet(session, day, readable(session, actor))
    return page(
        "authority/everybody.html", title=_("Everybody who holds a post"), sheet=sheet,
        latest=session.scalar(select(diffing.latest(session, actor, None))),
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@blueprint.get("/entries/<code>")
@access("authority.list:read")
def entry(session: Session, actor: Actor, code: str) -> Page:
    """One authority entry, by default as it is in force: where decisions, refusals and the audit log point."""
    shown = entries.show(session, actor, code, request.args.get("version", type=int), asked_day(actor))
    return page(
        "authority/entry.html", title=shown.code, shown=shown,
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


def _sources(sheets: list[reading.Sheet]) -> list[reading.Source]:
    """The lists that some sheets are taken from, each once."""
    return list({(str(one.unit), one.version): one for sheet in sheets for one in sheet.sources}.values())
