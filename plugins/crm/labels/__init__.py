"""What the audit log calls the tables, columns and codes of this module."""

from __future__ import annotations

from plugins.crm.labels import deals, guard, intake, leads, rules, spending


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    for part in (spending, leads, intake, rules, deals, guard):
        part.attach()
