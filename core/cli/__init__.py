"""The command line: ``remit``. The same services as the pages, for scripts and for people who like terminals.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by the authority list or found by
`--fail-on`, 4 the input has errors.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper


def main() -> None:
    """Entry point of the ``remit`` command."""
    from core.cli.root import remit

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show ends no command
    remit(prog_name="remit")
