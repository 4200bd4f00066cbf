"""The blueprint that the pages hang on."""

from __future__ import annotations

from remit.web import ModuleBlueprint

blueprint = ModuleBlueprint("crm", "plugins.crm", url_prefix="/crm")
