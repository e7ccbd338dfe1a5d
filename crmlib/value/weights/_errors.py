"""What can be wrong with judgements and with the tables that weights are derived from."""

from crmlib.errors import CrmError


class WeightsError(CrmError, ValueError):
    """Weights cannot be derived from what was given."""
