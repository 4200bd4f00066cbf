"""The forms of reviews and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from performance.models import ReviewForm, ReviewSection
from performance.services.reviews.writing import LONGEST
from performance.text import _
from performance.text_reviews import AGREED, POTENTIAL, REMARKS, SAID, SEEN
from remit import schema as fields

_WEIGHT = fields.Range(min=0, max=1_000_000)


class ReviewFormSchema(fields.Schema):
    """A review form: its scale and its sections, a line each."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code"), "hint": _(
        "A code that is there makes its next version.")})  # fmt: skip
    legal_entity_id = fields.Id(required=True, metadata={"label": _("Company")})
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    top = fields.Integer(required=True, strict=True, validate=fields.Range(min=2, max=10), metadata={
        "label": _("Best rating"), "hint": _("Ratings are whole numbers from 1.")})  # fmt: skip
    sections = fields.String(required=True, max_length=4_000, multiline=True, metadata={
        "label": _("Sections"), "span": True, "rows": 8, "hint": _(
            "A line each: 40% Results | 工作业绩 for a rating, text Achievements | 主要成绩 for a text.")})  # fmt: skip


class CycleSchema(fields.Schema):
    """A review cycle."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code")})
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    unit_id = fields.Id(required=True, metadata={"label": _("Unit and all below it")})
    form_id = fields.Id(required=True, metadata={"label": _("Review form")})
    starts_on = fields.Day(required=True, metadata={"label": _("Period from")})
    last_day = fields.Day(required=True, metadata={"label": _("Period until")})
    counted_on = fields.Day(required=True, metadata={"label": _("Whoever works there on"), "hint": _(
        "Whose primary assignment is in the unit on this day is reviewed.")})  # fmt: skip
    self_until = fields.Day(required=True, metadata={"label": _("Self-reviews until")})
    peers_until = fields.Day(required=True, metadata={"label": _("Peers and subordinates until")})
    manager_until = fields.Day(required=True, metadata={"label": _("Managers until")})
    calibrated_until = fields.Day(required=True, metadata={"label": _("Calibrated until")})
    signed_until = fields.Day(required=True, metadata={"label": _("Signed until"), "hint": _(
        "The reviewed may appeal until then.")})  # fmt: skip
    self_weight = fields.Rate(required=True, validate=_WEIGHT, metadata={"label": _("Weight of the self-review")})
    manager_weight = fields.Rate(required=True, validate=_WEIGHT, metadata={"label": _("Weight of the manager")})
    matrix_weight = fields.Rate(required=True, validate=_WEIGHT, metadata={
        "label": _("Weight of the matrix manager"), "hint": _("The superior of a concurrent assignment.")})
    peer_weight = fields.Rate(required=True, validate=_WEIGHT, metadata={"label": _("Weight of peers")})
    upward_weight = fields.Rate(required=True, validate=_WEIGHT, metadata={"label": _("Weight of subordinates")})
    guide = fields.String(load_default="", max_length=200, metadata={
        "label": _("Guide distribution"), "span": True, "hint": _(
            "A share for each rating from 1 on, as in 5% 15% 50% 25% 5%; it is shown beside, and forces nothing.")})


class PeerSchema(fields.Schema):
    """A peer, by employee number."""

    number = fields.String(required=True, max_length=40, metadata={
        "label": _("Employee number"), "kind": "combobox", "hint": _("Choose a colleague or type a number.")})


class PotentialSchema(fields.Schema):
    """How much potential the manager sees."""

    potential = fields.Choice(POTENTIAL, required=True, metadata={"label": _("Potential")})


class SignSchema(fields.Schema):
    """What the reviewed says to the result."""

    said = fields.Choice({key: SAID[key][0] for key in (SEEN, AGREED)}, required=True, metadata={
        "label": _("Your answer"), "kind": "radio"})  # fmt: skip


class AppealSchema(fields.Schema):
    """The reviewed contests the result."""

    wanted = fields.String(required=True, max_length=8, metadata={"label": _("Which rating is right"), "hint": _(
        "As in 4.20.")})  # fmt: skip
    reason = fields.String(required=True, max_length=LONGEST, multiline=True, metadata={
        "label": _("Reason"), "span": True, "rows": 6})  # fmt: skip


class MoveSchema(fields.Schema):
    """A final rating is moved."""

    rating = fields.String(required=True, max_length=8, metadata={"label": _("Final rating"), "hint": _("As in 4.20.")})
    reason = fields.String(required=True, max_length=400, multiline=True, metadata={"label": _("Reason"), "span": True})


class RemarkSchema(fields.Schema):
    """Feedback, praise, or a note of a talk."""

    kind = fields.Choice(REMARKS, required=True, metadata={"label": _("Kind")})
    number = fields.String(required=True, max_length=40, metadata={"label": _("Employee number")})
    day = fields.Day(required=True, metadata={"label": _("Day")})
    text = fields.String(required=True, max_length=4_000, multiline=True, metadata={
        "label": _("Text"), "span": True, "rows": 4})  # fmt: skip


def answer_schema(form: ReviewForm, sections: Sequence[ReviewSection]) -> type[Any]:
    """The form that is filled in for a review: a field ``s<id>`` for each section."""
    found: dict[str, Any] = {}
    for one in sections:
        if one.kind == "rating":
            found[f"s{one.id}"] = fields.Integer(
                required=True, validate=fields.Range(min=1, max=form.top), metadata={
                    "label": one.title, "kind": "pick", "options": [(at, str(at)) for at in range(1, form.top + 1)],
                },
            )  # fmt: skip
        else:
            found[f"s{one.id}"] = fields.String(
                load_default="", max_length=LONGEST, multiline=True,
                metadata={"label": one.title, "span": True, "rows": 4},
            )
    return type("AnswerSchema", (fields.Schema,), found)
