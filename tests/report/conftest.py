"""A finished run of the study with the tables that explanations read, made by functions and without notebooks."""

import shutil
from pathlib import Path

import pytest

from crmlib.case import Case
from crmlib.evidence import smaa
from crmlib.evidence.claims import ledger
from crmlib.run.folder import RunFolder, json_bytes, parquet_bytes
from crmlib.runs import CUTS_FILE, MODEL_FILE
from crmlib.strategy.countermeasures import countermeasure_table
from crmlib.value.appraisal import weights_table
from crmlib.words.table import told
from crmlib.words.voice import Voice


@pytest.fixture(scope="session")
def case(jd, jd_book) -> Case:
    return Case(jd, jd_book, jd.tree.leaf_weights(jd.tree.reference_weights()))


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, case) -> RunFolder:
    run = RunFolder(tmp_path_factory.mktemp("reports") / "jd")
    now, classes = case.now, case.classes
    weights = smaa.flat_weights(now.model.tree, 50, [1])
    drawn = smaa.class_acceptability(now.model, now.indicators, weights, case.study.matrix.rules)
    tables = {
        "classes": classes.reset_index(),
        "indicators": now.indicators.assign(basis="now").reset_index(),
        "actions": case.actions.rename_axis("customer_id").reset_index(),
        "acceptability": classes[["class"]].assign(flat=drawn.own(classes["class"])).join(drawn.classes).reset_index(),
        "not_graded": told(now.not_graded, Voice()),
    }
    for name, table in tables.items():
        run.write(f"tables/{name}.parquet", parquet_bytes(table))
    run.make(MODEL_FILE, now.save)
    run.make(CUTS_FILE, case.cuts.save)
    case.book.save(run.path / "book")
    run.record_settings("jd", case.study.settings())
    run.write("run.json", b"{}")
    return run


@pytest.fixture(scope="session")
def report_run(tmp_path_factory, finished_run, case) -> Path:
    """The finished run with what brief and workbook read beside, in a folder of its own."""
    folder = shutil.copytree(finished_run.path, tmp_path_factory.mktemp("published") / "jd")
    run, now, tree = RunFolder(folder), case.now, case.study.tree
    tables = {
        "contributions": now.model.contributions(now.indicators).rename_axis("customer_id").reset_index(),
        "weights": weights_table(now.model, tree.reference_weights(), tree),
        "profit": case.profit,
        "problems": case.problems,
        "countermeasures": countermeasure_table(case.problems),
        "claims": ledger({}, Voice()),
    }
    for name, table in tables.items():
        run.write(f"tables/{name}.parquet", parquet_bytes(table))
    run.write("model.json", json_bytes({**run.json(MODEL_FILE), "cuts": run.json(CUTS_FILE)}))
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
