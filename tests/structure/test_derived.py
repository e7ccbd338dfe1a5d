import numpy as np
import pandas as pd
import pytest

from crmlib.absent import is_known
from crmlib.book import Book
from crmlib.structure.derived import derived_deposits
from crmlib.study import StructureSettings

AS_OF = pd.Timestamp("2015-12-31")
FEW = StructureSettings(bootstrap=200)


def book(now, before):
    """Customers with deposits and a loan in the last year and in the year before."""
    parts = []
    for year, frame in ((2015, now), (2014, before)):
        for month in pd.date_range(f"{year}-01-01", periods=12, freq="MS"):
            parts.append(frame.assign(month=month, time_deposit=0.0))
    return Book({"activity": pd.concat(parts, ignore_index=True)})


def customers(deposits, loans):
    names = [f"{number:03d}" for number in range(len(deposits))]
    return pd.DataFrame({"customer_id": names, "demand_deposit": deposits, "loan": loans})


def test_borrowers_hold_a_share_of_the_deposits():
    now = customers([30.0, 10.0, 60.0], [20.0, 60.0, 0.0])
    found = derived_deposits(book(now, now), AS_OF, FEW, 1)
    assert (found.borrowers, found.customers, found.share, found.to_loans) == (2, 3, 0.4, 0.5)
    assert np.isnan(found.together.value) and found.pairs == 2


@pytest.mark.parametrize("sign", [1, -1])
def test_deposits_that_move_with_loans_are_told_from_those_that_do_not(sign):
    rng = np.random.default_rng(3)
    rise = rng.normal(size=60)
    before = customers(np.full(60, 100.0), np.full(60, 100.0))
    now = customers(100 + 10 * sign * rise + rng.normal(size=60), 100 + 10 * rise)
    found = derived_deposits(book(now, before), AS_OF, FEW, 1)
    assert found.together.value * sign > 0.9 and found.pairs == 60
    assert found.together.low * sign > 0 and found.together.low <= found.together.value <= found.together.high
    again = book(now.iloc[::-1], before.iloc[::-1])
    assert derived_deposits(again, AS_OF, FEW, 1) == found


def test_independent_changes_do_not_show_together():
    rng = np.random.default_rng(4)
    before = customers(np.full(200, 100.0), np.full(200, 100.0))
    now = customers(100 + rng.normal(size=200), 100 + rng.normal(size=200))
    together = derived_deposits(book(now, before), AS_OF, FEW, 1).together
    assert together.low < 0 < together.high


def test_without_borrowers_nothing_is_derived():
    now = customers([30.0], [0.0])
    assert not is_known(derived_deposits(book(now, now), AS_OF, FEW, 1))
