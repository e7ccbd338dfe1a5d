"""Changes: who is in another class than last year, and how many of them only touched the line.

Both years are scored with today's model and cuts. At re-grading a customer changes side of a cut only after passing it
by a band, so that one on the line does not flip from year to year.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import is_known, needs
from crmlib.matrix.classes import AXES, Cuts, is_high

NEWCOMER, GONE = "newcomer", "gone"


@dataclass(frozen=True)
class Regrading:
    """Who is in another class than last year.

    Attributes
    ----------
    table : DataFrame
        As from :func:`class_changes`.
    classes : tuple of str
        Names of the classes, the best first.
    band : float
        Points by which a cut must be passed at re-grading.
    """

    table: pd.DataFrame
    classes: tuple[str, ...]
    band: float

    @property
    def both(self) -> pd.DataFrame:
        """The customers graded in both years."""
        return self.table.dropna(subset=["class_last_year", "class"])

    @property
    def shares(self) -> pd.Series:
        """Share of these that changed, by plain classes (``changed``) and with the band (``changed_regraded``)."""
        return self.both[["changed", "changed_regraded"]].mean()

    @property
    def fallen(self) -> int:
        """Customers that fell clearly, past the band, from high to low current value."""
        was, now = self.both["class_last_year"].isin(self.classes[:2]), self.both["class"].isin(self.classes[2:])
        return int((was & now & self.both["changed_regraded"]).sum())

    @property
    def counts(self) -> pd.DataFrame:
        """Customers by class last year (rows) and now (columns), those graded in one year alone included."""
        last, now = self.table["class_last_year"].fillna(NEWCOMER), self.table["class"].fillna(GONE)
        rows, columns = [*self.classes, NEWCOMER], [*self.classes, GONE]
        counts = pd.crosstab(last, now).reindex(index=rows, columns=columns, fill_value=0)
        return counts.rename_axis(index="class_last_year", columns="class_now")


@needs()
def regrading(now: pd.DataFrame, last_year: pd.DataFrame, cuts: Cuts, band: float) -> Regrading:
    """Who changed class; parameters as for :func:`regrade`."""
    return Regrading(class_changes(now, last_year, cuts, band), cuts.classes, band)


def with_history(classed: pd.DataFrame, changed: Regrading, staged: pd.DataFrame) -> pd.DataFrame:
    """Classes with the class of last year, the class as re-graded, and the stage, where these are known."""
    if is_known(changed):
        classed = classed.join(changed.table[["class_last_year", "class_regraded"]])
    return classed.join(staged) if is_known(staged) else classed


def regrade(now: pd.DataFrame, last_year: pd.DataFrame, cuts: Cuts, band: float) -> pd.Series:
    """Class of every customer of ``now`` when last year's class holds until a cut is passed by the band.

    Parameters
    ----------
    now, last_year : DataFrame, index customer_id
        Columns ``current`` and ``potential``, 0-100, by the same model.
    cuts : Cuts
    band : float
        Points by which a cut must be passed; 0 gives the plain classes.

    Returns
    -------
    Series of str, named ``class_regraded``, indexed like ``now``; customers without a last year take the plain cut.
    """
    sides = [_side(now[axis], last_year[axis], cut, band) for axis, cut in zip(AXES, cuts, strict=True)]
    return cuts.name(*sides).rename("class_regraded")


def class_changes(now: pd.DataFrame, last_year: pd.DataFrame, cuts: Cuts, band: float) -> pd.DataFrame:
    """Class of both years for everybody graded in either; parameters as for :func:`regrade`.

    Returns
    -------
    DataFrame, index customer_id
        class_last_year and class (missing where not graded), class_regraded, current_change and potential_change in
        points, changed (the plain class differs), changed_regraded (it differs also with the band).
    """
    before, regraded = cuts.classify(last_year).rename("class_last_year"), regrade(now, last_year, cuts, band)
    moved = (now[list(AXES)] - last_year[list(AXES)]).add_suffix("_change")
    table = pd.concat([before, cuts.classify(now), regraded, moved], axis=1).sort_index()
    both = table[["class_last_year", "class"]].notna().all(axis=1)
    table["changed"] = both & (table["class"] != table["class_last_year"])
    table["changed_regraded"] = both & (table["class_regraded"] != table["class_last_year"])
    return table.rename_axis("customer_id")


def _side(now: pd.Series, last_year: pd.Series, cut: float, band: float) -> pd.Series:
    """Whether a score counts as high: at once above the band, not below it, and as last year within."""
    was_high = is_high(last_year, cut).reindex(now.index)
    held_high, held_low = is_high(now, cut - band), is_high(now, cut + band)
    plain = is_high(now, cut)
    return plain.mask(was_high.eq(True), held_high).mask(was_high.eq(False), held_low).astype(bool)
