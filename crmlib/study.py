"""Settings of a study: what is computed, on which book, as of when.

A study is a folder ``data/<study>/`` with ``study.yaml`` (these settings) and ``tree.yaml`` (the indicator tree). Each
chapter of the case has one section here; its fields are also the parameters of the chapter's notebook. The
descriptions below are the documentation: the settings page and the JSON Schema are made from them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from crmlib.cut import PATTERN
from crmlib.errors import SettingsError, did_you_mean
from crmlib.strict_yaml import lines_of, read_yaml
from crmlib.tree import Tree
from crmlib.words.numbers import CURRENCY, unit_in
from crmlib.words.voice import Voice

PROJECT = Path(__file__).resolve().parents[1]
CHAPTERS = (
    "introduction", "book", "management", "structure", "problems", "model", "scores", "matrix", "strategy", "evidence",
    "conclusion",
)  # fmt: skip
MAKES_BOOK = "book"
"""The chapter that makes the book, which all but the introduction read."""
TAKEN = ("published", "example")
MAPPING = "mapping.yaml"
"""Beside study.yaml: which files the tables come from."""
ACTIONS = "actions.yaml"
"""Beside study.yaml: what is done with whom."""
OWN, OWN_BOOK = ("title", "as_of", "like"), (
    "source", "raw", "absent", "money_unit", "gaps", "overdrafts", "outcomes_as_of",
)  # fmt: skip
"""Settings that a study never takes over from the one it is like, and those of its book."""
SUCCESSORS = {
    "book.npl": "book.workout_months says how long a loan stays in default, and the share in default is what comes out",
    "matrix.lost_volume": "book.idle_volume says under which volume an open account is idle",
    "matrix.lost_months": "book.idle_months says for how many months",
    "strategy.allocation_seeds": "other_books says how many, for hours and claims alike",
}
"""Settings that there were once, and what took their place."""

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Coverage = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
Rule = Annotated[str, StringConstraints(pattern=PATTERN)]


class TableForm(StrEnum):
    """What the tables of a new study are: CSV files, one workbook, or queries over CSV files."""

    csv = "csv"
    xlsx = "xlsx"
    sql = "sql"


class Section(BaseModel):
    """Settings that cannot be changed once read and that refuse unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any) -> Any:
        # Python counts true as 1. No setting is yes or no.
        if isinstance(value, bool):
            raise ValueError("is neither yes nor no")
        return value


class ProfitSettings(Section):
    """Shared: how a customer's profit, risk and capital are charged."""

    lgd: Share = Field(0.45, description="Loss given default, share of exposure (Basel II foundation approach).")
    ccf: Share = Field(0.5, description="Credit conversion factor: share of guarantees that counts as exposure.")
    risk_weight: Positive = Field(1.0, description="Risk weight of large and medium customers, share of exposure.")
    risk_weight_small: Positive = Field(0.75, description="The same of small and micro customers up to retail_limit.")
    retail_limit: Positive = Field(
        5e6, description="Exposure, that of the group included, up to which risk_weight_small holds, CNY."
    )
    capital: Positive | None = Field(None, description="Capital that limits of concentration are read against, CNY.")
    limit_customer: Share = Field(0.1, description="Most exposure to one customer, as a share of capital.")
    limit_group: Share = Field(0.15, description="Most exposure to a group of customers, as a share of capital.")
    capital_ratio: Share = Field(0.115, description="Capital held per unit of risk-weighted exposure.")
    hurdle: Share = Field(0.11, description="Return that capital must earn, per year.")
    tax: Annotated[float, Field(ge=0, lt=1)] = Field(0.25, description="Income tax rate.")
    hourly_cost: float = Field(500.0, ge=0, description="Cost of a relationship manager's hour, CNY.")
    transaction_cost: float = Field(14.0, ge=0, description="Cost of a transaction, CNY.")
    overhead: Share = Field(
        0.15,
        description="Costs of the branch and above that no customer causes, as a share of its income where that is "
        "positive; 0 charges none, and EVA is then a contribution to them.",
    )
    capital_benefit: Share = Field(
        1.0, description="Share of the FTP on economic capital credited to the loan; 0 gives the naive form."
    )
    pd_floor: Share = Field(0.0003, description="Least probability of default (Basel floor).")
    pd_by_rating: dict[str, Share] = Field(
        {"AAA": 0.0, "AA": 0.0002, "A": 0.0006, "BBB": 0.0018, "BB": 0.0072, "B": 0.0376, "CCC": 0.2678},
        description="One-year probability of default by rating, before the floor; its keys are the allowed ratings.",
    )
    default_spread: float = Field(
        0.5, ge=0, description="Spread of default rates from year to year (log): simulated, and allowed for in tests."
    )
    pd_unrated: Share | None = Field(
        None,
        description="The same of unrated customers where too few are rated to tell; blank: not known.",
    )
    overdue_days: Count = Field(90, description="Days overdue beyond which a loan is in default and earns nothing.")
    min_months: Count = Field(3, description="Months open below which a customer is too new to grade.")


class ReportSettings(Section):
    """Shared: how results are shown."""

    money_unit: Literal["CNY", "万元", "亿元"] = Field("万元", description="Unit of money in figures and tables.")
    currency: Annotated[str, StringConstraints(pattern=f"^{CURRENCY}$")] = Field(
        "CNY", description="Three letters of the book's money; if not CNY, its units are ones, thousands and millions."
    )


class IntroductionSettings(Section):
    """Introduction: it computes nothing, so there is nothing to set."""


class BookSettings(Section):
    """Chapter 1: where the customers come from, and every dial of the simulated book."""

    source: Literal["simulated", "tables"] = Field("simulated", description="Simulated book, or tables of the study.")
    raw: str | None = Field(None, description="Folder of the files that SQL and mapping.yaml read, from the study's.")
    absent: tuple[str, ...] = Field((), description="Tables (financials) and columns (customers.rm_id) not to expect.")
    money_unit: Literal["CNY", "万元", "亿元"] = Field("CNY", description="Unit in which the tables give money.")
    gaps: Literal["refuse", "carry", "zero"] = Field(
        "refuse",
        description="Months missing in a customer's life: a fault, the balances of the month before, or nothing.",
    )
    overdrafts: Literal["refuse", "loan"] = Field("refuse", description="Negative deposits: a fault, or a loan.")
    outcomes_as_of: Annotated[dt.date, Field(lt=dt.date(2100, 1, 1))] | None = Field(
        None,
        description="First day on which what outcomes tells may have happened: it is met with the score of a date "
        "before. Without one the score may have seen it.",
    )
    fiscal_year_end: Annotated[int, Field(ge=1, le=12)] = Field(
        12, description="Month in which the customers' financial years end."
    )
    accounts_after: Annotated[int, Field(ge=0)] = Field(
        5, description="Months after the end of a financial year from which its accounts may be used."
    )
    idle_volume: Positive = Field(10_000.0, description="Deposits and loans, CNY, under which an open account is idle.")
    idle_months: Count = Field(6, description="Months in a row that an account is idle before its customer is lost.")
    customers: Count = Field(1200, description="Simulated: customers open at the as-of date.")
    months: Annotated[int, Field(ge=24)] = Field(60, description="Simulated: months up to the as-of date.")
    managers: Count = Field(12, description="Simulated: relationship managers.")
    size_mix: dict[Literal["large", "medium", "small", "micro"], Share] = Field(
        {"large": 0.02, "medium": 0.13, "small": 0.45, "micro": 0.40},
        description="Simulated: share of each size class.",
    )
    deposits: Positive = Field(4e9, description="Simulated: deposits at the as-of date, CNY.")
    loans: Positive = Field(3e9, description="Simulated: loans at the as-of date, CNY.")
    borrowers: Share = Field(0.25, description="Simulated: share of customers that borrow.")
    products: Positive = Field(2.8, description="Simulated: products held by a customer, on average.")
    dispersion: Positive = Field(0.5, description="Simulated: spread of wallets among customers of one size (log).")
    attrition: Share = Field(0.048, description="Simulated: share of customers that leave in a year.")
    fee_share: Share = Field(0.2, description="Simulated: fees as a share of income.")
    workout_months: Count = Field(27, description="Simulated: months that a loan in default stays until written off.")
    gamma: float = Field(0.12, ge=0, description="Simulated: pull of headroom on share of wallet (logit per year).")
    beta: float = Field(0.3, ge=0, description="Simulated: effect of RM hours on share of wallet (logit per year).")
    experts: Annotated[int, Field(ge=2)] = Field(5, description="Simulated: experts who judge the indicator tree.")


class ManagementSettings(Section):
    """Chapter 2: how the customers are managed today."""

    window: Annotated[int, Field(ge=1, le=12)] = Field(6, description="Months compared before and after a contact.")
    interval: Coverage = Field(0.95, description="Coverage of the intervals.")


class StructureSettings(Section):
    """Chapter 3: who the customers are."""

    top: Annotated[float, Field(gt=0, le=1)] = Field(0.2, description="Share of customers called the top.")
    largest: Count = Field(5, description="Largest depositors whose loss is weighed.")
    bootstrap: Count = Field(500, description="Bootstrap draws behind each interval.")
    interval: Coverage = Field(0.95, description="Coverage of the intervals.")


class ProblemsSettings(Section):
    """Chapter 4: the thresholds beyond which a statistic of today's management is a problem; all are assumptions."""

    hours_on_negative: Share = Field(0.2, description="Most RM hours, as a share, on customers with negative EVA.")
    tier_agreement: Annotated[float, Field(ge=-1, le=1)] = Field(
        0.6, description="Least rank correlation (Kendall's tau-b) of today's tier with the tier by EVA."
    )
    product_penetration: Share = Field(0.5, description="Least products held per product that a customer could hold.")
    underpriced_loans: Share = Field(0.2, description="Most loan volume, as a share, priced under the hurdle.")
    unattended_losses: Share = Field(
        0.25, description="Most customers that closed, as a share, that nobody tried to keep."
    )
    lost_months: Count = Field(24, description="Months up to the as-of date in which closings are counted.")
    attended_hours: Positive = Field(
        4.0, description="RM hours in the half-year before leaving from which a customer counts as attended: one visit."
    )
    bootstrap: Count = Field(500, description="Bootstrap draws behind each interval.")
    interval: Coverage = Field(0.95, description="Coverage of the intervals.")


class ModelSettings(Section):
    """Chapter 5: how the value model is built."""

    weights: Literal["ahp", "tree", "equal"] = Field(
        "ahp", description="Weights by the experts' judgements, as written in tree.yaml, or equal."
    )
    method: Literal["eigenvector", "geometric_mean"] = Field("eigenvector", description="How AHP derives priorities.")
    consistency_limit: Positive = Field(0.1, description="Consistency ratio above which judgements are inconsistent.")
    repair: Literal["none", "suggest", "apply"] = Field(
        "suggest", description="Inconsistent judgements: left alone, with repairs suggested, or repaired and said so."
    )
    winsor: Annotated[float, Field(ge=0, lt=0.5)] = Field(
        0.01, description="Share cut off at each end: anchors are this quantile and its mirror, of the base year."
    )
    wallet_quantile: Annotated[float, Field(gt=0, le=0.999)] = Field(
        0.9, description="Quantile of the wallet regression: what comparable customers hold at best."
    )
    pool_under: Count = Field(30, description="Customers below which an industry or cell is pooled.")
    product_share: Share = Field(
        0.3, description="Share of a customer's cell that must hold a product to call it usual."
    )
    interval: Coverage = Field(0.95, description="Coverage of the intervals of defaults.")


class ScoresSettings(Section):
    """Chapter 6: the scores."""

    grades: tuple[float, float, float, float] = Field((20, 40, 60, 80), description="Bounds of the five grades.")
    null_books: Count = Field(200, description="Null books of each kind: columns shuffled, rank correlations kept.")
    interval: Coverage = Field(0.95, description="Coverage of the null books' interval.")

    @field_validator("grades")
    @classmethod
    def _rise(cls, grades: tuple[float, ...]) -> tuple[float, ...]:
        if list(grades) != sorted(set(grades)):
            raise ValueError(
                f"must rise from each bound to the next, found {', '.join(f'{each:g}' for each in grades)}"
            )
        return grades


class MatrixSettings(Section):
    """Chapter 7: how scores become classes and stages."""

    cut_current: Rule = Field("p70", description="Cut of current value: median, mean, pNN, topNN, midpoint or kmeans.")
    cut_potential: Rule = Field("median", description="Cut of potential value, by the same rules.")
    labels: dict[str, Label] = Field(
        {"high_high": "platinum", "high_low": "gold", "low_high": "iron", "low_low": "lead"},
        description="Name of each class, current value first.",
    )
    hysteresis: float = Field(3.0, ge=0, le=20, description="Points to pass a cut by to change class at re-grading.")
    cut_shift: Share = Field(0.1, description="Relative shift of a cut whose effect on the classes is shown.")
    new_months: Count = Field(18, description="Months open below which a relationship is in exploration.")
    trend_months: Count = Field(30, description="Months open from which a customer counts for the median trend.")
    trend_limit: Positive = Field(
        0.3, description="Log change of business a year, against the median, beyond which it grows or declines."
    )
    closed_products: Count = Field(2, description="Products closed in 12 months that make a decline.")
    gained_products: Count = Field(1, description="Net products gained in 12 months that make a formation.")
    few_products: Count = Field(2, description="Products up to which a customer may still be in exploration.")
    low_settlement: Share = Field(0.1, description="Settlement share below which such a customer is in exploration.")
    draws: Count = Field(2000, description="Draws of the migration matrix behind the intervals of Markov values.")
    interval: Coverage = Field(0.95, description="Coverage of the intervals.")

    @property
    def rules(self) -> tuple[str, str]:
        """Rules of the cuts of current and potential value."""
        return self.cut_current, self.cut_potential

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, the best first."""
        return tuple(self.labels.values())

    @field_validator("labels")
    @classmethod
    def _four_names(cls, labels: dict[str, str]) -> dict[str, str]:
        quadrants = ("high_high", "high_low", "low_high", "low_low")
        if odd := sorted(set(quadrants) ^ set(labels)):
            raise ValueError(f"must name all of {', '.join(quadrants)}; missing or none of them: {', '.join(odd)}")
        if len(set(labels.values())) < len(quadrants):
            raise ValueError(f"must give {', '.join(quadrants)} four different names")
        return {quadrant: labels[quadrant] for quadrant in quadrants}


class StrategySettings(Section):
    """Chapter 8: what to do."""

    take_up: Share = Field(0.1, description="Share of a customer's headroom that a growth action wins within a year.")
    growth_margin: Share = Field(0.015, description="Yearly margin on balances that a growth action wins.")
    list_length: Count = Field(5, description="Customers shown of each relationship manager's list.")
    response_hours: dict[Literal["large", "medium", "small", "micro"], Positive] = Field(
        {"large": 40.0, "medium": 20.0, "small": 10.0, "micro": 5.0},
        description="RM hours a year that win 63 % of what a customer of each size could give (kappa).",
    )
    service_levels: tuple[Annotated[float, Field(ge=0)], ...] = Field(
        (0.0, 2.0, 6.0, 12.0, 30.0, 80.0, 200.0),
        description="RM hours a year that a customer may be given; 0 among them, so that any budget can be met.",
    )
    pilot_effect: Positive = Field(0.1, description="Log change of business a year that a pilot of hours must show.")
    pilot_months: Annotated[int, Field(ge=6, le=60)] = Field(12, description="Months after which it is evaluated.")
    horizon: Count = Field(10, description="Years that count in a lifetime value.")
    saves: Count = Field(40, description="Customers on the save list.")
    bootstrap: Count = Field(500, description="Bootstrap draws behind each interval of the hazard's foresight.")
    interval: Coverage = Field(0.95, description="Coverage of the intervals.")

    @field_validator("service_levels")
    @classmethod
    def _with_none(cls, levels: tuple[float, ...]) -> tuple[float, ...]:
        if 0.0 not in levels:
            raise ValueError(f"must have 0 among them, found {', '.join(f'{level:g}' for level in levels)}")
        return levels


class EvidenceSettings(Section):
    """Chapter 9: how sure we are."""

    bootstrap: Count = Field(1000, description="Bootstrap draws behind each interval.")
    interval: Coverage = Field(0.95, description="Coverage of the intervals.")
    considerable: Share = Field(0.2, description="Share of customers called considerable: that of one grade in five.")
    baseline: str = Field("A32", description="Indicator alone that the score must beat at ranking an outcome.")
    criterion: str | None = Field(
        None, description="Own measure whose following year the score must tell, as where a book knows no profit."
    )
    draws: Count = Field(10_000, description="Weightings drawn, around the experts' weights and without any opinion.")
    sure: Share = Field(0.9, description="Share of weightings in its class from which a customer is sure of it.")
    null_books: Count = Field(100, description="Books without groups beside which the silhouette is read.")


class ConclusionSettings(Section):
    """Chapter 10: it says what the others found, so there is nothing to set."""


class Study(Section):
    """A study with all its settings; made by :meth:`load`."""

    name: str = Field(description="Name of the study: its folder.", exclude=True)
    folder: Path = Field(description="Folder of the study.", exclude=True)
    like: str | None = Field(None, description="Study whose settings hold where this one is silent.")
    title: Label = Field(description="Title of the report.")
    as_of: Annotated[dt.date, Field(lt=dt.date(2100, 1, 1))] = Field(
        description="Month-end at which customers are appraised."
    )
    unit: Literal["customer", "group"] = Field("customer", description="What is appraised: customers or their groups.")
    seed: Annotated[int, Field(ge=0)] = Field(20151231, description="Seed of every random number.")
    other_books: Annotated[int, Field(ge=0)] = Field(
        20,
        description="Other simulated books beside which a simulated one is read, and on whose truth the rules for "
        "RM hours compete; 0 for none: hours stay as today.",
    )
    time_limit: Positive = Field(60.0, description="Minutes that a chapter may take.")
    language: Literal["en", "zh"] = Field("en", description="Language of the report.")
    profit: ProfitSettings = ProfitSettings()
    report: ReportSettings = ReportSettings()
    introduction: IntroductionSettings = IntroductionSettings()
    book: BookSettings = BookSettings()
    management: ManagementSettings = ManagementSettings()
    structure: StructureSettings = StructureSettings()
    problems: ProblemsSettings = ProblemsSettings()
    model: ModelSettings = ModelSettings()
    scores: ScoresSettings = ScoresSettings()
    matrix: MatrixSettings = MatrixSettings()
    strategy: StrategySettings = StrategySettings()
    evidence: EvidenceSettings = EvidenceSettings()
    conclusion: ConclusionSettings = ConclusionSettings()

    @field_validator("as_of")
    @classmethod
    def _is_a_month_end(cls, value: dt.date) -> dt.date:
        if (value + dt.timedelta(days=1)).day != 1:
            raise ValueError(f"must be the last day of a month, found {value}")
        return value

    @classmethod
    def load(cls, study: str | Path, **overrides: Any) -> "Study":
        """Read a study.

        Parameters
        ----------
        study : str or Path
            Name of a study of the project around the working folder (else of the project that crmlib was installed
            from), or the path of a study's folder.
        **overrides
            Settings by dotted name, as in ``Study.load("jd", **{"matrix.cut_current": "mean"})``.

        Returns
        -------
        Study

        Raises
        ------
        SettingsError
            If there is no such study, or for every setting that is unknown (with the nearest right name) or not
            allowed (with the file and line where it stands).
        """
        folder = study_folder(study)
        texts = _layers(folder)
        values: dict[str, Any] = {}
        for path in texts:
            values = _merge(_inherited(values), _read(path))
        for name, value in overrides.items():
            values = _merge(values, _nested(name, value))
        if taken := sorted({"name", "folder"} & set(values)):
            raise SettingsError(f"{taken[0]} is not a setting: a study is called like its folder.")
        try:
            return cls(name=folder.name, folder=folder, **values)
        except ValidationError as error:
            faults = (_fault(item, texts, overrides) for item in error.errors())
            raise SettingsError("\n".join(faults)) from None

    @cached_property
    def tree(self) -> Tree:
        """The study's indicator tree; that of the study it is like, where it has none of its own."""
        own = self.folder / "tree.yaml"
        return Tree.load(own if own.exists() or not self.like else study_folder(self.like, self.folder) / "tree.yaml")

    @property
    def actions_file(self) -> Path | None:
        """The study's file of actions, else that of the study it is like; None where neither has one."""
        folders = [self.folder, *([study_folder(self.like, self.folder)] if self.like else [])]
        return next((path for folder in folders if (path := folder / ACTIONS).exists()), None)

    @property
    def raw(self) -> Path:
        """Folder of the files that SQL and ``mapping.yaml`` read: ``book.raw``, else the study's own."""
        return self.folder / (self.book.raw or "")

    @cached_property
    def voice(self) -> Voice:
        """Language and unit of money of the report, and what it is about."""
        unit = unit_in(self.report.currency, self.report.money_unit, self.language)
        return Voice(self.language, unit, appraised=self.unit)

    def settings(self) -> dict[str, Any]:
        """Every setting as plain data, as written to ``settings.yaml`` of a run."""
        return self.model_dump(mode="json")

    def flat(self) -> dict[str, Any]:
        """Every setting by dotted name."""
        return dict(flatten(self.settings()))


def flatten(settings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Settings of two levels by dotted name; a chapter without settings gives none, another empty mapping stays."""
    pairs: list[tuple[str, Any]] = []
    for key, value in settings.items():
        section = isinstance(value, Mapping) and (value or key in CHAPTERS)
        pairs += [(f"{key}.{name}", item) for name, item in value.items()] if section else [(key, value)]
    return pairs


def study_folder(study: str | Path, beside: Path | None = None) -> Path:
    """Folder of a study, by name or path; raises SettingsError where there is none."""
    as_path = Path(study)
    if len(as_path.parts) > 1 or as_path.is_absolute():
        if (as_path / "study.yaml").is_file():
            # Not resolved: a study that is a link is called like the link.
            return as_path.resolve() if as_path.name == ".." else as_path.absolute()
        raise SettingsError(f"{study}: no study.yaml in this folder.")
    name = slug(str(study))
    roots = [*([beside.parent] if beside else []), data_root(), PROJECT / "data"]
    for root in roots:
        if (root / name / "study.yaml").is_file():
            return root / name
    known = sorted({path.parent.name for root in roots for path in root.glob("*/study.yaml")})
    raise SettingsError(f"{name} is not a study.{did_you_mean(name, known)}\nStudies: {', '.join(known)}.")


def data_root() -> Path:
    """The ``data`` folder of the project around the working folder, else of the one crmlib was installed from."""
    here = Path.cwd()
    around = (folder / "data" for folder in (here, *here.parents))
    return next((data for data in around if any(data.glob("*/study.yaml"))), PROJECT / "data")


def slug(name: str) -> str:
    """The name of a study or run if it is one, else SettingsError: a name is never a path."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name) or name in TAKEN:
        raise SettingsError(
            f"{name!r} cannot name a study or run: use small letters, digits, - and _ "
            f"(at most 64; {' and '.join(TAKEN)} are taken)."
        )
    return name


def section_type(section: str) -> type[Section]:
    """Settings class of a section, such as MatrixSettings for ``matrix``."""
    return Study.model_fields[section].annotation


def _layers(folder: Path) -> list[Path]:
    """The study.yaml files that make up a study, the most general first."""
    own = folder / "study.yaml"
    like = _read(own).get("like")
    if not like:
        return [own]
    base = study_folder(str(like), folder) / "study.yaml"
    if _read(base).get("like"):
        raise SettingsError(f"{own}: like: {like}, but {like} is itself like another study. One level, no chains.")
    return [base, own]


def _read(path: Path) -> dict[str, Any]:
    values = read_yaml(path) or {}
    if not isinstance(values, dict):
        raise SettingsError(f"{path}: settings must be `name: value` lines, found {type(values).__name__}.")
    for section in (values, *(value for value in values.values() if isinstance(value, dict))):
        if odd := [key for key in section if not isinstance(key, str)]:
            raise SettingsError(f"{path}: the name of a setting is a word, found {odd[0]!r}.")
    return values


def _inherited(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a study takes over from the one it is like: never its title, date or data."""
    book = {key: value for key, value in values.get("book", {}).items() if key not in OWN_BOOK}
    return {key: value for key, value in values.items() if key not in OWN} | ({"book": book} if book else {})


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Settings merged key by key within sections; lists and tables of values are replaced whole."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
        merged[key] = {**base[key], **value} if both else value
    return merged


def _nested(name: str, value: Any) -> dict[str, Any]:
    section, _, key = name.partition(".")
    return {section: {key: value}} if key else {section: value}


def _fault(item: Mapping[str, Any], texts: list[Path], overrides: Mapping[str, Any]) -> str:
    """One fault of the settings: where it stands, what is wrong, what is allowed."""
    loc = item["loc"]
    name = ".".join(map(str, loc[:2]))
    if item["type"] == "missing":
        inherits = ", and no study takes it over from the one it is like" if len(texts) > 1 else ""
        return f"{texts[-1]}: {name} is compulsory and not set{inherits}."
    where = _where(loc, texts, overrides)
    fields = (section_type(loc[0]) if len(loc) > 1 else Study).model_fields
    if item["type"] == "extra_forbidden":
        allowed = [key for key, field in fields.items() if not field.exclude]
        group = f"Settings of {loc[0]}" if len(loc) > 1 else "Settings"
        return f"{where}{name} is not a setting.{instead_of(name, allowed)}\n{group}: {', '.join(allowed)}."
    text = item["msg"].removeprefix("Value error, ")
    if item["type"] == "string_pattern_mismatch":
        # What stands in a mapping, such as a label, has no description of its own.
        text = fields[loc[-1]].description.rstrip(".") if loc[-1] in fields else "a text on one line"
    found = "" if "found" in text else f", found {item['input']!r}"
    words = re.findall(r"[a-z_]+", text.partition(":")[2] or text)
    return f"{where}{name}: {text}{found}.{did_you_mean(str(item['input']), words)}"


def instead_of(name: str, allowed: Iterable[str]) -> str:
    """What took the place of a setting, by dotted name, else the nearest allowed name within its section."""
    successor = SUCCESSORS.get(name)
    return f" It was once: {successor}." if successor else did_you_mean(name.rpartition(".")[2], allowed)


def _where(loc: tuple, texts: list[Path], overrides: Mapping[str, Any]) -> str:
    """File and line of a setting, or of what it stands in; nothing for one that was overridden."""
    if any(name[: len(loc)] == loc[: len(name)] for name in (tuple(name.split(".")) for name in overrides)):
        return ""
    lines = {path: lines_of(path) for path in reversed(texts)}
    for length in range(len(loc), 0, -1):
        for path, line_of in lines.items():
            if line := line_of.get(loc[:length]):
                return f"{path}, line {line}: "
    return f"{texts[-1]}: "
