"""A run: the chapters that must run, side by side where they can, into a fresh folder that replaces the last one."""

import shutil
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crmlib.errors import RunError
from crmlib.report.publish import EARLIER, keep_published
from crmlib.run.assemble import complete
from crmlib.run.fingerprint import files_digests, inputs
from crmlib.run.folder import REPORTS, RunFolder, reports_root
from crmlib.run.graph import GRAPH, notebook_name, up_to, upstream
from crmlib.run.progress import Progress, shown
from crmlib.run.server import environment, ready
from crmlib.run.state import RunPlan, load_state, notebook_of, plan_run, save_state, why
from crmlib.run.swap import Places
from crmlib.study import CHAPTERS, PROJECT, Study, data_root


@dataclass(frozen=True)
class Order:
    """What to run.

    Attributes
    ----------
    study : Study
        Settings of the run.
    base : Study
        The same study as study.yaml has it, to say what differs.
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
    base: Study
    run: str
    last: str | None = None
    jobs: int = 2
    fresh: bool = False
    cold: bool = False
    part: bool = False


@dataclass
class _Work:
    """A run in the making: what is known of its chapters so far."""

    order: Order
    part: RunFolder
    notebooks: Path
    tell: Progress
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: dict[Future, str] = field(default_factory=dict)

    def inputs(self, section: str) -> dict[str, Any]:
        """What a chapter hangs on now, those before it being made."""
        return inputs(section, self.order.study, notebook_of(self.notebooks, section), self.states)


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
        up_to_date = run_status(order).up_to_date and places.last.finished
        if up_to_date and not order.fresh:
            tell.say(f"nothing to do: {shown(places.last.path)} is up to date")
            return places.last
        _prepare(places, order)
        work = _Work(order, places.part, notebooks_folder(), tell)
        _build(work)
        left_out = _keep_rest(work)
        _require_whole(order, [section for section in left_out if load_state(places.last, section)])
        complete(work.part, order.study, order.base, work.states, work.notebooks)
        kept = keep_published(places.last.path, places.part.path)
        places.swap()
    if kept:
        tell.say(f"\nPublished before, until crm report replaces it: {shown(places.last.path / EARLIER)}")
    tell.finish(places.last)
    return places.last


def run_status(order: Order) -> RunPlan:
    """What would run, and why; SettingsError where the run of this name is of another study."""
    folder = Places(reports_root(), order.run).last
    recorded = folder.recorded(order.study.name)
    found = plan_run(folder, order.study, notebooks_folder(), order.last)
    if order.last is None and found.up_to_date and recorded != order.study.flat():
        # Settings that no chapter reads, such as the title: nothing runs, but the run must record them.
        return RunPlan(found.reasons, record_settings=True)
    return found


def notebooks_folder() -> Path:
    """Folder of the notebooks: of the project around the working folder, else of the one crmlib was installed from."""
    around = data_root().parent / "notebooks"
    return around if around.is_dir() else PROJECT / "notebooks"


def _prepare(places: Places, order: Order) -> None:
    """Begin the new folder: chapters of an interrupted run stay, those of the last run are copied."""
    part = places.part
    if order.fresh and part.path.exists():
        shutil.rmtree(part.path.parent)
    part.path.mkdir(parents=True, exist_ok=True)
    part.record_settings(order.study.name, order.study.settings())
    for section in () if order.fresh else CHAPTERS:
        if not load_state(part, section) and (state := load_state(places.last, section)):
            _copy(places.last, part, section, state)


def _copy(last: RunFolder, part: RunFolder, section: str, state: dict[str, Any]) -> None:
    """Copy what a chapter made, its state last; a copy, so that nothing done here can reach the last run."""
    for name in state["files"]:
        if (last.path / name).is_file():
            part.make(name, lambda path, source=last.path / name: shutil.copyfile(source, path))
    save_state(part, section, state)


def _build(work: _Work) -> None:
    """Run or keep every chapter that is wanted."""
    reports = {REPORTS: str(work.part.path.parent)}
    with ready(work.order.cold), environment(reports):
        pool = ThreadPoolExecutor(work.order.jobs)
        try:
            _schedule(work, pool)
        except RunError:
            # What runs beside the chapter that failed may end: its work is kept for the next start.
            pool.shutdown(wait=True, cancel_futures=True)
            for future, section in work.running.items():
                if future.done() and not future.cancelled() and not future.exception():
                    _end(work, section, future)
            raise
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()


def _schedule(work: _Work, pool: ThreadPoolExecutor) -> None:
    waiting = up_to(work.order.last)
    while waiting or work.running:
        for section in list(waiting):
            ready_to_run = all(name in work.states for name in GRAPH[section].after)
            if ready_to_run and len(work.running) < work.order.jobs:
                waiting.remove(section)
                _keep_or_start(work, section, pool)
        work.tell.running(work.running.values())
        if work.running:
            for future in wait(work.running, return_when=FIRST_COMPLETED).done:
                _end(work, work.running.pop(future), future)


def _keep_or_start(work: _Work, section: str, pool: ThreadPoolExecutor) -> None:
    now, state = work.inputs(section), load_state(work.part, section)
    if why(work.part, state, now):
        _forget(work.part, section, state)
        work.running[pool.submit(_run_chapter, work, section, now)] = section
    else:
        _keep(work, section, state)


def _keep_rest(work: _Work) -> list[str]:
    """Keep chapters that were not asked for where they still hold; say and return which ones the run goes without."""
    left_out = []
    for section in (name for name in CHAPTERS if name not in work.states):
        state = load_state(work.part, section)
        if all(name in work.states for name in upstream(section)) and not why(work.part, state, work.inputs(section)):
            _keep(work, section, state)
        else:
            work.tell.ended(section, "left out")
            left_out.append(section)
    return left_out


def _require_whole(order: Order, lost: list[str]) -> None:
    """Refuse to put a part in the place of a run that has more, unless it was asked for by name."""
    if lost and not order.part:
        names = ", ".join(map(notebook_name, lost))
        raise RunError(
            f"{order.run} has {names}, which do not hold with what has changed: a run to {order.last} would leave them "
            f"out.\nRun all chapters, or give the part a name: --as {order.run}-{order.last}"
        )


def _keep(work: _Work, section: str, state: dict[str, Any]) -> None:
    work.states[section] = {**state, "state": "kept"}
    save_state(work.part, section, work.states[section])
    work.tell.ended(section, "kept", state["seconds"], _first_finding(work.part, section))


def _run_chapter(work: _Work, section: str, now: dict[str, Any]) -> dict[str, Any]:
    """Run a chapter; returns its state. Threads suffice: kernels do the work, and all share one working folder."""
    from crmlib.run.notebook import execute

    start, notebook = time.perf_counter(), notebook_of(work.notebooks, section)
    content = execute(notebook, {"study": work.order.study.name, "run": work.order.run}, work.order.study.language)
    made = work.part.results(section).get("files")
    if made is None:
        raise RunError(f"{notebook.stem}: its last cell must be `chapter.close()`.")
    executed = work.part.write(f"notebooks/{notebook.name}", content)
    names = [*made, f"results/{section}.json", executed.relative_to(work.part.path).as_posix()]
    seconds = round(time.perf_counter() - start, 2)
    return {"state": "ran", "seconds": seconds, "inputs": now, "files": files_digests(work.part, names)}


def _end(work: _Work, section: str, future: Future) -> None:
    """Keep the state of a chapter that ran, or let its error out."""
    try:
        state = future.result()
    except Exception:
        work.tell.running(())
        work.tell.ended(section, "failed")
        raise
    _require_own_files(work, section, state)
    save_state(work.part, section, state)
    work.states[section] = state
    work.tell.ended(section, "ran", state["seconds"], _first_finding(work.part, section))


def _require_own_files(work: _Work, section: str, state: dict[str, Any]) -> None:
    """Refuse a file that two chapters make: the later one would replace that of the other."""
    for other, known in work.states.items():
        if both := sorted(state["files"].keys() & known["files"].keys()):
            names = f"{notebook_name(other)} and {notebook_name(section)}"
            raise RunError(f"{names} both make {', '.join(both)}: every table and figure has a name of its own.")


def _forget(part: RunFolder, section: str, state: dict[str, Any]) -> None:
    """Remove what a chapter made before it runs again, so that nothing old is left beside the new."""
    for name in [f".state/{notebook_name(section)}.json", f"results/{section}.json", *state.get("files", {})]:
        (part.path / name).unlink(missing_ok=True)


def _first_finding(folder: RunFolder, section: str) -> str:
    return next(iter(folder.results(section).get("findings", [])), "")
