from crmlib.report.site.markup import Html, badge, link, raw, table, tag, text, verdict

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
        said: verdict(said).split("crm-")[2].split('"')[0] for said in ("supported", "not supported", "depends on x")
    }
    assert looks == {"supported": "supported", "not supported": "not-supported", "depends on x": "depends"}


def test_a_block_is_raw_html_for_sphinx():
    assert raw("<p>x</p>") == "```{raw} html\n<p>x</p>\n```"
