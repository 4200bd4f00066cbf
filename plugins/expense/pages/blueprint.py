"""The blueprint that the pages hang on."""

from __future__ import annotations

from remit.web import ModuleBlueprint

blueprint = ModuleBlueprint("expense", "plugins.expense", url_prefix="/expense")
