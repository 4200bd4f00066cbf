"""What can be allowed about letters, and how the authority list looks at those that were issued."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.db import guard
from core.kernel.specs import ActionDef, Anchor, Facts, ResourceType, SuggestedEntry, by_column
from core.letters.models import Letter
from core.org.models import Employment
from core.org.resources import READ as READ_PEOPLE
from core.org.resources import employment_facts, through_assignment

_ = catalogue("letters")

ISSUE = "letters.letter:issue"
READ = "letters.letter:read"
REVOKE = "letters.letter:revoke"
CHANGE = "letters.template:change"


def _facts(session: Session, letter: Letter) -> Facts:
    """A letter is where the person is that it is about."""
    marked = {guard.MARKER: frozenset([(READ_PEOPLE, "core_employment")])}
    employment = session.get_one(Employment, letter.employment_id, execution_options=marked)
    return employment_facts(session, employment)


def _place(target: str) -> Anchor:
    return through_assignment("employment_id", target, column="employment_id")


RESOURCE_TYPES = (
    ResourceType(
        name="letter",
        model=Letter,
        facts=_facts,
        anchors={
            "person": by_column("person_id"), "unit": _place("unit_id"), "position": _place("position_id"),
            "legal_entity": by_column("legal_entity_id"),
        },
        read=READ,
    ),
)

ACTIONS = (
    ActionDef(ISSUE, _("Issue employment certificates"), resource="employment"),
    ActionDef(READ, _("See letters that were issued"), resource="letter", power="read"),
    ActionDef(REVOKE, _("Revoke letters"), resource="letter"),
    ActionDef(CHANGE, _("Change the texts of letters")),
)

SUGGESTED = (
    SuggestedEntry(ISSUE, "self", _("Have one's own employment certificate"), roles=("everybody",)),
    SuggestedEntry(READ, "self", _("See one's own letters"), roles=("everybody",)),
    SuggestedEntry(ISSUE, "company", _("Issue employment certificates"), roles=("hr",)),
    SuggestedEntry(READ, "company", _("See letters that were issued"), roles=("hr",)),
    SuggestedEntry(REVOKE, "company", _("Revoke letters"), roles=("hr",)),
    SuggestedEntry(CHANGE, "all", _("Change the texts of letters"), roles=("hr",)),
)
