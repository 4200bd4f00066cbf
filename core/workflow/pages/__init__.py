"""Pages: the desk of approvals with what one may do beside deciding, answers from mails, phrases and files, simple
requests, what is stuck, and the processes themselves.
"""

from core.workflow.pages import files, mail, phrases  # noqa: F401 -- their views hang on the blueprint of the desk
from core.workflow.pages import form_builder as _form_builder  # noqa: F401  adds its address to those of processes
from core.workflow.pages import starting as _starting  # noqa: F401  as does this
from core.workflow.pages.desk import blueprint
from core.workflow.pages.processes import processes
from core.workflow.pages.requests import requests
from core.workflow.pages.stuck import blueprint as stuck

BLUEPRINTS = (blueprint, requests, stuck, processes)
