"""What has happened, told to other modules."""

from core.events.outbox import emit, emit_many
from core.kernel.events import Event
from core.kernel.specs import Handler

__all__ = ["Event", "Handler", "emit", "emit_many"]
