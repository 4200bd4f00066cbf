"""Commands on the command line: ``@acting`` gives one an acting account, a ``Desk`` and exit codes."""

from core.cli.acting import MONTH, Desk, Failed, acting
from core.cli.progress import Progress

__all__ = ["MONTH", "Desk", "Failed", "Progress", "acting"]
