import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.report.tables import Table, interval, money, percent, plain


def test_money_is_shown_in_its_unit():
    assert [money(123_456), money(-98.5), money(5e9, "亿元"), money(np.nan)] == [
        "12.3 万元",
        "−0.01 万元",
        "50 亿元",
        "–",
    ]


def test_an_unknown_unit_gets_the_nearest():
    with pytest.raises(CrmError, match=r"'万' is not a unit of money.*Units: CNY, 万元, 亿元"):
        money(1.0, "万")


def test_percent_has_no_negative_zero():
    assert [percent(0.841), percent(-0.0001), percent(-0.0123, 2), percent(np.nan)] == [
        "84.1 %",
        "0.0 %",
        "−1.23 %",
        "–",
    ]


def test_an_interval_names_its_unit_once():
    assert interval(0.809, 0.867) == "80.9 to 86.7 %"
    assert interval(1e5, 2e5, money) == "10 to 20 万元"


def test_plain_values():
    values = [True, None, pd.NaT, pd.Timestamp("2015-12-31"), 1234.5, "007", pd.NA]
    assert [plain(value) for value in values] == ["yes", "–", "–", "2015-12-31", "1,234", "007", "–"]


@pytest.fixture
def table():
    frame = pd.DataFrame({"name": ["<b>$x_1$ & co</b>", None], "eva": [1_234_567.0, np.nan], "share": [0.1, 0.25]})
    return Table(frame, "Caption <i>", {"eva": "money", "share": "{:.0%}"})


def test_text_is_escaped_and_is_no_mathematics(table):
    html = table._repr_html_()
    assert "&lt;b&gt;$x_1$ &amp; co&lt;/b&gt;" in html and "Caption &lt;i&gt;" in html
    assert "mathjax_ignore" in html and "tex2jax_ignore" in html


def test_numbers_stand_right_and_units_in_the_head(table):
    html = table._repr_html_()
    assert '">eva, 万元</th>' in html and 'tabular-nums">123</td>' in html and 'tabular-nums">10%</td>' in html
    assert '<td style="text-align:left">–</td>' in html


def test_an_index_is_shown_where_it_says_something(table):
    assert "class" in Table(pd.DataFrame({"n": [1]}, index=pd.Index(["gold"], name="class"))).texts()
    assert list(table.texts()) == ["name", "eva, 万元", "share"]


def test_a_long_table_is_shown_in_part():
    texts = Table(pd.DataFrame({"n": range(100)}), most=4).texts()
    assert texts["n"].tolist() == ["0", "1", "…", "98", "99"]


def test_wrong_columns_and_formats_get_the_nearest():
    frame = pd.DataFrame({"share": [1.0]})
    with pytest.raises(CrmError, match=r"'shares' is not a column. Did you mean share?"):
        Table(frame, formats={"shares": "percent"})
    with pytest.raises(CrmError, match=r"'percnt' is not a format. Did you mean percent?"):
        Table(frame, formats={"share": "percnt"})


def test_the_text_form_has_the_caption(table):
    assert repr(table).startswith("Caption <i>\n")


def test_words_are_said_in_the_language_and_names_are_not():
    frame = pd.DataFrame({"name": ["公司 A"], "class": ["platinum"], "eva": [20_000.0]})
    table = Table(frame, "One example of each; first 1 of 2 rows", {"eva": "money"}, language="zh")
    assert table.texts().to_dict("list") == {"名称": ["公司 A"], "类别": ["铂金客户"], "经济增加值，万元": ["2"]}
    assert "各举一例；共2行中的前1行" in table._repr_html_()
    assert repr(table).startswith("各举一例；")
