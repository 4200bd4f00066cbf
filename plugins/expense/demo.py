"""This module's part of the demo company."""

from __future__ import annotations

from sqlalchemy.orm import Session

from remit.demo import Demo


def give_demo(session: Session, demo: Demo) -> None:
    """Write it."""
    del session, demo
