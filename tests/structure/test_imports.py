"""Who may know whom: core names no module, a module knows remit alone, business code knows no web framework."""

from __future__ import annotations

import ast
import compileall
import os
import re
import subprocess
import sys

import grimp
import pytest

from tests.structure import tree

BUSINESS = ("services", "models", "rules", "jobs")
WEB_FRAMEWORK = ("flask", "flask_login", "flask_smorest", "flask_wtf", "werkzeug")

NAMED_IN_CORE = {
    "core/web/static/live.js names performance": "performance.now() is a clock of the browser",
    "core/base/text.py names plugins": "a domain's catalogue is looked for in the folder of bundled plugins",
}
LISTS = ("core/demo/data/lists", "core/demo/data/centre", "core/authority/data/lists")
"""What a company publishes, not what core knows: lists and their templates name actions of whichever modules it works
with, and an action that nothing declares allows nothing."""

WITH_WEB_FRAMEWORK: dict[str, str] = {}
FACADE_WITH_WEB_FRAMEWORK = ("remit.web", "remit.testing")
"""The names of remit that are for pages and for tests of pages; all others serve commands and workers too."""
FACADE_WITH_LOGIC = {
    "remit/deprecation.py": "the warning classes are defined there, for vendors to filter by",
}


def test_core_names_no_module() -> None:
    """Core works with any set of modules, so neither its imports nor its strings name one."""
    names = "|".join([*map(re.escape, tree.declared_modules()), "plugins"])
    pattern = re.compile(rf"(?<![\w-])(?:{names})(?=$|[.:/_])")
    found = {}
    for path in (path for path in tree.files() if path.parts[0] == "core" and "scaffold" not in path.parts):
        if any(path.is_relative_to(folder) for folder in LISTS):
            continue
        if path.suffix == ".py":
            for name, line in tree.imports(path):
                if name.split(".")[0] in {*tree.declared_modules(), "plugins"}:
                    found[f"{path} imports {name}"] = f"(line {line})"
            for value, line in tree.strings(path):
                if match := pattern.search(value):
                    found[f"{path} names {match.group()}"] = f"in a string (line {line})"
        elif path.suffix in (".html", ".js", ".css", ".mako", ".toml", ".yaml"):
            for line, content in enumerate(_without_remarks(tree.text(path)).splitlines(), 1):
                if match := pattern.search(content):
                    found[f"{path} names {match.group()}"] = f"(line {line})"
    tree.judge(found, NAMED_IN_CORE)


def _without_remarks(text: str) -> str:
    """A template or stylesheet with its remarks blanked, lines kept."""
    return re.sub(r"\{#.*?#\}|/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.DOTALL)


def test_modules_know_remit_alone() -> None:
    """What our own modules need from core stands in remit, so that a vendor's module has it too."""
    ours = {path.parts[0] for path in tree.product_files()}
    found = {}
    for path in tree.product_files():
        own = tree.package_of(path)
        if own is None:
            continue
        for name, line in tree.imports(path):
            foreign = name.split(".")[0] in ours - {"remit"}
            if foreign and name != own and not name.startswith(f"{own}."):
                found[f"{path}:{line}"] = f"imports {name}"
    tree.judge(found, {})


def test_remit_holds_names_and_no_logic() -> None:
    """The public interface can be read like a list: imports, `__all__`, nothing that decides."""
    found = {}
    for path in tree.product_files():
        if path.parts[0] != "remit" or path.parts[1] == "testing":
            continue
        for node in tree.tree(path).body:
            if not _is_a_name(node):
                found[str(path)] = f"line {node.lineno} is more than a name"
    tree.judge(found, FACADE_WITH_LOGIC if (tree.ROOT / "remit/deprecation.py").exists() else {})


def _is_a_name(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id=("__all__" | "__version__"))]):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return all(_is_a_name(inner) for inner in node.body)
        case _:
            return False


def test_business_code_reaches_no_web_framework() -> None:
    """Services, models, rules and jobs run in commands, workers and tests too: no chain leads to Flask."""
    roots = sorted({path.parts[0] for path in tree.product_files()})
    graph = grimp.build_graph(
        *roots, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    business = [name for name in sorted(graph.modules) if _is_business(name) or _is_plain_facade(name)]
    found = {}
    for name in business:
        for framework in WEB_FRAMEWORK:
            chain = graph.find_shortest_chain(name, framework) if framework in graph.modules else None
            if chain:
                found[name] = " -> ".join(chain)
    tree.judge(found, WITH_WEB_FRAMEWORK)
    assert business, "no business code was found"


def _is_plain_facade(name: str) -> bool:
    return name.startswith("remit.") and not name.startswith(FACADE_WITH_WEB_FRAMEWORK)


def _is_business(name: str) -> bool:
    parts = name.split(".")
    depth = 2 if parts[0] in ("core", "plugins") else 1
    return len(parts) > depth and parts[0] != "remit" and parts[depth] in BUSINESS


IMPORTED_ALONE = """
import importlib, os, sys, traceback
import alembic, babel.messages.pofile, flask, flask_login, flask_smorest, flask_wtf, numpy, openpyxl
import psycopg, sqlalchemy.orm, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite
import argon2, celery, cryptography.hazmat.primitives.ciphers.aead, httpx, kombu, marshmallow, PIL.Image, pypinyin
import reportlab.platypus, stdnum.cn.ric, structlog, waitress.server, xlsxwriter, yaml

def refuse(event, arguments):
    if event in ("sqlite3.connect", "socket.connect", "subprocess.Popen", "os.system"):
        raise RuntimeError(f"{event} during import")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if not str(arguments[0]).endswith(".pyc"):
            raise RuntimeError(f"{arguments[0]} written during import")

failed = 0
for name in sys.argv[1:]:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            sys.addaudithook(refuse)
            importlib.import_module(name)
        except BaseException:
            print(f"{name}:\\n{traceback.format_exc(limit=-3)}", flush=True)
            os._exit(1)
        os._exit(0)
    failed += os.waitpid(child, 0)[1] != 0
sys.exit(bool(failed))
"""


#: Where others begin: what the loader, the commands and other packages' code import first.
DOORS = {"plugin", "install", "web", "cli", "services", "models", "events", "jobs", "actions", "api"}


def test_every_door_imports_alone() -> None:
    """The modules by which others come in, by their own names; what lies below them is among all."""
    _imported_alone([one for one in _modules() if one.split(".")[-1] in DOORS or one.startswith("remit")])


@pytest.mark.full
def test_every_module_imports_alone() -> None:
    """All of them."""
    _imported_alone(_modules())


def _modules() -> list[str]:
    return [
        tree.dotted(path)
        for path in tree.product_files()
        if "versions" not in path.parts and path.name not in ("env.py", "__main__.py")
    ]


def _imported_alone(names: list[str]) -> None:
    """In a process of its own, with warnings as errors, and without a connection, a query or a written file.

    The processes are forks of one that has the large libraries loaded; none of ours is. What is ours is compiled
    before: in a fresh checkout each of them would compile it again.
    """
    assert len(names) > 20
    for package in sorted({one.partition(".")[0] for one in names}):
        compileall.compile_dir(tree.ROOT / package, quiet=2)
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", IMPORTED_ALONE, *names],
        cwd=tree.ROOT, check=False, capture_output=True, text=True, timeout=900,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # a process with threads should not fork
    )
    assert done.returncode == 0, done.stdout + done.stderr
