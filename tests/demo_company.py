"""The demo company as an app: built once for the whole suite, copied for each file of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from core.app import create_app
from core.cli.operate import prepare
from core.config import Config
from core.demo import build, story


@pytest.fixture(scope="session")
def lingke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo company on SQLite, as it is on its first day."""
    folder = Path(tmp_path_factory.mktemp("lingke"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMIT_DEMO_DATE", str(story.TODAY))
        house = prepare(Config(instance=folder))
        build.build(house, lambda *_: None)
        house.database.dispose()
    return folder


@pytest.fixture(scope="module")
def company(lingke: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A company of one's own, living on its own day: what a file of tests does to it, no other file sees."""
    folder = Path(tmp_path_factory.mktemp("company"))
    shutil.copytree(lingke, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMIT_DEMO_DATE", str(story.TODAY))
        house = prepare(Config(instance=folder))
        yield create_app(house=house)
        house.database.dispose()
