"""Where the large data sets lie. They stay outside the repository: `make check-data DATA=DIR` names their folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the data sets."""
    named = os.environ.get("REMIT_TEST_DATA", "")
    if not named:
        pytest.skip("needs the large data sets: make check-data DATA=DIR")
    return Path(named)


@pytest.fixture(scope="session")
def employees(data: Path) -> Path:
    """The folder of the employees data set with its 10,000 people."""
    folder = data / "employees_mysql_10k"
    if not (folder / "load_employee.sql.gz").is_file():
        pytest.skip(f"there is no employees_mysql_10k in {data}")
    return folder
