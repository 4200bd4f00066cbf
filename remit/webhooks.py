"""What another program sends to an address of this installation, and taking it; asking another program something."""

from core.kernel.specs import Incoming, IncomingWebhook
from core.webhooks.addresses import read_url
from core.webhooks.calling import Limits, Outcome, post
from core.webhooks.signing import headers as signed_headers
from core.webhooks.subscriptions import reach_of
from core.webhooks.waiting import wait_after

__all__ = [
    "Incoming",
    "IncomingWebhook",
    "Limits",
    "Outcome",
    "post",
    "reach_of",
    "read_url",
    "signed_headers",
    "wait_after",
]
