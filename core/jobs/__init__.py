"""Work that outlives a request: one row is the queue entry, the record and the key that makes it happen once.

``queue`` asks for work, ``groups`` for work in parts, ``control`` stops it and runs it again. ``claims`` takes a job
from the table, ``trying`` runs it once, ``endings`` records how that ended; ``pool`` does so in threads of this process
and ``keeper`` looks after the jobs of workers that died or hang. ``context`` is what a job is handed, ``progress``
keeps how far it is outside the business transaction.
"""
