"""岗位说明书 (job description sheets) as institutions keep them in Word: read, shown with what was not understood, and
only after somebody has confirmed it made into posts and into drafts of lists.
"""

from core.authority.sheets.reading import DutyRead, SheetRead, Unread, read_sheets

__all__ = ["DutyRead", "SheetRead", "Unread", "read_sheets"]
