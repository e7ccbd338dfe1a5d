"""Outcome: on whom a score and one plain figure are compared, by what later happened to them."""

import pandas as pd

from crmlib.errors import CrmError, did_you_mean


def beside_baseline(
    scores: pd.DataFrame, indicators: pd.DataFrame, outcomes: pd.DataFrame, baseline: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Scores and the baseline indicator of the customers whose outcome is known.

    Parameters
    ----------
    scores, indicators : DataFrame
        One row a customer: customer_id with total, current, potential, and with the indicators by code.
    outcomes : DataFrame
        Table ``outcomes`` of the book.
    baseline : str
        Code of an indicator; where it is missing the customer is left out.

    Returns
    -------
    (DataFrame, Series)
        Columns total, current, potential and ``baseline``, and the outcome, both indexed by customer_id.

    Raises
    ------
    CrmError
        If there is no such indicator; names the nearest.
    """
    if baseline not in (codes := [name for name in indicators if name != "customer_id"]):
        near = did_you_mean(baseline, codes)
        raise CrmError(f"evidence.baseline: {baseline} is not an indicator.{near} Indicators: {', '.join(codes)}.")
    known = outcomes.set_index("customer_id")["outcome"]
    joined = scores.set_index("customer_id")[["total", "current", "potential"]]
    joined = joined.join(indicators.set_index("customer_id")[baseline]).join(known, how="inner").dropna()
    return joined.drop(columns="outcome"), joined["outcome"].astype(bool)
