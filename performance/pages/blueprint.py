"""The blueprint that the pages hang on."""

from __future__ import annotations

from remit.web import ModuleBlueprint

blueprint = ModuleBlueprint("performance", "performance", url_prefix="/performance")
