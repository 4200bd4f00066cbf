"""Pages of attendance: one's own month and days, the month sheet, importing punches."""

from attendance.pages import imports, mine, sheet
from attendance.pages.blueprint import blueprint

__all__ = ["blueprint", "imports", "mine", "sheet"]
