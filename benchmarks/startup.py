"""How long a new process takes until the web app with every module stands, beside its libraries alone.

``size`` is the number of processes started; the median is told. The database only has to exist: ``create_app`` asks
it nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterable

from benchmarks.figure import Figure

SIZE = 7
#: What the web app cannot do without.
_LIBRARIES = "flask, flask_login, flask_smorest, flask_wtf, marshmallow, numpy, pluggy, sqlalchemy.orm"
_TIMED = "import time; started = time.perf_counter(); {work}; print(time.perf_counter() - started)"
_APP = """
import pathlib, time
started = time.perf_counter()
from core.app import create_app
from core.config import Config
imported = time.perf_counter()
app = create_app(Config(instance=pathlib.Path({folder!r}), database_url={url!r}))
done = time.perf_counter()
assert app.extensions["remit"].house.registry.modules
print(done - started, done - imported)
"""


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Seconds with imports, and of ``create_app`` alone with the house it opens."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        app = [_process(_APP.format(folder=folder, url=database_url)) for _turn in range(size)]
    bare = [_process(_TIMED.format(work=f"import {_LIBRARIES}")) for _turn in range(size)]
    whole, made = (statistics.median(turn[at] for turn in app) for at in (0, 1))
    libraries = statistics.median(turn[0] for turn in bare)
    yield Figure("startup.seconds", round(whole, 3), "s", round(libraries, 3))
    yield Figure("startup.create_app_seconds", round(made, 3), "s", 1.5)


def _process(code: str) -> list[float]:
    """What a new interpreter that runs this prints: seconds."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return [float(word) for word in done.stdout.split()]
