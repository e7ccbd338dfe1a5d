"""Makes the files of the tutorial: what three departments of a made-up branch would send, with what is usual in them.

Run it with ``python tools/tutorial.py [FOLDER]``; nobody in them is real.
"""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from xlsxwriter import Workbook

TARGET = Path(__file__).resolve().parents[1] / "data" / "tutorial" / "extracts"
SEED = 20151231
MONTHS = pd.period_range("2013-01", "2015-12", freq="M")
SIZES = {"大型": (1, 5200.0), "中型": (5, 1100.0), "小型": (15, 240.0), "微型": (11, 55.0)}
"""Customers of each size, and their usual deposits in 万元."""
INDUSTRIES = {
    "制造业": ("食品", "机械", "电器", "纺织"), "批发和零售业": ("商贸", "百货"), "建筑业": ("建筑", "装饰"),
    "交通运输、仓储和邮政业": ("物流",), "信息传输、软件和信息技术服务业": ("软件",),
    "租赁和商务服务业": ("咨询",), "住宿和餐饮业": ("酒店",),
}  # fmt: skip
SHARES = [0.34, 0.25, 0.12, 0.09, 0.08, 0.06, 0.06]
BRANDS = (
    "青禾", "恒泽", "远航", "明达", "新川", "百盈", "瑞和", "东篱", "海晏", "嘉木", "同舟",
    "锦程", "金穗", "云杉", "长风", "凯旋", "德润", "双溪", "启明", "安澜", "北辰", "华林",
    "广源", "汇川", "泰岳", "正阳", "春晖", "江帆", "玉泉", "松涛", "星河", "白鹭",
)  # fmt: skip
RATINGS = ("A", "BBB", "BB", "B")


def main() -> None:
    """Write all files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    people = customers(rng)
    months = activity(people, rng)
    _list_of_customers(folder / "客户名单.xlsx", people)
    _balances(folder / "存贷款.csv", months)
    _settlement(folder / "结算与服务.xlsx", months)
    _prices(folder / "资金价格.csv")


def customers(rng: np.random.Generator) -> pd.DataFrame:
    """One row a customer."""
    sizes = [size for size, (count, _) in SIZES.items() for _ in range(count)]
    n = len(sizes)
    industry = rng.choice(len(INDUSTRIES), n, p=SHARES)
    trades = [*INDUSTRIES.values()]
    brands = rng.permutation(BRANDS)
    deposits = np.array([SIZES[size][1] for size in sizes]) * np.exp(0.7 * rng.standard_normal(n))
    opened = pd.Timestamp("2004-03-01") + pd.to_timedelta(rng.integers(0, 365 * 9, n), unit="D")
    # Three have come within the three years, and three have left.
    opened = opened.where(~np.isin(np.arange(n), [9, 17, 26]), pd.Timestamp("2013-08-12"))
    closed = pd.Series(pd.NaT, range(n), dtype="datetime64[us]")
    closed[[12, 20, 29]] = pd.to_datetime(["2014-06-18", "2015-03-09", "2015-09-25"])
    people = pd.DataFrame({
        "id": [f"{number:06d}" for number in np.sort(rng.choice(np.arange(180, 99_000), n, replace=False))],
        "name": [f"江湾市{brand}{rng.choice(trades[of])}有限公司" for brand, of in zip(brands, industry, strict=True)],
        "industry": np.array([*INDUSTRIES])[industry], "size": sizes,
        "ownership": rng.choice(["国有", "民营", "外资"], n, p=[0.1, 0.8, 0.1]),
        "opened": opened, "closed": closed, "rm": rng.choice(["A07", "A11", "A15"], n),
        "deposits": deposits, "time_share": rng.beta(2, 3, n), "trend": 0.12 * rng.standard_normal(n),
        "loans": deposits * rng.uniform(0.5, 2.0, n) * (rng.random(n) < 0.55), "grade": rng.integers(0, 4, n),
    })  # fmt: skip
    people["rating"] = np.where(people["loans"] > 0, np.array(RATINGS)[people["grade"]], "")
    tiers = pd.qcut(-people["deposits"], [0, 0.2, 0.6, 1], labels=[1, 2, 3]).astype(int)
    return people.assign(tier=tiers).sample(frac=1, random_state=SEED, ignore_index=True)


def activity(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row a customer and month: balances in 万元, flows in 元."""
    rows = []
    for one in people.itertuples():
        for place, month in enumerate(MONTHS):
            if month < one.opened.to_period("M") or (one.closed is not pd.NaT and month > one.closed.to_period("M")):
                continue
            leaving = 1.0 if one.closed is pd.NaT else min(1.0, (one.closed.to_period("M") - month).n / 8 + 0.1)
            level = leaving * np.exp(one.trend * (place - 35) / 12 + 0.06 * rng.standard_normal())
            deposits, loan = one.deposits * level, one.loans * np.exp(0.04 * rng.standard_normal()) * (leaving > 0.5)
            inflow = 1e4 * deposits * rng.uniform(0.6, 1.4)
            late = 20 if one.grade == 3 and loan and rng.random() < 0.06 else 0
            rows.append((
                one.id, one.name, f"{month:%Y%m}", deposits * (1 - one.time_share), deposits * one.time_share, loan,
                5.4 + 0.35 * one.grade + 0.1 * rng.standard_normal(), 0.2 * loan * (one.grade < 2), late, inflow,
                inflow * rng.uniform(0.92, 1.06), int(rng.poisson(6 + deposits**0.5)), 4e-4 * inflow,
                2e-4 * inflow * (one.ownership == "外资"), 0.4 * loan * (one.grade < 2), 150.0 * (one.tier == 1),
                round(float(rng.gamma(2, 0.4 + 1.2 * (one.tier == 1))), 1),
            ))  # fmt: skip
    columns = ["id", "name", "month", "demand", "time", "loan", "rate", "guarantees", "late", "inflow", "outflow",
               "count", "settlement", "trade", "guarantee", "agency", "hours"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _list_of_customers(path: Path, people: pd.DataFrame) -> None:
    """The corporate department's list: a merged title, IDs as numbers, a total and a signature below."""
    heads = ["客户号", "客户名称", "行业", "规模", "所有制", "评级", "开户日", "销户日", "客户经理", "等级"]
    with Workbook(path) as workbook:
        workbook.set_properties({"created": dt.datetime(2016, 1, 8)})
        sheet, day = workbook.add_worksheet("名单"), workbook.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 0, 9, "江湾支行对公客户名单（2015年末）", workbook.add_format({"bold": True}))
        sheet.write_row(2, 0, heads)
        for line, one in enumerate(people.itertuples(), 3):
            sheet.write_number(line, 0, int(one.id))
            sheet.write_row(line, 1, [one.name, one.industry, one.size, one.ownership, one.rating])
            for place, date in ((6, one.opened), (7, one.closed)):
                if not pd.isna(date):
                    sheet.write_datetime(line, place, date.to_pydatetime(), day)
            sheet.write_row(line, 8, [one.rm, one.tier])
        sheet.write_row(len(people) + 3, 0, ["合计", len(people)])
        sheet.write_row(len(people) + 4, 0, ["制表：公司业务部"])


def _balances(path: Path, months: pd.DataFrame) -> None:
    """The finance department's averages in 万元: a line with the unit above, a dash for no loan, percent, a total."""
    lines = ["存贷款月均余额表,,,,,,单位：万元,", "客户号,月份,活期,定期,贷款,利率,保函承兑,逾期天数"]
    for one in months.itertuples():
        loan = (_money(one.loan), f"{one.rate:.2f}%") if one.loan else ("-", "")
        values = (one.id, one.month, _money(one.demand), _money(one.time), *loan, _money(one.guarantees), str(one.late))
        lines.append(",".join(values))
    lines += [f"合计,,{_money(months['demand'].sum())},{_money(months['time'].sum())},,,,", "制表：计划财务部,,,,,,,"]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def _money(value: float) -> str:
    text = f"{value:,.2f}"
    return f'"{text}"' if "," in text else text


def _settlement(path: Path, months: pd.DataFrame) -> None:
    """The operations department's flows in 元: a title, a cover sheet, blanks where there is no fee, a note below."""
    heads = [
        "客户号",
        "客户名称",
        "月份",
        "流入",
        "流出",
        "笔数",
        "结算手续费",
        "国际业务手续费",
        "保函手续费",
        "代理手续费",
        "工时",
    ]
    with Workbook(path) as workbook:
        workbook.set_properties({"created": dt.datetime(2016, 1, 8)})
        workbook.add_worksheet("说明").write(0, 0, "数据取自核心系统")
        sheet = workbook.add_worksheet("结算")
        sheet.write(0, 0, "对公结算流水与客户经理工时")
        sheet.write_row(1, 0, heads)
        for line, one in enumerate(months.itertuples(), 2):
            sheet.write_row(line, 0, [one.id, one.name, int(one.month)])
            flows = (one.inflow, one.outflow, one.count, one.settlement, one.trade, one.guarantee, one.agency)
            for place, value in enumerate((round(flow, 2) for flow in flows), 3):
                # The system leaves a fee of nothing blank.
                if value or place < 7:
                    sheet.write_number(line, place, value)
            sheet.write_number(line, 10, one.hours)
        sheet.write_row(len(months) + 2, 0, ["注：工时由客户经理自报"])


def _prices(path: Path) -> None:
    """The finance department's transfer prices, in percent without the sign."""
    lines = ["月份,活期FTP,定期FTP,贷款FTP,活期利率,定期利率"]
    for month in MONTHS:
        cut = 0.25 * sum(month >= pd.Period(each, "M") for each in ("2014-12", "2015-04", "2015-06", "2015-09"))
        prices = (2.4 - cut / 2, 3.6 - cut, 4.3 - cut, 0.35, 3.0 - cut)
        lines.append(",".join([f"{month:%Y%m}", *(f"{price:.3f}" for price in prices)]))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


if __name__ == "__main__":
    main()
