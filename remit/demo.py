"""The demo company, for modules that add their part to it with ``give_demo``."""

from core.authority.acting import acting
from core.contracts.demo import Demo, DemoPerson

__all__ = ["Demo", "DemoPerson", "acting"]
