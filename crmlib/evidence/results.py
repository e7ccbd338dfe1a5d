"""Results: the abstract's three results, each read from the verdicts on its claims.

Only the ledger is read, by claim: whatever a claim's test is, its result follows from how it came out.
"""

import pandas as pd

from crmlib.absent import needs
from crmlib.evidence.claims import CHECKED, DEPENDS, NOT_SUPPORTED, SUPPORTED

RESULTS = ("C1", "C2", "C3")
"""What the abstract finds, by what the names of its claims begin with: a middle with room, four classes, advice."""
HOLDS, PARTLY, FAILS, UNTESTED = "holds", "partly", "fails", "untested"
OUTCOMES = (HOLDS, PARTLY, FAILS, UNTESTED)


@needs()
def by_result(ledger: pd.DataFrame) -> pd.DataFrame:
    """How each result came out.

    Parameters
    ----------
    ledger : DataFrame
        Table ``claims``: columns claim and kind.

    Returns
    -------
    DataFrame
        One row a result: ``result``, ``outcome`` (one of :data:`OUTCOMES`; a claim that something was done counts for
        nothing), ``claims`` (how many), ``tested`` and ``supported`` of them.
    """
    return pd.DataFrame([_result(name, ledger[ledger["claim"].str.startswith(name)]) for name in RESULTS])


def _result(name: str, rows: pd.DataFrame) -> dict[str, object]:
    kinds = rows.loc[~rows["claim"].isin(CHECKED), "kind"]
    kinds = kinds[kinds.isin((SUPPORTED, DEPENDS, NOT_SUPPORTED))]
    supported = int((kinds == SUPPORTED).sum())
    if kinds.empty:
        outcome = UNTESTED
    elif supported == len(kinds):
        outcome = HOLDS
    else:
        outcome = FAILS if (kinds == NOT_SUPPORTED).all() else PARTLY
    return {"result": name, "outcome": outcome, "claims": len(rows), "tested": len(kinds), "supported": supported}


@needs()
def outcome_numbers(results: pd.DataFrame) -> dict[str, str]:
    """The outcome of each result by its name in small letters."""
    return {f"result_{row.result.lower()}": row.outcome for row in results.itertuples()}
