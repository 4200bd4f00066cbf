"""The process that ``remit worker`` starts where there is a broker: ``python -m core.cli.carrying JOBS PIPE``."""

from __future__ import annotations

import sys

from core import config as configuration
from core.broker.carrier import carry
from core.opening import open_house


def main() -> int:
    """Open the installation, which asks its database nothing, and carry jobs."""
    children, pipe = (int(word) for word in sys.argv[1:])
    return carry(open_house(configuration.load(), pages=False), children=children, pipe=pipe)


if __name__ == "__main__":
    sys.exit(main())
