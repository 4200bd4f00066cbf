"""Templates: where they lie, which catalogue their words come from, and how a page or one block of it is made.

A template speaks the language of its folder: ``_("...")`` in ``payroll/run.html`` looks in the catalogue ``payroll``,
in ``base.html`` and the macros in ``web``, also when one extends or includes the other. That is decided when the
template is compiled, not by who calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from flask import Flask, current_app
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape
from sqlalchemy import event

from core.base.text import Text, current_locale
from core.kernel.registry import Registry

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState, Session

CORE = Path(__file__).resolve().parent.parent
OWN_TEMPLATES = CORE / "web" / "templates"
#: The global that ``_`` in a template becomes: the words of one catalogue.
WORDS = "_words_of"


class QueryInTemplate(RuntimeError):
    """A template asked the database; the view must hand over everything that the template shows."""


class Missing(jinja2.Undefined):
    """A value nobody handed over: it may be tested, but printing it or looping over it is an error."""

    __slots__ = ()

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        self._fail_with_undefined_error(*args, **kwargs)

    __str__ = __iter__ = __len__ = _refuse


class Words(Extension):
    """Binds ``_(`` to the catalogue of the template it stands in."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Rewrite ``_("x")`` as ``_words_of("payroll")("x")``."""
        domain = domain_of(stream.name)
        before = ""
        for token in stream:
            if token.test("name:_") and stream.current.type == "lparen" and before != "dot":
                for kind, value in (("name", WORDS), ("lparen", "("), ("string", domain), ("rparen", ")")):
                    yield Token(token.lineno, kind, value)
            else:
                yield token
            before = token.type


@lru_cache(maxsize=1)
def _own_folders() -> frozenset[str]:
    return frozenset(path.name for path in OWN_TEMPLATES.iterdir() if path.is_dir())


def domain_of(template: str | None) -> str:
    """The catalogue of a template: its first folder, or ``web`` for the templates that lie here."""
    folder, slash, _rest = (template or "").partition("/")
    return folder if slash and folder not in _own_folders() else "web"


@lru_cache(maxsize=256)
def words_of(domain: str) -> Callable[..., Text | Markup]:
    """What ``_`` does in the templates of a domain. Markup among the parameters stays markup, the rest is escaped."""

    def words(msgid: str, plural: str | None = None, /, **params: Any) -> Text | Markup:
        text = Text(domain, msgid, params, plural)
        if any(hasattr(value, "__html__") and not isinstance(value, Text) for value in params.values()):
            return escape(text.pattern(current_locale())).format(**params)
        return text

    return words


def _folders(registry: Registry) -> dict[str, Path]:
    """Template folders by their first path segment: of core's packages and of every module that loaded."""
    found = {path.name: path for path in CORE.glob("*/templates/*/") if path.parts[-3] == path.name}
    found.pop("web", None)
    for name in registry.loaded:
        manifest = registry.modules[name].manifest
        if manifest is None:
            continue
        folder = Path(import_module(manifest.package).__path__[0]) / "templates" / name
        if folder.is_dir():
            found[name] = folder
    return found


def setup(app: Flask, registry: Registry) -> None:
    """Give the app its templates. A module's lie under its own name, so none can replace another's."""
    app.jinja_options = {
        "undefined": Missing, "extensions": [Words], "trim_blocks": True, "lstrip_blocks": True,
    }
    app.jinja_loader = jinja2.ChoiceLoader([
        jinja2.FileSystemLoader(OWN_TEMPLATES),
        jinja2.PrefixLoader({name: jinja2.FileSystemLoader(path) for name, path in _folders(registry).items()}),
    ])
    app.jinja_env.globals[WORDS] = words_of


# -- making html -------------------------------------------------------------------------------------------------------


def render(template: str, values: Mapping[str, Any], *, block: str | None = None) -> str:
    """A template as html, or one block of it with everything the template imports and sets at its top.

    Raises ``LookupError`` when the template, with its parents, has no such block.
    """
    context: dict[str, Any] = dict(values)
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    if block is None:
        return found.render(context)
    inner = found.new_context(context)
    # Running the template up to its first output executes its imports and assignments and gathers the blocks.
    start = found.root_render_func(inner)
    next(iter(start), None)
    if block not in inner.blocks:
        raise LookupError(f"{template} has no block {block!r}")
    return "".join(inner.blocks[block][0](inner))


@contextmanager
def closed(session: Session) -> Iterator[None]:
    """No statement runs on the session inside the block; ``QueryInTemplate`` names the one that tried."""

    def refuse(state: ORMExecuteState) -> None:
        lazy = state.is_relationship_load or state.is_column_load
        what = "an attribute that was not loaded" if lazy else "a statement"
        raise QueryInTemplate(f"a template asked for {what}; load it in the view: {str(state.statement)[:200]}")

    event.listen(session, "do_orm_execute", refuse)
    try:
        yield
    finally:
        event.remove(session, "do_orm_execute", refuse)
