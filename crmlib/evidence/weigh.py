"""Weighing: from the tables that chapters hand over to a verdict on every claim.

Chapter 9 and the count over many simulated books take the same way, so that what is counted is what is claimed.
"""

import pandas as pd

from crmlib.absent import Absent, is_known, needs
from crmlib.evidence import verdicts
from crmlib.evidence.claims import NOT_TESTABLE, Verdict
from crmlib.evidence.followed import Followed, Tables, given
from crmlib.evidence.rivals import Rivals
from crmlib.strategy.lifetime import leaving_by_class
from crmlib.study import Study
from crmlib.words.messages import say

READS = (
    "profit", "classes_base", "scores", "indicators", "problems", "grades", "classes", "actions", "hour_trial",
    "foresight", "lifetimes",
)  # fmt: skip
"""Tables of a run that verdicts are made from; a claim whose tables it lacks is not testable."""
LAST_YEAR_ALONE = Absent(say("evidence.last_year_alone"))


def weigh(
    tables: Tables,
    study: Study,
    followed: Followed | Absent,
    rivals: Rivals | Absent,
    years: pd.DataFrame | Absent = LAST_YEAR_ALONE,
) -> dict[str, Verdict]:
    """A verdict on every claim about the book; C0a, which is about the chapters, is left out.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of :data:`READS` that there are; others may be absent.
    study : Study
    followed : Followed or Absent
        From :func:`follow`.
    rivals : Rivals or Absent
        From :func:`crmlib.evidence.rivals.against_rivals`.
    years : DataFrame or Absent
        From :func:`crmlib.evidence.backtest.classes_in_order`; without it C2a is tested on the last year alone.
    """
    of = {name: given(tables, name) for name in READS}
    in_order = dict(zip(years["base"], years["in_order"], strict=True))
    found = {
        "C0b": verdicts.problems_found(of["problems"], study.tree),
        "C1a": verdicts.considerable_middle(of["grades"], study.evidence.considerable),
        "C1b": verdicts.room(followed.middle),
        "C2a": verdicts.ordered_classes(followed, of["scores"], in_order),
        "C2b": verdicts.ahead_of_rivals(rivals),
        "C3a": verdicts.everyone_has_an_action(of["classes"], of["actions"]),
        "C3b": verdicts.hours_won(of["hour_trial"]),
        "C3c": verdicts.losses_foreseen(of["foresight"], _may_leave(of["lifetimes"], study) or {}),
    }
    return {claim: verdict if is_known(verdict) else Verdict(claim, NOT_TESTABLE, values={"why": verdict.why})
            for claim, verdict in found.items()}  # fmt: skip


@needs()
def _may_leave(lifetimes: pd.DataFrame, study: Study) -> dict[str, float]:
    """Share that each class holds of all lifetime value that may leave; none where nothing may."""
    return leaving_by_class(lifetimes, study.matrix.classes).set_index("class")["share"].dropna().to_dict()
