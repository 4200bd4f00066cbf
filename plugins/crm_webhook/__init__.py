"""Leads of other CRMs over webhooks, both ways, in the other program's words.

A mapping is data that people edit on a page: ``rules`` reads it and says what comes of a body, with nothing of a
database. ``services.incoming`` takes what was posted to an address of the house and hands it to whoever keeps leads;
``services.outgoing`` posts what happened to leads. What cannot be mapped is a letter with its reason, and is handed
over again once the mapping is mended.
"""
