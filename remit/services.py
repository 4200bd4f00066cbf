"""What a service asks: who may, what others say, which modules are on."""

from core.access.calls import allowed, allowed_actions, allowed_many, decide, held_by, load, require, visible
from core.access.few import Group, least_people
from core.access.unseen import unseen
from core.audit.events import record_bulk, record_reveal, revealed_at
from core.authority.duties import DutyLine, duties_on
from core.db.guard import system
from core.identity.throttle import blocked, count_failure
from core.kernel.house import check, choose, give, of
from core.kernel.kept import kept, kept_each
from core.kernel.state import read as modules_on

__all__ = [
    "DutyLine",
    "Group",
    "allowed",
    "allowed_actions",
    "allowed_many",
    "blocked",
    "check",
    "choose",
    "count_failure",
    "decide",
    "duties_on",
    "give",
    "held_by",
    "kept",
    "kept_each",
    "least_people",
    "load",
    "modules_on",
    "of",
    "record_bulk",
    "record_reveal",
    "require",
    "revealed_at",
    "system",
    "unseen",
    "visible",
]
