"""What of a house has a migration history of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.db.migrate import Migrated
    from core.kernel.house import House


def parts(house: House) -> list[Migrated]:
    """Core and the loaded modules, as migrations want them."""
    from core.db import migrate as migrations  # Alembic takes its time to load

    loaded = [house.registry.modules[name] for name in house.registry.loaded]
    return [migrations.core_part(), *loaded]
