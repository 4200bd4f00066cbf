"""What can be allowed about numbers: to change how they are written."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("numbers")

CHANGE = "numbers.pattern:change"

ACTIONS = (ActionDef(CHANGE, _("Change how documents are numbered")),)
