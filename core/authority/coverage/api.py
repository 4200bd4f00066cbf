"""The coverage report for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.access.declare import access
from core.authority.coverage import report
from core.authority.coverage.finding import CODES, SEVERITIES
from core.authority.coverage.report import ACCEPT, READ
from core.authority.coverage.told import told
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of
from core.web.blueprints import ApiBlueprint

_ = catalogue("authority")

api = ApiBlueprint("authority_api", __name__, url_prefix="/authority", description="Duty and authority lists")


class CoverageQuery(PageQuery):
    """A page of the report as of a day; of one unit with those below, of one code."""

    day = fields.Day(load_default=None)
    unit = fields.String(load_default="", max_length=40)
    code = fields.String(load_default="", max_length=8)


class LadderStepSchema(fields.Schema):
    """A rung of a ladder: closed ends in minor units, null without an end."""

    position = fields.String()
    title = fields.String()
    entry = fields.String()
    low = fields.Integer(allow_none=True)
    high = fields.Integer(allow_none=True)
    holders = fields.Integer()


class CoverageFindingSchema(fields.Schema):
    """A finding; ``low`` and ``high`` are the closed ends of the amounts it is about, in minor units."""

    key = fields.String()
    code = fields.Choice(CODES)
    severity = fields.Choice({str(name): words for name, words in SEVERITIES.items()})
    message = fields.String()
    place = fields.String()
    remedy = fields.String()
    unit = fields.String(allow_none=True)
    position = fields.String(allow_none=True)
    action = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    low = fields.Integer(allow_none=True)
    high = fields.Integer(allow_none=True)
    conditions = fields.List(fields.String())
    entries = fields.List(fields.String())
    ladder = fields.List(fields.Nested(LadderStepSchema))
    owner = fields.String(allow_none=True)
    accepted_until = fields.Day(allow_none=True)
    accepted_because = fields.String(allow_none=True)


class AcceptanceSchema(fields.Schema):
    """Why a finding is lived with, and up to which day."""

    reason = fields.String(required=True, max_length=500)
    until = fields.Day(required=True)


@api.get("/coverage")
@access(READ)
@api.arguments(CoverageQuery, location="query")
@api.response(200, page_of(CoverageFindingSchema))
def coverage(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """What the lists leave open on a day, serious findings first, of the units the holder of the token may read."""
    day = query["day"] or clock.today(actor.zone)
    unit = report.unit_named(session, query["unit"], day)
    found = [
        one for one in report.findings(session, actor, day, unit) if query["code"] in ("", one.code)
    ]
    first = 0
    if query["after"]:
        first = next((place for place, one in enumerate(found, 1) if one.key == query["after"]), 0)
        if not first:
            raise DomainError("page.after", _("The report has changed; read it from the beginning."), "after")
    shown = found[first:first + query["limit"]]
    following = shown[-1].key if first + len(shown) < len(found) else None
    return KeysetPage([told(one) for one in report.reported(session, shown, day)], following)


@api.post("/coverage/<key>/accept")
@access(ACCEPT)
@api.arguments(AcceptanceSchema)
@api.response(200, CoverageFindingSchema)
def accept(session: Session, actor: Actor, data: dict[str, Any], key: str) -> dict[str, Any]:
    """Accept a finding of today for a time."""
    day = clock.today(actor.zone)
    report.accept(session, actor, day, key, reason=data["reason"], until=data["until"])
    return told(report.reported(session, [report.find(session, actor, day, key)], day)[0])
