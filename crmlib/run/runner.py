"""A run: the chapters that must run, side by side where they can, into a fresh folder that replaces the last one."""

import shutil
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from threading import Event
from typing import Any

from crmlib.errors import BusyError, RunError
from crmlib.report.publish import EARLIER, PART, PARTS, keep_published
from crmlib.run.assemble import complete
from crmlib.run.fingerprint import files_digests, inputs, notebook_of
from crmlib.run.folder import REPORTS, RunFolder, reports_root
from crmlib.run.graph import GRAPH, notebook_name, up_to, upstream
from crmlib.run.kept import KEPT, kept
from crmlib.run.progress import Progress, shown
from crmlib.run.server import environment, ready
from crmlib.run.state import RunPlan, damaged, forget, load_state, save_state, why
from crmlib.run.swap import Places
from crmlib.runs import RECORD, SETTINGS
from crmlib.study import CHAPTERS, Study
from crmlib.words.messages import say

COUNTS = "evidence"
"""The chapter that reads what comes out on other books."""


@dataclass(frozen=True)
class Order:
    """What to run.

    Attributes
    ----------
    study : Study
        Settings of the run.
    run : str
        Name of the run.
    last : str or None
        Last chapter that is wanted; None for all.
    jobs : int
        Chapters side by side, at most.
    fresh : bool
        Run every chapter, whatever is up to date.
    cold : bool
        Use ordinary kernels.
    part : bool
        A run of some chapters may take the place of one that has more.
    """

    study: Study
    run: str
    last: str | None = None
    jobs: int = 2
    fresh: bool = False
    cold: bool = False
    part: bool = False


def run(order: Order, tell: Progress) -> RunFolder:
    """Make a run, or find that nothing must be done.

    Raises
    ------
    SettingsError
        If the run of this name is of another study.
    RunError
        If another run of the same name goes on, a notebook is missing, a chapter fails, or chapters that the last run
        has would be left out. The last run stays as it was; chapters that ended well are not run again at the next
        start.
    """
    places = Places(reports_root(), order.run)
    with places.hold():
        places.recover()
        if run_status(order).up_to_date and places.last.finished and not order.fresh:
            places.clear()
            tell.say("run.up_to_date", path=places.last.path)
            return places.last
        with _left(places, order, tell):
            _begin(places, order)
            work = _Work(order, places.part, tell)
            work.run()
            lost = [name for name in CHAPTERS if name not in work.states and load_state(places.last, name)]
            _require_whole(order, lost)
            kept = keep_published(places.last.path, places.part.path)
            complete(places.part, order.study, work.states)
            places.swap()
    if kept:
        tell.say("run.published_before", path=places.last.path / EARLIER)
    tell.finish(places.last)
    return places.last


def run_status(order: Order) -> RunPlan:
    """What would run, and why; SettingsError where the run of this name is of another study."""
    folder = _known(order)
    recorded = folder.recorded(order.study.name)
    states = {section: load_state(folder, section) for section in up_to(order.last)}
    reasons = {}
    for section, state in states.items():
        waits = [say("run.why.waits", name=notebook_name(name)) for name in upstream(section) if reasons[name]]
        reasons[section] = why(folder, state, inputs(section, order.study, states)) or waits
    rest = [say("run.why.broken", name=name) for name in damaged(folder) if folder.finished]
    # Such as the title: nothing runs, but the run must record them.
    if order.last is None and not any(reasons.values()) and recorded != order.study.flat():
        rest.append(say("run.record_settings"))
    return RunPlan(reasons, rest)


@contextmanager
def _left(places: Places, order: Order, tell: Progress) -> Iterator[None]:
    """Have an error say where what is made so far is left."""
    try:
        yield
    except BaseException as error:
        if places.part.path.is_dir():
            part, command = shown(places.part.path.parent), "run_fresh" if order.fresh else "run"
            error.add_note(tell.voice.say(f"run.left.{command}", part=part))
        raise


def _known(order: Order) -> RunFolder:
    """The last run of this name; where there is none, the newest finished one of the study, whose chapters may hold."""
    last = Places(reports_root(), order.run).last
    if last.path.exists():
        return last
    others = (RunFolder(path.parent) for path in reports_root().glob(f"[!.]*/{RECORD}") if not path.parent.is_symlink())
    own = [other for other in others if other.settings.get("study") == order.study.name]
    return max(own, key=lambda other: (other.path / RECORD).stat().st_mtime_ns, default=last)


def _begin(places: Places, order: Order) -> None:
    """Begin the new folder as a copy of the last run, so that nothing done here can reach that; or go on with it.

    Where there is no last run it is a copy of another of the study, unless that is being made anew just now.
    """
    part, known = places.part, Places(reports_root(), _known(order).name)
    if order.fresh and part.path.exists():
        shutil.rmtree(part.path)
    if not (order.fresh or part.path.exists()) and known.last.path.exists():
        with suppress(BusyError), nullcontext() if known.last.name == order.run else known.hold():
            _copy(known.last, part)
    part.record_settings(order.study.name, order.study.settings())


def _copy(last: RunFolder, part: RunFolder) -> None:
    """Copy a run without what was published of it, and without files that are not as it recorded them."""
    lost = damaged(last)
    unsure = (KEPT,) if RECORD in lost else ()
    ignored = shutil.ignore_patterns(*PARTS, EARLIER, PART, RECORD, *unsure)
    shutil.copytree(last.path, part.path, ignore=ignored)
    for name in lost:
        (part.path / name).unlink(missing_ok=True)


@dataclass
class _Work:
    """A run in the making: what is known of the chapters that are made or kept, each once those before it are."""

    order: Order
    part: RunFolder
    tell: Progress
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    stopped: Event = field(default_factory=Event)
    began: int = 0

    def run(self) -> None:
        """Make every chapter that is wanted. Threads suffice: kernels do the work, and all share one working folder."""
        chapters, pool = TopologicalSorter(GRAPH), ThreadPoolExecutor(self.order.jobs + 1)
        chapters.prepare()
        self.began = (self.part.path / SETTINGS).stat().st_mtime_ns
        self.books = pool.submit(self._other_books)
        futures: dict[Future, str] = {}
        with ready(self.order.cold), environment({REPORTS: str(self.part.path.parent)}):
            try:
                while chapters.is_active():
                    futures |= {pool.submit(self._make, section): section for section in chapters.get_ready()}
                    for future in wait(futures, return_when=FIRST_COMPLETED).done:
                        section = futures.pop(future)
                        self._end(section, future)
                        chapters.done(section)
            except BaseException as error:
                # What runs beside a chapter that failed may end: its work is kept for the next start.
                self.tell.pause()
                self.stopped.set()
                pool.shutdown(wait=isinstance(error, RunError), cancel_futures=True)
                raise

    def _make(self, section: str) -> dict[str, Any]:
        """Keep a chapter that still holds, run one that is wanted; returns its state, none where the run is without."""
        if not all(name in self.states for name in upstream(section)):
            return {}
        now, state = inputs(section, self.order.study, self.states), load_state(self.part, section)
        if not why(self.part, state, now):
            return {**state, "state": "kept"}
        if section not in up_to(self.order.last):
            return {}
        if section == COUNTS:
            self.books.result()
        forget(self.part, section)
        self.tell.began(section)
        state = {"state": "ran", "inputs": now, **self._execute(section)}
        save_state(self.part, section, state)
        return state

    def _other_books(self) -> None:
        """Make what the last chapter reads of other books beside the chapters, which leave a core idle; it is kept."""
        if self.order.jobs > 1 and COUNTS in up_to(self.order.last):
            from crmlib.seeds import other_books

            kept(other_books, COUNTS, self.order.study, self.part, jobs=1, watch=self._until_stopped)

    def _until_stopped(self, books: Iterable[Any]) -> Iterator[Any]:
        for each in books:
            if self.stopped.is_set():
                raise RunError("stopped between two books")
            yield each

    def _execute(self, section: str) -> dict[str, Any]:
        """Run a chapter; returns how long it took and what it made."""
        from crmlib.run.notebook import execute

        start, notebook, study = time.perf_counter(), notebook_of(section), self.order.study
        content = execute(notebook, {"study": study.name, "run": self.order.run}, study.voice, study.time_limit)
        made = self.part.results(section).get("files")
        if made is None:
            raise RunError(f"{notebook.stem}: its last cell must be `chapter.close()`.")
        self.part.write(f"notebooks/{notebook.name}", content)
        files = files_digests(self.part.path, [*made, f"results/{section}.json", f"notebooks/{notebook.name}"])
        return {"seconds": round(time.perf_counter() - start, 2), "files": files}

    def _end(self, section: str, future: Future) -> None:
        """Tell how a chapter ended, and let its error out."""
        try:
            state = future.result()
        except Exception:
            self.tell.ended(section, "failed")
            self._require_place()
            raise
        self._require_place()
        if not state:
            self.tell.ended(section, "left_out")
            return
        self._require_own_files(section, state)
        self.states[section] = state
        self.tell.ended(section, state["state"], state["seconds"], self.part.finding(section))

    def _require_place(self) -> None:
        """Refuse to go on where the folder was taken away: one made anew by a chapter lacks settings and tables."""
        path = self.part.path / SETTINGS
        if not path.is_file() or path.stat().st_mtime_ns != self.began:
            place = shown(self.part.path.parent)
            raise RunError(f"{place}, where the run was made, was taken away meanwhile: run it again.") from None

    def _require_own_files(self, section: str, state: dict[str, Any]) -> None:
        """Refuse a file that two chapters make: the later one would replace that of the other."""
        for other, known in self.states.items():
            if both := sorted(state["files"].keys() & known["files"].keys()):
                names = f"{notebook_name(other)} and {notebook_name(section)}"
                raise RunError(f"{names} both make {', '.join(both)}: every table and figure has a name of its own.")


def _require_whole(order: Order, lost: list[str]) -> None:
    """Refuse to put a part in the place of a run that has more, unless it was asked for by name."""
    if lost and not order.part:
        names = ", ".join(map(notebook_name, lost))
        raise RunError(
            f"{order.run} has {names}, which do not hold with what has changed: a run to {order.last} would leave them "
            f"out.\nRun all chapters, or give the part a name: --as {order.run}-{order.last}"
        )
