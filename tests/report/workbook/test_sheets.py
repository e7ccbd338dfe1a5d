import openpyxl
import pytest


@pytest.fixture
def rows(filled):
    book = openpyxl.load_workbook(filled[1])
    return lambda sheet: list(book[sheet].iter_rows(values_only=True))


def test_settings_are_listed_by_dotted_name_with_their_meaning(rows):
    shown = {name: (value, meaning) for name, value, meaning, *_ in rows("Settings")[3:]}
    assert shown["profit.hurdle"] == ("0.11", "Return that capital must earn, per year.")
    assert shown["scores.grades"][0] == "[20.0, 40.0, 60.0, 80.0]"


def test_every_indicator_is_defined(rows, filled):
    defined = {row[0]: row for row in rows("Definitions")}
    for each in filled[0].indicators:
        name = f"{each.code} {filled[0].voice.name('node', each.name)}"
        assert defined[name][3] == pytest.approx(each.weight) and defined[name][4]


def test_terms_stand_in_the_other_language_with_their_source(rows):
    assert ("platinum", "铂金客户") in [row[:2] for row in rows("Definitions")]
