"""A finished run of the study with the tables that explanations read, made by functions and without notebooks."""

import pandas as pd
import pytest

from crmlib.evidence import smaa
from crmlib.matrix import stages
from crmlib.matrix.classes import classify, fit_cuts, save_cuts
from crmlib.profit import standing
from crmlib.run.folder import RunFolder, parquet_bytes
from crmlib.strategy.actions import assign
from crmlib.strategy.facts import customer_facts
from crmlib.value.appraisal import appraise
from crmlib.value.indicators import business_trend


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, jd, jd_book, jd_profit, as_of) -> RunFolder:
    run = RunFolder(tmp_path_factory.mktemp("reports") / "jd")
    made = appraise(jd_book, jd_profit, as_of, jd, jd.tree.leaf_weights(jd.tree.reference_weights()))
    scores, rules = made.model.score(made.indicators), ("p70", "median")
    cuts = fit_cuts(scores, rules)
    classes = scores.assign(**{"class": classify(scores["current"], scores["potential"], cuts)}).join(
        staged(jd, jd_book, as_of, made.indicators)
    )
    facts = customer_facts(jd_book, jd_profit, made.indicators, as_of, jd)
    weights = smaa.flat_weights(made.model.tree, 50, [1])
    drawn = smaa.acceptability(made.model, made.indicators, weights, rules)
    tables = {
        "classes": classes.reset_index(),
        "indicators": made.indicators.assign(basis="now").reset_index(),
        "actions": assign(classes.join(facts), cuts, jd).rename_axis("customer_id").reset_index(),
        "acceptability": classes[["class"]].assign(flat=drawn.own(classes["class"])).join(drawn.classes).reset_index(),
        "not_graded": made.not_graded,
    }
    for name, table in tables.items():
        run.write(f"tables/{name}.parquet", parquet_bytes(table))
    run.make("model_now.json", made.save)
    run.make("cuts.json", lambda path: save_cuts(path, cuts, rules))
    jd_book.save(run.path / "book")
    run.record_settings("jd", jd.settings())
    run.write("run.json", b"{}")
    return run


def staged(jd, book, as_of, indicators) -> pd.DataFrame:
    months = standing(book.customers, as_of, jd.profit)["months_open"].reindex(indicators.index)
    trend = business_trend(book, as_of)
    facts = stages.stage_facts(book, as_of, months, trend, indicators["B32"], jd.matrix)
    return stages.stages(facts, jd.matrix)
