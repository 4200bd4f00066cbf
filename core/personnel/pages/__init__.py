"""Pages of personnel changes."""

from core.personnel.pages import bounds, changes

blueprint = changes.blueprint

__all__ = ["blueprint", "bounds"]
