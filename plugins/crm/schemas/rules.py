"""The forms of the standard, of tables of rules, of people who take leads, and of disputes."""

from __future__ import annotations

from plugins.crm.text import _
from plugins.crm.text_rules import DISPUTE_WORDS, TABLE_KINDS
from remit import schema as fields

_WORDS_HINT = _("Several are parted by commas.")


class StandardSchema(fields.Schema):
    """What a version of the standard says besides its questions and criteria."""

    effective_from = fields.Day(required=True, metadata={"label": _("In force from")})
    note = fields.String(load_default="", max_length=400, metadata={"label": _("Note")})
    marketing_unit_id = fields.Id(required=True, metadata={
        "label": _("Unit of marketing"), "hint": _("Its head signs.")})
    sales_unit_id = fields.Id(required=True, metadata={"label": _("Unit of sales"), "hint": _("Its head signs.")})


class TableSchema(fields.Schema):
    """A table of rules as it is made."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code")})
    kind = fields.String(required=True, validate=fields.OneOf(TABLE_KINDS), metadata={"label": _("Kind")})
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    unit_id = fields.Id(required=True, metadata={"label": _("Unit"), "hint": _("Its head changes the rows.")})
    order = fields.Integer(load_default=0, validate=fields.Range(min=0, max=999), metadata={"label": _("Order")})


class RowsSchema(fields.Schema):
    """What is said besides the rows of a draft."""

    reason = fields.String(load_default="", max_length=400, metadata={
        "label": _("Reason"), "span": True, "hint": _("Why the rules change; it is kept with the version.")})


class RepSchema(fields.Schema):
    """Somebody who takes leads."""

    person_id = fields.Id(required=True, metadata={"label": _("Person")})
    unit_id = fields.Id(required=True, metadata={"label": _("Team")})
    industries = fields.String(load_default="", max_length=400, metadata={
        "label": _("Industries"), "hint": _("None: all of them. Several are parted by commas.")})
    products = fields.String(load_default="", max_length=400, metadata={
        "label": _("Products"), "hint": _("None: all of them. Several are parted by commas.")})
    skills = fields.String(load_default="", max_length=400, metadata={"label": _("Skills"), "hint": _WORDS_HINT})
    most_open = fields.Integer(required=True, validate=fields.Range(min=1, max=10_000), metadata={
        "label": _("Open leads at most"), "hint": _("For a full post; who holds half of one takes half as many.")})
    is_active = fields.Boolean(load_default=False, metadata={"label": _("Takes leads")})


class RejectSchema(fields.Schema):
    """Why sales gives a lead back."""

    reason = fields.String(required=True, max_length=40, metadata={"label": _("Reason of rejection")})
    said = fields.String(load_default="", max_length=500, metadata={
        "label": _("In your words"), "kind": "textarea", "span": True})


class ContestSchema(fields.Schema):
    """Why marketing contests a rejection."""

    said = fields.String(required=True, max_length=500, metadata={
        "label": _("Why the lead is qualified"), "kind": "textarea", "span": True})


class SpeakSchema(fields.Schema):
    """What a side, or whoever stands above both, says of a disputed lead."""

    word = fields.String(required=True, validate=fields.OneOf(DISPUTE_WORDS), metadata={"label": _("Answer")})
    said = fields.String(load_default="", max_length=500, metadata={
        "label": _("In your words"), "kind": "textarea", "span": True})
