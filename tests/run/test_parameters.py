from typing import Annotated, Literal

import pytest
from pydantic import TypeAdapter

from crmlib.errors import RunError, SettingsError
from crmlib.reference import flow, python_type
from crmlib.run.folder import RunFolder
from crmlib.run.parameters import resolve
from crmlib.study import CHAPTERS
from crmlib.words.voice import Voice

JD = {"study": "jd", "run": None}


@pytest.fixture(autouse=True)
def reports(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_REPORTS", str(tmp_path))
    return tmp_path


def test_the_cell_has_every_setting_as_none_with_the_value_of_jd(parameters_cell):
    assert parameters_cell("scores") == (
        'study = "jd"\nrun: str = None\ngrades: list = None  # [20.0, 40.0, 60.0, 80.0]\n'
        "null_books: int = None  # 200\ninterval: float = None  # 0.95"
    )


@pytest.mark.parametrize("section", CHAPTERS)
def test_the_cell_is_python_that_gives_nothing(section, parameters_cell):
    names = {}
    exec(parameters_cell(section), names)
    parameters = resolve(section, {name: value for name, value in names.items() if not name.startswith("__")})
    assert parameters.given == {}


def test_a_parameter_that_is_given_comes_first_then_the_run_then_the_study(reports):
    RunFolder(reports / "jd").record_settings("jd", {"matrix": {"cut_current": "mean", "hysteresis": 2.0}})
    parameters = resolve("matrix", {**JD, "cut_current": "top20"})
    matrix = parameters.study.matrix
    assert (matrix.cut_current, matrix.hysteresis, matrix.cut_potential) == ("top20", 2.0, "median")
    assert parameters.given == {"cut_current": "top20"}
    said = {name: Voice().say(source) for name, source in parameters.sources.items()}
    assert said["cut_current"] == "given here (study.yaml: p70)"
    assert said["hysteresis"] == "the run (study.yaml: 3.0)"
    assert said["cut_potential"] == "study.yaml"


def test_another_run_is_another_folder(reports):
    assert resolve("matrix", {**JD, "run": "variant"}).folder.path == reports / "variant"
    assert resolve("matrix", {}).folder.path == reports / "jd"


@pytest.mark.parametrize("name", ["../jd", "/tmp/jd", "a b", "example"])
def test_a_run_is_never_a_path(name):
    with pytest.raises(SettingsError, match="cannot name a study or run"):
        resolve("matrix", {**JD, "run": name})


def test_a_run_of_another_study_is_refused(reports):
    RunFolder(reports / "ours").record_settings("cumcm2020c", {})
    with pytest.raises(SettingsError, match="Run ours is a run of cumcm2020c, not of jd"):
        resolve("matrix", {**JD, "run": "ours"})


def test_a_mistyped_parameter_names_the_right_one():
    with pytest.raises(
        SettingsError, match=r"(?s)^cut_curent is not a parameter.*Did you mean cut_current\?.*hysteresis"
    ):
        resolve("matrix", {**JD, "cut_curent": "mean"})


def test_a_value_that_is_not_allowed_says_what_is():
    with pytest.raises(SettingsError, match=r"^matrix.cut_current: .*found 'men'. Did you mean mean\?"):
        resolve("matrix", {**JD, "cut_current": "men"})


def test_what_is_no_plain_value_is_no_parameter():
    resolve("matrix", {**JD, "pytest": pytest, "_private": 1, "In": [], "Out": {}})


def test_a_parameter_that_is_no_more_names_its_successor():
    with pytest.raises(SettingsError, match=r"^npl is not a parameter of.* It was once: book.workout_months"):
        resolve("book", {**JD, "npl": 0.01})


def test_a_chapter_begun_again_may_have_names_of_its_own():
    names = {**JD}
    resolve("matrix", names)
    resolve("matrix", {**names, "count": 3})
    with pytest.raises(SettingsError, match="cut_curent is not a parameter"):
        resolve("matrix", {**names, "cut_curent": "mean"})


def test_a_chapter_that_does_not_exist_names_the_nearest():
    with pytest.raises(SettingsError, match=r"^'matrx' is no chapter. Did you mean matrix\?"):
        resolve("matrx", JD)


def test_the_study_of_a_chapter_is_guarded():
    study = resolve("matrix", JD).study.for_chapter("matrix")
    with pytest.raises(RunError, match="Chapter matrix reads settings of scores"):
        _ = study.scores


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (int, "int"),
        (str | None, "str"),
        (Literal["a", "b"], "str"),
        (Annotated[float, "positive"], "float"),
        (tuple[str, ...], "list"),
        (dict[str, float], "dict"),
    ],
)
def test_types_are_plain(annotation, kind):
    assert python_type(TypeAdapter(annotation).json_schema()) == kind


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), ("p70", "p70"), ([1, 2], "[1, 2]"), ({"价": 1.5}, "{价: 1.5}")]
)
def test_values_stand_on_one_line_of_yaml(value, text):
    assert flow(value) == text
