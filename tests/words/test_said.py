from crmlib.words.messages import say
from crmlib.words.said import FINDING_LOOK, Said, paragraph
from crmlib.words.voice import Voice

ONE, TWO = say("common.study", name="<jd>"), say("common.n", n=3)


def test_sentences_make_a_paragraph_and_lists_a_list():
    said = Said([ONE, TWO, [ONE, TWO], TWO], Voice())
    assert repr(said) == "study <jd> n = 3\n- study <jd>\n- n = 3\nn = 3"
    number = 'n = <data class="crm-n">3</data>'
    assert said._repr_html_().partition(">")[2] == (
        f"<p>study &lt;jd&gt; {number}</p><ul><li>study &lt;jd&gt;</li><li>{number}</li></ul><p>{number}</p></div>"
    )


def test_what_a_finding_means_to_the_branch_says_so_in_a_chapter_alone():
    meant = say("problems.products", rooms=[])
    assert repr(Said([meant], Voice())).startswith("For the branch: most room is in")
    assert repr(Said([meant], Voice("zh"))).startswith("对支行而言：")
    assert paragraph([meant], Voice()).startswith("Most room is in")
    assert " For the branch" not in repr(Said([TWO, meant], Voice()))


def test_a_finding_is_bold():
    assert "<p><strong>n = " in Said([TWO], Voice(), FINDING_LOOK)._repr_html_()


def test_chinese_sentences_follow_without_a_space():
    assert paragraph([ONE, TWO], Voice("zh")) == "研究<jd>n = 3"


def test_a_name_of_two_dollar_signs_is_no_mathematics():
    assert 'class="crm-said tex2jax_ignore mathjax_ignore ' in Said([ONE], Voice())._repr_html_()
