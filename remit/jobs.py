"""Work that outlives a request."""

from core.jobs.context import JobCancelled, JobContext, JobLost, JobStopped, Report
from core.jobs.models import JobRow
from core.jobs.queue import cancel, enqueue, jobs_of, own_job
from core.kernel.specs import Job

__all__ = [
    "Job",
    "JobCancelled",
    "JobContext",
    "JobLost",
    "JobRow",
    "JobStopped",
    "Report",
    "cancel",
    "enqueue",
    "jobs_of",
    "own_job",
]
