"""Faults of a study's tables, told as a table."""

from rich import box
from rich.table import Table
from rich.text import Text

from crmlib.run.progress import Progress
from crmlib.study import Study

MOST = 50


def tell_faults(study: Study, tell: Progress) -> int:
    """Print every fault of a study's book (file, row, column, value, rule); returns how many there are."""
    from crmlib.book import faults

    found = faults(study)
    if found.empty:
        tell.say(f"{study.name}: no faults")
        return 0
    table = Table(*found.columns, box=box.SIMPLE)
    for row in found.head(MOST).astype(object).fillna("").itertuples(index=False):
        table.add_row(*(Text(str(value)) for value in row))
    tell.console.print(table, soft_wrap=False)
    more = f", the first {MOST} of them above" if len(found) > MOST else ""
    tell.say(f"{study.name}: {len(found):,} {'fault' if len(found) == 1 else 'faults'}{more}")
    return len(found)
