"""Pages that hear of a change while they are open, by server-sent events.

``publish`` writes a hint in the caller's transaction: "something about ``job:17`` changed". ``server`` is the process
``remit live``: it tails these hints (``tail``), looks at what no transaction tells (``watching``), and hands both to
whoever listens (``hub``, ``rings`` for those who come back). A listener is a socket and a few hundred bytes; none holds
a thread or a connection to the database. ``hearing`` asks whether somebody may listen, on connecting and again while he
does. ``front`` belongs to ``remit serve``: it starts the process and hands it the sockets on which pages ask for
``/live``.

A page is told that something changed, never what: it fetches its part again under its reader's own authority.
"""

from core.live.publishing import publish, publish_many

__all__ = ["publish", "publish_many"]
