"""Personnel changes of the demo company."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.contracts.demo import Demo


def write(session: Session, demo: Demo) -> None:
    """Write them by the services."""
    del session, demo
