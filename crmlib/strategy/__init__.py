"""Strategy: what to do with each customer, why, and what is at stake."""

from crmlib.strategy.actions import assign
from crmlib.strategy.countermeasures import countermeasure_table
from crmlib.strategy.lifetime import clv

__all__ = ["assign", "clv", "countermeasure_table"]
