from crmlib.reference import settings_reference
from crmlib.study import Study


def test_every_setting_is_told_once_with_its_meaning(jd):
    told = list(settings_reference())
    names = [name for name, *_ in told]
    assert sorted(names) == sorted(Study.load("jd").flat())
    assert all(meaning for *_, meaning in told)


def test_defaults_and_allowed_values_are_those_of_the_settings():
    told = {name: rest for name, *rest in settings_reference()}
    assert told["title"][0] == "compulsory"
    assert told["unit"][:2] == ["customer", "customer | group"]
    assert told["profit.tax"][:2] == ["0.25", "float ≥ 0 < 1"]
    assert told["scores.grades"][:2] == ["[20, 40, 60, 80]", "list"]
    assert told["matrix.cut_current"][1].startswith("str like ^(median")
