"""What chapter 9 says: which claims hold, and how sure classes, order and forecasts are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.sentences import fill, span

CHANCE, CLOSE = 0.5, 0.75
"""Share of pairs that chance gives, and under which one pair in four or more goes the other way."""
RARE = 0.05
"""Chance under which something is not taken for chance."""
CLEAR = 4.0
"""z beyond which a much weaker order would be significant too."""


def finding(ledger: pd.DataFrame) -> Iterator[Message]:
    """How many claims are supported, and which have which other verdict."""
    kinds = {kind: rows["claim"].tolist() for kind, rows in ledger.groupby("kind", sort=False)}
    supported = kinds.pop("supported", [])
    yield say("evidence.claims" if supported else "evidence.no_claims", n=len(supported), all=len(ledger),
              claims=_named(supported))  # fmt: skip
    for kind, claims in kinds.items():
        yield say(f"evidence.claims_{kind}", claims=_named(claims))


def grades(book: Any) -> Iterator[Message]:
    """That risk of earlier years is read from today's grades, where ratings have no history."""
    if book.has("customers.rating") and "ratings" not in book.tables:
        yield say("evidence.grades_of_today")


def order(followed: Any) -> Iterator[Message]:
    """Whether the classes of a year before are in the order of what they earned next."""
    pair = followed.weakest
    if not followed.tau.low > 0:
        yield say("evidence.not_in_order", tau=followed.tau)
    elif pair["probability"] > CHANCE:
        yield say("evidence.in_order", tau=followed.tau)
    else:
        yield say("evidence.on_the_whole", tau=followed.tau, pair=fill("evidence.over", pair))
    if pairs := followed.overlapping:
        yield say("evidence.overlap", pairs=[say("evidence.both", higher=one, lower=other) for one, other in pairs])


def simulated(is_simulated: bool) -> Iterator[Message]:
    """What support means on a simulated book."""
    if is_simulated:
        yield say("evidence.simulated_support")


def ledger_meaning(ledger: pd.DataFrame) -> Iterator[Message]:
    """What a verdict is worth."""
    untested = ledger["kind"].isin(["done", "not_testable", "not_tested"])
    yield say("evidence.measured", n=int((~untested).sum()), all=len(ledger))
    if (ledger["kind"] == "depends").any():
        yield say("evidence.names_it")


def others(counted: pd.DataFrame) -> Iterator[Message]:
    """What the other books say of the verdicts: which of them hang on potential, and which on this book."""
    half, here = counted["books"] / 2, counted["kind"] == "supported"
    yield say("evidence.others", books=int(counted["books"].max()))
    found = {
        "same": (counted["supported"] > 0) & (counted["no_effect"] >= counted["supported"]),
        "rare": here & (counted["supported"] < half),
        "usual": ~here & (counted["supported"] > half),
    }
    for kind, rows in found.items():
        if rows.any():
            yield say(f"evidence.others_{kind}", claims=counted.loc[rows, "claim"].tolist())
    if not counted["supported"].any():
        yield say("evidence.others_none")


def contacts(check: Any) -> Iterator[Message]:
    """Whether the interval of what contacts change covers the truth as often as it promises, and how far off it is."""
    yield fill("evidence.contacts_covered", check)
    yield say("evidence.contacts_off" if check.chance < RARE else "evidence.contacts_stand")


def next_year(followed: Any) -> Iterator[Message]:
    """Which step between classes is smallest, and what the test for an order adds."""
    pair, z = followed.weakest, followed.trend.z
    key = "evidence.smallest_step" if len(followed.pairs) > 1 else "evidence.only_step"
    yield fill(key, pair, share=pair["probability"])
    if pair["probability"] < CHANCE:
        yield say("evidence.step_reversed")
    elif pair["probability"] < CLOSE:
        yield say("evidence.step_close")
    yield say("evidence.trend_clear" if z > CLEAR else "evidence.trend", z=z, n=len(followed.base))


def rivals(found: Any) -> Iterator[Message]:
    """Which plain groupings tell better, alike or worse what is earned next."""
    for side in ("behind", "alike", "ahead"):
        if len(those := found.table[found.table["side"] == side]):
            leads = those[["lead", "lead_low", "lead_high"]].to_numpy().tolist()
            told = [say("evidence.lead", lead=lead) for lead in leads]
            yield say(f"evidence.rivals_{side}", rivals=those["rival"].tolist(), leads=told)
    if "service_tier" in set(found.table["rival"]):
        yield say("evidence.rivals_tier_knows")


def middle(middle: Any) -> Iterator[Message]:
    """What the middle fifths hold, beside what they earn and how many they are."""
    lead, headroom, even = middle.lead, middle.headroom, middle.even
    yield fill("evidence.middle_holds", middle)
    yield say(f"evidence.middle_{_side(lead.low, lead.high, 0.0)}")
    yield say(f"evidence.middle_number_{_side(headroom.low, headroom.high, even)}", even=even)


def ranked(told: Any) -> Message:
    """Whether the score told the next year's EVA better than each plain figure, over the years."""
    parts = []
    for rival, row in told.against.iterrows():
        kind, n = ("better", row["won"]) if row["won"] > row["lost"] else ("worse", row["lost"])
        kind, n = (kind, n) if n else ("alike", row["years"])
        parts.append(say(f"evidence.{kind}" if row["years"] > 1 else f"evidence.{kind}_once",
                         rival=rival, n=int(n), years=int(row["years"])))  # fmt: skip
    return say("evidence.ranked", parts=parts)


def out_of_time(told: Any) -> Iterator[Message]:
    """The same, and how well each told the last year."""
    yield say("evidence.sentence", said=ranked(told))
    found = [say("evidence.correlation", score=name, value=_estimate(row, "correlation"))
             for name, row in told.last.iterrows()]  # fmt: skip
    yield say("evidence.last_year", date=told.base, found=found)


def forecast(told: Any) -> Iterator[Message]:
    """What to take for a forecast, and what potential adds."""
    simple, gain = told.simplest, told.gain
    yield say("evidence.take_simple" if simple["lead_high"] < 0 else "evidence.no_simple", score=simple.name)
    key = "evidence.gain" if len(told.years) > 1 else "evidence.gain_once"
    yield say(key, gain=span(gain["gain"]), r_squared=span(gain["r_squared"]))


def growth(found: Any) -> Iterator[Message]:
    """Whether potential, and which parts of it, tell growth beyond size and trend."""
    own = found.table["predictor"] == "potential"
    for told, whose in ((found.table[own], "potential"), (found.table[~own], "part")):
        clear = told[(told["low"] > 0) | (told["high"] < 0)].to_dict("records")
        told = [fill("evidence.growth_told", row, growth=row["growth_of"], value=_estimate(row, "correlation"))
                for row in clear]  # fmt: skip
        yield say(f"evidence.growth_of_{whose}" if told else f"evidence.no_growth_of_{whose}", told=told)
    yield say("evidence.growth_is_little")


def weightings(sureness: Any) -> Iterator[Message]:
    """How many customers are sure of their class."""
    shares = {"share": sureness.sure["experts"]} if "experts" in sureness.ways else {}
    yield fill("evidence.sure" if shares else "evidence.sure_flat", sureness, flat=sureness.sure["flat"], **shares)


def unsure(sureness: Any) -> Iterator[Message]:
    """Which class is surest and which least, and what those who are not sure hang on."""
    surest = sureness.by_class.iloc[:, 0]
    if surest.iloc[0] > surest.iloc[-1]:
        yield say("evidence.surest", label=surest.index[0], share=surest.iloc[0], least=surest.index[-1],
                  least_share=surest.iloc[-1])  # fmt: skip
    if surest.iloc[-1] < 1:
        yield say("evidence.word_counts")
    if len(sureness.unsure):
        tips = sureness.unsure.assign(label=sureness.unsure["class"], points=100 * sureness.unsure["shift"])
        told = [fill("evidence.tip_more" if tip.points > 0 else "evidence.tip_less", tip) for tip in tips.itertuples()]
        yield say("evidence.hang_on")
        yield say("evidence.tips", tips=told)


def choices(single: pd.DataFrame, combinations: pd.DataFrame) -> Iterator[Message]:
    """Which choice of the method moves most customers, and what several at once do."""
    most = single.iloc[0]
    yield say("evidence.most", choice=most["choice"], other=most["alternative"], share=most["changed"])
    if len(weights := single.loc[single["choice"] == "weights", "changed"]):
        yield say("evidence.most_by_weights", share=weights.max())
    several = combinations[combinations["differs"] == "several"]
    yield say("evidence.several", share=several["changed"].median(), n=len(several),
              rand=several["adjusted_rand"].median())  # fmt: skip
    if several["changed"].median() > 0:
        yield say("evidence.in_writing")


def moves(most: pd.Series) -> list[Message]:
    """Each choice with the largest share of customers that it alone moves."""
    return [say("evidence.moves", choice=choice, share=share) for choice, share in most.items()]


def assumptions(found: Any) -> Iterator[Message]:
    """Which assumptions EVA and classes hang on most, and how far what is said of the book goes."""
    moved, table = found.moved, found.table
    first, most = moved["eva"].idxmax(), moved["changed"].nlargest(2)
    own = table.loc[table["assumption"] == first, "eva"]
    yield say("evidence.eva_hangs", first=first, eva=found.base["eva"], span=span(own))
    if below := int((found.varied["eva"] < 0).sum()):
        yield say("evidence.eva_falls", n=below, cases=len(found.varied))
    yield say("evidence.classes_hang", first=most.index[0], share=most.iloc[0], second=most.index[1], next=most.iloc[1])
    yield say("evidence.ranges", **{name: span(table[name]) for name in ("negative", "raroc", "underpriced")})


def asked(found: Any, single: pd.DataFrame) -> Iterator[Message]:
    """Which expert moves most customers, and what joining them otherwise does."""
    alone, joined = found.alone, found.joined.max()
    most, weights = alone.max(), single.loc[single["choice"] == "weights", "changed"].max()
    found = {"expert": alone.idxmax(), "share": most, "other": alone.idxmin(), "least": alone.min()}
    yield fill("evidence.expert" if most > 0 else "evidence.no_expert", found)
    yield say("evidence.joining" if joined > 0 else "evidence.joining_nobody", share=joined)
    if max(most, joined) < weights:
        yield say("evidence.less_than_weights", share=weights)
    if most > 0:
        yield say("evidence.not_wrong")


def clusters(widths: pd.DataFrame) -> Iterator[Message]:
    """Whether the classes are groups that lie apart."""
    width, cloud = widths.loc["study", "silhouette"], widths.loc["normal"]
    yield say("evidence.silhouette", width=width, cloud=_estimate(cloud, "silhouette"))
    yield say("evidence.apart" if width > cloud["high"] else "evidence.continuum")


def outcome(ranked: Any) -> Iterator[Message]:
    """Whether the score ranks the outcome better than the plain figure."""
    score, rival = ranked.score, ranked.rival
    found = _side(score["lead_low"], score["lead_high"], 0.0)
    yield say(f"evidence.outcome_{found}", rival=rival["score"], area=_estimate(score, "auc"),
              other=_estimate(rival, "auc"))  # fmt: skip
    if ranked.since is None:
        yield say("evidence.outcome_undated")
    else:
        yield say("evidence.outcome_foretold", scored=ranked.scored, since=ranked.since)
    yield say("evidence.outcome_lead", lead=tuple(score[["lead", "lead_low", "lead_high"]]))


def criterion(told: Any) -> Iterator[Message]:
    """Whether the score told the following year's measure better than the measure of the year before."""
    last = told.table.loc["last_value"]
    found = _side(last["lead_low"], last["lead_high"], 0.0)
    yield say(f"evidence.criterion_{found}", measure=told.name, scored=told.scored, customers=int(last["customers"]),
              score=_estimate(told.table.loc["total"], "correlation"), last=_estimate(last, "correlation"))  # fmt: skip
    yield say("evidence.criterion_lead", lead=tuple(last[["lead", "lead_low", "lead_high"]]))


def _side(low: float, high: float, of: float) -> str:
    """On which side of a value an interval lies."""
    return "more" if low > of else "less" if high < of else "unclear"


def _named(claims: Sequence[str]) -> list[Message]:
    return [say("evidence.named", claim=claim) for claim in claims]


def _estimate(row: Mapping[str, Any], value: str) -> tuple[float, float, float]:
    return row[value], row["low"], row["high"]


def room(found: Any) -> Iterator[Message]:
    """Whether the estimated room is in the order and of the size of the true one."""
    own, alone, total = *found.ranks, found.total
    yield say("evidence.room_ranks", own=own, alone=alone)
    if round(own, 2) <= round(alone, 2):
        yield say("evidence.room_no_better")
    classes = found.by_class.dropna(subset="caught")
    if len(classes):
        low, high = (classes.loc[place] for place in (classes["caught"].idxmin(), classes["caught"].idxmax()))
        yield say("evidence.room_sums", headroom=total["headroom"], there=total["true_room"], caught=total["caught"],
                  least=low["caught"], low=low["class"], most=high["caught"], high=high["class"])  # fmt: skip
    yield say("evidence.room_as_an_order")
