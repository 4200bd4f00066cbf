"""Pages of attendance: one's own month and leave, the month sheet, who is away, balances, importing punches."""

from attendance.pages import away, balances, imports, leave, mine, sheet
from attendance.pages.blueprint import blueprint

__all__ = ["away", "balances", "blueprint", "imports", "leave", "mine", "sheet"]
