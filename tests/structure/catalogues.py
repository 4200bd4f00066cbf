"""Which sentences the product shows, read from its code and templates, and what its catalogues say for them."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import jinja2
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import nodes

from tests.structure import tree

SHARED_TEMPLATES = "web"
"""The domain of templates that belong to no one page: the base page and the macros."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place that shows a sentence. `given` are the parameter names, None where they cannot be seen.

    `plural` is its other form, None where the sentence has one form, empty where it is no literal.
    """

    domain: str
    msgid: str
    plural: str | None
    where: str
    given: frozenset[str] | None


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces; raises ValueError for braces that do not match."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


@cache
def made_in(path: Path) -> dict[str, str]:
    """Name -> domain of every translating function a file makes with `catalogue()`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree.tree(path)):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="catalogue"), args=[ast.Constant(value=str(domain))]),
            ):
                found[name] = domain
            case _:
                pass
    return found


def domains_of_names(path: Path) -> dict[str, str]:
    """Local name -> domain of every translating function a file makes, or imports from the file that makes it."""
    found = dict(made_in(path))
    for node in ast.walk(tree.tree(path)):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        source = Path(*node.module.split("."))
        for candidate in (source.with_suffix(".py"), source / "__init__.py"):
            if candidate in tree.files() and candidate.parts[0] in tree.PRODUCT:
                theirs = made_in(candidate)
                found |= {a.asname or a.name: theirs[a.name] for a in node.names if a.name in theirs}
    return found


def in_code() -> Iterator[Use]:
    """Every call of a translating function in Python; a msgid that is no literal comes out as an empty one."""
    for path in tree.product_files():
        domains = domains_of_names(path)
        for node in ast.walk(tree.tree(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            domain = domains.get(node.func.id)
            if domain is None or not node.args:
                continue
            written = [
                one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else "" for one in node.args
            ]
            names = [keyword.arg for keyword in node.keywords]
            yield Use(
                domain=domain,
                msgid=written[0],
                plural=written[1] if len(written) > 1 else None,
                where=f"{path}:{node.lineno}",
                given=None if None in names else frozenset(name for name in names if name),
            )


def in_templates() -> Iterator[Use]:
    """Every `_("...")` in a template; its domain is the first folder of the template's name."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
    for path in tree.templates():
        inside = path.parts[path.parts.index("templates") + 1 :]
        domain = inside[0] if len(inside) > 1 and inside[0] != "macros" else SHARED_TEMPLATES
        for call in environment.parse(tree.text(path)).find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or call.node.name != "_" or not call.args:
                continue
            written = [str(one.value) if isinstance(one, nodes.Const) else "" for one in call.args]
            yield Use(
                domain=domain,
                msgid=written[0],
                plural=written[1] if len(written) > 1 else None,
                where=f"{path}:{call.lineno}",
                given=None if call.dyn_kwargs else frozenset(keyword.key for keyword in call.kwargs),
            )


@cache
def uses() -> tuple[Use, ...]:
    """Every place in code and templates that shows a sentence."""
    return (*in_code(), *in_templates())


@cache
def chinese() -> dict[str, Catalog]:
    """Domain -> its zh_CN catalogue."""
    found = {}
    for path in tree.product_files(".po"):
        if path.parts[-3:-1] == ("zh_CN", "LC_MESSAGES"):
            with (tree.ROOT / path).open("rb") as file:
                found[path.stem] = read_po(file, locale="zh_CN", domain=path.stem, abort_invalid=True)
    return found


def translations() -> Iterator[tuple[str, str, str]]:
    """Every (domain, English, Chinese) of every catalogue; of a sentence with forms, each beside each of the other."""
    for domain, catalog in sorted(chinese().items()):
        for message in catalog:
            if message.id:
                for english, translated in product(forms(message.id), forms(message.string)):
                    yield domain, english, translated


def forms(written: str | Iterable[str] | None) -> tuple[str, ...]:
    """The forms of a sentence in one language: one, or as many as it has for numbers."""
    return (written or "",) if written is None or isinstance(written, str) else tuple(written)
