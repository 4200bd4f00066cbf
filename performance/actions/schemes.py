"""What people may do with schemes and the scores they come to."""

from __future__ import annotations

from performance.actions.figures import SUBJECT, subject
from performance.actions.signed import PLACE, acts_of, stands
from performance.models import Scheme, Score
from performance.text import _
from remit.specs import ActionDef, ResourceType, SuggestedEntry, by_column

SCHEME_READ = "performance.scheme:read"
SCHEME_DRAFT = "performance.scheme:draft"
SCHEME_PUBLISH = "performance.scheme:publish"
SCORE_READ = "performance.score:read"
SCORE_COMPUTE = "performance.score:compute"
#: The kind of question that a scheme is.
SCHEME = "performance.scheme"

RESOURCE_TYPES = (
    ResourceType(
        "performance.scheme", Scheme, stands, anchors=PLACE | {"person": by_column("person_id")}, read=SCHEME_READ,
        acts=acts_of(SCHEME, SCHEME_DRAFT, SCHEME_PUBLISH),
        material=("valid_from", "unit_id", "position_id", "person_id"),
    ),
    ResourceType("performance.score", Score, subject, anchors=SUBJECT, read=SCORE_READ),
)  # fmt: skip

ACTIONS = (
    ActionDef(SCHEME_READ, _("See performance schemes"), resource="performance.scheme", power="read"),
    ActionDef(SCHEME_DRAFT, _("Draft performance schemes"), resource="performance.scheme"),
    ActionDef(SCHEME_PUBLISH, _("Sign performance schemes"), resource="performance.scheme", power="decide",
              no_self=True),
    ActionDef(SCORE_READ, _("See scores"), resource="performance.score", power="read"),
    ActionDef(SCORE_COMPUTE, _("Work out scores")),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(SCORE_READ, "self", _("See one's own scores"), roles=("everybody",)),
    SuggestedEntry(SCORE_READ, "subtree", _("See scores of one's department"), roles=("head",)),
    SuggestedEntry(SCHEME_READ, "subtree", _("See schemes of one's department"), roles=("head",)),
    SuggestedEntry(SCHEME_DRAFT, "company", _("Draft performance schemes"), roles=("hr",)),
    SuggestedEntry(SCORE_COMPUTE, "all", _("Work out scores"), roles=("hr",)),
)
