"""``python -m core.cli`` is ``remit``."""

from core.cli import main

main()
