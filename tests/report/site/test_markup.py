import pytest
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from crmlib.report.site.markup import badge, joined, link, literal, notebook, scrolling, table, tag, untrusted, verdict
from crmlib.words.voice import Voice

HOSTILE = '<script>"&'
SAFE = escape(HOSTILE)


def test_text_from_the_data_is_escaped_everywhere():
    made = [link("a.html", HOSTILE), link(HOSTILE, "a"), tag("b", HOSTILE), tag("b", "", id=HOSTILE), badge(0, HOSTILE)]
    made += [verdict("supported", HOSTILE), joined("ul", [HOSTILE]), scrolling(HOSTILE, "a"), scrolling("a", HOSTILE)]
    made += [table(Voice(), "t", ["name"], [[HOSTILE]]), table(Voice(), HOSTILE, ["name"], [["a"]])]
    assert all(SAFE in html and "<script" not in html for html in made)


def test_markup_stays_as_it_is_in_a_table_whose_heads_and_formats_come_from_the_words():
    shown = table(Voice(), "t", ["name", "eva"], [[Markup("<b>1</b>"), 25_000.0]])
    assert "<b>1</b>" in shown and ">EVA, 万元<" in shown and ">2.5<" in shown


def test_a_verdict_has_the_look_of_its_kind():
    assert 'class="crm-verdict crm-not_supported"' in verdict("not_supported", "x")


def test_html_is_the_output_of_a_cell_and_markdown_is_not():
    cells = notebook(["# Ours", Markup("<p>x</p>"), ""])["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code"]
    assert cells[1]["outputs"][0]["data"] == {"text/html": "<p>x</p>"}


@pytest.mark.parametrize(
    "said", ["a `b` *c* [d](e) <b>f</b> $g$ {h}`i` \\j &amp; k", "# no heading", "1. one", "a\n\n# b"]
)
def test_words_have_no_meaning_in_markdown(said):
    shown = MarkdownIt("commonmark").renderInline(literal(said))
    assert shown == escape(" ".join(said.split())).replace("&#39;", "'").replace("&#34;", "&quot;")


def test_markdown_by_others_has_no_html_no_pictures_and_links_to_the_web_alone():
    shown = untrusted(
        "# One\n\n<b>x</b> [web](https://a.example) [file](../a.md) [run](javascript:x) ![p](p.png)\n\n|a|\n|-|\n|b|"
    )
    assert shown.startswith("<h2>One</h2>") and "<td>b</td>" in shown
    assert "<b>" not in shown and "<img" not in shown
    assert shown.count("href=") == 1 and 'href="https://a.example"' in shown
