"""Third-party files are what their lock says, with their licences, and light enough for a telephone."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "core" / "web" / "static"
SHELVES = (STATIC / "vendor", Path(__file__).parent / "vendor")
PAGE_BUDGET = 120 * 1024
SCRIPT_BUDGET = 10 * 1024
ALLOWED = {"0BSD", "MIT", "OFL-1.1", "Apache-2.0", "BSD-3-Clause"}
FOR_TESTS = ALLOWED | {"MPL-2.0"}


def lock(shelf: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((shelf / "vendor.lock.json").read_text(encoding="utf-8"))
    return rows


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_every_file_is_the_one_that_was_locked(shelf: Path) -> None:
    for row in lock(shelf):
        data = (shelf / row["file"]).read_bytes()
        digest = base64.b64encode(hashlib.sha384(data).digest()).decode()
        assert row["integrity"] == f"sha384-{digest}", f"{row['file']} was changed by hand"
        assert row["bytes"] == len(data)
        assert re.fullmatch(r"@?[\w./-]+@\d+\.\d+\.\d+", row["npm"]), f"{row['file']} has no exact version"


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_nothing_else_lies_there(shelf: Path) -> None:
    known = {"vendor.lock.json"} | {row[key] for row in lock(shelf) for key in ("file", "licence_file")}
    found = {path.relative_to(shelf).as_posix() for path in shelf.rglob("*") if path.is_file()}
    assert found == known


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_each_file_has_its_licence(shelf: Path) -> None:
    for row in lock(shelf):
        text = (shelf / row["licence_file"]).read_text(encoding="utf-8")
        assert len(text) > 400
        assert re.search(r"permission|licen[sc]e", text, re.IGNORECASE)
        assert row["licence"] in (ALLOWED if shelf.parent == STATIC else FOR_TESTS), row["npm"]


def test_a_page_stays_within_its_budget() -> None:
    """Styles, scripts, sprite and font of an ordinary page, compressed."""
    vendored = [SHELVES[0] / row["file"] for row in lock(SHELVES[0])]
    scripts = [STATIC / "app.js", STATIC / "chart.js", STATIC / "live.js"]
    files = [*(STATIC / "css").glob("*.css"), *scripts, *vendored]
    weights = {path.name: len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in files}
    assert sum(weights.values()) <= PAGE_BUDGET, weights
    assert all(len(script.read_bytes()) <= SCRIPT_BUDGET for script in scripts)
    assert {script.name for script in scripts} == {script.name for script in STATIC.glob("*.js")}


def test_the_sprite_holds_the_icons_that_were_asked_for() -> None:
    asked = (ROOT / "tools" / "icons.txt").read_text(encoding="utf-8").split()
    held = re.findall(r'<symbol id="([a-z0-9-]+)"', (SHELVES[0] / "icons.svg").read_text(encoding="utf-8"))
    assert held == sorted(set(asked))
