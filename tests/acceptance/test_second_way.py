"""Profit, indicators and scores by a second way: plain pandas, from the formulas that the model states.

Nothing of ``crmlib.profit``, ``crmlib.default`` or ``crmlib.value`` is called here, but for what it is compared with.
"""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity

from crmlib.case import Case
from crmlib.study import Study

SEEDS = (303, 202)
CNY, POINTS = 1e-6, 1e-9
FEES = ["fee_settlement", "fee_trade", "fee_guarantee", "fee_agency"]
TRAITS = ["opened", "size", "industry", "rating", "group_id"]
MONEY = ["A11", "A21", "A31", "A32", "B11"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=SEEDS)
def case(request):
    return Case.load(Study.load("jd", seed=request.param))


@pytest.fixture(scope="module")
def dials(case):
    return case.study.settings()["profit"]


@pytest.fixture(scope="module")
def earned(case, dials):
    return profit(case.book.tables, case.as_of, dials)


def test_profit_of_every_year(case, dials):
    for as_of, found in case.profit.groupby("as_of"):
        expected = profit(case.book.tables, as_of, dials)
        found = found.set_index("customer_id")
        assert found.index.equals(expected.index)
        columns = expected.columns.difference(["graded", "inflow", *TRAITS])
        off = (found[columns] - expected[columns]).abs().max()
        assert (off < CNY).all(), f"{as_of:%Y}: {off[off >= CNY].to_dict()}"
        assert (found[columns].isna() == expected[columns].isna()).all(axis=None)
        assert (found["graded"] == expected["graded"]).all()


def test_indicators(case, dials, earned):
    expected = indicators(case.book.tables, earned, case.as_of, dials)
    found = case.now.indicators[[*expected]]
    assert found.index.equals(expected.index)
    assert (found.isna() == expected.isna()).all(axis=None)
    off, near = (found - expected).abs().max(), pd.Series(POINTS, expected.columns)
    near[MONEY] = CNY
    assert (off < near).all(), off[off >= near].to_dict()


def test_scores(case, dials, earned):
    table = indicators(case.book.tables, earned, case.as_of, dials)
    expected = scores(points(table), weights(case.book.judgements, case.study.tree), case.study.tree)
    found = case.now.scores[[*expected]]
    assert found.index.equals(expected.index)
    off = (found - expected).abs().max()
    assert (off < POINTS).all(), off.to_dict()


def profit(tables, as_of, dials):
    """Twelve months to a date with every customer that was one in them."""
    start = as_of + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    people = tables["customers"].set_index("customer_id").sort_index()
    people = people[(people["opened"] <= as_of) & ~(people["closed"] < start)]
    still, opened = ~(people["closed"] <= as_of), people["opened"]
    full = 12 * (as_of.year - opened.dt.year) + as_of.month - opened.dt.month + (opened.dt.day == 1)
    within = full.clip(1, 12)
    rows = months_of(tables, start, as_of)
    bad = rows["days_overdue"] > dials["overdue_days"]
    flows = pd.DataFrame(_flows(rows, bad, dials)).groupby(rows["customer_id"]).sum()
    flows = flows.reindex(people.index, fill_value=0).mul((12 / within).where(still, 1.0), axis=0)
    exposure = rows["loan"] + dials["ccf"] * rows["guarantees"]
    balances = {
        "mean_demand": rows["demand_deposit"], "mean_time": rows["time_deposit"], "mean_loan": rows["loan"],
        "ead": exposure, "performing": exposure.mask(bad, 0.0),
    }  # fmt: skip
    means = pd.DataFrame(balances).groupby(rows["customer_id"]).sum().reindex(people.index, fill_value=0)
    year = people[TRAITS].join(flows).join(means.div(within, axis=0))
    year["graded"] = still & (full >= dials["min_months"])
    prices = tables["rates"].set_index("month")["ftp_loan"].loc[start:as_of].mean()
    lost = default_losses(tables["activity"], dials)
    lost = lost[lost["month"].between(start, as_of)].groupby("customer_id")["loss"].sum()
    return _charged(year, lost.reindex(year.index, fill_value=0.0), prices, dials).drop(columns="performing")


def months_of(tables, start, as_of):
    """Customer-months from the first full one on, with the prices of the month."""
    rows = tables["activity"].merge(tables["rates"], on="month")
    opened = rows["customer_id"].map(tables["customers"].set_index("customer_id")["opened"])
    return rows[(rows["month"] >= start) & (rows["month"] <= as_of) & (rows["month"] >= opened)]


def _flows(rows, bad, dials):
    days = rows["month"].dt.days_in_month / 365
    interest = (rows["loan"] * rows["loan_rate"]).mask(bad, 0.0)
    funded = rows["loan"].mask(bad, (1 - dials["lgd"]) * rows["loan"])
    demand = rows["demand_deposit"] * (rows["ftp_demand"] - rows["rate_demand"])
    time = rows["time_deposit"] * (rows["ftp_time"] - rows["rate_time"])
    return {
        "loan_margin": (interest - funded * rows["ftp_loan"]) * days,
        "deposit_margin": (demand + time) * days,
        "fee_income": rows[FEES].sum(axis=1),
        "cost_to_serve": rows["rm_hours"] * dials["hourly_cost"] + rows["transactions"] * dials["transaction_cost"],
        "inflow": rows["inflow"],
    }


def default_losses(activity, dials):
    """Loss given default of the first month of every default that began in the data, case by case."""
    found, first = [], activity.groupby("customer_id")["month"].min()
    late = activity[activity["days_overdue"] > dials["overdue_days"]].sort_values("month")
    for customer, rows in late.groupby("customer_id"):
        last = None
        for row in rows.itertuples():
            new = last is None or row.month > last + pd.DateOffset(months=12)
            if new and row.month > first[customer]:
                found.append((customer, row.month, dials["lgd"] * (row.loan + dials["ccf"] * row.guarantees)))
            last = row.month
    return pd.DataFrame(found, columns=["customer_id", "month", "loss"])


def _charged(year, lost, ftp_loan, dials):
    income = year["loan_margin"] + year["deposit_margin"] + year["fee_income"]
    grade = year["rating"].map(dials["pd_by_rating"]).clip(lower=dials["pd_floor"])
    chance = grade.fillna(grade.groupby(year["size"]).transform("mean").where(year["ead"] > 0))
    expected = (chance * dials["lgd"] * year["performing"]).fillna(0.0)
    small = year["size"].isin(["small", "micro"]) & (_with_group(year) <= dials["retail_limit"])
    weight = np.where(small, dials["risk_weight_small"], dials["risk_weight"])
    unprovided = year["ead"] - dials["lgd"] * (year["ead"] - year["performing"])
    capital = weight * unprovided * dials["capital_ratio"]
    benefit = dials["capital_benefit"] * capital * ftp_loan
    before = income - year["cost_to_serve"] - dials["overhead"] * income.clip(lower=0.0) + benefit
    nopat, realised = ((before - loss) * (1 - dials["tax"]) for loss in (expected, lost))
    cost = dials["hurdle"] * capital
    return year.assign(
        income=income, pd=chance, expected_loss=expected, default_loss=lost, economic_capital=capital,
        capital_benefit=benefit, nopat=nopat, eva=nopat - cost, eva_realised=realised - cost,
        raroc=nopat / capital.where(capital > 0),
    )  # fmt: skip


def _with_group(year):
    """Exposure of the customer and of all others of its group."""
    return year["ead"].groupby(year["group_id"]).transform("sum").fillna(year["ead"])


def indicators(tables, earned, as_of, dials):
    """The fifteen indicators of graded customers."""
    year = earned[earned["graded"]]
    start = as_of + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    rows = months_of(tables, start, as_of)
    deposits = (rows["demand_deposit"] + rows["time_deposit"]).groupby(rows["customer_id"])
    mean, spread = deposits.mean().reindex(year.index), deposits.std(ddof=0).reindex(year.index)
    now = rows[rows["month"] == rows["month"].max()]
    defaulted = year.index.isin(now.loc[now["days_overdue"] > dials["overdue_days"], "customer_id"])
    accounts = latest_accounts(tables["financials"], as_of).reindex(year.index)
    charge = dials["hurdle"] * year["economic_capital"] / (1 - dials["tax"])
    ranks = pd.concat([_rank(accounts["net_profit"] / accounts["total_assets"]),
                       _rank(1 - accounts["total_debt"] / accounts["total_assets"])], axis=1)  # fmt: skip
    tenure = (as_of - year["opened"]).dt.days / 365.25
    ratio = (year["cost_to_serve"] / year["income"]).clip(0, 3).where(year["income"] > 0, 3.0)
    return pd.DataFrame({
        "A11": year["loan_margin"] - year["expected_loss"] - charge + year["capital_benefit"],
        "A21": year["deposit_margin"],
        "A22": (1 - (spread / mean).clip(upper=1)).where(mean > 0),
        "A31": year["fee_income"],
        "A32": year["inflow"],
        "A41": ratio,
        "B11": headroom(year, accounts["sales"]),
        "B12": product_gap(tables, year, as_of),
        "B21": -np.log(year["pd"].mask(defaulted, 1.0)),
        "B22": accounts["growth"],
        "B23": ranks.mean(axis=1, skipna=False),
        "B24": year["industry"].map(tables["industries"].set_index("industry")["outlook"]),
        "B31": np.log1p(tenure),
        "B32": (year["inflow"] / accounts["sales"].where(accounts["sales"] > 0)).clip(upper=1),
        "B33": trend(tables, year, as_of),
    })  # fmt: skip


def latest_accounts(financials, as_of):
    """The last accounts at hand (those of a year from May of the next), with the growth of sales a year."""
    known = financials[financials["year"] <= as_of.year - (1 if as_of.month >= 5 else 2)]
    sales = known.pivot_table("sales", "customer_id", "year")
    last = known.sort_values("year").drop_duplicates("customer_id", keep="last").set_index("customer_id")
    growth = pd.Series(np.nan, last.index)
    for back in (3, 2):
        before = [sales.get(year - back, pd.Series(dtype=float)).get(who) for who, year in last["year"].items()]
        before = pd.Series(before, last.index, dtype=float)
        growth = growth.fillna((last["sales"] / before.where(before > 0)) ** (1 / back) - 1)
    return last.assign(growth=growth)


def _rank(values):
    """Place in the percentiles of the values that are known, 0 to 1."""
    return pd.Series(np.interp(values, np.nanpercentile(values, range(101)), np.linspace(0, 1, 101)), values.index)


def headroom(year, sales):
    """What comparable customers hold at best, less what is held: deposits of all, loans of borrowers."""
    own = {"deposits": year["mean_demand"] + year["mean_time"], "loans": year["mean_loan"]}
    traits = year[["size", "industry"]].assign(sales=np.log(sales.where(sales > 0)))[sales > 0]
    room = pd.Series(0.0, traits.index)
    for line, amount in own.items():
        amount = amount[traits.index]
        who = amount.index if line == "deposits" else amount.index[amount > 0]
        target = np.log1p(amount) if line == "deposits" else np.log(amount[who])
        best = np.exp(_quantile(_design(traits.loc[who]), target.to_numpy())) - (line == "deposits")
        room[who] += (best - amount[who]).clip(lower=0)
    return room.round(2).reindex(year.index)


def _design(traits):
    common = traits["industry"].map(traits["industry"].value_counts()) >= 30
    levels = pd.get_dummies(traits[["size"]].assign(industry=traits["industry"].where(common, "")), dtype=float)
    return np.column_stack([np.ones(len(traits)), traits["sales"], levels])


def _quantile(design, target):
    """Fitted Q90, of the many that are as good that with the quantile a millionth higher, by the primal program."""
    rows, columns = design.shape
    size, level = identity(rows, format="csr"), 0.9 + 1e-6
    cost = np.concatenate([np.zeros(columns), np.full(rows, level), np.full(rows, 1 - level)])
    bounds = [(None, None)] * columns + [(0, None)] * (2 * rows)
    errors = hstack([csr_array(design), size, -size])
    solved = linprog(cost, A_eq=errors, b_eq=target, bounds=bounds, method="highs-ipm")
    assert solved.status == 0, solved.message
    return design @ solved.x[:columns]


def product_gap(tables, year, as_of):
    """What is not held of the products that are usual among comparable customers and that the customer may have."""
    holdings = tables["holdings"]
    now = holdings[(holdings["opened"] <= as_of) & ~(holdings["closed"] <= as_of)]
    names = sorted(tables["products"]["product"])
    held = pd.crosstab(now["customer_id"], now["product"]).reindex(index=year.index, columns=names, fill_value=0) > 0
    cell = year["size"] + year["industry"]
    cell = cell.where(cell.map(cell.value_counts()) >= 30, year["size"])
    usual = held.groupby(year["size"] + year["industry"]).transform("mean")
    usual = usual.where(cell != year["size"], held.groupby(year["size"]).transform("mean")) >= 0.3
    rows = tables["activity"]
    recent = rows["month"].between(as_of + pd.Timedelta(days=1) - pd.DateOffset(years=1), as_of)
    borrows = year.index.isin(rows.loc[recent & (rows["loan"] > 0), "customer_id"])
    allowed = pd.DataFrame(True, year.index, names)
    for product, rule in tables["products"].set_index("product")["eligibility"].dropna().items():
        for part in rule.split(";"):
            kind, _, values = part.partition(":")
            allowed[product] &= borrows if kind == "borrower" else year[kind].isin(values.split("|"))
    fit = usual & allowed
    return 1 - (held & fit).sum(axis=1) / fit.sum(axis=1).where(fit.any(axis=1))


def trend(tables, year, as_of):
    """Log change of business in the last six months on the same months a year before."""
    rows = months_of(tables, tables["activity"]["month"].min(), as_of)
    rows = rows.assign(volume=rows["demand_deposit"] + rows["time_deposit"] + rows["loan"])
    table = rows.pivot_table("volume", "customer_id", "month").reindex(year.index)
    last, before = table.iloc[:, -6:].mean(axis=1), table.iloc[:, -18:-12].mean(axis=1)
    enough = table.iloc[:, -18:].notna().all(axis=1)
    return np.log((last + 1e4) / (before + 1e4)).clip(-1, 1).where(enough)


def points(table):
    """Indicators on 0 to 100: cut off at the first and last percentile, money by asinh, and cost turned round."""
    scaled = table.clip(table.quantile(0.01), table.quantile(0.99), axis=1)
    for code in MONEY:
        scaled[code] = np.arcsinh(scaled[code] / table[code][table[code] != 0].abs().median())
    scaled = (scaled - scaled.min()) / (scaled.max() - scaled.min()) * 100
    return scaled.assign(A41=100 - scaled["A41"])


def weights(judgements, tree):
    """Principal eigenvector of the experts' geometric means, node by node."""
    found = {}
    for node in ("value", *(each.code for each in tree.nodes)):
        below = [each.code for each in tree.nodes if each.parent == node]
        matrix = pd.DataFrame(1.0, below, below)
        for left, right in combinations(below, 2):
            judged = judgements[(judgements["node"] == node) & (judgements["left"] == left)]
            ratio = np.exp(np.log(judged.loc[judged["right"] == right, "value"]).mean())
            matrix.loc[left, right], matrix.loc[right, left] = ratio, 1 / ratio
        if below:
            values, vectors = np.linalg.eig(matrix.to_numpy())
            vector = np.abs(vectors[:, values.real.argmax()].real)
            found |= dict(zip(below, vector / vector.sum(), strict=True))
    return found


def scores(table, weight, tree):
    """Current, potential and total value: what is missing gives its weight to its siblings."""

    def value(code):
        below = [each.code for each in tree.nodes if each.parent == code]
        if not below:
            return table[code]
        parts = pd.DataFrame({child: value(child) for child in below})
        shares = parts.notna() * pd.Series({child: weight[child] for child in below})
        return (parts.fillna(0) * shares).sum(axis=1) / shares.sum(axis=1).where(lambda whole: whole > 0)

    current, potential = value("A"), value("B")
    total = (weight["A"] * current + weight["B"] * potential) / (weight["A"] + weight["B"])
    return pd.DataFrame({"current": current, "potential": potential, "total": total})
