"""The demo company, for modules that add their part to it with ``give_demo``."""

from core.contracts.demo import Demo, DemoPerson
from core.authority.acting import acting

__all__ = ["Demo", "DemoPerson", "acting"]
