"""The words of this module."""

from __future__ import annotations

from remit.text import Text, catalogue

_ = catalogue("performance")

#: What the integers of a figure are.
UNITS: dict[str, Text] = {
    "count": _("Count"), "money": _("Money"), "rate": _("Percentage"), "days": _("Days"), "minutes": _("Minutes"),
}  # fmt: skip
GRAINS: dict[str, Text] = {"person": _("A person"), "unit": _("A unit"), "company": _("The company")}
DIRECTIONS: dict[str, Text] = {"up": _("More is better"), "down": _("Less is better")}
PERIODS: dict[str, Text] = {"month": _("Monthly"), "quarter": _("Quarterly"), "year": _("Yearly")}
#: How far a figure can be trusted, by the word that is stored.
QUALITY: dict[str, tuple[Text, str]] = {
    "checked": (_("Checked"), "ok"), "open": (_("Not checked"), "warn"), "estimate": (_("Estimated"), "bad"),
}  # fmt: skip
#: Where a value came from.
ORIGINS: dict[str, Text] = {
    "manual": _("Entered"), "import": _("From a file"), "api": _("From a program"), "source": _("Live"),
    "none": _("No source"),
}  # fmt: skip

DRAFT, SUBMITTED, APPROVED, REFUSED, WITHDRAWN = "draft", "submitted", "approved", "refused", "withdrawn"
#: How a scheme or an agreement stands: words and colour.
STATES: dict[str, tuple[Text, str]] = {
    DRAFT: (_("Draft"), ""), SUBMITTED: (_("Waiting"), "warn"), APPROVED: (_("Signed"), "ok"),
    REFUSED: (_("Refused"), "bad"), WITHDRAWN: (_("Taken back"), ""),
}  # fmt: skip
COMPUTED, CONFIRMED = "computed", "confirmed"
#: How the result of a reward stands.
RESULTS: dict[str, tuple[Text, str]] = {COMPUTED: (_("Worked out"), "info"), CONFIRMED: (_("Confirmed"), "ok")}
#: Why a figure of a score is not scored.
PROBLEMS: dict[int, Text] = {1: _("no source tells it"), 2: _("its target is zero")}
MEASURES: dict[str, Text] = {"attainment": _("Attainment of the target"), "absolute": _("The figure itself")}
SHARING: dict[str, Text] = {"head": _("Each alike"), "time": _("By working time")}

AGREED, DONE, DROPPED = "agreed", "done", "dropped"
#: How a goal stands: words and colour.
GOAL_STATES: dict[str, tuple[Text, str]] = {
    DRAFT: (_("Draft"), ""), AGREED: (_("Agreed"), "info"), DONE: (_("Done"), "ok"), DROPPED: (_("Dropped"), ""),
}  # fmt: skip
#: How sure somebody is of a key result.
CONFIDENCE: dict[str, tuple[Text, str]] = {
    "sure": (_("On track"), "ok"), "risk": (_("At risk"), "warn"), "off": (_("Off track"), "bad"),
}  # fmt: skip
ALIGNMENTS: dict[str, Text] = {"": _("With none"), "asked": _("Asked"), "confirmed": _("Confirmed")}
TAKES: dict[str, Text] = {"latest": _("The last period"), "total": _("The sum of all periods")}

#: What scores lead to.
OUTCOMES: dict[str, Text] = {
    "bonus": _("Performance bonus"), "raise": _("Proposal of a raise"), "training": _("Training need"),
    "promotion": _("Evidence for promotion"),
}  # fmt: skip
PROPOSED, DECLINED = "proposed", "declined"
#: How a proposal stands: words and colour.
PROPOSALS: dict[str, tuple[Text, str]] = {
    PROPOSED: (_("Proposed"), "info"), CONFIRMED: (_("Confirmed"), "ok"), DECLINED: (_("Declined"), ""),
}  # fmt: skip
