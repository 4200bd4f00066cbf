"""What has happened: told in the transaction that did it, delivered to whoever cares after the commit.

``emit`` writes the event and a delivery for each handler of the modules that are on; a transaction that rolls back has
told nothing. The ``Deliverer`` runs the handlers in every process that runs jobs: each event at least once, events
about one thing in their order, what a handler writes and the mark that it is done in one commit. What fails is tried
again, and then stays, with all that follows about the same thing, until somebody replays or skips it (``control``).
"""
