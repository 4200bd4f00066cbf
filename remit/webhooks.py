"""What another program sends to an address of this installation, and taking it; asking another program something."""

from core.kernel.specs import Incoming, IncomingWebhook
from core.webhooks.addresses import read_url
from core.webhooks.addresses import unknown as unknown_host
from core.webhooks.calling import Limits, Outcome, post
from core.webhooks.endpoints import create as create_endpoint
from core.webhooks.handling import deliver
from core.webhooks.signing import headers as signed_headers
from core.webhooks.subscriptions import reach_of
from core.webhooks.waiting import wait_after

__all__ = [
    "Incoming",
    "IncomingWebhook",
    "Limits",
    "Outcome",
    "create_endpoint",
    "deliver",
    "post",
    "reach_of",
    "read_url",
    "signed_headers",
    "unknown_host",
    "wait_after",
]
