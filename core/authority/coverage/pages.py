"""The coverage report as pages: what is open by how serious it is, and one finding with the form to accept it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access
from core.authority.actions import MITIGATE
from core.authority.asked import asked_day
from core.authority.coverage import report
from core.authority.coverage.finding import CODES, SEVERITIES, Finding
from core.authority.coverage.report import ACCEPT, READ
from core.authority.readable import readable
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.org.models import Unit, UnitOrder, UnitVersion
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_coverage", __name__, url_prefix="/authority/coverage")

#: Findings of one severity on the page; whoever has more settles them code by code or unit by unit.
SHOWN = 100
#: So many findings of a code stand open below each other, more of them fold.
FEW = 4
#: The acceptance the form proposes: a quarter.
USUAL = timedelta(days=90)


class AcceptSchema(fields.Schema):
    """Why a finding is lived with, and how long."""

    reason = fields.String(
        required=True, max_length=500,
        metadata={"label": _("Reason"), "kind": "textarea", "hint": _("Read by everybody who reads the report.")},
    )
    until = fields.Day(required=True, metadata={"label": _("Accepted until")})


@blueprint.get("")
@access(READ)
def index(session: Session, actor: Actor) -> Page:
    """What is open on a day, of all units or one with those below, all codes or one; what is accepted, folded."""
    day, code, chosen = asked_day(actor), request.args.get("code", ""), request.args.get("unit", "")
    code = code if code in CODES else ""
    unit = report.unit_named(session, chosen, day)
    found = report.reported(session, report.findings(session, actor, day, unit), day)
    opened = [one for one in found if one.accepted is None]
    counts = Counter(one.finding.code for one in opened)

    def to(**other: Any) -> str:
        args = {"unit": chosen, "code": code, "day": request.args.get("day", ""), **other}
        return url_for("authority_coverage.index", **{name: value for name, value in args.items() if value})

    of_code = [one for one in found if not code or one.finding.code == code]
    return page(
        "authority/coverage.html", {"findings": "findings"}, title=_("Coverage report"), day=day, code=code,
        code_title=CODES.get(code, ""), unit=chosen, units=_units(session, actor, day), shown=SHOWN,
        few=FEW, titles=CODES,
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
        groups=[
            (severity, words, [one for one in of_code if one.accepted is None and one.finding.severity == severity])
            for severity, words in SEVERITIES.items()
        ],
        accepted=[one for one in of_code if one.accepted is not None], total=len(opened), every=to(code=""),
        counts=[(one, CODES[one], counts[one], to(code=one)) for one in CODES if counts[one]],
        url=lambda one: url_for("authority_coverage.show", key=one.finding.key, day=request.args.get("day") or None),
    )


def _units(session: Session, actor: Actor, day: date) -> list[tuple[str, str]]:
    """The units the reader may choose, as the tree has them."""
    rows = session.execute(
        select(Unit.code, UnitVersion.title, UnitOrder.depth)
        .join(Unit, Unit.id == UnitVersion.unit_id)
        .join(UnitOrder, (UnitOrder.unit_id == UnitVersion.unit_id) & as_of(UnitOrder, day))
        .where(
            as_of(UnitVersion, day), readable(session, actor, UnitVersion),
            readable(session, actor, UnitVersion, action=READ),
        )
        .order_by(UnitOrder.lft)
    )
    return [(code, f"{'　' * depth}{title}") for code, title, depth in rows]


@blueprint.route("/<key>", methods=["GET", "POST"])
@access(READ)
def show(session: Session, actor: Actor, key: str) -> Page | Response:
    """One finding: what it is about, the ladder it stands in, and accepting it for a time."""
    day = asked_day(actor)
    found = report.find(session, actor, day, key)
    form = Form(AcceptSchema, values={"reason": "", "until": day + USUAL})

    def view() -> Page:
        one = report.reported(session, [found], day)[0]
        return page(
            "authority/finding.html", title=CODES[found.code], one=one, finding=found, form=form,
            severity=SEVERITIES[found.severity], may_accept=report.may_accept(session, actor, found),
            crumb=[(_("Coverage report"), url_for("authority_coverage.index"))], facts=_facts(found),
            mitigate=_mitigating(session, actor, found),
        )

    def save(values: dict[str, Any]) -> Response:
        report.accept(session, actor, day, key, **values)
        flash(_("The finding is accepted until {day}.", day=values["until"]))
        return redirect_to("authority_coverage.index")

    answer: Page | Response = form.answer(session, view, save)
    return answer


@blueprint.post("/<key>/reopen")
@access(ACCEPT)
def reopen(session: Session, actor: Actor, key: str) -> Response:
    """Take an acceptance back."""
    report.reopen(session, actor, asked_day(actor), key)
    flash(_("The finding is open again."))
    return redirect_to("authority_coverage.index")


def _mitigating(session: Session, actor: Actor, found: Finding) -> str | None:
    """Where to record what lets the employee of a finding pass, for whoever may."""
    if found.code != "C09" or found.subject[0] == "post" or not allowed(session, actor, MITIGATE):
        return None
    return url_for("separation.new", rule=found.subject[1], number=found.subject[2])


def _facts(found: Finding) -> list[tuple[Text, Any]]:
    said: Sequence[tuple[Text, Any]] = [
        (_("Code"), found.code), (_("Place"), found.place), (_("What to do"), found.remedy),
        (_("Who puts it right"), found.owner.title if found.owner is not None else None),
        (_("Position"), found.post.title if found.post is not None else None), (_("Action"), found.action),
    ]
    return [(name, value) for name, value in said if value]
