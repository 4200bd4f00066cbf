"""Pages of personnel changes."""

from core.personnel.pages.changes import blueprint

__all__ = ["blueprint"]
