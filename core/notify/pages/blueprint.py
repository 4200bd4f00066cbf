"""The blueprint that the pages hang on."""

from __future__ import annotations

from core.web.blueprints import ModuleBlueprint

blueprint = ModuleBlueprint("notify", "core.notify")
