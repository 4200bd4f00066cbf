"""What another program sends to an address of this installation, and taking it."""

from core.kernel.specs import Incoming, IncomingWebhook

__all__ = ["Incoming", "IncomingWebhook"]
