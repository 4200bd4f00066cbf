"""Webhooks: telling other programs what has happened here, and hearing what has happened there.

Outgoing: an administrator subscribes an address to events (``subscriptions``). A handler of every event writes a row
for each subscription that wants it (``spreading``, ``filters``); a job sends what is due (``sending``, ``waking``) over
a connection that reaches no private network (``addresses``, ``calling``), signed (``signing``), with the same id over
all tries. What became of each stands in the log (``deliveries``).

Incoming: a module registers what it can take (``register_incoming_webhooks``), an administrator makes an address with
a secret for it (``endpoints``). What comes signed is kept once and answered at once (``door``, ``receiving``); a job
hands it to the module (``handling``).
"""
