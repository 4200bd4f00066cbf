"""The broker as Celery sees it: one durable queue, messages that are an id, nothing but JSON, and no results.

Messages are not kept on the broker's disk: the row of the job is, and what is lost is sent again.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from celery import Celery
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError
from sqlalchemy import make_url

from core.broker.outgoing import Parcel

TASK = "remit.job"
#: Levels of priority on the broker, 0 to 9.
LEVELS = 10
#: How long a broker that does not answer is waited for, in seconds.
PATIENCE = 4.0
#: What a job may run beyond its time before its process is ended, in seconds.
GRACE = 1.0


def application(url: str, queue: str) -> Celery:
    """A Celery application that only knows our queue; whoever sends and whoever works makes one of his own."""
    app = Celery("remit", set_as_current=False, broker=url)
    redis = is_redis(url)
    app.conf.update(
        task_serializer="json", accept_content=["json"], result_backend=None, task_ignore_result=True,
        task_acks_late=True, worker_prefetch_multiplier=1, task_default_queue=queue, task_default_delivery_mode=1,
        task_queues=[_queue(queue, redis)], task_create_missing_queues=False, broker_connection_timeout=PATIENCE,
        broker_connection_retry_on_startup=True, broker_connection_max_retries=None, broker_heartbeat=20,
        broker_transport_options=_redis_options(queue) if redis else {}, worker_enable_remote_control=False,
        worker_send_task_events=False, task_send_sent_event=False, worker_hijack_root_logger=False,
        worker_redirect_stdouts=False, worker_enable_prefetch_count_reduction=False,
        worker_proc_alive_timeout=60.0, broker_pool_limit=1, enable_utc=True,
    )  # fmt: skip
    return app


def is_redis(url: str) -> bool:
    """Whether the broker is Redis."""
    return url.startswith(("redis:", "rediss:"))


def public(url: str) -> str:
    """The address of a broker without its password."""
    return make_url(url).render_as_string(hide_password=True) if url else ""


def _queue(name: str, redis: bool) -> Any:
    kind = {} if redis else {"x-max-priority": LEVELS - 1}
    made: Any = Queue  # kombu's constructors are not typed
    exchange: Any = Exchange
    return made(name, exchange(name, type="direct", delivery_mode=1), routing_key=name, queue_arguments=kind)


def _redis_options(queue: str) -> dict[str, Any]:
    return {
        "global_keyprefix": f"{queue}:", "priority_steps": list(range(LEVELS)), "queue_order_strategy": "priority",
        "socket_timeout": 30.0, "socket_connect_timeout": PATIENCE, "socket_keepalive": True,
        "visibility_timeout": 12 * 3600,
    }


class Post:
    """A connection over which jobs are sent. It belongs to one thread; any call may raise what the broker raises."""

    def __init__(self, url: str, queue: str) -> None:
        self._app = application(url, queue)
        self._name, self._redis = queue, is_redis(url)
        self._connection: Any = None
        self._producer: Any = None
        self._channel: Any = None
        self.faults: tuple[type[BaseException], ...] = self._faults()

    def connect(self) -> None:
        """Reach the broker and make the queue, unless that is done."""
        if self._connection is not None:
            return
        connection = self._app.connection_for_write()
        try:
            connection.connect()
            channel = connection.channel()
            _queue(self._name, self._redis)(channel).declare()
            self._producer = self._app.amqp.Producer(channel, auto_declare=False)
        except BaseException:
            _close(connection)
            raise
        self._connection, self._channel = connection, channel

    def send(self, parcel: Parcel) -> None:
        """Give one message to the broker."""
        level = max(0, min(LEVELS - 1, (100 - parcel.priority) // LEVELS))
        self._app.send_task(
            TASK, (parcel.job_id,), producer=self._producer, retry=False, ignore_result=True,
            priority=LEVELS - 1 - level if self._redis else level,
            time_limit=parcel.limit + GRACE if parcel.limit is not None else None,
        )  # fmt: skip

    def ready(self) -> int:
        """How many messages wait. An answer also says that everything sent before has arrived."""
        found = self._channel.queue_declare(queue=self._name, passive=not self._redis)  # Redis knows no empty queue
        return int(found.message_count)

    def _faults(self) -> tuple[type[BaseException], ...]:
        """What a broker that is away, refuses or forgets raises."""
        connection = self._app.connection_for_write()
        return (
            *connection.connection_errors, *connection.channel_errors, *connection.recoverable_connection_errors,
            OperationalError, OSError,
        )  # fmt: skip

    def close(self) -> None:
        """Let the connection go, whatever state it is in."""
        connection, self._connection, self._producer, self._channel = self._connection, None, None, None
        if connection is not None:
            _close(connection)


def _close(connection: Any) -> None:
    with suppress(Exception):
        connection.collect(socket_timeout=0.5)
