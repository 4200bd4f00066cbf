"""What the audit log calls patterns of numbers."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.numbers.models import NumberPattern

_ = catalogue("numbers")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(NumberPattern, _("Pattern of numbers"), {"kind": _("Document"), "pattern": _("Pattern")})
