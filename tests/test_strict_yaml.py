"""YAML that says one thing to a reader and another to a program is refused."""

import datetime as dt

import pytest
import yaml

from crmlib.errors import SettingsError
from crmlib.strict_yaml import lines_of, parse_yaml, read_yaml, refusal


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: {c: 1, c: 2}", "line 2: not valid YAML (c stands twice)"),
        ("a: &x [1]\nb: [*x, *x]", "line 2: not valid YAML (an alias (*name) is not allowed)"),
        ("a: !!python/object/apply:os.system [ls]", "a tag (tag:yaml.org,2002:python/object/apply:os.system) is not"),
        ("? [a]\n: 1", "a key is a word"),
        ("[" * 20_000, "nested too deeply"),
        ("a: [1", "line 1: not valid YAML"),
    ],
)
def test_what_a_reader_would_not_see_is_refused_with_its_line(tmp_path, text, said):
    path = tmp_path / "study.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as error:
        read_yaml(path)
    assert said in str(error.value)


def test_an_alias_bomb_is_refused_before_it_grows():
    rows = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    with pytest.raises(yaml.YAMLError, match="an alias"):
        parse_yaml("\n".join(rows))


def test_settings_in_another_encoding_are_told_so(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_bytes("title: 支行".encode("gb18030"))
    with pytest.raises(SettingsError, match="settings are written in UTF-8"):
        read_yaml(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [("no", "no"), ("1:30", "1:30"), ("007", "007"), ("true", True), ("4e9", 4e9), ("-1.5", -1.5), ("1_000", 1000),
     ("2015-12-31", dt.date(2015, 12, 31)), ("~", None), ("off", "off")],
)  # fmt: skip
def test_words_are_words_and_numbers_numbers(text, value):
    assert parse_yaml(f"a: {text}") == {"a": value}


def test_every_place_has_its_line(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("a:\n  - b: 1\n    c: 2\n")
    assert lines_of(path) == {("a",): 1, ("a", 0): 2, ("a", 0, "b"): 2, ("a", 0, "c"): 3}


def test_faults_are_told_with_the_line_of_their_place_or_of_what_that_stands_in(tmp_path):
    path = tmp_path / "actions.yaml"
    path.write_text("a:\n  b: 1\n")
    told = refusal(path, [(("a", "b"), "one"), (("a", "c"), "two"), (("z",), "three")])
    assert str(told) == f"{path}, line 2: one\n{path}, line 1: two\n{path}, line 1: three"
