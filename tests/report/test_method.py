from crmlib.report.method import method
from crmlib.runs import Run
from crmlib.study import Study


def test_the_method_names_its_settings_in_both_languages(report_run):
    run = Run(report_run)
    english, chinese = method(run, "en"), method(run, "zh")
    assert len(english) == len(chinese) > 3
    texts = " ".join(part["text"] for part in english)
    assert "500 CNY an hour" in texts
    assert "11 % on economic capital" in texts
    assert "the 70th percentile of current and the median of potential value" in texts
    assert "15 indicators" in texts
    assert "6 of them make current value, 9 potential value" in texts
    assert "15项指标" in " ".join(part["text"] for part in chinese)


def test_equal_weights_are_told_as_nobodys_judgement(report_run):
    run = Run(report_run)
    run.__dict__["study"] = Study.load("jd", **{"model.weights": "equal"})
    assert any("nobody was asked" in part["text"] for part in method(run, "en"))
