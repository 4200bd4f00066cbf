"""How a list looks at what somebody drafts and others sign: a scheme, an agreement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from remit import workflow
from remit.specs import Facts, by_column

#: How a list finds it.
PLACE: dict[str, Any] = {
    "unit": by_column("place_unit_id"), "legal_entity": by_column("legal_entity_id"),
    "creator": by_column("drafted_by_person_id"),
}  # fmt: skip


def stands(session: Session, row: Any) -> Facts:
    """It stands at a unit and may be about a person; whoever drafted it does not sign it."""
    del session
    person = getattr(row, "person_id", None)
    return Facts(
        (person,) if person else (), (row.place_unit_id,), legal_entity_id=row.legal_entity_id,
        creator_person_id=row.drafted_by_person_id,
    )  # fmt: skip


def acts_of(kind: str, draft: str, sign: str) -> Any:
    """Who drafted it, and everybody who signed what it says now."""

    def acts(session: Session, row: Any) -> Mapping[str, Collection[int]]:
        done: dict[str, tuple[int, ...]] = {draft: (row.drafted_by_person_id,)} if row.drafted_by_person_id else {}
        task = workflow.answer_of(session, kind, row) if not inspect(row).transient else None
        if task is not None and task.state == "approved":
            done[sign] = tuple(sorted(workflow.deciders(session, task)))
        return done

    return acts
