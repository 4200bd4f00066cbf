"""What this module tells programs."""

from plugins.crm.api.spending import blueprint

__all__ = ["blueprint"]
