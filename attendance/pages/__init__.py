"""Pages of attendance: one's own month, leave, overtime and punches; the sheet, who is away, balances, imports."""

from attendance.pages import (
    away,
    balances,
    corrections,
    imports,
    leave,
    leave_types,
    mine,
    overtime,
    punching,
    rules,
    sheet,
)
from attendance.pages.blueprint import blueprint

__all__ = ["away", "balances", "blueprint", "corrections", "imports", "leave", "leave_types", "mine", "overtime",
           "punching", "rules", "sheet"]  # fmt: skip
