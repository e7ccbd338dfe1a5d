from hypothesis import given
from hypothesis import strategies as st

from crmlib.report import text


def test_fonts_fit_a_repository():
    fonts = sorted(text.FONTS.glob("*.otf"))
    assert [path.name for path in fonts] == ["CrmlibSansSC-Bold.otf", "CrmlibSansSC-Regular.otf"]
    assert all(path.stat().st_size < 1_000_000 for path in fonts)
    assert "SIL OPEN FONT LICENSE" in (text.FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_fonts_hold_every_common_character():
    """The 3,755 characters of GB 2312, level 1, and what the report itself writes."""
    rows = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(16, 56) for cell in range(1, 95))
    level_1 = "".join(code.decode("gb2312", errors="ignore") for code in rows)
    assert len(level_1) == 3755
    assert text.missing_glyphs(level_1 + "万元亿元铂金黄金铁质铅质客户价值矩阵风险调整资本回报率±−–…≥≤×αβγλτχΣ") == ""


@given(st.text())
def test_any_name_can_be_drawn(name):
    assert text.missing_glyphs(text.safe(name)) == ""
    assert not text.safe(name).startswith("_")


@given(st.text(st.sampled_from("ab$_<>&\\{}铂金客户")))
def test_no_sign_is_hidden(name):
    assert text.safe(name).strip() == name


def test_a_rare_character_becomes_the_mark_for_a_missing_sort():
    assert text.safe("龘鑫\n有限公司") == "〓鑫 有限公司"


def test_a_long_name_ends_in_an_ellipsis():
    assert text.safe("a very long name", 7) == "a very…"


@given(st.text(st.sampled_from("abc 铂金，。.")), st.integers(1, 20))
def test_wrapping_keeps_every_word_and_the_width(sentence, width):
    lines = text.wrap(sentence, len, width)
    assert "".join("".join(lines).split()) == "".join(sentence.split())
    longest_word = max(map(len, sentence.replace("铂", " ").replace("金", " ").split()), default=0) + 1
    assert all(len(line.rstrip("，。. ")) <= max(width, longest_word) for line in lines)


def test_closing_signs_do_not_begin_a_line():
    assert text.wrap("铂金客户，黄金", len, 4) == ["铂金客户，", "黄金"]


def test_broken_lines_count_chinese_characters_twice():
    assert text.broken("铂金客户的价值", 8) == "铂金客户\n的价值"
    assert text.broken("all in one line", 20) == "all in one line"
