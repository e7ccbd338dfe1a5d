import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.words.messages import say
from crmlib.words.table import Table, cell, named
from crmlib.words.voice import Voice

EN, ZH = Voice(), Voice("zh", "亿元")


@pytest.fixture
def frame():
    return pd.DataFrame({"name": ["<b>$x_1$ & co</b>", None], "eva": [1_234_567.0, np.nan], "share": [0.1, 0.25]})


def test_text_is_escaped_and_is_no_mathematics(frame):
    html = Table(frame, EN, say("common.study", name="<i>"))._repr_html_()
    assert "&lt;b&gt;$x_1$ &amp; co&lt;/b&gt;" in html and "study &lt;i&gt;" in html
    assert "mathjax_ignore" in html and "tex2jax_ignore" in html


def test_heads_formats_and_units_come_with_the_column(frame):
    html = Table(frame, EN, formats={"eva": "money"})._repr_html_()
    assert ", 万元</th>" in html and 'tabular-nums">123</td>' in html and 'tabular-nums">10.0 %</td>' in html
    assert '<td style="text-align:left">–</td>' in html
    texts = Table(frame.rename(columns={"eva": "hours"}), ZH).texts()
    assert list(texts.columns) == ["名称", "客户经理工时", "占比"]
    assert texts.iloc[0].tolist() == ["<b>$x_1$ & co</b>", "1,234,567", "10.0 %"]


def test_an_index_is_shown_where_it_has_a_name(frame):
    assert "size" in Table(frame.set_index(pd.Index(["large", "small"], name="size")), EN).texts().columns
    assert list(Table(frame.set_axis([5, 9]), EN).texts().columns) == ["name", "EVA, 万元", "share"]
    assert list(Table(frame.set_axis([5, 9]), ZH).texts().columns) == ["名称", "经济增加值，亿元", "占比"]


def test_estimates_and_messages_stand_in_cells():
    frame = pd.DataFrame({"share": [(0.5, 0.25, 0.75)], "why": [say("common.study", name="jd")]})
    assert Table(frame, EN).texts().iloc[0].tolist() == ["50.0 % (25.0 to 75.0 %)", "study jd"]


def test_of_a_long_table_the_first_rows_are_shown_and_said(frame):
    long = pd.concat([frame] * 30, ignore_index=True)
    assert "first 40 of 60 rows" in repr(Table(long, EN))
    assert "共60行，显示前40行" in repr(Table(long, ZH))
    assert len(Table(long, EN).texts()) == 40


def test_a_wrong_column_or_format_gets_the_nearest(frame):
    with pytest.raises(CrmError, match=r"'shar' is not a column. Did you mean share\?"):
        Table(frame, EN, formats={"shar": "percent"})
    with pytest.raises(CrmError, match=r"'percnt' is not a format. Did you mean percent\?"):
        Table(frame, EN, formats={"share": "percnt"})


@pytest.mark.parametrize(
    ("value", "show", "text"),
    [
        (True, "", "yes"), (None, "", "–"), (pd.NaT, "", "–"), (pd.Timestamp("2015-12-31"), "", "2015-12-31"),
        (1234.5, "", "1,234"), ("007", "", "007"), (pd.NA, "text", "–"), (0.5, "fixed 3", "0.500"),
        (12_345.0, "money CNY", "12,345"), ("large", "name size", "large"), (2014, "year", "2014"),
        (np.inf, "whole", "–"),
    ],
)  # fmt: skip
def test_a_cell_is_shown_by_its_format(value, show, text):
    assert cell(value, show, EN) == text


def test_codes_become_names_by_the_format_of_their_column():
    codes = pd.DataFrame({"action": ["save", None], "measure": ["save", "save"], "code": ["save", "save"]})
    told = named(codes, EN, measure="name measure")
    assert told["action"].dropna().tolist() == [EN.name("action", "save")] and told["code"].equals(codes["code"])
    assert told["measure"].tolist() == [EN.name("measure", "save")] * 2
    assert named(codes[["code"]], EN, measure="name measure").equals(codes[["code"]])
