"""What the audit log calls the tables, columns and codes of this module."""

from __future__ import annotations

from performance.labels import figures, goals, outcomes, reviews, rewards, schemes


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    for part in (figures, schemes, rewards, goals, outcomes, reviews):
        part.attach()
