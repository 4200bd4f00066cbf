"""Work that outlives a request."""

from core.jobs.context import JobCancelled, JobContext, JobLost, JobStopped, Report
from core.jobs.control import cancel, retry
from core.jobs.groups import enqueue_group
from core.jobs.models import JobRow
from core.jobs.progress import Progress
from core.jobs.progress import read as progress_of
from core.jobs.queue import enqueue, jobs_of, own_job
from core.jobs.topics import states_of
from core.kernel.specs import LATER, NORMAL, TEMPORARY, URGENT, Job

__all__ = [
    "LATER",
    "NORMAL",
    "TEMPORARY",
    "URGENT",
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
    "enqueue_group",
    "jobs_of",
    "own_job",
    "progress_of",
    "retry",
    "states_of",
]
