"""What Alembic runs for each command; everything it needs was put on the config by ``core.db.migrate``."""

from __future__ import annotations

from alembic import context

from core.db.autogenerate import add_no_overlap, render_item
from core.db.migrate import options

_given = context.config.attributes
context.configure(
    connection=_given["connection"],
    process_revision_directives=add_no_overlap,
    render_item=render_item,
    **options(_given["module"], _given["names"], _given["metadata"]),
)
context.run_migrations()
