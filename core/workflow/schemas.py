"""Tasks as programs read them, for this package and for modules that show the way of a question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.schemas import fields
from core.workflow.way import Step


class WayStepSchema(fields.Schema):
    """A post on the way of a question: who holds it, and why it is his or passed him. ``state``: skipped or now."""

    post = fields.String()
    name = fields.String()
    person_id = fields.Integer(allow_none=True)
    why = fields.String()
    state = fields.String()


def told_way(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """A way as ``WayStepSchema`` writes it, in the reader's language."""
    return [
        {"post": one.post, "name": one.name, "person_id": one.person_id, "why": str(one.why), "state": one.state}
        for one in steps
    ]
