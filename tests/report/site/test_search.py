from crmlib.report.site.search import SearchPairs


def test_signs_side_by_side_are_words_and_latin_ones_stay_whole():
    search = SearchPairs({})
    assert search.split("客户存款，EVA 20") == ["客户", "户存", "存款", "EVA", "20"]
    assert search.word_filter(search.stem("存款"))


def test_a_question_is_cut_by_a_script_of_ours():
    assert "var splitQuery" in SearchPairs.js_splitter_code
