import json
import re

import pytest

from crmlib.report.site.mathml import mathml
from crmlib.study import PROJECT


def formulas():
    """Every formula that is written into the notebooks."""
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                for found in re.finditer(r"\\begin\{(equation|align)\}(.*?)\\end\{\1\}", text, re.DOTALL):
                    yield f"{path.stem}-{cell['id']}", re.sub(r"\\label\{.*?\}", "", found[2])


@pytest.mark.parametrize("tex", [pytest.param(tex, id=name) for name, tex in formulas()])
def test_every_formula_of_the_notebooks_can_be_set(tex):
    assert mathml(tex, block=True).startswith("<math")


def test_brackets_of_any_size_and_dots_are_known():
    made = mathml(r"\Bigl( x \bigr) \dots")
    assert made.count("<mo") == 2 and "…" in made


def test_a_number_leads_to_its_equation(site):
    page = (site / "07_matrix.html").read_text(encoding="utf-8")
    assert re.search(r'<div class="crm-equation" [^>]*tabindex="0"[^>]* id="eq-high">', page)
    assert '<a class="crm-equation-link" href="#eq-high">(1)</a>' in page
