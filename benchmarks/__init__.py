"""Repeatable measurements, each beside the bare measure of the same work in the same run.

A benchmark is a module here with ``run(size, database_url) -> iterable of Figure`` and ``SIZE``, its usual size.
"""
