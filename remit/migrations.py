"""What the migrations of a module use beside Alembic itself."""

from core.audit.append_only import statements as append_only_statements
from core.db.no_overlap import alter_table, create_no_overlap, drop_no_overlap
from core.db.storage import store_plain

__all__ = ["alter_table", "append_only_statements", "create_no_overlap", "drop_no_overlap", "store_plain"]
