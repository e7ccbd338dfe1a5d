"""Search in Chinese, which has no spaces between words: every two signs side by side are one. A Sphinx extension.

Sphinx' own way hangs on a dictionary (jieba), without which it finds nothing.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

_RUN = re.compile(r"[\u3400-\u9fff]+")


class SearchPairs(SearchChinese):
    """Pairs of Chinese signs, and words in Latin letters."""

    # Names the stemmer of its script, which is that of English.
    language_name = "English"
    # A question is cut into pairs that do not overlap, so that 存款客户 is found where 存款 and 客户 stand apart.
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|[A-Za-z0-9_]+/g) || []).flatMap((word) =>
    /\w/.test(word) || word.length < 3 ? [word] : [...word.match(/../g), word.slice(-2)]);
"""

    def split(self, input: str) -> list[str]:
        """The words of a page."""
        pairs = [run[at : at + 2] for run in _RUN.findall(input) for at in range(len(run) - 1)]
        latin = self.latin1_letters.findall(input)
        self.latin_terms.update(latin)
        return pairs + latin


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_search_language(SearchPairs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
