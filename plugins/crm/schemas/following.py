"""The forms of following leads up, and of deals."""

from __future__ import annotations

from plugins.crm.services.following.contacting import OUTCOMES
from plugins.crm.text import DEAL_KINDS, _
from remit import schema as fields

_SAID = {"label": _("What was said"), "kind": "textarea", "span": True, "rows": 3}
#: What a contact can come to, in words.
WORDS = dict(zip(OUTCOMES, (
    _("Contacted, custom proposal needed"), _("No need now, follow up later"), _("Lost"),
), strict=True))  # fmt: skip


class FollowSchema(fields.Schema):
    """What a contact came to."""

    outcome = fields.Choice(WORDS, required=True, metadata={"label": _("Outcome"), "kind": "radio"})
    said = fields.String(load_default="", max_length=500, metadata=_SAID)
    next_step = fields.String(load_default="", max_length=120, metadata={
        "label": _("Next step"), "placeholder": _("Send the proposal")})
    next_on = fields.Day(load_default=None, allow_none=True, metadata={
        "label": _("On"), "hint": _("A lead without a need returns in three months, unless you choose a day.")})
    reason = fields.String(load_default="", max_length=40, metadata={
        "label": _("Reason, if it is lost"), "kind": "select"})
    revision = fields.Integer(required=True, metadata={"label": _("Revision"), "kind": "hidden"})


class AssignSchema(fields.Schema):
    """Whom a lead is handed to."""

    person_id = fields.Id(required=True, metadata={"label": _("To"), "kind": "select"})
    said = fields.String(load_default="", max_length=500, metadata={**_SAID, "label": _("Remark")})
    revision = fields.Integer(required=True, metadata={"label": _("Revision"), "kind": "hidden"})


class DealSchema(fields.Schema):
    """A deal as it is opened or changed."""

    title = fields.String(required=True, max_length=160, metadata={"label": _("What is sold")})
    kind = fields.String(required=True, validate=fields.OneOf(DEAL_KINDS), metadata={"label": _("Kind")})
    list_amount = fields.Money(required=True, validate=fields.Range(min=1), metadata={
        "label": _("Amount by the list"), "hint": _("A discount is asked for on the page of the deal.")})
    expected_on = fields.Day(required=True, metadata={"label": _("Expected on")})
    months = fields.Integer(load_default=12, allow_none=True, validate=fields.Range(min=1, max=120), metadata={
        "label": _("Months"), "hint": _("How long what is bought runs; empty where it does not end.")})


class WinSchema(fields.Schema):
    """When a deal was won and from when it runs."""

    won_on = fields.Day(required=True, metadata={"label": _("Won on")})
    term_start = fields.Day(load_default=None, allow_none=True, metadata={
        "label": _("Runs from"), "hint": _("Empty: from the day it is won, a renewal from the end of the term.")})
    revision = fields.Integer(required=True, metadata={"label": _("Revision"), "kind": "hidden"})


class LoseSchema(fields.Schema):
    """Why a deal was lost, or a customer left."""

    reason = fields.String(required=True, max_length=40, metadata={"label": _("Reason"), "kind": "select"})
    revision = fields.Integer(required=True, metadata={"label": _("Revision"), "kind": "hidden"})


class DiscountSchema(fields.Schema):
    """How much is to be given away, and why."""

    amount = fields.Money(required=True, validate=fields.Range(min=1), metadata={"label": _("Given away")})
    reason = fields.String(required=True, max_length=500, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True})


class ReferralSchema(fields.Schema):
    """Which lead a customer recommended us to."""

    lead_id = fields.Id(required=True, metadata={"label": _("Lead"), "kind": "select"})


class FollowRuleSchema(fields.Schema):
    """How soon a unit follows its leads up, in working hours."""

    touch_hours = fields.Integer(required=True, validate=fields.Range(min=1, max=240), metadata={
        "label": _("First contact within"), "unit": _("working hours")})
    remind_hours = fields.Integer(required=True, validate=fields.Range(min=0, max=239), metadata={
        "label": _("Remind before"), "unit": _("working hours")})
    reclaim_hours = fields.Integer(required=True, validate=fields.Range(min=0, max=240), metadata={
        "label": _("Hand to a colleague after"), "unit": _("working hours"),
        "hint": _("Counted from the end of the time for the first contact.")})
