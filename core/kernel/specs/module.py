"""The manifest of a module, its commands, and what it may object to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.base.text import Text

if TYPE_CHECKING:
    import click

API_VERSION = 1


@dataclass(frozen=True, slots=True)
class Module:
    """The manifest of a module or plugin: the object called ``module`` in its ``plugin.py``.

    ``requires`` are modules it cannot live without, ``uses`` those it asks when they are there. ``api`` is the major
    version of the ``remit`` interface it was written for.
    """

    name: str
    title: Text
    package: str
    version: str
    api: int = API_VERSION
    requires: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command for ``remit``. ``group`` is the word before it (``import``, ``payroll``), empty for the top level."""

    group: str
    command: click.Command


@dataclass(frozen=True, slots=True)
class Change:
    """What a ``check_change`` hook is shown: the action, the object and the values that are about to be written."""

    action: str
    subject: Any
    values: Mapping[str, Any] = field(default_factory=dict)
