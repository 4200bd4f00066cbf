"""Processes in versions, runs of records through them, and each task as a question of a step."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "core_0025_processes"
down_revision = "core_0024_nudge"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _versions()
    _runs()
    _beside()
    _tasks()


def _versions() -> None:
    op.create_table(
        "core_process_version",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_at", _TIME, nullable=False),
        sa.Column("written_by", _BIG, nullable=True),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("published_by", _BIG, nullable=True),
        sa.Column("publisher_person_id", _BIG, nullable=True),
        sa.Column("entry", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_process_version")),
        sa.UniqueConstraint("process", "number", name=op.f("uq_core_process_version_process_number")),
    )
    for state in ("published", "draft"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_core_process_version_{state}", "core_process_version", ["process"], unique=True, sqlite_where=where,
            postgresql_where=where,
        )


def _runs() -> None:
    op.create_table(
        "core_process_run",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("version_id", _BIG, nullable=False),
        sa.Column("resource", sa.String(length=80), nullable=False),
        sa.Column("resource_id", _BIG, nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=True),
        sa.Column("requester_account_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("legal_entity_id", _BIG, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("stuck", _TIME, nullable=True),
        sa.Column("parent_step_id", _BIG, nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_process_run")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["core_process_version.id"],
            name=op.f("fk_core_process_run_version_id_core_process_version"),
        ),
    )
    live = sa.text("state IN ('running', 'returned')")
    op.create_index(
        "uq_core_process_run_live", "core_process_run", ["process", "resource", "resource_id", "parent_step_id"],
        unique=True, sqlite_where=live, postgresql_where=live,
    )
    op.create_index("ix_core_process_run_resource", "core_process_run", ["resource", "resource_id", "id"])
    op.create_index("ix_core_process_run_requester", "core_process_run", ["requester_person_id", "id"])
    op.create_index(
        "ix_core_process_run_stuck", "core_process_run", ["stuck", "id"], sqlite_where=live, postgresql_where=live
    )
    op.create_index("ix_core_process_run_started_at", "core_process_run", ["started_at", "process"])
    op.create_table(
        "core_process_step",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("run_id", _BIG, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=False),
        sa.Column("entered_at", _TIME, nullable=False),
        sa.Column("left_at", _TIME, nullable=True),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("remind_at", _TIME, nullable=True),
        sa.Column("overdue_at", _TIME, nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_process_step")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["core_process_run.id"], name=op.f("fk_core_process_step_run_id_core_process_run"),
            ondelete="CASCADE",
        ),
    )
    opened = sa.text("state = 'open'")
    op.create_index("ix_core_process_step_run_id", "core_process_step", ["run_id", "id"])
    op.create_index(
        "ix_core_process_step_due_at", "core_process_step", ["due_at"], sqlite_where=opened, postgresql_where=opened
    )
    op.create_index("ix_core_process_step_entered_at", "core_process_step", ["entered_at"])


def _beside() -> None:
    op.create_table(
        "core_process_comment",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("run_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("said_at", _TIME, nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_process_comment")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["core_process_run.id"], name=op.f("fk_core_process_comment_run_id_core_process_run"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_core_process_comment_run_id", "core_process_comment", ["run_id", "id"])
    op.create_table(
        "core_process_reader",
        sa.Column("run_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_core_process_reader")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["core_process_run.id"], name=op.f("fk_core_process_reader_run_id_core_process_run"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_core_process_reader_person_id", "core_process_reader", ["person_id", "at"])


def _tasks() -> None:
    """Tasks that are there become runs of the plain process: whoever the lists name decides."""
    op.drop_index("uq_core_task_open", "core_task")
    for name, type_ in (("run_id", _BIG), ("step_id", _BIG), ("number", sa.Integer()), ("asks", sa.JSON()),
                        ("handed_person_id", _BIG), ("late_person_ids", sa.JSON())):  # fmt: skip
        op.add_column("core_task", sa.Column(name, type_, nullable=True))
    _fill()
    with op.batch_alter_table("core_task") as table:
        for name, type_ in (("run_id", _BIG), ("step_id", _BIG), ("number", sa.Integer()), ("asks", sa.JSON()),
                            ("late_person_ids", sa.JSON())):  # fmt: skip
            table.alter_column(name, existing_type=type_, nullable=False)
        table.create_foreign_key(
            op.f("fk_core_task_run_id_core_process_run"), "core_process_run", ["run_id"], ["id"], ondelete="CASCADE"
        )
        table.create_foreign_key(
            op.f("fk_core_task_step_id_core_process_step"), "core_process_step", ["step_id"], ["id"],
            ondelete="CASCADE",
        )
        table.create_unique_constraint(op.f("uq_core_task_step_id_number"), ["step_id", "number"])
    op.create_index("ix_core_task_run_id", "core_task", ["run_id", "id"])


def _fill() -> None:
    bind = op.get_bind()
    kinds = [kind for (kind,) in bind.execute(sa.text("SELECT DISTINCT kind FROM core_task ORDER BY kind"))]
    source = json.dumps({"title": {}, "steps": [{"key": "decide", "type": "decide", "title": {}}]})
    for kind in kinds:
        bind.execute(sa.text(
            "INSERT INTO core_process_version (process, kind, number, state, shipped, source, digest, written_at, "
            "published_at) SELECT :kind, :kind, 1, 'retired', :yes, CAST(:source AS JSON), '-', MIN(asked_at), "
            "MIN(asked_at) FROM core_task WHERE kind = :kind"
            if bind.dialect.name == "postgresql" else
            "INSERT INTO core_process_version (process, kind, number, state, shipped, source, digest, written_at, "
            "published_at) SELECT :kind, :kind, 1, 'retired', :yes, :source, '-', MIN(asked_at), MIN(asked_at) "
            "FROM core_task WHERE kind = :kind"
        ), {"kind": kind, "source": source, "yes": True})  # fmt: skip
    for statement in _STATEMENTS:
        bind.execute(sa.text(statement))
    if bind.dialect.name == "postgresql":
        for table in ("core_process_run", "core_process_step"):
            last = bind.execute(sa.select(sa.func.max(sa.table(table, sa.column("id")).c.id))).scalar()
            bind.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, "id"), last or 1)))


_STATEMENTS = (
    "INSERT INTO core_process_run (id, process, kind, version_id, resource, resource_id, requester_person_id, "
    "requester_account_id, state, at, round, started_at, ended_at, parent_step_id, tags, \"values\") "
    "SELECT t.id, t.kind, t.kind, v.id, t.resource, t.resource_id, t.requester_person_id, t.requester_account_id, "
    "CASE WHEN t.state = 'open' THEN 'running' ELSE t.state END, "
    "CASE WHEN t.state = 'open' THEN 'decide' ELSE '' END, 1, t.asked_at, t.decided_at, 0, '[]', '{}' "
    "FROM core_task t JOIN core_process_version v ON v.process = t.kind",
    "INSERT INTO core_process_step (id, run_id, round, key, type, state, needs, entered_at, left_at) "
    "SELECT t.id, t.id, 1, 'decide', 'decide', "
    "CASE WHEN t.state = 'approved' THEN 'passed' ELSE t.state END, 0, t.asked_at, t.decided_at FROM core_task t",
    "UPDATE core_task SET run_id = id, step_id = id, number = 0, asks = '{\"action\": \"\"}', late_person_ids = '[]'",
)


def downgrade() -> None:
    op.drop_index("ix_core_task_run_id", "core_task")
    with op.batch_alter_table("core_task") as table:
        table.drop_constraint(op.f("fk_core_task_run_id_core_process_run"), type_="foreignkey")
        table.drop_constraint(op.f("fk_core_task_step_id_core_process_step"), type_="foreignkey")
        table.drop_constraint(op.f("uq_core_task_step_id_number"), type_="unique")
        for column in ("run_id", "step_id", "number", "asks", "handed_person_id", "late_person_ids"):
            table.drop_column(column)
    # Of several questions about one record the oldest stays open; there was one at a time.
    op.execute(
        "UPDATE core_task SET state = 'withdrawn' WHERE state = 'open' AND EXISTS (SELECT 1 FROM core_task older "
        "WHERE older.kind = core_task.kind AND older.resource_id = core_task.resource_id AND older.state = 'open' "
        "AND older.id < core_task.id)"
    )
    opened = sa.text("state = 'open'")
    op.create_index(
        "uq_core_task_open", "core_task", ["kind", "resource_id"], unique=True, sqlite_where=opened,
        postgresql_where=opened,
    )
    for gone in ("core_process_reader", "core_process_comment", "core_process_step", "core_process_run",
                 "core_process_version"):  # fmt: skip
        op.drop_table(gone)
