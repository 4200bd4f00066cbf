"""The blueprint that the views of attendance hang on."""

from __future__ import annotations

from remit.web import ModuleBlueprint

blueprint = ModuleBlueprint("attendance", __name__, url_prefix="/attendance")
