"""Calibration: everybody of a cycle by rating, the distribution beside, and the nine boxes."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from performance.actions.reviews import CYCLE_READ, REVIEW_CALIBRATE
from performance.models import ReviewCycle
from performance.pages.blueprint import blueprint
from performance.services.places import units_on
from performance.services.reviews import results
from performance.services.reviews.forms import form_of
from performance.services.reviews.signing import written
from performance.text import _
from performance.text_reviews import CALIBRATING, CYCLE_STATES, POTENTIAL
from remit.base import Actor
from remit.services import load
from remit.web import Page, access, page


@blueprint.get("/cycles/<id:cycle_id>/calibration")
@access(REVIEW_CALIBRATE)
def calibration(session: Session, actor: Actor, cycle_id: int) -> Page:
    """The board of a cycle, as far as one may calibrate it."""
    found = load(session, actor, CYCLE_READ, ReviewCycle, cycle_id)
    top = form_of(session, found.form_id).top
    running = found.state == "running"
    board = results.board(session, actor, found, top) if not running else None
    units = units_on(session, found.counted_on)
    moving = found.state == CALIBRATING
    return page(
        "performance/calibration.html", title=_("Calibration"), found=found, state=CYCLE_STATES[found.state],
        rows=[{
            "name": row["name"], "unit": units.title(row["review"].unit_id),
            "rating": written(row["review"].final) if row["review"].final is not None else "–",
            "before": written(row["review"].rating) if row["moved"] and row["review"].rating is not None else "",
            "points": f"{row['points'] / 100:.2f}" if row["points"] is not None else "",
            "potential": POTENTIAL.get(str(row["review"].potential), ""),
            "part": row["review"].final or 0, "url": url_for("performance.move_rating", review_id=row["review"].id)
            if moving else "",
        } for row in board.rows] if board else [],
        spread=[{"label": str(at + 1), "value": count} for at, count in enumerate(board.spread)] if board else [],
        guide=[(str(at + 1), count) for at, count in enumerate(board.guide)] if board and board.guide else [],
        boxes=[(POTENTIAL[str(potential)], [board.boxes.get((potential, at), []) for at in (1, 2, 3)])
               for potential in (3, 2, 1)] if board else [],
        unrated=board.unrated if board else 0, top=top, rated=board is not None and any(board.spread),
        crumb=[(_("Review cycles"), url_for("performance.cycles")), (
            found.title, url_for("performance.cycle", cycle_id=found.id))],
    )  # fmt: skip
