"""From tables to scores: indicators, scales, weights and the value model."""

from crmlib.value.model import ValueModel

__all__ = ["ValueModel"]
