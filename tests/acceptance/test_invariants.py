"""What must not change a customer's class: the unit of money, the order of rows, the names of customers."""

import numpy as np
import pandas as pd
import pytest
import yaml

from crmlib.book import Book, load_book
from crmlib.book.schema import kinds
from crmlib.matrix import Cuts
from crmlib.profit import profit_table
from crmlib.study import Study
from crmlib.value import ValueModel
from crmlib.value.appraisal import appraise

UNITS = {"CNY": 1.0, "万元": 1e4, "亿元": 1e8}


def classes_of(book, study):
    weights = study.tree.leaf_weights(study.tree.reference_weights())
    appraisal = appraise(book, profit_table(book, study), pd.Timestamp(study.as_of), study, weights)
    return divided(appraisal.scores, study)


def divided(scores, study):
    return Cuts.fit(scores, study.matrix.rules).classify(scores)


@pytest.fixture(scope="module")
def classes(jd, jd_book):
    return classes_of(jd_book, jd)


def delivered(book, folder, unit):
    """The book as files of a study in a unit of money, with the rows in another order."""
    (folder / "tables").mkdir(parents=True)
    for name, table in book.tables.items():
        money = [column for column, kind in kinds(name).items() if kind == "money"]
        table = table.assign(**{column: table[column] / UNITS[unit] for column in money})
        table.sample(frac=1, random_state=1).to_csv(folder / "tables" / f"{name}.csv", index=False)
    settings = {
        "like": "jd",
        "title": "Delivered",
        "as_of": "2015-12-31",
        "book": {"source": "tables", "money_unit": unit},
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))
    return Study.load(folder)


@pytest.mark.parametrize("unit", UNITS)
def test_a_book_delivered_in_another_unit_gives_the_same_classes(tmp_path, jd_book, classes, unit):
    study = delivered(jd_book, tmp_path / "delivered", unit)
    pd.testing.assert_series_equal(classes_of(load_book(study), study), classes)


def test_indicators_with_all_money_scaled_give_the_same_classes(jd, jd_indicators, classes):
    weights = jd.tree.leaf_weights(jd.tree.reference_weights())
    money = [leaf for leaf in jd.tree.leaves if jd.tree[leaf].unit == "CNY"]
    assert money == ["A11", "A21", "A31", "A32", "B11"]
    for factor in (1e-4, 7.0):
        table = jd_indicators.assign(**{leaf: jd_indicators[leaf] * factor for leaf in money})
        scores = ValueModel.fit(table, jd.tree, weights).score(table)
        pd.testing.assert_series_equal(divided(scores, jd), classes)


def test_other_names_give_the_same_classes(jd, jd_book, classes):
    rng = np.random.default_rng(5)
    old = jd_book.customers["customer_id"]
    new = dict(zip(old, rng.permutation([f"Z{number:05d}" for number in range(len(old))]), strict=True))
    tables = {name: table.assign(customer_id=table["customer_id"].map(new).astype("str"))
              if "customer_id" in table else table
              for name, table in jd_book.tables.items()}  # fmt: skip
    renamed = classes_of(Book(tables, simulated=True), jd)
    assert renamed.reindex([new[who] for who in classes.index]).tolist() == classes.tolist()


def test_every_graded_customer_has_exactly_one_class(jd, classes, jd_indicators):
    assert classes.index.equals(jd_indicators.index)
    assert set(classes) == set(jd.matrix.labels.values())
