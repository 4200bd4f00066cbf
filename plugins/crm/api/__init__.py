"""This module for programs."""

from plugins.crm.api.leads import blueprint as leads
from plugins.crm.api.spending import blueprint as spending

BLUEPRINTS = (spending, leads)
