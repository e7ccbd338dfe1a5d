"""What is slow and hangs on settings alone: computed once, and kept in the run as long as they and the code stand."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crmlib.absent import Absent
from crmlib.run.fingerprint import code_digest, digest, packages_digest
from crmlib.run.folder import RunFolder
from crmlib.run.graph import settings_read
from crmlib.study import Study

if TYPE_CHECKING:
    import pandas as pd

KEPT = ".kept"
"""Folder of a run for what is kept, which goes from run to run."""
LOOKS = ("language", "report")
"""Settings that change how results are shown and not what they are."""


def kept(
    function: "Callable[..., pd.DataFrame | Absent]", section: str, study: Study, folder: RunFolder, **how: Any
) -> "pd.DataFrame | Absent":
    """What a function makes of the settings that a chapter reads, without those of looks; kept by all it hangs on.

    ``how`` it is made, such as on how many cores, goes to the function and changes nothing.
    """
    import pandas as pd

    name = f"{KEPT}/{function.__name__}"
    path = folder.path / f"{name}-{_hangs_on(section, study)}.parquet"
    with suppress(OSError, ValueError):
        # Not there, or damaged: made again.
        return pd.read_parquet(path)
    made = function(study, **how)
    if not (folder.finished or isinstance(made, Absent)):
        for old in folder.path.glob(f"{name}-*.parquet"):
            old.unlink()
        folder.make(f"{KEPT}/{path.name}", made.to_parquet)
    return made


def _hangs_on(section: str, study: Study) -> str:
    read = settings_read(section, study).items()
    settings = {setting: value for setting, value in read if setting.partition(".")[0] not in LOOKS}
    return digest([code_digest(), packages_digest(), study.tree.model_dump(mode="json"), settings])
