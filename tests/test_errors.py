from crmlib.errors import CrmError, RunError, SettingsError, did_you_mean


def test_the_nearest_name_is_offered():
    assert did_you_mean("cut_curent", ["cut_current", "labels"]) == " Did you mean cut_current?"


def test_nothing_is_offered_where_nothing_is_near():
    assert did_you_mean("zzz", ["cut_current", "labels"]) == ""


def test_every_error_of_the_library_can_be_caught_as_one():
    assert issubclass(SettingsError, CrmError)
    assert issubclass(RunError, CrmError)
