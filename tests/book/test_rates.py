import pandas as pd
import pytest

from crmlib.book.rates import benchmark, transfer_prices

MONTHS = pd.date_range("2010-06-01", "2016-03-01", freq="MS")


@pytest.mark.parametrize(
    ("month", "loan", "deposit"),
    [("2010-06", 0.0581, 0.0275), ("2011-07", 0.0656, 0.0350), ("2014-10", 0.0600, 0.0300),
     ("2014-11", 0.0560, 0.0275), ("2015-10", 0.0435, 0.0150), ("2016-03", 0.0435, 0.0150)],
)  # fmt: skip
def test_benchmark_rates_of_the_peoples_bank(month, loan, deposit):
    assert benchmark(MONTHS).loc[f"{month}-01"].tolist() == [loan, deposit]


def test_the_branch_earns_on_every_line():
    rates = transfer_prices(MONTHS)
    assert (rates["ftp_demand"] > rates["rate_demand"]).all()
    assert (rates["ftp_time"] > rates["rate_time"]).all()
    assert (rates["ftp_loan"] > rates["ftp_time"]).all()
