"""Values, scores and results of reviews for programs, as integers: minor units, millionths, hundredths, counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.figures import VALUE_ENTER, VALUE_READ
from performance.actions.reviews import REVIEW_READ
from performance.actions.schemes import SCORE_READ
from performance.models import KpiValue, Review, ReviewCycle, Score
from performance.rules.scoring import LARGEST_FIGURE
from performance.services import values as services
from performance.services.figures import by_code
from performance.services.reviews.results import TOLD
from performance.text import _
from remit import schema as fields
from remit.base import Actor, DomainError
from remit.models import guard
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate

blueprint = ApiBlueprint("performance_api", __name__, url_prefix="/performance", description="Performance")


class KpiValueSchema(fields.Schema):
    """What a figure was in ``[starts_on, ends_on)``; ``subject_id`` is what ``grain`` says."""

    id = fields.Integer()
    kpi_id = fields.Integer()
    grain = fields.String()
    subject_id = fields.Integer()
    starts_on = fields.Day()
    ends_on = fields.Day()
    value = fields.Integer()
    origin = fields.String()
    evidence = fields.String()


class KpiValueBody(fields.Schema):
    """What a figure was in the period of ``day``: of a unit, of the employment ``number``, or of the company."""

    code = fields.String(required=True, max_length=40)
    day = fields.Day(required=True)
    value = fields.Integer(required=True, strict=True, validate=fields.Range(min=-LARGEST_FIGURE, max=LARGEST_FIGURE))
    evidence = fields.String(required=True, max_length=400)
    unit_id = fields.Id(load_default=None, allow_none=True)
    number = fields.String(load_default="", max_length=40)


class ScoreSchema(fields.Schema):
    """A score in hundredths of a point; ``scored`` is the weight that could be scored, in millionths."""

    id = fields.Integer()
    grain = fields.String()
    subject_id = fields.Integer()
    starts_on = fields.Day()
    ends_on = fields.Day()
    points = fields.Integer()
    scored = fields.Integer()


class ReviewResultSchema(fields.Schema):
    """What a review came to, in hundredths of a rating: by those who wrote, and after calibration and appeal."""

    id = fields.Integer()
    cycle_id = fields.Integer()
    employment_id = fields.Integer()
    rating = fields.Integer(allow_none=True)
    final = fields.Integer(allow_none=True)
    answer = fields.String()


@blueprint.get("/values")
@access(VALUE_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(KpiValueSchema))
def list_values(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """What figures were, as far as the token may see it."""
    return paginate(session, visible(session, actor, VALUE_READ, select(KpiValue), few=True), [KpiValue.id], **query)


@blueprint.get("/values/<id:value_id>")
@access(VALUE_READ)
@blueprint.response(200, KpiValueSchema)
def get_value(session: Session, actor: Actor, value_id: int) -> KpiValue:
    """One value."""
    return load(session, actor, VALUE_READ, KpiValue, value_id)


@blueprint.post("/values")
@access(VALUE_ENTER)
@blueprint.arguments(KpiValueBody)
@blueprint.response(201, KpiValueSchema)
def post_value(session: Session, actor: Actor, body: dict[str, Any]) -> KpiValue:
    """Tell what a figure was; a later entry of the same period replaces an earlier one."""
    kpi = by_code(session).get(body.pop("code"))
    if kpi is None:
        raise DomainError("performance.no_kpi", _("There is no figure with this code."), "code")
    return services.enter(session, actor, kpi, body, origin="api")


@blueprint.get("/scores")
@access(SCORE_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ScoreSchema))
def list_scores(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Scores, as far as the token may see them."""
    return paginate(session, visible(session, actor, SCORE_READ, select(Score), few=True), [Score.id], **query)


@blueprint.get("/reviews")
@access(REVIEW_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ReviewResultSchema))
def list_reviews(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Results of reviews that were told, as far as the token may see them; never a single answer."""
    told = select(ReviewCycle.id).where(ReviewCycle.state.in_(TOLD))
    # Whoever may see a review may know that its cycle is over.
    statement = guard.mark(
        select(Review).where(Review.cycle_id.in_(told)), [(REVIEW_READ, ReviewCycle.__tablename__)]
    )
    return paginate(session, visible(session, actor, REVIEW_READ, statement, few=True), [Review.id], **query)
