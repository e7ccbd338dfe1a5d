"""What chapter 7 says, under any labels and whatever the branch earned."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.changes import regrading
from crmlib.matrix.markov import markov_values
from crmlib.matrix.migration import LOST, Migration, memory, move_chances
from crmlib.matrix.profile import cut_sensitivity, holding, stage_table, year_after
from crmlib.matrix.stages import STAGES, rule_shares
from crmlib.structure.raroc import Raroc
from crmlib.study import MatrixSettings
from crmlib.words.messages import say

NO_PROFIT = Absent(say("common.not_in_run", what=["profit"]))
OWN = ("甲类", "乙类", "丙类", "丁类")
EACH = pd.Series([name for name in CLASSES for _ in range(5)], [f"{n:02d}" for n in range(20)])


def year(**columns):
    plain = {"eva": 1e4, "hours": 10.0, "mean_deposits": 1e5, "mean_loan": 0.0, "in_default": False}
    table = pd.DataFrame({**plain, **columns}, index=EACH.index)
    return table.assign(eva_realised=columns.get("eva_realised", table["eva"]))


def held(jd, profit=None, headroom=None, labels=CLASSES):
    own = EACH.map(dict(zip(CLASSES, labels, strict=True)))
    settings = jd.matrix.model_copy(update={"labels": dict(zip(jd.matrix.labels, labels, strict=True))})
    table = pd.DataFrame(index=EACH.index)
    if headroom is not None:
        table[jd.tree.leaf_with("wallet_headroom")] = headroom
    return holding(own, NO_PROFIT if profit is None else profit, table, jd.model_copy(update={"matrix": settings}))


def eva(*by_class):
    return EACH.map(dict(zip(CLASSES, np.array(by_class) * 1e4, strict=True)))


def test_the_finding_tells_shares_where_no_class_loses(jd, told):
    found = told("matrix", "finding", held(jd, year(eva=eva(4, 1, 0, 0))))
    assert found == (
        "Of 20 customers graded 25.0 % are platinum, high on current and on potential value: they bring 80 % of the "
        "EVA of those not in default. The 25.0 % that are lead, low on both, bring 0 %. They take 25 % of the "
        "relationship managers' hours. EVA is what is left of profit after risk and the cost of capital: 25 万元 a "
        "year from all graded customers."
    )


def test_customers_in_default_are_a_line_of_their_own_for_whichever_class(jd, told):
    bad = EACH.index.isin(["06", "18", "19"])
    found = told("matrix", "finding", held(jd, year(eva=eva(4, 1, 0, 1).mask(bad, -3e4), in_default=bad)))
    assert "lead, low on both, bring 11 %. They take" in found
    assert (
        "3 customers in default (1 of class gold and 2 of class lead) come to an EVA of −9 万元 beside; with" in found
    )
    assert "18 万元 a year from all graded customers" in found
    one = told("matrix", "finding", held(jd, year(in_default=EACH.index == "00", eva_realised=-7e4)))
    assert "1 customer in default (1 of class platinum) comes to an EVA of 1 万元 beside; with the loss" in one
    assert "in place of the expected one, to −7 万元." in one
    assert "in default (" not in told("matrix", "finding", held(jd, year()))


@pytest.mark.parametrize("by_class", [(2, 0, 0, -3), (4, 1, 0, -1)])
def test_where_a_class_or_all_of_them_lose_parts_are_told_in_money(jd, told, by_class):
    found = told("matrix", "finding", held(jd, year(eva=eva(*by_class))))
    best, last, whole = (5 * part for part in (by_class[0], -by_class[-1], sum(by_class)))
    assert f"value: they bring {best} 万元 of the EVA of those not in default." in found
    assert f"bring −{last} 万元." in found and f"{whole} 万元 a year from all".replace("-", "−") in found


def test_hours_and_profit_that_are_not_there_are_not_told(jd, told):
    assert "hours" not in told("matrix", "finding", held(jd, year(hours=0.0)))
    plain = told("matrix", "finding", held(jd))
    assert plain == "Of 20 customers graded, 25.0 % are platinum, 25.0 % are gold, 25.0 % are iron and 25.0 % are lead."


def test_own_labels_stand_in_place_of_the_default_ones(jd, told):
    own = held(jd, year(eva=eva(4, 1, 0, -1)), 1e5, OWN)
    found = told("matrix", "finding", own) + told("matrix", "profile", own)
    assert "are 甲类" in found and "丙类" in found and not any(name in found for name in CLASSES)


def test_the_cuts_are_told_by_their_rules_and_claim_no_continuum(told):
    cuts = Cuts(49.03, 42.3, Cuts.fit(pd.DataFrame({"current": [1.0], "potential": [1.0]}), ("p70", "kmeans")).rules)
    found = told("matrix", "matrix", cuts, 0.367, 2.5)
    assert "49.0 points of current value (the 70th percentile) and 42.3 of potential value (a two-means split)" in found
    assert "36.7 % of the customers lie within 2.5 points of a cut" in found and "continuum" not in found
    assert "within" not in told("matrix", "matrix", cuts, 0.0, 0.0)


def test_other_cuts_are_told_where_they_change_anything(told):
    scores = pd.DataFrame(np.random.default_rng(1).uniform(0, 100, (50, 2)), columns=["current", "potential"])
    cuts = Cuts.fit(scores, "median")
    found = told("matrix", "cuts", cut_sensitivity(scores, cuts, 0.1))
    assert "value by the " in found and "A cut 10 % higher or lower moves" in found
    alike = pd.DataFrame({"current": [50.0] * 9, "potential": [50.0] * 9})
    same = told("matrix", "cuts", cut_sensitivity(alike, Cuts.fit(alike, "median"), 0.1))
    assert "another class" not in same


def test_an_hour_is_told_where_there_are_hours(jd, told):
    found = told("matrix", "profile", held(jd, year(eva=eva(4, 1, 0, -1)), 1e5))
    assert "0.4 万元 of EVA at a customer of class platinum and with −0.1 万元 at one of class lead" in found
    assert "Class iron has 25 % of the headroom and 25 % of the hours." in found
    none = told("matrix", "profile", held(jd, year(hours=0.0), 1e5))
    assert none == "Class iron has 25 % of the headroom."
    assert told("matrix", "profile", held(jd, None, 1e5)) == "Class iron has 25 % of the headroom."


def after(jd, *by_class):
    base = pd.DataFrame({"class": EACH})
    return year_after(base, year(eva_realised=eva(*by_class)), jd)


@pytest.mark.parametrize(
    ("by_class", "words"),
    [
        ((4, 2, 0, 1), "Potential does not show within a year: iron earned 0 万元 a customer, lead 1 万元."),
        ((4, 2, 0.1, 0), "What potential adds within a year is small: iron earned 0.1 万元 a customer, lead 0 万元."),
        ((4, 2, 3, 0), "Potential shows within a year: iron earned 3 万元 a customer, lead 0 万元."),
    ],
)
def test_whether_potential_shows_is_told_from_what_was_earned(jd, told, by_class, words):
    found = told("matrix", "after", after(jd, *by_class))
    assert words in found and "platinum and gold, earned" in found and "No customer of either" in found


def test_the_year_after_is_told_in_shares_or_in_money(jd, told):
    assert "Those that were platinum a year ago earned 50 % (" in told("matrix", "next_year", after(jd, 4, 2, 1, 1))
    lost = after(jd, 1, -4, 0, -1)
    assert told("matrix", "next_year", lost) == (
        "Those that were platinum a year ago earned 5 万元 of the realised EVA of the year that followed, in which all "
        "that were graded then came to −20 万元."
    )
    assert "earned −15 万元 of the realised EVA" in told("matrix", "after", lost)
    assert "At most 100.0 % of the customers of either" in told("matrix", "after", lost)


def test_the_rules_stand_with_their_limits_and_for_how_many_each_decided(told):
    staged = pd.DataFrame({"stage": ["decline", "stable"], "stage_rule": ["fell", "calm"]})
    limits = MatrixSettings(new_months=1, gained_products=1, closed_products=3)
    found = told("matrix", "rules", rule_shares(staged), limits)
    assert "exploration: open for less than 1 month (0.0 %)" in found
    assert "decline: business fell more than 26 % against the median (50.0 %)" in found
    assert "3 products or more closed" in found and "1 product or more gained" in found


def table(**cells):
    staged = [(name, stage) for name in CLASSES for stage in STAGES for _ in range(cells.get(f"{name}_{stage}", 20))]
    frame = pd.DataFrame(staged, columns=["class", "stage"])
    return stage_table(frame["class"], frame["stage"], CLASSES)


def test_who_falls_away_and_which_cells_are_small(told):
    one = told("matrix", "stages", table(platinum_decline=1, lead_stable=90))
    assert "1 customer of class platinum is falling away" in one
    assert "Cells of under 10 customers carry no statistics: platinum × decline (1)." in one
    assert one.endswith("The largest cell is lead × stable with 90 customers.")
    none = told("matrix", "stages", table(platinum_decline=0, gold_stable=90))
    assert "no customer of class platinum is falling away" in none
    few = {f"{name}_{stage}": 2 for name in CLASSES[:2] for stage in STAGES}
    assert "8 of the 16 cells hold under 10 customers" in told("matrix", "stages", table(**few))
    assert "statistics" not in told("matrix", "stages", table())


@pytest.mark.parametrize(("less", "words"), [(9, "is in how they are made"), (25, "is not in how they are made")])
def test_what_class_and_stage_share_by_the_trend_is_told(told, less, words):
    said = told("matrix", "stages_apart", table(platinum_decline=less), table())
    assert f"{less + 20} have high potential (platinum or iron); with the trend left out of potential, 40 have." in said
    assert said.endswith(f"{words}.")


def changed(now, last, band=3.0):
    frames = (pd.DataFrame({"current": values, "potential": 60.0}) for values in (now, last))
    return regrading(*frames, Cuts(50.0, 40.0), band)


def test_who_changed_class_and_who_only_touched_the_line(told):
    found = told("matrix", "changes", changed([51.0, 10.0, 60.0], [49.0, 90.0, 60.0]))
    assert "of 3 customers graded in both years 2 stand in another class. Only 1 passed a cut by 3 points" in found
    assert "1 customer fell clearly" in found
    assert "All of them passed" in told("matrix", "changes", changed([10.0], [90.0]))
    assert "band" not in told("matrix", "changes", changed([10.0], [90.0], 0.0))
    assert told("matrix", "changes", changed([60.0], [60.0])).endswith("0 stand in another class.")


def moved(rows, known=True, idle=0):
    """Customers by class and where they went; the last ``idle`` of them fell idle."""
    table = pd.DataFrame(rows, columns=["class", "next"])
    chances = move_chances(table.assign(idle=table.index >= len(rows) - idle), CLASSES, 0.95)
    ends = [pd.Timestamp("2014-12-31"), pd.Timestamp("2015-12-31")]
    years = pd.DataFrame([(end, f"{n}", name) for end in ends for n, (name, _) in enumerate(rows)],
                         columns=["as_of", "customer_id", "class"])  # fmt: skip
    nobody = pd.DataFrame({"lost": pd.NaT, "how": None}, years["customer_id"].unique())
    return Migration(years, nobody, chances, known)


STAY = [(name, name) for name in CLASSES for _ in range(50)]


def test_who_loses_most_is_told_where_anybody_was_lost(told):
    assert "no customer was lost in these years" in told("matrix", "migration", moved(STAY))
    clear = told("matrix", "migration", moved([*STAY, *[("lead", LOST)] * 40]))
    assert "lead loses 43.8 % of its customers a year and platinum 1.0 %. The difference is clear." in clear
    one = told("matrix", "migration", moved([*STAY, ("lead", LOST)]))
    assert "do not clearly differ" in one and "Of 1 loss in these years 1 was a closing and 0 accounts" in one
    apart = told("matrix", "migration", moved([*STAY, *[("lead", LOST)] * 40], idle=9))
    assert "Of 40 losses in these years 31 were closings and 9 accounts that fell idle." in apart


def test_whether_potential_is_lost_or_turned_into_value(told):
    assert "potential is lost more often" in told("matrix", "migration", moved([*STAY, *[("iron", "lead")] * 9]))
    assert "is not lost more often" in told("matrix", "migration", moved([*STAY, *[("iron", "platinum")] * 9]))
    assert "too young" not in told("matrix", "migration", moved(STAY))
    assert "In 2014 the book was too young" in told("matrix", "migration", moved(STAY, known=False))


def worth(told, rewards, remembered, in_default=0):
    earned = pd.Series(rewards, list(CLASSES))
    values = markov_values(moved(STAY).chances, earned, 0.11, 20, 0.9, np.random.default_rng(1))
    columns = ("kept_seen", "kept_foretold", "lost_seen", "lost_foretold")
    shares = pd.DataFrame([remembered] * 4, columns=columns).assign(**{"class": CLASSES})
    return told("matrix", "worth", values, shares, SimpleNamespace(lowest_in_default=in_default))


def test_what_is_to_come_and_whether_customers_forget(told):
    found = worth(told, [9e4, 4e4, 1e4, -1e4], (0.5, 0.48, 0.1, 0.1), 1)
    assert "more than from lead" in found and "1 of its customers is in default" in found
    assert "may be read as they are" in found
    less = worth(told, [9e4, 4e4, -1e4, 1e4], (0.6, 0.4, 0.2, 0.1))
    assert "less than from lead" in less and "in default" not in less
    assert "mixes the classes too fast" in less and "fewer losses of platinum (10.0 %) than were seen (20.0 %)" in less
    drawn = worth(told, [9e4, 4e4, 1e4, -1e4], (0.6, 0.4, 0.1, 0.2), 2)
    assert "So platinum is worth more than this, and lead less." in drawn and "2 of its customers are in" in drawn
    other = worth(told, [9e4, 4e4, 1e4, 1e3], (0.4, 0.6, 0.1, 0.2))
    assert "do not forget" in other and "mixes" not in other and "worth more" not in other
    assert "forget" not in worth(told, [9e4, 4e4, 1e4, 1e3], (np.nan, 0.6, 0.1, 0.2)).partition("developing it.")[2]


def test_the_memory_of_a_chain_is_made_of_its_years(told):
    found = moved(STAY)
    assert memory(found)["kept_seen"].eq(1.0).all()


def test_what_capital_earns_is_told_by_class(told):
    rows = [("book", "all", 30, 0.12), ("class", "platinum", 20, 0.15), ("class", "lead", 10, -0.05)]
    table = pd.DataFrame(rows, columns=["trait", "value", "n", "raroc"])
    assert told("matrix", "raroc", Raroc(table, 0.11, 0.15, 0.7)) == (
        "the capital behind graded customers with exposure earns 12.0 %, by class platinum 15.0 % (20) and lead −5.0 % "
        "(10); the hurdle is 11.0 %."
    )


def test_what_hangs_on_lending_unknown_is_counted(told):
    rows = {"customers": [900, 250], "as_zero": [42.3, 50.0], "as_unknown": [37.5, 55.0], "other_class": [23, 25]}
    assert told("matrix", "lending", pd.DataFrame(rows, index=["no_loan", "borrower"])) == (
        "Were lending unknown of those without a loan, their median current value would be 37.5 points in place of "
        "42.3, and 48 of 1,150 customers would be in another class (25 of them borrowers)."
    )


def realised(current, potential, **moves):
    order = ["platinum", "gold", "iron", "lead"]
    table = pd.DataFrame(moves, index=order).T.reindex(order).dropna()
    return SimpleNamespace(change=pd.Series({"current_gained": current, "potential_gained": potential}), moves=table)


def test_what_becomes_of_potential_that_is_won(told):
    moves = {"platinum": [0.7, 0.3, 0, 0], "gold": [0, 1, 0, 0], "iron": [0.2, 0.3, 0.4, 0.1], "lead": [0, 0, 0, 1]}
    said = told("matrix", "won", realised(7.7, -5.3, **moves))
    assert "gains 7.7 points of current value and loses 5.3 of potential value" in said
    assert "Of iron, 60 % would be in another class: 30 % gold, 20 % platinum and 10 % lead." in said
    assert "30 % of platinum would leave their class" in said


def test_where_nothing_moves_nothing_is_said_of_moves(told):
    stay = {"platinum": [1, 0, 0, 0], "lead": [0, 0, 0, 1]}
    assert told("matrix", "won", realised(0.0, 0.0, **stay)) == ""
