"""Telling people what happened, in the program and by mail, and further ways to do so."""

from core.kernel.specs import Channel, Copy, Message, Notification, Offer, Recipients
from core.notify.outgoing import Outgoing, Refused, Temporary, Told, Unreachable
from core.notify.people import Addressee
from core.notify.telling import notify

__all__ = [
    "Addressee",
    "Channel",
    "Copy",
    "Message",
    "Notification",
    "Offer",
    "Outgoing",
    "Recipients",
    "Refused",
    "Temporary",
    "Told",
    "Unreachable",
    "notify",
]
