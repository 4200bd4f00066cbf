"""The worker of the tests: `python -m tests.core.broker.worker URL KEYS INSTANCE BROKER QUEUE CHILDREN PIPE`."""

from __future__ import annotations

import sys
from pathlib import Path

from core.broker.carrier import carry
from core.db.keys import KeyRing
from core.db.session import Database
from tests.core.broker.place import around


def main() -> int:
    url, keys, instance, broker, queue, children, pipe = sys.argv[1:]
    house = around(Database(url, keys=KeyRing.load(Path(keys))), Path(instance), broker, queue)
    return carry(house, children=int(children), pipe=int(pipe), beat=0.2)


if __name__ == "__main__":
    sys.exit(main())
