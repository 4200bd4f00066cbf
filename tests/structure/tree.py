"""What the structure tests look at: the files of the checkout, its packages and modules, and lists of exemptions."""

from __future__ import annotations

import ast
import configparser
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("remit", "core", "attendance", "payroll", "plugins", "recruitment", "performance", "training")
"""The top-level packages that are installed; those that do not exist are passed over."""


@cache
def files() -> tuple[Path, ...]:
    """Every file of the checkout that is, or could be, committed; relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    found = [Path(name) for name in listed.stdout.split("\0") if name]
    return tuple(sorted({path for path in found if (ROOT / path).is_file()}))


def product_files(suffix: str = ".py") -> list[Path]:
    """The files of the installed packages with a suffix; the scaffold of new plugins is a template, not a part."""
    return [
        path
        for path in files()
        if path.parts[0] in PRODUCT and path.suffix == suffix and "scaffold" not in path.parts
    ]


def templates() -> list[Path]:
    """Every page, fragment and macro file of the product."""
    return [path for path in product_files(".html") if "templates" in path.parts]


@cache
def text(path: Path) -> str:
    """The text of a file of the checkout."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file of the checkout."""
    return ast.parse(text(path), filename=str(path))


def dotted(path: Path) -> str:
    """The import name of a Python file: `core/web/__init__.py` -> `core.web`."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def setup() -> configparser.ConfigParser:
    """setup.cfg."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


@cache
def declared_modules() -> Mapping[str, str]:
    """Name of each module and plugin the project installs -> the package it lives in."""
    lines = setup()["options.entry_points"]["remit.modules"].splitlines()
    pairs = (line.split("=") for line in lines if "=" in line)
    return {name.strip(): target.strip().removesuffix(".plugin") for name, target in pairs}


def package_of(path: Path) -> str | None:
    """The module or plugin a file belongs to, as a package; None for core and remit."""
    if path.parts[0] == "plugins":
        return ".".join(path.parts[:2]) if len(path.parts) > 2 else None
    return path.parts[0] if path.parts[0] not in ("core", "remit") else None


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, inner ones and methods too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every import of a file as (dotted name, line), those inside functions and for type checkers too."""
    package = dotted(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*base, *(node.module.split(".") if node.module else [])]), node.lineno


def strings(path: Path) -> Iterator[tuple[str, int]]:
    """Every string a file computes with, as (value, line): docstrings and other bare strings are prose."""
    prose = {
        id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value, node.lineno


def judge(found: Mapping[str, str] | Iterable[str], exempt: Mapping[str, str]) -> None:
    """Fail on what was found and is not exempt, and on exemptions that nothing was found for any more.

    `found` maps what is wrong to a remark, or lists it; `exempt` maps what is allowed to the reason.
    """
    remarks = dict(found) if isinstance(found, Mapping) else dict.fromkeys(found, "")
    wrong = [f"{name} {remark}".rstrip() for name, remark in sorted(remarks.items()) if name not in exempt]
    stale = sorted(set(exempt) - set(remarks))
    assert not wrong, "\n".join(["", *wrong])
    assert not stale, "exemptions nothing needs any more: " + ", ".join(stale)
    assert all(exempt.values()), "an exemption needs a reason"
