"""``python -m benchmarks [NAME] [--size N] [--database URL] [--write]``: run one benchmark, or all of them."""

from __future__ import annotations

import argparse
import logging
import pkgutil
import tempfile
from importlib import import_module
from pathlib import Path

import structlog

import benchmarks
from benchmarks import table

FRAME = {"__main__", "carried", "company", "figure", "house", "rivals", "ruled", "scoped", "table", "trivial"}


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if found.name not in FRAME)


def measure(name: str, size: int | None, url: str | None) -> table.Measured:
    """Run one benchmark and print one JSON line per figure, as it comes."""
    module = import_module(f"benchmarks.{name}")
    rows, load, figures = size or module.SIZE, table.load(), []
    with tempfile.TemporaryDirectory() as folder:
        where = url or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        for figure in module.run(rows, where):
            print(figure.line(), flush=True)
            figures.append(figure)
    return table.Measured(name, "PostgreSQL" if where.startswith("postgresql") else "SQLite", rows, figures, load)


def main() -> None:
    """Print one JSON line per figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names())
    parser.add_argument("--size", type=int)
    parser.add_argument(
        "--database", action="append", metavar="URL",
        help="postgresql://user@host/name or sqlite:///file; a scratch file by default; may be given again, and "
        "'scratch' names the scratch file",
    )
    parser.add_argument("--write", action="store_true", help="write the figures to docs/benchmarks.md as well")
    chosen = parser.parse_args()
    # Standard output is for figures, and a line for each request would be measured along.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    urls = [None if url == "scratch" else url for url in chosen.database or ["scratch"]]
    done = [
        measure(name, chosen.size, url) for name in ([chosen.name] if chosen.name else names()) for url in urls
    ]
    if chosen.write:
        before = table.PAGE.read_text(encoding="utf-8") if table.PAGE.exists() else ""
        table.PAGE.write_text(table.text(done, before), encoding="utf-8")


if __name__ == "__main__":
    main()
