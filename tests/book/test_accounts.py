import pandas as pd
import pytest

from crmlib.book.accounts import sales_growth

ROWS = pd.DataFrame({
    "customer_id": ["1", "1", "1", "2", "2", "3"],
    "year": [2011, 2012, 2014, 2012, 2014, 2014],
    "sales": [100.0, 200.0, 800.0, 100.0, 144.0, 5.0],
})  # fmt: skip


def test_growth_is_over_three_years_or_else_two():
    growth = sales_growth(ROWS, ROWS["customer_id"])
    assert growth[("1", 2014)] == pytest.approx(1.0)
    assert growth[("2", 2014)] == pytest.approx(0.2)
    assert growth.drop([("1", 2014), ("2", 2014)]).isna().all()


def test_growth_of_a_group_compares_the_sales_of_the_same_members():
    growth = sales_growth(ROWS, pd.Series("G", ROWS.index))
    assert growth[("G", 2014)] == pytest.approx(1.0)
    later = ROWS[ROWS["year"] > 2011]
    two = sales_growth(later, pd.Series("G", later.index))
    assert two[("G", 2014)] == pytest.approx((944 / 300) ** 0.5 - 1)


def test_growth_from_or_to_nothing_is_not_known():
    none = ROWS.assign(sales=ROWS["sales"].where(ROWS["customer_id"] != "2", 0.0))
    assert pd.isna(sales_growth(none, none["customer_id"])[("2", 2014)])
