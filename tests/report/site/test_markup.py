import pytest
from markdown_it import MarkdownIt

from crmlib.report.site.markup import Html, badge, link, literal, notebook, table, tag, text, untrusted, verdict

HOSTILE = '<script>"&'
SAFE = "&lt;script&gt;&quot;&amp;"


def test_text_from_the_data_is_escaped_everywhere():
    made = [text(HOSTILE), link("a.html", HOSTILE), tag("b", HOSTILE), badge(0, HOSTILE), verdict("supported", HOSTILE)]
    made += [table(HOSTILE, [HOSTILE], [[HOSTILE]])]
    assert all(SAFE in html and "<script" not in html for html in made)


def test_html_stays_as_it_is():
    assert table("t", ["a"], [[Html("<b>1</b>")]], numbers=(0,)).count('<td class="crm-number"><b>1</b></td>') == 1


def test_a_verdict_has_the_look_of_its_kind():
    looks = {
        kind: verdict(kind, "x").split("crm-")[2].split('"')[0] for kind in ("supported", "not_supported", "depends")
    }
    assert looks == {"supported": "supported", "not_supported": "not-supported", "depends": "depends"}


def test_html_is_the_output_of_a_cell_and_markdown_is_not():
    cells = notebook(["# Ours", Html("<p>x</p>"), ""])["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code"]
    assert cells[1]["outputs"][0]["data"] == {"text/html": "<p>x</p>"}


@pytest.mark.parametrize(
    "said", ["a `b` *c* [d](e) <b>f</b> $g$ {h}`i` \\j &amp; k", "# no heading", "1. one", "a\n\n# b"]
)
def test_words_have_no_meaning_in_markdown(said):
    shown = MarkdownIt("commonmark").renderInline(literal(said))
    assert shown == text(" ".join(said.split())).replace("&#x27;", "'")


def test_markdown_by_others_has_no_html_no_pictures_and_links_to_the_web_alone():
    shown = untrusted(
        "# One\n\n<b>x</b> [web](https://a.example) [file](../a.md) [run](javascript:x) ![p](p.png)\n\n|a|\n|-|\n|b|"
    )
    assert shown.startswith("<h2>One</h2>") and "<td>b</td>" in shown
    assert "<b>" not in shown and "<img" not in shown
    assert shown.count("href=") == 1 and 'href="https://a.example"' in shown
