"""An appraisal: what the model learns from a book at one date, and which customers it cannot grade.

The chapter on the model makes two, one at the as-of date and one a year earlier, so that what is called next-year can
be tested on a model that knew nothing of that year.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.profit import WINDOW, standing, windows
from crmlib.study import Study
from crmlib.tree import Tree
from crmlib.value import references as reference
from crmlib.value.indicators import fill_by_policy, indicators, indicators_with_gaps
from crmlib.value.model import ValueModel
from crmlib.value.references import References
from crmlib.words.messages import Message, say


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
        document = {**self.model.as_dict(), "references": self.references.as_dict()}
        Path(path).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: str | Path) -> "Scorer":
        """Read what :meth:`save` wrote."""
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        return Scorer(References.from_dict(document["references"]), ValueModel.from_dict(document))


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
    book: Book, profit: pd.DataFrame | Absent | None, as_of: pd.Timestamp, study: Study, weights: pd.Series
) -> Appraisal:
    """Fit references and model at a date and list who cannot be graded.

    Parameters
    ----------
    book : Book
    profit : DataFrame, Absent or None
        From :func:`crmlib.profit.profit_table`, where the book has profit.
    as_of : Timestamp
        Month-end; nothing later is read.
    study : Study
    weights : Series
        Weight of each leaf in the total.
    """
    learned = reference.fit_references(book, profit, as_of, study)
    raw = indicators_with_gaps(book, profit, as_of, learned, study)
    table = fill_by_policy(raw, book, study)
    model = ValueModel.fit(table, study.tree, weights, study.model.winsor)
    scores = model.score(table)
    blank = scores[scores["total"].isna()]
    without = [
        (customer, "axis_unknown", say("model.axis_unknown", axis=model.tree.name(axis)))
        for axis, column in zip(model.tree.axes, ("current", "potential"), strict=True)
        for customer in blank.index[blank[column].isna()]
    ]
    reasons = [*_too_new(book, as_of, study), *without]
    not_graded = pd.DataFrame(reasons, columns=["customer_id", "why", "reason"]).drop_duplicates("customer_id")
    kept, scores = table.drop(blank.index), scores.drop(blank.index)
    missing = raw.loc[kept.index].isna().sum()
    return Appraisal(learned, model, kept, scores, not_graded.reset_index(drop=True), missing)


def seen_through(
    scorer: Scorer, book: Book, profit: pd.DataFrame | Absent | None, as_of: pd.Timestamp, study: Study
) -> pd.DataFrame:
    """Indicators at another date through the references of a scorer, of the customers that its model can grade."""
    table = indicators(book, profit, as_of, scorer.references, study)
    return table[scorer.model.score(table)["total"].notna()]


def scores_by_basis(indicators: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Scores on every basis of the table ``indicators``: ``base`` by the model of that date, others by that of now.

    Returns
    -------
    DataFrame
        basis, customer_id, current, potential, total.
    """
    parts = dict(list(indicators.set_index("customer_id").groupby("basis")))
    models = {basis: "model_base.json" if basis == "base" else "model_now.json" for basis in parts}
    scored = {basis: Scorer.load(folder / models[basis]).model.score(part) for basis, part in parts.items()}
    return pd.concat(scored, names=["basis"]).reset_index()


@needs()
def year_before(book: Book, study: Study) -> pd.Timestamp:
    """The date a year before the as-of date; absent where the book does not cover the twelve months to it."""
    covered = windows(book, study)
    before = pd.Timestamp(study.as_of) - pd.offsets.MonthEnd(WINDOW)
    measures = any(study.tree[leaf].measure for leaf in study.tree.leaves)
    if len(covered) < 2 or (measures and not (book.measures["as_of"] == before).any()):
        raise Lacking("model.no_year_before")
    return before


def base_appraisal(
    book: Book, profit: pd.DataFrame | Absent | None, study: Study, weights: pd.Series
) -> Appraisal | Absent:
    """The appraisal a year before the as-of date, by a model that knew nothing of the year that followed."""
    before = year_before(book, study)
    return appraise(book, profit, before, study, weights) if is_known(before) else before


def last_year(scorer: Scorer, book: Book, profit: pd.DataFrame | Absent | None, study: Study) -> pd.DataFrame | Absent:
    """Indicators a year before the as-of date, through the references of a scorer (:func:`seen_through`)."""
    before = year_before(book, study)
    return seen_through(scorer, book, profit, before, study) if is_known(before) else before


def indicators_by_basis(now: Appraisal, before: pd.DataFrame | Absent, base: Appraisal | Absent) -> pd.DataFrame:
    """Indicators of now, of last year and of the base, one below the other, as far as they are known.

    Returns
    -------
    DataFrame
        basis, customer_id, and a column an indicator.
    """
    bases = {"now": now.indicators, "last_year": before, "base": base.indicators}
    known = {basis: table for basis, table in bases.items() if is_known(table)}
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
    rows = [
        {
            "code": node.code,
            "name": node.name,
            "parent": node.parent,
            "local": local[node.code],
            "weight": float(kept.get(node.code, 0.0)),
            **{field: getattr(node, field) if node.code in tree.leaves else None for field in _LEAF},
        }
        for node in tree.nodes
    ]
    return pd.DataFrame(rows)


_LEAF = ("unit", "direction", "scale", "missing", "answers")


def _too_new(book: Book, as_of: pd.Timestamp, study: Study) -> list[tuple[str, str, Message]]:
    marks = standing(book.customers, as_of, study.profit)
    young = marks[marks["open"] & ~marks["graded"]].sort_index()
    least = study.profit.min_months
    return [
        (customer, "too_new", say("model.too_new", months=int(months), least=least))
        for customer, months in young["months_open"].items()
    ]
