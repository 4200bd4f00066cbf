"""``python -m benchmarks [NAME] [--size N] [--database URL]``: run one benchmark, or all of them."""

from __future__ import annotations

import argparse
import pkgutil
import tempfile
from importlib import import_module
from pathlib import Path

import benchmarks

FRAME = {"__main__", "figure", "table"}


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if found.name not in FRAME)


def main() -> None:
    """Print one JSON line per figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names())
    parser.add_argument("--size", type=int)
    parser.add_argument("--database", help="postgresql://user@host/name or sqlite:///file; a scratch file by default")
    chosen = parser.parse_args()
    for name in [chosen.name] if chosen.name else names():
        module = import_module(f"benchmarks.{name}")
        with tempfile.TemporaryDirectory() as folder:
            url = chosen.database or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
            for figure in module.run(chosen.size or module.SIZE, url):
                print(figure.line(), flush=True)


main()
