"""Findings: what a finished run found, in sentences of either language, from its key numbers alone.

A sentence whose numbers this run does not have is left out; which of two sentences is said, the numbers decide.
"""

from collections.abc import Iterator
from typing import Any

from crmlib.report.tables import money, percent
from crmlib.report.terms import say, term
from crmlib.runs import Run
from crmlib.words.numbers import UNITS
from crmlib.words.voice import Voice


def findings(run: Run, language: str) -> list[str]:
    """What the branch should know first: concentration, problems, value, classes, what is at stake, how sure."""
    told = Teller(run, language)
    return [sentence for part in (structure, problems, scores, classes, stakes, sure) for sentence in part(told)]


def sureness(run: Run, language: str) -> list[str]:
    """How sure all of it is, the weakest points included."""
    told = Teller(run, language)
    return [sentence for part in (sure, forecast, choices, shape, outcome) for sentence in part(told)]


class Teller:
    """Key numbers of a run, and sentences with them in a language."""

    def __init__(self, run: Run, language: str) -> None:
        self.run, self.language = run, language
        self.study = run.study
        labels = self.study.matrix.labels
        self.classes = {name: _key(name, quadrant) for quadrant, name in labels.items()}

    def number(self, name: str) -> Any:
        """A key number by ``chapter.name``; None where the run does not have it."""
        return self.run.numbers.get(name, {}).get("value")

    def has(self, *names: str) -> bool:
        """Whether the run has all of some numbers."""
        return all(self.number(name) is not None for name in names)

    def term(self, key: str, **values: object) -> str:
        """A term in the language."""
        return term(key, self.language, **values)

    def name(self, word: str) -> str:
        """A name from the run in the language."""
        return say(word, self.language)

    def share(self, name: str, digits: int = 0) -> str:
        """A key number in percent."""
        return percent(self.number(name), digits)

    def money(self, name: str) -> str:
        """A key number of money, whatever its unit, in the unit of the report."""
        unit = self.run.numbers[name]["unit"].split(" ")[0]
        return money(self.number(name) * UNITS[unit], self.study.report.money_unit)


def structure(told: Teller) -> Iterator[str]:
    """Concentration, and value created and destroyed."""
    for amount, word in (("deposits", "term.deposits"), ("inflow", "indicator.settlement_inflow")):
        share = f"structure.{amount}_top_share"
        if told.has(share, f"{share}_low", f"{share}_high"):
            yield told.term(
                "finding.concentration", top=percent(told.study.structure.top, 0), amount=told.term(word),
                share=told.share(share, 1), low=told.share(f"{share}_low", 1), high=told.share(f"{share}_high", 1),
            )  # fmt: skip
            break
    if told.has("structure.eva_negative", "structure.customers", "structure.value_created"):
        yield told.term(
            "finding.negative", n=f"{told.number('structure.eva_negative'):,}",
            all=f"{told.number('structure.customers'):,}", created=told.money("structure.value_created"),
            destroyed=told.money("structure.value_destroyed"),
        )  # fmt: skip


def problems(told: Teller) -> Iterator[str]:
    """Which suspected problems show."""
    found = told.run.rows("problems")
    if found.empty:
        return
    voice = Voice(told.language)
    parts = [voice.name("problem_within", code) for code in found.loc[found["holds"], "problem"]]
    key = "finding.problems" if parts else "finding.no_problems"
    yield told.term(key, shown=len(parts), measured=len(found), named=told.term("finding.join").join(parts))


def scores(told: Teller) -> Iterator[str]:
    """How many customers are in the middle, beside chance."""
    names = ("middle_share", "middle_null_mean", "middle_null_low", "middle_null_high")
    if told.has(*(f"scores.{name}" for name in names)):
        share, null, low, high = (told.share(f"scores.{name}", 1) for name in names)
        yield told.term("finding.middle", share=share, null=null, low=low, high=high)


def classes(told: Teller) -> Iterator[str]:
    """What the classes hold, and what they earned next."""
    counts = {name: told.number(f"matrix.customers_{key}") or 0 for name, key in told.classes.items()}
    everybody = sum(counts.values())
    (first, first_key), *_, (last, last_key) = told.classes.items()
    if everybody and told.has(f"matrix.eva_share_{first_key}", f"matrix.hours_share_{last_key}"):
        without = told.has("matrix.lowest_in_default", "matrix.lowest_eva_share_without")
        but = told.term(
            "finding.without", share=told.share("matrix.lowest_eva_share_without"),
            n=told.number("matrix.lowest_in_default"),
        ) if without else ""  # fmt: skip
        sentence = told.term(
            "finding.classes", first=told.name(first), first_n=percent(counts[first] / everybody, 0),
            first_eva=told.share(f"matrix.eva_share_{first_key}"), last=told.name(last),
            last_n=percent(counts[last] / everybody, 0), last_eva=told.share(f"matrix.eva_share_{last_key}"), but=but,
            last_hours=told.share(f"matrix.hours_share_{last_key}"),
        )  # fmt: skip
        yield sentence[:1].upper() + sentence[1:]
    elif everybody:
        each = (told.term("finding.count", n=f"{n:,}", **{"class": told.name(name)}) for name, n in counts.items())
        yield told.term("finding.classes_only", all=f"{everybody:,}", counts=told.term("finding.comma").join(each))
    keys = [f"matrix.next_year_eva_share_{each}" for each in (first_key, "low", "high")]
    if told.has(*keys):
        share, low, high = map(told.share, keys)
        yield told.term("finding.next_year", first=told.name(first), share=share, low=low, high=high)


def stakes(told: Teller) -> Iterator[str]:
    """What is at stake."""
    if told.has("strategy.at_stake_keep", "strategy.at_stake_grow"):
        yield told.term(
            "finding.stakes", keep_n=f"{told.number('strategy.customers_keep'):,}",
            keep=told.money("strategy.at_stake_keep"), grow_n=f"{told.number('strategy.customers_grow'):,}",
            grow=told.money("strategy.at_stake_grow"),
        )  # fmt: skip
    elif told.has("strategy.actions"):
        yield told.term("finding.actions", n=f"{told.number('strategy.actions'):,}")


def sure(told: Teller) -> Iterator[str]:
    """How many customers keep their class whatever the weights."""
    least = percent(told.study.evidence.sure, 0)
    if told.has("evidence.sure_experts"):
        share, flat = told.share("evidence.sure_experts"), told.share("evidence.sure_flat")
        yield told.term("finding.sure", share=share, flat=flat, least=least)
    elif told.has("evidence.sure_flat"):
        yield told.term("finding.sure_flat", share=told.share("evidence.sure_flat"), least=least)


def forecast(told: Teller) -> Iterator[str]:
    """How well the score tells the next year."""
    if told.has("evidence.spearman_score", "evidence.spearman_last_eva"):
        score, rival = told.number("evidence.spearman_score"), told.number("evidence.spearman_last_eva")
        key = "finding.forecast_better" if score > rival else "finding.forecast_worse"
        yield told.term(key, score=f"{score:.2f}", rival=f"{rival:.2f}")


def choices(told: Teller) -> Iterator[str]:
    """Which choice of the method moves most customers."""
    names = ("cuts", "scaling", "aggregation", "weights")
    if told.has(*(f"evidence.moved_by_{name}" for name in names)):
        yield told.term("finding.choices", **{name: told.share(f"evidence.moved_by_{name}") for name in names})
    if told.has("matrix.near_a_cut"):
        points = f"{told.study.matrix.hysteresis:g}"
        yield told.term("finding.near", share=told.share("matrix.near_a_cut"), points=points)


def shape(told: Teller) -> Iterator[str]:
    """Whether the classes are groups or a cut continuum."""
    if told.has("evidence.silhouette", "evidence.silhouette_of_a_cloud_high"):
        width, cloud = told.number("evidence.silhouette"), told.number("evidence.silhouette_of_a_cloud_high")
        yield told.term(
            "finding.groups" if width > cloud else "finding.continuum", width=f"{width:.2f}", cloud=f"{cloud:.2f}"
        )


def outcome(told: Teller) -> Iterator[str]:
    """Whether the score ranks an outcome it has not seen."""
    if told.has("evidence.auc_score", "evidence.auc_baseline"):
        score, rival = told.number("evidence.auc_score"), told.number("evidence.auc_baseline")
        low, high = told.number("evidence.auc_lead_low"), told.number("evidence.auc_lead_high")
        values = {"score": score, "rival": rival, "low": low, "high": high}
        yield told.term("finding.auc", **{key: f"{value:.3f}".replace("-", "−") for key, value in values.items()})


def _key(name: str, quadrant: str) -> str:
    """How chapter 7 names a class in its numbers: as it is, if that can be a number's name."""
    return name if name.isascii() and name.isidentifier() and name.islower() else quadrant
