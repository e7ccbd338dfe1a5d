"""Actions: what the branch does with each customer, who does it by when, and why.

A table of class × stage gives the standard (:mod:`crmlib.strategy.plan`). A customer's own facts may replace it: risk
comes before class, a public mandate is never exited by rule, a falling gold customer is saved only if that pays, and
nobody is visited for less than an hour of a manager costs.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.errors import CrmError, did_you_mean
from crmlib.matrix.classes import Cuts, checked_labels
from crmlib.matrix.stages import STAGES
from crmlib.strategy.facts import FACTS
from crmlib.strategy.plan import ActionPlan, action_plan
from crmlib.study import Study
from crmlib.words.sentences import reasons
from crmlib.words.sentences.actions import steps

UNSTAGED = "stable"
"""Stage whose action a customer gets when no stage is known: it assumes neither growth nor decline."""
E_CHANNEL, CHEAPEST = "e_channel", "cheapest_channel"
COLUMNS = (
    "class", "stage", "standard", "action", "owner", "due", "stake", "measure", "value_at_stake", *reasons.PARTS,
    "name", "rm_id", "eva", "clv",
)  # fmt: skip
"""Columns of the actions of customers."""


def action_table(labels: Mapping[str, str] | None = None, chosen: ActionPlan | None = None) -> pd.DataFrame:
    """The standard action of every class and stage by a plan, one row each, classes and stages in their order.

    Returns
    -------
    DataFrame
        class, stage, action, owner, days, stake.
    """
    chosen = chosen or action_plan()
    classes, cells = checked_labels(labels), chosen.cells
    rows = [(name, stage, cells[quadrant][stage].key) for quadrant, name in classes.items() for stage in STAGES]
    return pd.DataFrame(rows, columns=["class", "stage", "action"]).join(_codes(chosen), on="action")


def plan(classes: pd.DataFrame, labels: Mapping[str, str], chosen: ActionPlan | None = None) -> pd.DataFrame:
    """The standard of every class and stage with its ``customers``; of stable ones alone where no stage is known."""
    table = action_table(labels, chosen)
    if "stage" not in classes:
        table, classes = table[table["stage"] == UNSTAGED], classes.assign(stage=UNSTAGED)
    counts = classes.groupby(["class", "stage"]).size().reindex(pd.MultiIndex.from_frame(table[["class", "stage"]]))
    return table.assign(customers=counts.fillna(0).astype(int).to_numpy()).reset_index(drop=True)


def explained_plan(table: pd.DataFrame, labels: Mapping[str, str], chosen: ActionPlan, book: Book) -> pd.DataFrame:
    """The plan for people: with the steps of each action and how a book tells its success."""
    known, lowest, success = chosen.all(), labels["low_low"], chosen.success(book)
    told = table.assign(
        steps=[steps(known[key].steps, lowest) for key in table["action"]], measure=table["action"].map(success)
    )
    return told[["class", "stage", "customers", "action", "steps", "owner", "days", "measure"]]


def assign(customers: pd.DataFrame, cuts: Cuts, study: Study, book: Book | None = None) -> pd.DataFrame:
    """One action for every graded customer, with its reasons and what is at stake.

    Parameters
    ----------
    customers : DataFrame, index customer_id
        ``class``, ``current``, ``potential``; ``stage`` and ``stage_reason`` where stages are known (a customer without
        one gets its class's action for ``stable``); the columns of :func:`crmlib.strategy.facts.customer_facts`, where
        missing values mean not known.
    cuts : Cuts
        What the reasons compare with.
    study : Study
        Uses ``matrix.labels``, ``strategy``, ``profit.overdue_days``, ``as_of``, its actions; for the reasons language
        and unit.
    book : Book or None
        What success can be told by; all where None.

    Returns
    -------
    DataFrame, indexed like ``customers``
        class, stage, standard (action of the class × stage cell), action, owner, due (date), stake (keep, grow, cut,
        risk), measure (of success), value_at_stake (CNY); reason_class, reason_stage and reason_action in the study's
        language, and all of them in one as reason; and what the lists show: name, rm_id, eva, clv.

    Raises
    ------
    CrmError
        If a class or stage is unknown (with the nearest right name).
    """
    found = customers.reindex(columns=["class", "stage", "stage_reason", "current", "potential", *FACTS])
    found = found.astype({"stage": "str", "stage_reason": "str"})
    _require_names(found["class"], "class", study.matrix.classes)
    _require_names(found["stage"].dropna(), "stage", STAGES)
    cells = pd.MultiIndex.from_arrays([found["class"], found["stage"].fillna(UNSTAGED)])
    chosen = action_plan(study)
    standard = action_table(study.matrix.labels, chosen).set_index(["class", "stage"])["action"]
    found["standard"] = standard.reindex(cells).to_numpy()
    found["action"] = _worth_an_hour(_instead(found, study, chosen), found, study, chosen)
    found = found.join(_codes(chosen), on="action")
    found["measure"] = found["action"].map(chosen.success(book)).astype("str")
    found["due"] = pd.Timestamp(study.as_of) + pd.to_timedelta(found["days"], unit="D")
    found["value_at_stake"] = value_at_stake(found, study)
    return found.join(_reasons(found, cuts, study))[list(COLUMNS)]


def value_at_stake(acted: pd.DataFrame, study: Study) -> pd.Series:
    """What actions are about by their ``stake``, in CNY; missing where the facts are.

    keep: lifetime value, at least 0; grow: take-up · margin · headroom a year; cut: yearly cost to serve; risk: yearly
    expected loss, in default what may still be lost.
    """
    gain = study.strategy.take_up * study.strategy.growth_margin * acted["headroom"]
    saved, lost = acted["cost_to_serve"], acted["expected_loss"]
    amounts = {"keep": acted["clv"].clip(lower=0), "grow": gain, "cut": saved, "risk": lost}
    chosen = np.select([acted["stake"] == kind for kind in amounts], list(amounts.values()), np.nan)
    return pd.Series(chosen.astype(float), acted.index)


@needs()
def replaced(actions: pd.DataFrame) -> pd.DataFrame:
    """Customers whose action is not the standard of their class and stage; absent where there are none."""
    found = actions[actions["action"] != actions["standard"]]
    if found.empty:
        raise Lacking("strategy.none_replaced")
    return found


@needs()
def swapped(replaced: pd.DataFrame) -> pd.DataFrame:
    """One customer of each action that replaced the standard: action, customer_id, class, stage, reason."""
    first = (
        replaced.rename_axis("customer_id").reset_index().sort_values(["action", "reason"]).groupby("action").head(1)
    )
    return first[["action", "customer_id", "class", "stage", "reason"]]


def named_lists(actions: pd.DataFrame, length: int | None = None) -> pd.DataFrame:
    """Customers of each relationship manager, the most at stake first, with their rank; ties by action and reason.

    A customer without a manager is in no list. ``length`` keeps the first of each list.
    """
    known = actions[actions["rm_id"].notna()].rename_axis("customer_id").reset_index()
    order = ["rm_id", "value_at_stake", "action", "customer_id"]
    known = known.sort_values(order, ascending=[True, False, True, True], na_position="last", ignore_index=True)
    known.insert(0, "rank", known.groupby("rm_id").cumcount() + 1)
    return known if length is None else known[known["rank"] <= length].reset_index(drop=True)


@needs()
def load(actions: pd.DataFrame) -> pd.DataFrame:
    """Customers on each manager's list by what is at stake: rm_id, stake, customers; absent without managers."""
    if actions["rm_id"].isna().all():
        raise Lacking("common.not_in_book", what=["customers.rm_id"])
    return actions.groupby(["rm_id", "stake"]).size().reset_index(name="customers")


def first_customers(actions: pd.DataFrame, classes: pd.DataFrame, length: int, managers: int = 3) -> pd.DataFrame:
    """The head of the first managers' lists; where no customer has a manager, the highest totals of the branch."""
    listed = named_lists(actions, length)
    if listed.empty:
        best = actions.join(classes["total"]).sort_values(["total", "reason"], ascending=False).head(length)
        return best.rename_axis("customer_id").reset_index()[["customer_id", "name", "class", "action", "reason"]]
    shown = listed[listed["rm_id"].isin(listed["rm_id"].unique()[:managers])]
    columns = ["rm_id", "rank", "customer_id", "name", "class", "stage", "action", "due", "value_at_stake", "reason"]
    return shown[columns].reset_index(drop=True)


@needs()
def ungraded(not_graded: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Open customers without a grade: customer_id, name, reason; absent where all are graded."""
    if not_graded.empty:
        raise Lacking("strategy.all_graded")
    names = book.customers.reindex(columns=["customer_id", "name"])
    return not_graded.merge(names, how="left", on="customer_id")[["customer_id", "name", "reason"]]


def _codes(chosen: ActionPlan) -> pd.DataFrame:
    """Owner, days and stake of every action."""
    kept = {"key", "owner", "days", "stake"}
    return pd.DataFrame([action.model_dump(include=kept) for action in chosen.all().values()]).set_index("key")


def _instead(facts: pd.DataFrame, study: Study, chosen: ActionPlan) -> pd.Series:
    """The standard, replaced where a customer's own facts say so; the last rule that holds wins."""
    standard, cells = facts["standard"], chosen.cells
    other = {rule: action.key for rule, action in chosen.instead.items()}
    exits, saves = (cells[quadrant]["decline"].key for quadrant in ("low_low", "high_low"))
    risky = facts["watch_list"].eq(True) | (facts["days_overdue"] > study.profit.overdue_days)
    found = standard.mask((standard == exits) & facts["public_mandate"].eq(True), other["mandate_service"])
    found = found.mask((standard == saves) & (facts["clv"] <= facts["cost_to_serve"]), other["glide"])
    return found.mask(risky, other["risk_desk"])


def _worth_an_hour(action: pd.Series, facts: pd.DataFrame, study: Study, chosen: ActionPlan) -> pd.Series:
    """The action, or the cheapest channel where less is to be kept or won than one hour of a manager costs."""
    acted = facts.assign(stake=action.map(_codes(chosen)["stake"]))
    small = value_at_stake(acted, study) < study.profit.hourly_cost
    return action.mask(acted["stake"].isin(["keep", "grow"]) & small, chosen.instead[CHEAPEST].key)


def _reasons(acted: pd.DataFrame, cuts: Cuts, study: Study) -> pd.DataFrame:
    """Reasons by part and in one, in the study's language."""
    voice, late = study.voice, study.profit.overdue_days
    rows = [reasons.told(row, cuts, late, voice) for row in acted.to_dict("records")]
    return pd.DataFrame(rows, acted.index, list(reasons.PARTS), dtype="str")


def _require_names(values: pd.Series, what: str, allowed: Iterable[str]) -> None:
    for value in sorted(set(map(str, values)) - set(allowed)):
        raise CrmError(f"{value} is not a {what}.{did_you_mean(value, allowed)} Known: {', '.join(allowed)}.")
