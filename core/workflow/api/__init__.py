"""Processes for programs: tasks, runs with the answers of programs that were called, simple requests, definitions."""

from core.workflow.api.processes import api as processes
from core.workflow.api.requests import api as requests
from core.workflow.api.runs import api as runs
from core.workflow.api.tasks import api as tasks

BLUEPRINTS = (tasks, runs, requests, processes)
