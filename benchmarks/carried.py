"""The processes that the benchmark of jobs starts: ours, and Celery alone with results as it comes.

``python -m benchmarks.carried ours URL BROKER QUEUE CHILDREN PIPE`` and
``python -m benchmarks.carried bare BROKER QUEUE CHILDREN``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from celery import Celery


def bare(broker: str, queue: str) -> Celery:
    """Celery with its own settings, a result for each task and a queue of its own."""
    redis = broker.startswith("redis")
    app = Celery("bare", broker=broker, backend=broker if redis else "rpc://", set_as_current=False)
    app.conf.update(task_default_queue=queue, broker_connection_retry_on_startup=True, result_expires=600)

    @app.task(name="trivial", shared=False)  # type: ignore[untyped-decorator]
    def trivial(number: int) -> dict[str, Any]:
        return {"number": number}

    return app


def main() -> None:
    """Run the worker that is asked for."""
    kind, *words = sys.argv[1:]
    if kind == "bare":
        broker, queue, children = words
        app = bare(broker, queue)
        app.Worker(concurrency=int(children), pool="prefork", loglevel="WARNING", quiet=True).start()
        return
    from benchmarks.house import opened
    from core.broker.carrier import carry

    url, broker, queue, children, pipe = words
    carry(opened(url, Path(gettempdir()), broker, queue), children=int(children), pipe=int(pipe))


if __name__ == "__main__":
    main()
