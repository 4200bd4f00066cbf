"""Where the large data sets lie, and the installations they go into. They stay outside the repository:
`make check-data DATA=DIR` names their folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.data_sets.at_work import AtWork
from tests.data_sets.installation import TODAY, Installation

if TYPE_CHECKING:
    from remit.testing.schema import Schemas

Tell = Callable[[str, object], None]


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


@pytest.fixture(scope="session")
def telemarketing(data: Path) -> Path:
    """The file of the telemarketing data set with its 45,211 customers."""
    return _file(data, "bank_telemarketing_uci", "bank_market.csv.gz")


@pytest.fixture(scope="session")
def adventure_works(data: Path) -> Path:
    """The folder of the Adventure Works tables."""
    return _file(data, "adventureworks_hr", "ProspectiveBuyer.csv.gz").parent


def _file(data: Path, folder: str, name: str) -> Path:
    found = data / folder / name
    if not found.is_file():
        pytest.skip(f"there is no {folder} in {data}")
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database_schemas: Schemas
) -> Iterator[Installation]:
    """An empty installation."""
    folder = tmp_path_factory.mktemp(f"company-{request.param}")
    if request.param == "sqlite":
        made = Installation.make(folder)
        yield made
        made.engine.dispose()
        return
    server = database_schemas.server()
    name = server.create()
    url = server.url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    made = Installation.make(folder, url)
    yield made
    made.engine.dispose()
    server.drop([name])


@pytest.fixture(scope="module")
def at_work(installation: Installation) -> Iterator[AtWork]:
    """People at work in the installation, on the day it believes it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMIT_DEMO_DATE", TODAY)
        made = AtWork.of(installation)
        yield made
        made.house.database.dispose()


@pytest.fixture
def tell(installation: Installation, record_property: Tell) -> Iterator[None]:
    """Hand the seconds of the commands to the last lines of the run."""
    yield
    for step, seconds in installation.seconds.items():
        record_property("step", f"{installation.engine.dialect.name}, {step}: {seconds} s")
    installation.seconds.clear()
