"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.exchange import labels
from core.exchange.importing import may_import
from core.exchange.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Job, NavItem

_ = catalogue("exchange")

labels.attach()


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Importing an upload in the background."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The pages for importing."""
    from core.exchange.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to all imports, for whoever may import anything."""
    return [NavItem(_("Organisation"), _("Imports"), "exchange.index", "table-import", order=40, when=may_import)]
