import datetime as dt

import pytest
import yaml
from pydantic import ValidationError

from crmlib.errors import SettingsError
from crmlib.matrix import LABELS
from crmlib.study import CHAPTERS, PROJECT, SUCCESSORS, Study, section_type, slug


def study_in(folder, **values):
    folder.mkdir(parents=True)
    (folder / "study.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    return folder


BASE = {"title": "Ours", "as_of": dt.date(2015, 12, 31)}


def test_the_study_by_name_is_as_its_file_says():
    study = Study.load("jd")
    assert study.as_of == dt.date(2015, 12, 31)
    assert study.book.source == "simulated"
    assert study.matrix.cut_current == "p70"


def test_overrides_by_dotted_name():
    study = Study.load("jd", **{"matrix.cut_current": "mean", "profit.tax": 0.2, "seed": 7})
    assert (study.matrix.cut_current, study.profit.tax, study.seed) == ("mean", 0.2, 7)


def test_settings_cannot_be_changed_once_read():
    with pytest.raises(ValidationError, match="frozen"):
        Study.load("jd").matrix.cut_current = "mean"


def test_a_typo_names_file_line_and_the_right_setting(tmp_path):
    folder = study_in(tmp_path / "ours", **BASE, matrix={"hysteresis": 2, "cut_curent": "mean"})
    with pytest.raises(SettingsError) as error:
        Study.load(folder)
    text = str(error.value)
    assert f"{folder / 'study.yaml'}, line 5: matrix.cut_curent is not a setting. Did you mean cut_current?" in text
    assert "Settings of matrix: cut_current, cut_potential, labels, hysteresis" in text


def test_a_setting_that_is_no_more_names_its_successor():
    with pytest.raises(SettingsError, match=r"^book.npl is not a setting. It was once: book.workout_months says how"):
        Study.load("jd", **{"book.npl": 0.015})


def test_every_successor_of_a_setting_names_one_that_there_is():
    for old, told in SUCCESSORS.items():
        settings = Study.load("jd").flat()
        assert old not in settings and told.split()[0] in settings


def test_every_fault_is_told_at_once(tmp_path):
    folder = study_in(tmp_path / "ours", **BASE, profit={"tax": 1.5}, sead=1)
    with pytest.raises(SettingsError, match=r"(?s)profit\.tax: .*found 1.5.*sead is not a setting. Did you mean seed"):
        Study.load(folder)


def test_a_typo_in_an_override_is_named():
    with pytest.raises(SettingsError, match=r"^matrix.cut_curent is not a setting. Did you mean cut_current\?"):
        Study.load("jd", **{"matrix.cut_curent": "mean"})


@pytest.mark.parametrize(("old", "now"), [("lost_volume", "idle_volume"), ("lost_months", "idle_months")])
def test_what_an_account_is_idle_by_has_moved_to_the_book(old, now):
    with pytest.raises(SettingsError, match=rf"matrix.{old} is not a setting. It was once: book.{now} says"):
        Study.load("jd", **{f"matrix.{old}": 1})


def test_a_compulsory_setting_is_asked_for(tmp_path):
    folder = study_in(tmp_path / "ours", title="Ours")
    with pytest.raises(SettingsError, match="as_of is compulsory and not set"):
        Study.load(folder)


def test_as_of_is_a_month_end():
    with pytest.raises(SettingsError, match="must be the last day of a month, found 2015-12-30"):
        Study.load("jd", as_of="2015-12-30")


@pytest.mark.parametrize("text", ["1: 2", "matrix: {~: 2}"])
def test_a_name_that_is_no_word_is_told(tmp_path, text):
    folder = study_in(tmp_path / "ours", title="Ours")
    with (folder / "study.yaml").open("a") as file:
        file.write(text + "\n")
    with pytest.raises(SettingsError, match="the name of a setting is a word, found"):
        Study.load(folder)


def test_invalid_yaml_names_the_line(tmp_path):
    folder = study_in(tmp_path / "ours")
    (folder / "study.yaml").write_text("title: a\nas_of: [2015\n")
    with pytest.raises(SettingsError, match="line 3: not valid YAML"):
        Study.load(folder)


def test_a_study_like_another_writes_only_what_differs(tmp_path):
    study_in(tmp_path / "base", **BASE, profit={"tax": 0.2, "lgd": 0.4}, scores={"grades": [10, 20, 30, 40]})
    ours = study_in(tmp_path / "ours", like="base", **BASE, profit={"tax": 0.1})
    study = Study.load(ours)
    assert (study.profit.tax, study.profit.lgd, study.scores.grades) == (0.1, 0.4, (10, 20, 30, 40))


def test_pd_by_rating_is_replaced_whole(tmp_path):
    ours = study_in(tmp_path / "ours", like="jd", **BASE, profit={"pd_by_rating": {"1": 0.01}})
    assert Study.load(ours).profit.pd_by_rating == {"1": 0.01}


def test_title_date_and_data_are_never_inherited(tmp_path):
    study_in(tmp_path / "base", **BASE, book={"source": "tables", "raw": "x", "gamma": 0.5})
    ours = study_in(tmp_path / "ours", like="base")
    said = r"(?s)ours/study.yaml: title is compulsory and not set, and no study takes it over from .*as_of is"
    with pytest.raises(SettingsError, match=said):
        Study.load(ours)
    other = study_in(tmp_path / "other", like="base", **BASE)
    assert Study.load(other).book.source == "simulated"
    assert Study.load(other).book.gamma == 0.5


def test_likeness_is_one_level(tmp_path):
    study_in(tmp_path / "base", like="jd", **BASE)
    ours = study_in(tmp_path / "ours", like="base", **BASE)
    with pytest.raises(SettingsError, match=r"base is itself like another study\. One level, no chains"):
        Study.load(ours)


def test_the_tree_comes_from_the_likeness_where_there_is_none(tmp_path):
    ours = study_in(tmp_path / "ours", like="jd", **BASE)
    assert Study.load(ours).tree == Study.load("jd").tree


def test_an_unknown_study_names_the_nearest():
    with pytest.raises(SettingsError, match=r"jdd is not a study. Did you mean jd\?"):
        Study.load("jdd")


@pytest.mark.parametrize("name", ["../jd", "JD", "a b", "", ".", "published", "example", "a/../b", "é"])
def test_a_name_is_never_a_path(name):
    with pytest.raises(SettingsError):
        slug(name)


def test_every_chapter_has_a_section_and_every_setting_a_description():
    for chapter in CHAPTERS:
        for name, field in section_type(chapter).model_fields.items():
            assert field.description, f"{chapter}.{name} has no description"


def test_flat_names_every_setting_once():
    flat = Study.load("jd").flat()
    assert flat["matrix.cut_current"] == "p70"
    assert flat["profit.pd_by_rating"]["AAA"] == 0.0
    assert "name" not in flat


def test_the_project_holds_the_data():
    assert (PROJECT / "data" / "jd" / "study.yaml").is_file()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("matrix.cut_current", "men", r"Cut of current value.*found 'men'. Did you mean mean\?"),
        ("model.weights", "apph", r"'ahp'.*found 'apph'. Did you mean ahp\?"),
        ("profit.tax", 2, r"less than 1, found 2\."),
    ],
)
def test_a_value_that_is_not_allowed_says_what_is(name, value, message):
    with pytest.raises(SettingsError, match=message):
        Study.load("jd", **{name: value})


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        (
            "scores.grades",
            [80, 60, 40, 20],
            "scores.grades: must rise from each bound to the next, found 80, 60, 40, 20",
        ),
        ("matrix.labels", {"high_high": "vip"}, "missing or none of them: high_low, low_high, low_low"),
        ("matrix.labels", {**LABELS, "high_high": "a\nb"}, r"matrix.labels: a text on one line, found 'a\nb'"),
        ("name", "x", "name is not a setting: a study is called like its folder."),
        ("folder", "/x", "folder is not a setting: a study is called like its folder."),
        ("as_of", "9999-12-31", "as_of: Input should be less than 2100-01-01"),
        ("profit.lgd", True, "profit.lgd: is neither yes nor no, found True"),
        ("profit.hourly_cost", float("inf"), "profit.hourly_cost: Input should be a finite number"),
        ("evidence.interval", 1, "evidence.interval: Input should be less than 1, found 1"),
        ("evidence.draws", 10**12, "evidence.draws: Input should be less than or equal to 1000000"),
        ("title", "", "title: String should have at least 1 character"),
        ("title", "a\x1b[31mb", "title: Title of the report, found"),
    ],
)
def test_a_setting_of_no_sense_is_told_why(setting, value, said):
    with pytest.raises(SettingsError) as error:
        Study.load("jd", **{setting: value})
    assert said in str(error.value)


def test_raw_is_seen_from_the_studys_folder(tmp_path):
    (tmp_path / "own").mkdir()
    settings = "title: Own\nas_of: 2015-12-31\nbook: {raw: ../raw}\n"
    (tmp_path / "own" / "study.yaml").write_text(settings)
    assert Study.load(tmp_path / "own").raw.resolve() == tmp_path / "raw"
