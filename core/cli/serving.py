"""The processes of an installation: the server with its job runner, and workers beside it."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core import config as configuration
from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.cli.acting import opened, plain, ready
from core.cli.faults import behind
from core.cli.migrated import parts

if TYPE_CHECKING:
    from core.broker.dispatcher import Dispatcher
    from core.kernel.house import House

_ = catalogue("cli")


@click.command(help="Serve the web pages and the API, with the job runner inside.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Requests at a time.")
@click.option("--jobs", type=click.IntRange(0, 64), help="Jobs at a time; 0 leaves them to `remit worker`.")
@plain
def serve(host: str, port: int, threads: int, jobs: int | None) -> None:
    """Run waitress with the app, an embedded pool of jobs and the delivery of events until interrupted."""
    from waitress.server import create_server  # type: ignore[import-untyped]

    from core.app import create_app
    from core.events.deliverer import Deliverer
    from core.jobs.pool import Pool

    house = _current(pages=True)
    app = create_app(house=house)
    try:
        server = create_server(app, host=host, port=port, threads=threads, ident="Remit")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DomainError(
                "serve.port", _("Port {port} on {host} is not free; choose another with --port.", port=port, host=host)
            ) from error
        reason = error.strerror or str(error)
        raise DomainError(
            "serve.address", _("{host}:{port} cannot be listened on: {reason}", host=host, port=port, reason=reason)
        ) from error
    _stop_on_signals()
    if jobs is None and house.config.broker_url:
        jobs = 0
    pool, deliverer = Pool(house, threads=jobs), Deliverer(house)
    pool.start()
    deliverer.start()
    dispatcher = _dispatcher(house)
    try:
        click.echo(str(_("Remit is serving on http://{host}:{port}", host=host, port=server.effective_port)))
        server.run()
    except SystemExit:
        server.close()  # the signal came before the loop that would have seen it
    finally:
        if dispatcher is not None:
            dispatcher.stop()
        deliverer.stop()
        pool.stop()


@click.command(help="Run jobs and deliver events beside the server, on this machine or another.")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@plain
def worker(threads: int) -> None:
    """Take jobs from the database, or from the broker where there is one, and deliver events until interrupted; then
    hand back what is under way.
    """
    from core.events.deliverer import Deliverer
    from core.jobs.pool import Pool

    house = _current(pages=False)
    _stop_on_signals()
    if house.config.broker_url:
        _carried(house, threads)
        return
    pool, deliverer = Pool(house, threads=threads), Deliverer(house)
    pool.start()
    deliverer.start()
    try:
        click.echo(str(_("Worker {name} runs {count} job at a time.", "Worker {name} runs {count} jobs at a time.",
                         name=pool.worker, count=threads)))  # fmt: skip
        threading.Event().wait()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        deliverer.stop()
        pool.stop()


def _dispatcher(house: House) -> Dispatcher | None:
    """Where there is a broker, the thread that sends jobs to it."""
    if not house.config.broker_url:
        return None
    from core.broker.dispatcher import Dispatcher  # Celery takes its time to load, and need not be installed

    dispatcher = Dispatcher(house)
    dispatcher.start()
    return dispatcher


def _carried(house: House, jobs: int) -> None:
    """Run a Celery worker with so many processes for jobs until interrupted; it fails when the worker does."""
    from core.broker.supervisor import Supervisor

    supervisor = Supervisor(house, [sys.executable, "-m", "core.cli.carrying", str(jobs)])
    try:
        supervisor.start()
        click.echo(str(_("Worker {name} runs {count} job at a time.", "Worker {name} runs {count} jobs at a time.",
                         name=supervisor.keeper.worker, count=jobs)))  # fmt: skip
        code = supervisor.wait()
        raise DomainError("worker.ended", _("The worker ended by itself with code {code}.", code=code))
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        supervisor.stop()


def _current(*, pages: bool) -> House:
    """The installation, brought up to date; on the day of the demo where it is one."""
    from core.db import migrate as migrations

    _live_in_the_demo()
    house = ready(opened(configuration.load(), pages=pages))
    if migrations.pending(house.database, parts(house)):
        raise behind()
    return house


def _live_in_the_demo() -> None:
    """A demo fixes its day in the instance folder; the environment still wins."""
    path: Path = configuration.load().instance / "demo-day"
    if path.is_file():
        os.environ.setdefault(clock.DEMO_DATE_VARIABLE, path.read_text(encoding="ascii").strip())


def _stop_on_signals() -> None:
    """End the serving loop on SIGTERM as on Ctrl-C, so that the pool hands its jobs back."""
    if threading.current_thread() is threading.main_thread():
        def stop(_number: int, _frame: Any) -> None:
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, stop)
