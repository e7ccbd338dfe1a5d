"""An appraisal: what the model learns from a book at one date, and which customers it cannot grade.

The chapter on the model makes two, one at the as-of date and one a year earlier, so that what is called next-year can
be tested on a model that knew nothing of that year.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.profit import WINDOW, standing, windows
from crmlib.study import Study
from crmlib.tree import Tree
from crmlib.value.indicators import fill_by_policy, indicators, indicators_with_gaps
from crmlib.value.model import ValueModel
from crmlib.value.references import References, View
from crmlib.words.messages import say


@dataclass(frozen=True)
class Scorer:
    """What scores customers of any date: references and model, learned from one book at one date.

    Attributes
    ----------
    references : References
        What the indicators learned from the book.
    model : ValueModel
    """

    references: References
    model: ValueModel

    def save(self, path: str | Path) -> None:
        """Write the model and, as ``references``, what its indicators learned, as JSON; numbers keep every bit."""
        document = {**self.model.as_dict(), "references": asdict(self.references)}
        Path(path).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: str | Path) -> "Scorer":
        """Read what :meth:`save` wrote."""
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        return Scorer(References(**document["references"]), ValueModel.from_dict(document))


@dataclass(frozen=True)
class Appraisal(Scorer):
    """A scorer with what it was learned from, and the scores that it gave there.

    Attributes
    ----------
    indicators : DataFrame, shape (customers, leaves)
        Of the customers that the model can grade, indexed by customer_id.
    scores : DataFrame, shape (customers, 3)
        Their current, potential and total value, 0-100.
    not_graded : DataFrame
        Columns customer_id, why (too_new or axis_unknown) and reason, a message.
    missing : Series
        Number of these customers for whom each indicator was missing before the tree's policy was applied, by code.
    """

    indicators: pd.DataFrame
    scores: pd.DataFrame
    not_graded: pd.DataFrame
    missing: pd.Series


def appraise(
    book: Book, profit: pd.DataFrame | Absent, as_of: pd.Timestamp, study: Study, weights: pd.Series
) -> Appraisal:
    """Fit references and model at a date and list who cannot be graded.

    Parameters
    ----------
    book : Book
    profit : DataFrame or Absent
        From :func:`crmlib.profit.profit_table`.
    as_of : Timestamp
        Month-end; nothing later is read.
    study : Study
    weights : Series
        Weight of each leaf in the total.
    """
    view = View(book, profit, as_of, study)
    raw = indicators_with_gaps(view)
    table = fill_by_policy(raw, view)
    model = ValueModel.fit(table, study.tree, weights, study.model.winsor)
    scores = model.score(table)
    graded = scores["total"].notna()
    missing = raw[graded].isna().sum()
    return Appraisal(view.references, model, table[graded], scores[graded], _not_graded(view, scores, model), missing)


def _not_graded(view: View, scores: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Who is open and too new, then who has no indicator on an axis."""
    marks, least = standing(view.book.customers, view.as_of, view.study.profit), view.study.profit.min_months
    young = marks.loc[marks["open"] & ~marks["graded"], "months_open"]
    reasons = [
        (customer, "too_new", say("model.too_new", months=int(months), least=least))
        for customer, months in young.items()
    ]
    reasons += [
        (customer, "axis_unknown", say("model.axis_unknown", axis=model.tree.name(axis)))
        for axis, column in zip(model.tree.axes, ("current", "potential"), strict=True)
        for customer in scores.index[scores[column].isna()]
    ]
    table = pd.DataFrame(reasons, columns=["customer_id", "why", "reason"])
    return table.drop_duplicates("customer_id", ignore_index=True)


def scores_by_basis(indicators: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Scores on every basis of the table ``indicators``: ``base`` by the model of that date, others by that of now.

    Returns
    -------
    DataFrame
        basis, customer_id, current, potential, total.
    """
    files = {"base": "model_base.json"}
    parts = indicators.set_index("customer_id").groupby("basis")
    models = {basis: Scorer.load(folder / files.get(basis, "model_now.json")).model for basis in parts.groups}
    return by_basis(**{basis: models[basis].score(part) for basis, part in parts})


@needs()
def year_before(book: Book, study: Study) -> pd.Timestamp:
    """The date a year before the as-of date; absent where the book does not cover the twelve months to it."""
    covered = windows(book, study)
    before = pd.Timestamp(study.as_of) - pd.offsets.MonthEnd(WINDOW)
    measures = any(study.tree[leaf].measure for leaf in study.tree.leaves)
    if len(covered) < 2 or (measures and not (book.measures["as_of"] == before).any()):
        raise Lacking("model.no_year_before")
    return before


def base_appraisal(book: Book, profit: pd.DataFrame | Absent, study: Study, weights: pd.Series) -> Appraisal | Absent:
    """The appraisal a year before the as-of date, by a model that knew nothing of the year that followed."""
    before = year_before(book, study)
    return appraise(book, profit, before, study, weights) if is_known(before) else before


def last_year(scorer: Scorer, book: Book, profit: pd.DataFrame | Absent, study: Study) -> pd.DataFrame | Absent:
    """Indicators a year before, through the references of a scorer, of the customers that its model can grade."""
    before = year_before(book, study)
    if not is_known(before):
        return before
    table = indicators(View(book, profit, before, study, scorer.references))
    return table[scorer.model.score(table)["total"].notna()]


def by_basis(**tables: pd.DataFrame | Absent) -> pd.DataFrame:
    """Tables of ``now``, ``last_year`` and ``base``, one below the other, as far as they are known.

    Returns
    -------
    DataFrame
        basis, customer_id, and the columns of the tables.
    """
    known = {basis: table for basis, table in tables.items() if is_known(table)}
    return pd.concat(known, names=["basis"]).reset_index()


def weights_table(model: ValueModel, local: pd.Series, tree: Tree) -> pd.DataFrame:
    """Every node of the tree with its weights.

    Returns
    -------
    DataFrame
        One row per node in the order of the tree: code, name, parent, local (among siblings, as judged), weight (in
        the total; 0 for what dropped out), and of each leaf unit, direction, scale, missing and answers.
    """
    kept = {node.code: model.weights[list(model.tree.leaves_of(node.code))].sum() for node in model.tree.nodes}
    nodes = pd.DataFrame([node.model_dump() for node in tree.nodes])
    of_leaves = nodes[["unit", "direction", "scale", "missing", "answers"]].where(nodes["code"].isin(tree.leaves))
    weights = {"local": nodes["code"].map(local), "weight": nodes["code"].map(kept).fillna(0.0)}
    return nodes[["code", "name", "parent"]].assign(**weights).join(of_leaves)
