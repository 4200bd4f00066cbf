"""The forms of this module."""

from __future__ import annotations

from performance.text import CONFIDENCE, DIRECTIONS, GRAINS, PERIODS, QUALITY, UNITS, _
from remit import schema as fields
from remit.files import EVIDENCE

_COMPANY = {"label": _("Company")}
_RATE = fields.Range(min=0, max=10_000_000)


class KpiSchema(fields.Schema):
    """What a figure is from a day on."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code"), "hint": _(
        "A short word without spaces, as in leads.")})  # fmt: skip
    legal_entity_id = fields.Id(required=True, metadata=_COMPANY)
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    valid_from = fields.Day(required=True, metadata={"label": _("Valid from")})
    unit = fields.Choice(UNITS, required=True, metadata={"label": _("Unit of measure")})
    grain = fields.Choice(GRAINS, required=True, metadata={"label": _("Of whom")})
    direction = fields.Choice(DIRECTIONS, required=True, metadata={"label": _("Direction")})
    period = fields.Choice(PERIODS, required=True, metadata={"label": _("Period")})
    target = fields.String(load_default="", max_length=40, metadata={"label": _("Target")})
    formula = fields.String(load_default="", max_length=500, multiline=True, metadata={
        "label": _("Formula"), "span": True, "hint": _("Over the sources listed on the right; empty: it is entered.")})
    floor = fields.Rate(required=True, validate=_RATE, metadata={"label": _("Floor"), "hint": _(
        "Attainment below it is worth nothing.")})  # fmt: skip
    cap = fields.Rate(required=True, validate=_RATE, metadata={"label": _("Cap"), "hint": _(
        "Attainment above it counts as this.")})  # fmt: skip
    curve = fields.String(load_default="", max_length=200, metadata={"label": _("Curve"), "span": True, "hint": _(
        "Attainment and what it is worth, as in 80%:0%, 100%:100%, 120%:150%; empty: worth is attainment.")})
    quality = fields.Choice({key: words for key, (words, _kind) in QUALITY.items()}, required=True, metadata={
        "label": _("Quality of the data")})  # fmt: skip
    duty = fields.String(load_default="", max_length=80, metadata={"label": _("Duty"), "hint": _(
        "The line of a duty list that answers for it.")})  # fmt: skip


class ValueSchema(fields.Schema):
    """What a figure was, with evidence."""

    kpi_id = fields.Id(required=True, metadata={"label": _("Figure")})
    day = fields.Day(required=True, metadata={"label": _("A day of the period")})
    value = fields.String(required=True, max_length=40, metadata={"label": _("Value"), "hint": _(
        "As the figure is kept: 105, 18%, 1,830,000.00.")})  # fmt: skip
    unit_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Unit"), "hint": _(
        "Only for a figure of units.")})  # fmt: skip
    number = fields.String(load_default="", max_length=40, metadata={"label": _("Employee number"), "hint": _(
        "Only for a figure of people.")})  # fmt: skip
    evidence = fields.String(required=True, max_length=400, metadata={
        "label": _("Evidence"), "span": True, "placeholder": _("Such as: report of 31 October, line 12")})
    files = fields.files_field(_("Files as evidence"), EVIDENCE)
    keep_files = fields.Boolean(load_default=False, metadata={
        "label": _("Keep the files of the earlier entry"), "span": True, "hint": _(
            "If this figure was entered for the period before; otherwise its files go with the earlier entry.")})


class SchemeSchema(fields.Schema):
    """A scheme, for a unit, a post or a person."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code"), "hint": _(
        "A code that is there makes its next version.")})  # fmt: skip
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    valid_from = fields.Day(required=True, metadata={"label": _("Valid from")})
    unit_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("For the unit")})
    position_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Or for the post")})
    number = fields.String(load_default="", max_length=40, metadata={
        "label": _("Or for the person"), "hint": _("Employee number; it stands in for the scheme of the main post.")})
    items = fields.String(required=True, max_length=4000, multiline=True, metadata={
        "label": _("Figures and weights"), "span": True, "hint": _(
            "A line each: code, weight, target where it differs, @ and the code of a unit whose figure counts.")})


class AgreementSchema(fields.Schema):
    """An agreement on a collaboration bonus."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code")})
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    place_unit_id = fields.Id(required=True, metadata={"label": _("Unit above all parties")})
    valid_from = fields.Day(required=True, metadata={"label": _("Valid from")})
    last_day = fields.Day(load_default=None, allow_none=True, metadata={"label": _("Last day")})
    measures = fields.String(required=True, max_length=2000, multiline=True, metadata={
        "label": _("Measures"), "span": True, "hint": _(
            "A line each: sales = code of a figure @ code of a unit, target.")})
    gates = fields.String(load_default="", max_length=2000, multiline=True, metadata={
        "label": _("Gates"), "span": True, "hint": _(
            "A line each, as in conversion >= 80% of the target; without a percent sign it is the figure itself.")})
    pool = fields.String(required=True, max_length=500, multiline=True, metadata={
        "label": _("Pool"), "span": True, "hint": _(
            "A formula of money, as in round((sales_actual - sales_target) * 0.05, 0.01).")})
    parties = fields.String(required=True, max_length=2000, multiline=True, metadata={
        "label": _("Parties and shares"), "span": True, "hint": _("A line each, as in MKT: 0.4.")})


class WorkOutSchema(fields.Schema):
    """Which month is worked out, and with which payroll it is paid."""

    month = fields.Month(required=True, metadata={"label": _("Month")})
    paid_with = fields.Month(required=True, metadata={"label": _("Paid with the payroll of")})


class GoalSchema(fields.Schema):
    """A goal with its key results."""

    title = fields.String(required=True, max_length=200, metadata={"label": _("Goal"), "span": True, "placeholder": _(
        "Such as: win leads that sales can work with")})  # fmt: skip
    grain = fields.Choice(GRAINS, required=True, metadata={"label": _("Of whom")})
    unit_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Unit"), "hint": _(
        "Only for a goal of a unit.")})  # fmt: skip
    starts_on = fields.Day(required=True, metadata={"label": _("First day")})
    last_day = fields.Day(required=True, metadata={"label": _("Last day")})
    parent_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Serves the goal"), "span": True,
        "hint": _("The owner of a goal in another department is asked first.")})  # fmt: skip
    results = fields.String(required=True, max_length=4000, multiline=True, metadata={
        "label": _("Key results"), "span": True, "hint": _(
            "A line each, as in Trial sign-ups: 0 -> 300, 40, the last number being its weight; = code @unit total "
            "after it lets it follow a figure.")})


class CheckInSchema(fields.Schema):
    """How far a key result is."""

    value = fields.String(load_default="", max_length=40, metadata={"label": _("It is now")})
    confidence = fields.Choice({key: words for key, (words, _kind) in CONFIDENCE.items()}, required=True, metadata={
        "label": _("How sure are you of the target?")})  # fmt: skip
    words = fields.String(load_default="", max_length=1000, metadata={"label": _("Words"), "span": True})


class DropSchema(fields.Schema):
    """Why a goal is dropped."""

    reason = fields.String(required=True, max_length=400, multiline=True, metadata={"label": _("Reason"), "span": True})


class OutcomeRulesSchema(fields.Schema):
    """What scores lead to in a company from a day on."""

    legal_entity_id = fields.Id(required=True, metadata=_COMPANY)
    valid_from = fields.Day(required=True, metadata={"label": _("Valid from"), "hint": _(
        "For periods that begin on this day or later.")})  # fmt: skip
    rules = fields.String(required=True, max_length=2000, multiline=True, metadata={
        "label": _("Rules for outcomes"), "span": True, "hint": _(
            "A line each, as in 95-110: bonus 10%, 110-: promotion, 0-60: training; the upper end is the next one's.")})


class DeclineSchema(fields.Schema):
    """Why a proposal is declined."""

    reason = fields.String(required=True, max_length=400, multiline=True, metadata={"label": _("Reason"), "span": True})
