"""Business operations on documents: keep and open them (``keeping``), list them (``lists``), tell of their end
(``reminders``), end them (``retention``)."""
