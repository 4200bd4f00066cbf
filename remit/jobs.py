"""Work that outlives a request."""

from core.jobs.context import JobCancelled, JobContext, JobLost, JobStopped, Report
from core.jobs.models import JobRow
from core.jobs.progress import Progress
from core.jobs.progress import read as progress_of
from core.jobs.queue import cancel, enqueue, jobs_of, own_job
from core.kernel.specs import Job

__all__ = [
    "Job",
    "JobCancelled",
    "JobContext",
    "JobLost",
    "JobRow",
    "JobStopped",
    "Progress",
    "Report",
    "cancel",
    "enqueue",
    "jobs_of",
    "own_job",
    "progress_of",
]
