from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book import Book
from crmlib.structure.effects import (
    OUTCOMES,
    adjusted,
    beside_truth,
    contact_cases,
    contact_effects,
    matched_difference,
)
from crmlib.words.messages import say


def panel(rng, effect=0.0, customers=400, months=12):
    """Cases in six cells a month, each on its own path; contacted customers move by ``effect`` more than controls."""
    frames = []
    base = rng.normal(0, 0.2, customers)
    called = rng.permutation(customers)
    for month in range(months):
        hit = np.isin(np.arange(customers), called[month * 10 : month * 10 + 10])
        frames.append(pd.DataFrame({
            "customer_id": np.arange(customers).astype(str),
            "kind": np.where(hit, "call", None),
            "cell": [f"{month} {customer % 6}" for customer in range(customers)],
            "deposits": base + rng.normal(0, 0.3, customers) + hit * effect + (np.arange(customers) % 6) * 0.1,
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def measured(cases):
    return matched_difference(cases, "deposits", 0.9)


def test_the_effect_is_the_difference_and_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    results = [measured(panel(rng, effect=0.1)) for _ in range(120)]
    hits = np.mean([result["effect_low"] <= 0.1 <= result["effect_high"] for result in results])
    assert np.mean([result["effect"] for result in results]) == pytest.approx(0.1, abs=0.01)
    assert 0.82 <= hits <= 0.97


def test_a_worked_example():
    cases = pd.DataFrame(
        {
            "customer_id": [*"abcdefghijkl"],
            "kind": ["call", "call", *[None] * 10],
            "cell": ["x", "y", *["x"] * 5, *["y"] * 5],
            "deposits": [1.0, 3.0, 0.0, 0, 0, 0, 0, 2, 2, 2, 2, 2],
        }
    )
    result = measured(cases)
    assert (result["plain"], result["effect"]) == (2.0, 1.0)
    assert (result["contacted"], result["matched"], result["controls"]) == (2, 2, 10)
    assert result["effect_low"] == result["effect_high"] == 1.0


def test_cells_with_few_controls_and_missing_outcomes_are_left_out():
    cases = pd.DataFrame(
        {
            "customer_id": [*"abcdefgh"],
            "kind": ["call", "call", "call", *[None] * 5],
            "cell": ["x", "lonely", "x", *["x"] * 5],
            "deposits": [1.0, 9.0, np.nan, 0, 0, 0, 0, 0],
        }
    )
    result = measured(cases)
    assert (result["contacted"], result["matched"], result["effect"]) == (2, 1, 1.0)
    nobody = measured(cases[cases["cell"] == "lonely"])
    assert nobody["matched"] == 0
    assert np.isnan([nobody["effect"], nobody["effect_low"]]).all()


def test_row_order_changes_nothing():
    cases = panel(np.random.default_rng(1))
    mixed = cases.sample(frac=1, random_state=3)
    assert measured(mixed) == pytest.approx(measured(cases), rel=1e-12)


@pytest.fixture(scope="module")
def cases(jd_book, as_of):
    return contact_cases(jd_book, as_of, 6)


def test_a_contacted_customer_is_counted_once_and_controls_were_left_alone(cases, jd_book, as_of):
    contacted = cases[cases["kind"].notna()]
    assert contacted["customer_id"].is_unique
    months = pd.to_datetime(cases["cell"].str[:7])
    assert months.between(as_of - pd.DateOffset(months=18), as_of - pd.DateOffset(months=6)).all()
    control = cases[cases["kind"].isna()].sample(200, random_state=1)
    for row in control.itertuples():
        month = pd.Timestamp(row.cell[:7])
        dates = jd_book.contacts.loc[jd_book.contacts["customer_id"] == row.customer_id, "date"]
        window = dates.between(month - pd.DateOffset(months=6), month + pd.DateOffset(months=7), inclusive="left")
        assert not window.any()


def test_changes_compare_the_windows_around_the_month(cases, jd_book):
    row = cases.iloc[0]
    month = pd.Timestamp(row["cell"][:7])
    activity = jd_book.activity[jd_book.activity["customer_id"] == row["customer_id"]].set_index("month")
    deposits = activity["demand_deposit"] + activity["time_deposit"]
    before = deposits[month - pd.DateOffset(months=6) : month - pd.DateOffset(months=1)].mean()
    after = deposits[month + pd.DateOffset(months=1) : month + pd.DateOffset(months=6)].mean()
    assert row["deposits"] == pytest.approx(np.log((after + 1e4) / (before + 1e4)))


def test_contacts_at_random_months_have_no_effect(jd_book, as_of):
    """Placebo: the same number of contacts, on customers and days drawn at random."""
    rng = np.random.default_rng(4)
    contacts = jd_book.contacts
    people = jd_book.customers["customer_id"].to_numpy()
    random = contacts.assign(
        customer_id=rng.choice(people, len(contacts)), date=rng.permutation(contacts["date"].to_numpy())
    )
    book = Book({**jd_book.tables, "contacts": random}, simulated=True, absent=jd_book.absent)
    result = contact_effects(book, as_of, 6, 0.99)
    for outcome in OUTCOMES:
        assert result.of(outcome, "effect").low < 0 < result.of(outcome, "effect").high


def test_every_outcome_is_measured_for_every_kind(jd_book, as_of):
    found = contact_effects(jd_book, as_of, 6, 0.95)
    result = found.table
    assert set(result["outcome"]) == set(OUTCOMES)
    assert set(result["kind"]) == {"all contacts", "call", "campaign"}
    both = result[result["outcome"] == "deposits"].set_index("kind")["contacted"]
    assert (
        both["all contacts"] == both["call"] + both["campaign"] == found.people["contacted"] >= found.people["matched"]
    )
    first = result.iloc[0]
    assert found.of("deposits", "effect") == (first["effect"], first["effect_low"], first["effect_high"])
    assert found.change("plain").value == np.expm1(first["plain"])
    assert found.shown["prior"].iloc[0] == (first["prior"], first["prior_low"], first["prior_high"])
    assert found.numbers["deposits_effect_low"] == first["effect_low"] and len(found.numbers) == 15


def test_contacts_without_anybody_to_compare_with_have_no_effect_to_tell(jd_book, as_of):
    few = Book({**jd_book.tables, "contacts": jd_book.contacts.head(0)}, simulated=True, absent=jd_book.absent)
    assert contact_effects(few, as_of, 6, 0.95) == Absent(say("management.no_peers"))


def test_peers_held_as_much_before_the_contact_whatever_their_tier_is_today(cases, jd_book, as_of):
    """The tier of today, which the contact may have moved, was the match."""
    risen = jd_book.customers.assign(
        service_tier=jd_book.customers["service_tier"].sample(frac=1, random_state=1).to_numpy()
    )
    book = Book({**jd_book.tables, "customers": risen}, simulated=True, absent=jd_book.absent)
    pd.testing.assert_frame_equal(contact_cases(book, as_of, 6), cases)
    sizes = cases["cell"].str[8:].value_counts(normalize=True).sort_index()
    assert len(sizes) == 6 and sizes.iloc[0] < 0.06 < sizes.iloc[-1]


def test_p_values_are_those_of_holm_over_effects_and_placebos():
    """Holm (1979): the smallest of m times m, the next times m - 1, and never falling."""
    spans = [(2.5758, 1.0), (1.9600, 0.0)]
    rows = [{f"{name}{end}": value + shift for name, value in zip(("effect", "prior"), pair, strict=True)
             for end, shift in (("", 0.0), ("_low", -1.959964), ("_high", 1.959964))} for pair in spans]  # fmt: skip
    table = adjusted(pd.DataFrame([*rows, dict.fromkeys(rows[0], np.nan)]), 0.95)
    assert table["effect_p"].tolist() == pytest.approx([0.04, 0.15, np.nan], abs=1e-4, nan_ok=True)
    assert table["prior_p"].tolist() == pytest.approx([0.6346, 1.0, np.nan], abs=1e-4, nan_ok=True)


def test_placebos_pass_only_where_none_of_all_contacts_is_off(jd_book, as_of):
    found = contact_effects(jd_book, as_of, 6, 0.95)
    assert found.placebos_pass == (found.overall["prior_p"] >= 0.05).all()
    found.table.loc[found.table["outcome"] == "inflow", "prior_p"] = 0.01
    assert not found.placebos_pass


def test_the_truth_of_a_contact_is_the_lift_of_the_share_of_wallet(jd_book, as_of):
    found = beside_truth(jd_book, as_of, 6, 0.95)
    overall = contact_effects(jd_book, as_of, 6, 0.95).of("deposits", "effect")
    assert found[["effect", "effect_low", "effect_high"]].tolist() == pytest.approx(list(overall))
    nobody = jd_book.truth.assign(share_of_wallet=1e-9, contact_response=0.1)
    alone = beside_truth(replace(jd_book, tables={**jd_book.tables, "truth": nobody}), as_of, 6, 0.95)
    assert alone["truth"] == pytest.approx(0.1) and 0.05 < found["truth"] < 0.1
