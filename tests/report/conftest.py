"""A finished run of the study with the tables that explanations read, made by functions and without notebooks."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from crmlib.evidence import smaa
from crmlib.evidence.claims import ledger
from crmlib.matrix import stages
from crmlib.matrix.classes import Cuts
from crmlib.profit import at, standing
from crmlib.run.folder import RunFolder, json_bytes, parquet_bytes
from crmlib.strategy.actions import assign
from crmlib.strategy.countermeasures import countermeasure_table
from crmlib.strategy.facts import customer_facts
from crmlib.structure.problems import problem_table
from crmlib.value.appraisal import appraise, weights_table
from crmlib.value.indicators import business_trend
from crmlib.value.model import ValueModel


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, jd, jd_book, jd_profit, as_of) -> RunFolder:
    run = RunFolder(tmp_path_factory.mktemp("reports") / "jd")
    made = appraise(jd_book, jd_profit, as_of, jd, jd.tree.leaf_weights(jd.tree.reference_weights()))
    scores, rules = made.scores, ("p70", "median")
    cuts = Cuts.fit(scores, rules)
    classes = scores.assign(**{"class": cuts.classify(scores)}).join(staged(jd, jd_book, as_of, made.indicators))
    facts = customer_facts(jd_book, jd_profit, made.indicators, as_of, jd)
    weights = smaa.flat_weights(made.model.tree, 50, [1])
    drawn = smaa.class_acceptability(made.model, made.indicators, weights, rules)
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
    run.make("cuts.json", cuts.save)
    jd_book.save(run.path / "book")
    run.record_settings("jd", jd.settings())
    run.write("run.json", b"{}")
    return run


def staged(jd, book, as_of, indicators) -> pd.DataFrame:
    months = standing(book.customers, as_of, jd.profit)["months_open"].reindex(indicators.index)
    trend = business_trend(book, as_of)
    facts = stages.stage_facts(book, as_of, months, trend, indicators["B32"], jd.matrix)
    return stages.stages(facts, jd.matrix)


@pytest.fixture(scope="session")
def report_run(tmp_path_factory, finished_run, jd, jd_book, jd_profit, as_of) -> Path:
    """The finished run with what brief and workbook read beside, in a folder of its own."""
    folder = shutil.copytree(finished_run.path, tmp_path_factory.mktemp("published") / "jd")
    run, model = RunFolder(folder), ValueModel.load(folder / "model_now.json")
    indicators = run.table("indicators").set_index("customer_id")[list(model.tree.leaves)]
    problems = problem_table(jd_book, at(jd_profit, as_of), jd)
    tables = {
        "contributions": model.contributions(indicators).rename_axis("customer_id").reset_index(),
        "weights": weights_table(model, jd.tree.reference_weights(), jd.tree),
        "profit": jd_profit,
        "problems": problems,
        "countermeasures": countermeasure_table(problems),
        "claims": ledger({}),
    }
    for name, table in tables.items():
        run.write(f"tables/{name}.parquet", parquet_bytes(table))
    documents = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("model_now.json", "cuts.json"))
    document, cuts = documents
    run.write("model.json", json_bytes({**document, "cuts": cuts}))
    counts = run.table("classes")["class"].value_counts()
    numbers = {f"matrix.customers_{name}": count for name, count in counts.items()} | NUMBERS
    run.write("results.json", json_bytes({name: {"value": value, "unit": "share"} for name, value in numbers.items()}))
    return folder


NUMBERS = {
    "structure.deposits_top_share": 0.868, "structure.deposits_top_share_low": 0.837,
    "structure.deposits_top_share_high": 0.891, "matrix.eva_share_platinum": 1.11, "matrix.hours_share_lead": 0.18,
    "matrix.eva_share_lead": -0.37, "evidence.spearman_score": 0.81, "evidence.spearman_last_eva": 0.94,
    "evidence.sure_flat": 0.18, "model.weight_current": 0.6,
}  # fmt: skip
"""Key numbers of the run, for the sentences."""
