"""A process of its own that takes leads in, batch after batch, and says of each when it is kept."""

from __future__ import annotations

import sys
from pathlib import Path

from core.db.keys import KeyRing
from core.db.session import Database
from plugins.crm.services.intake.bringing import brought
from plugins.crm.services.intake.capture import capture
from plugins.crm.services.intake.words import words
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import house_on

BATCH = 20


def main(url: str, keys: str, folder: str, batches: int) -> None:
    """Send ``batches`` of them, each in a transaction of its own."""
    house = house_on(Database(url, keys=KeyRing.load(Path(keys))), Path(folder))
    print("ready", flush=True)
    for batch in range(batches):
        with house.session(SYSTEM, write=True) as session:
            known = words(session)
            rows = [
                brought(known, {"channel": "wx", "company": f"客户{batch}之{one}", "external_id": f"{batch}-{one}"})
                for one in range(BATCH)
            ]
            outcomes = [one.outcome for one in capture(session, SYSTEM, "api", rows)]
        print(batch, outcomes.count("new"), outcomes.count("known"), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
