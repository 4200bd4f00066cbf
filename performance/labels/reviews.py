"""What the audit log calls the tables of reviews and remarks."""

from __future__ import annotations

from performance import models
from performance.labels.words import PLACE, SPAN, UNIT, WEIGHT
from performance.text import _
from performance.text_reviews import (
    ANSWER_STATES,
    APPEALS,
    CYCLE_STATES,
    FORM_STATES,
    PARTS,
    REMARKS,
    SAID,
    SECTIONS,
)
from remit.models import describe

CYCLE, FORM, REVIEW, RATING = _("Review cycle"), _("Review form"), _("Performance review"), _("Rating")
MANAGER = _("Manager")
DRAFTED = {"title": _("Title"), "state": _("Status"), "drafted_by_person_id": _("Drafted by"),
           "created_at": _("Written at")}  # fmt: skip


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.ReviewForm, FORM, DRAFTED | {
        "code": _("Code"), "version": _("Version"), "legal_entity_id": _("Company"), "top": _("Best rating"),
    }, values={"state": {key: words for key, (words, _kind) in FORM_STATES.items()}})  # fmt: skip
    describe(models.ReviewSection, _("Section of a review form"), {
        "form_id": FORM, "kind": _("Kind"), "title": _("Title"), "weight": WEIGHT, "sort_order": _("Order"),
    }, values={"kind": SECTIONS})  # fmt: skip
    describe(models.ReviewCycle, CYCLE, DRAFTED | SPAN | {
        "code": _("Code"), "legal_entity_id": _("Company"), "unit_id": UNIT, "form_id": FORM,
        "counted_on": _("Whoever works there on"), "self_until": _("Self-reviews until"),
        "peers_until": _("Peers and subordinates until"), "manager_until": _("Managers until"),
        "calibrated_until": _("Calibrated until"), "signed_until": _("Signed until"),
        "self_weight": _("Weight of the self-review"), "manager_weight": _("Weight of the manager"),
        "matrix_weight": _("Weight of the matrix manager"), "peer_weight": _("Weight of peers"),
        "upward_weight": _("Weight of subordinates"), "guide": _("Guide distribution"), "opened_at": _("Opened at"),
        "told_at": _("Told at"), "closed_at": _("Finished at"),
    }, values={"state": {key: words for key, (words, _kind) in CYCLE_STATES.items()}})  # fmt: skip
    describe(models.Review, REVIEW, PLACE | {
        "cycle_id": CYCLE, "employment_id": _("Employment"), "manager_person_id": MANAGER,
        "rating": _("Overall rating"), "final": _("Final rating"), "potential": _("Potential"),
        "grounds": _("What it comes from"), "answer": _("Answer of the reviewed"), "answered_at": _("Answered at"),
    }, values={"answer": {key: words for key, (words, _kind) in SAID.items()}})  # fmt: skip
    describe(models.ReviewAnswer, _("Answer in a performance review"), {
        "review_id": REVIEW, "part": _("Who writes"), "writer_person_id": _("Written by"), "person_id": _("Person"),
        "state": _("Status"), "content": _("Answers"), "rating": RATING,
    }, values={
        "part": PARTS, "state": {key: words for key, (words, _kind) in ANSWER_STATES.items()},
    })  # fmt: skip
    describe(models.ReviewMove, _("Moved rating"), {
        "review_id": REVIEW, "before": _("Before"), "after": _("After"), "reason": _("Reason"),
        "moved_by_person_id": _("Moved by"), "moved_at": _("Moved at"),
    })  # fmt: skip
    describe(models.ReviewAppeal, _("Appeal against a performance review"), PLACE | {
        "review_id": REVIEW, "manager_person_id": MANAGER, "before": _("Before"), "wanted": _("Rating asked for"),
        "reason": _("Reason"), "state": _("Status"), "outcome": _("Outcome"), "opened_at": _("Opened at"),
        "settled_at": _("Settled at"),
    }, values={"state": {key: words for key, (words, _kind) in APPEALS.items()}})  # fmt: skip
    describe(models.Remark, _("Remark"), {
        "kind": _("Kind"), "writer_person_id": _("Written by"), "person_id": _("Person"),
        "reader_person_id": _("Read by"), "superior_person_id": _("Superior"), "day": _("Day"), "text": _("Text"),
        "written_at": _("Written at"),
    }, values={"kind": REMARKS})  # fmt: skip
