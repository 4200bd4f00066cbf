"""The smallest jobs and handlers there can be: what is measured is what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.base.text import catalogue
from core.jobs.context import JobContext
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Job, Module

_ = catalogue("benchmarks")

module = Module("bench", _("Benchmark"), "benchmarks", "1.0")


def trivial(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Does nothing and says so."""
    del context
    return {"number": args["number"]}


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The one job."""
    return [Job("bench.trivial", _("Benchmark"), trivial)]
