"""Jobs carried to workers on many machines by a broker, RabbitMQ or Redis, with Celery.

A message holds the id of a job and nothing else. The row stays the only truth: ``core.jobs.claims.Claimer`` decides
whether a message has an effect, so one that comes twice, late or for a job that was called off has none, and one that
is lost is sent again. ``outgoing`` finds in the table what is to be sent and notes when it was, ``post`` speaks to the
broker, ``dispatcher`` is the thread that brings the two together, outside of every business transaction. On the other
side ``carrier`` is the Celery worker, whose children run jobs by ``runner``; ``supervisor`` starts it and ends it.
"""
