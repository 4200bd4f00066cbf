"""What a service asks: who may, what others say, which modules are on."""

from core.access.calls import allowed, decide, load, require, visible
from core.audit.events import record_bulk, record_reveal
from core.db.guard import system
from core.kernel.house import check, choose, give, of
from core.kernel.state import read as modules_on

__all__ = [
    "allowed",
    "check",
    "choose",
    "decide",
    "give",
    "load",
    "modules_on",
    "of",
    "record_bulk",
    "record_reveal",
    "require",
    "system",
    "visible",
]
