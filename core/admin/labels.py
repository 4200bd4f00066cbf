"""What the audit log calls the switches of modules."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.kernel.models import ModuleState

_ = catalogue("admin")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(ModuleState, _("Module"), {
        "name": _("Module"), "is_on": _("Switched on"), "switched_at": _("Switched at"),
        "switched_by": _("Switched by"),
    }, ids={"switched_by": "core_account"})  # fmt: skip
