"""Pages: the desk of approvals with what one may do beside deciding, simple requests, what is stuck,
and the processes themselves."""

from core.workflow.pages.desk import blueprint
from core.workflow.pages.processes import processes
from core.workflow.pages.requests import requests
from core.workflow.pages.stuck import blueprint as stuck

BLUEPRINTS = (blueprint, requests, stuck, processes)
