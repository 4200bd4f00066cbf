"""The demo company as an app: built once for the whole suite, copied for each file of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from core.app import create_app
from core.cli.operate import prepare
from core.config import Config
from core.demo import build, story
from core.demo.telling import Story


def told_in(folder: Path, told: Story) -> Path:
    """A folder on SQLite in which a story was built with every module, as it is on its first day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMIT_DEMO_DATE", str(told.today))
        house = prepare(Config(instance=folder))
        build.build(house, lambda *_: None, told)
        house.database.dispose()
    return folder


@contextmanager
def living_in(built: Path, folder: Path, told: Story) -> Iterator[Flask]:
    """A copy of a built story as an app, on the day of the story."""
    shutil.copytree(built, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMIT_DEMO_DATE", str(told.today))
        house = prepare(Config(instance=folder))
        yield create_app(house=house)
        house.database.dispose()


@pytest.fixture(scope="session")
def lingke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo company."""
    return told_in(Path(tmp_path_factory.mktemp("lingke")), story.LINGKE)


@pytest.fixture(scope="module")
def company(lingke: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A company of one's own, living on its own day: what a file of tests does to it, no other file sees."""
    with living_in(lingke, Path(tmp_path_factory.mktemp("company")), story.LINGKE) as app:
        yield app
