"""Where data lives: sessions, dated rows, column types, bulk reads and writes, the statement guard, migrations.

Read in this order: ``session`` (how a transaction begins and ends), ``base`` and ``types`` (how a model is written),
``dated`` and ``no_overlap`` (how history is kept), ``guard`` (why an unguarded statement is refused), ``bulk`` (how
a hundred thousand rows move), ``migrate`` (how each module owns its tables). SQLite and PostgreSQL are equals:
whatever stands here does the same on both.
"""
