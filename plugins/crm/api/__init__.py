"""This module for programs."""

from plugins.crm.api.deals import customers_blueprint, deals_blueprint
from plugins.crm.api.following import blueprint as following
from plugins.crm.api.leads import blueprint as leads
from plugins.crm.api.spending import blueprint as spending

BLUEPRINTS = (spending, leads, following, deals_blueprint, customers_blueprint)
