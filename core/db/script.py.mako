<%
    body = f"{upgrades or ''}{downgrades or ''}"
    helpers = [name for name in ("alter_table", "create_no_overlap", "drop_no_overlap")
               if f"{name}(" in body.replace("op.batch_alter_table(", "alter_table(")]
    source = "core.db.no_overlap" if config.attributes["module"] == "core" else "remit.migrations"

    def own(text):
        kept = [line.rstrip() for line in (text or "pass").splitlines() if not line.strip().startswith("# ###")]
        return "\n".join(kept).strip().replace("op.batch_alter_table(", "alter_table(op, ").replace(", schema=None)", ")")

    others = sorted(line for line in (imports or "").splitlines() if line.strip())
%>"""${message.strip().rstrip(".")[:1].upper()}${message.strip().rstrip(".")[1:]}."""

from __future__ import annotations

% if "sa." in body:
import sqlalchemy as sa
% endif
% if "op." in body or helpers:
from alembic import op
% endif
% for line in others:
${line}
% endfor
% if helpers:

from ${source} import ${", ".join(helpers)}
% endif

revision = "${up_revision}"
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${own(upgrades)}


def downgrade() -> None:
    ${own(downgrades)}
