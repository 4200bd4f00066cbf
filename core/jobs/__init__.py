"""Work that outlives a request: one row is the queue entry, the record and the key that makes it happen once.

``queue`` adds and cancels, ``pool`` runs them in threads of this process, ``context`` is what a job is handed,
``progress`` keeps how far it is outside the business transaction.
"""
