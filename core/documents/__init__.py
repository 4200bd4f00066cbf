"""Documents: what is kept on people, companies, units and positions, such as identity cards, contracts and licences.

A document is of a ``DocumentKind``, which modules register; it has a number, which is encrypted and masked, the day it
was issued and the day it ends, and any number of versions, each a file (``core/files``). ``services`` keeps and opens
them, ``services/reminders`` tells of those that end, ``services/retention`` ends them. Who may is decided by the list,
by way of the person or the place a document belongs to (``resources``).
"""
