"""An installation of its own, driven by the `remit` command as people drive it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

TODAY = "2026-11-05"
"""The day the installation believes it is: the month before is over."""


@dataclass
class Installation:
    """A folder, a database, and what each command took."""

    folder: Path
    engine: Engine
    database_url: str
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, database_url: str = "") -> Installation:
        """A new installation with its first account, `admin`; on SQLite unless another database is named."""
        url = database_url or f"sqlite:///{folder / 'remit.sqlite'}"
        made = cls(folder, create_engine(url), url)
        code, _answer = made.run("init", "init", "--login", "admin")
        assert code == 0
        return made

    def run(self, step: str, *words: str) -> tuple[int, Any]:
        """Run `remit` in a process of its own; returns its exit code and its JSON, and notes the seconds."""
        acting = () if words[0] == "init" else ("--as", "admin")
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "core.cli", *words, *acting, "--json"],
            env=os.environ
            | {
                "REMIT_INSTANCE": str(self.folder), "REMIT_DATABASE_URL": self.database_url, "REMIT_DEMO_DATE": TODAY
            },
            cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.seconds[step] = round(time.monotonic() - began, 1)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """What a statement finds in the database, past every service."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def one(self, statement: str, **values: object) -> Any:
        """The only value a statement finds."""
        return self.rows(statement, **values)[0][0]
