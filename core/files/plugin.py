"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.files import labels, stores
from core.files.actions import ACTIONS
from core.files.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Job

if TYPE_CHECKING:
    from core.config import Config
    from core.contracts.files import Store

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Looking after the storage."""
    return ACTIONS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The daily purge, virus scans, small pictures."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The content behind a link."""
    from core.files.pages import blueprint

    return [blueprint]


@hookimpl(trylast=True)
def choose_file_store(config: Config, url: str) -> Store | None:
    """A folder or S3."""
    return stores.own_store(config, url)
