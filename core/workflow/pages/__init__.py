"""Pages: the desk of approvals with what one may do beside deciding, answers from mails, phrases and files, simple
requests, what is stuck, and the processes themselves.
"""

# Their views hang on the blueprints of the desk and of the processes.
from core.workflow.pages import files, form_builder, mail, phrases, starting  # noqa: F401
from core.workflow.pages.desk import blueprint
from core.workflow.pages.processes import processes
from core.workflow.pages.requests import requests
from core.workflow.pages.stuck import blueprint as stuck

BLUEPRINTS = (blueprint, requests, stuck, processes)
