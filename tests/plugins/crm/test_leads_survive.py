"""What a program was told is taken in is there, whatever becomes of the process that took it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from core.db.keys import KeyRing
from core.db.session import Database
from tests.core.authority.company import Company
from tests.plugins.crm.intake import furnish
from tests.plugins.crm.lead_sender import BATCH

ROOT = Path(__file__).parents[3]


def test_nothing_is_lost_or_doubled_by_a_kill(
    company: Company, database: Database, key_ring: KeyRing, tmp_path: Path
) -> None:
    """A real process, killed with signal 9 in the middle of its batches; then the sender repeats all of them."""
    desk = furnish(company)
    key_ring.save(tmp_path / "keys.json")
    url = database.url.render_as_string(hide_password=False)

    def start(batches: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.plugins.crm.lead_sender", url, str(tmp_path / "keys.json"), str(tmp_path),
             str(batches)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    sender = start(10_000)
    try:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
        for batch in range(5):
            assert sender.stdout.readline() == f"{batch} {BATCH} 0\n"
        sender.send_signal(signal.SIGKILL)
        told = 5 + len([line for line in sender.stdout.read().splitlines() if line.endswith(" 0")])
    finally:
        sender.kill()
        sender.wait(10)
        if sender.stdout is not None:
            sender.stdout.close()
    leads = desk.leads()
    assert len(leads) in (told * BATCH, (told + 1) * BATCH), "whole batches; the last may be kept and not told"
    batches = told + 3
    again = start(batches)
    output, _errors = again.communicate(timeout=120)
    assert again.returncode == 0
    kept = [tuple(map(int, line.split()))[1:] for line in output.splitlines()[1:]]
    assert kept[:told] == [(0, BATCH)] * told
    assert {sum(one) for one in kept} == {BATCH}
    assert len(desk.leads()) == batches * BATCH == len({lead.company for lead in desk.leads()})
