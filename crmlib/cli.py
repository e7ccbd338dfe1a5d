"""The command line: ``crm new``, ``tables``, ``check``, ``run``, ``report`` and the rest of ``crm --help``.

What a user can put right is said in red, without a traceback. What needs pandas is imported by the command that does.
"""

import os
import platform
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from crmlib.errors import CrmError, FileError, SettingsError
from crmlib.reference import settings_reference
from crmlib.run import publishing, runner
from crmlib.run.fingerprint import versions
from crmlib.run.folder import RunFolder, reports_root
from crmlib.run.graph import chapter_named
from crmlib.run.progress import Progress
from crmlib.run.state import require_finished
from crmlib.strict_yaml import parse_yaml
from crmlib.study import Study, TableForm, slug
from crmlib.words.voice import printable

app = typer.Typer(
    help="Corporate customer value of a bank branch: run the case, and look at what it needs.",
    no_args_is_help=True,
    add_completion=False,
    epilog="Ends with 0: done; 1: a chapter failed, a book has faults, or there is nothing to show; 2: settings or "
    "usage; 3: another process makes the run; 4: a chapter took longer than time_limit; 5: a process died, as for want "
    "of memory; 6: a file cannot be read or written; 130: stopped by Ctrl-C or SIGTERM.",
    pretty_exceptions_enable=False,
)

StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="Name of a study: a folder of data/.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Another value of a setting; may stand more than once."),
]
RunName = Annotated[str | None, typer.Option("--as", metavar="RUN", help="Name of the run; the study's by default.")]
Last = Annotated[str | None, typer.Option("--to", metavar="CHAPTER", help="Last chapter to run, such as matrix.")]


@app.command("run")
def run_command(
    study: StudyName,
    sets: Sets = None,
    run: RunName = None,
    last: Last = None,
    jobs: Annotated[int, typer.Option(min=1, help="Chapters side by side, at most.")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run every chapter, whatever is up to date.")] = False,
    cold: Annotated[
        bool, typer.Option("--cold", help="Ordinary kernels in place of forks of a warmed process.")
    ] = False,
) -> None:
    """Run the chapters that are not up to date, into reports/RUN."""
    order = _order(study, sets, run, last, jobs=jobs, fresh=fresh, cold=cold, part=run is not None)
    tell = Progress(order.study.voice)
    try:
        runner.run(order, tell)
    except KeyboardInterrupt as stop:
        # Left to typer, the command would wait for its kernels to end.
        _stop(stop, 130, tell.voice.say("run.stopped"))


@app.command("report")
def report_command(study: StudyName, run: RunName = None) -> None:
    """Publish a finished run: the site, the brief for the management, the workbook of customers."""
    tell = Progress(_study(study).voice)
    publishing.report(study, slug(run or study), tell)


@app.command()
def status(study: StudyName, sets: Sets = None, run: RunName = None, last: Last = None) -> None:
    """Show what would run, and why."""
    order = _order(study, sets, run, last)
    Progress(order.study.voice).planned(runner.run_status(order))


@app.command()
def check(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name of a study, or path of a study's folder.")],
    sets: Sets = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program.")] = False,
    as_csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Faults as CSV, into a file.")] = None,
) -> None:
    """Show every fault of a study's settings, tree and tables, and what was read with a conversion.

    Ends with 0 where there is no fault, 1 where there is one, 2 where the settings cannot be read.
    """
    from crmlib.run.check import check as checked
    from crmlib.run.check import refused

    try:
        wanted = Study.load(study, **overrides(sets))
        found = checked(wanted)
    except SettingsError as error:
        if as_json:
            typer.echo(refused(Path(study).name, str(error)).as_json())
        raise
    if as_csv:
        as_csv.write_text(found.as_csv(), encoding="utf-8-sig", newline="")
    typer.echo(found.as_json() if as_json else found.as_text(wanted.voice))
    raise typer.Exit(1 if len(found.faults) else 0)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new study: its folder in data/.")],
    like: Annotated[str, typer.Option(metavar="STUDY", help="Study whose settings and tree it takes over.")] = "jd",
    form: Annotated[TableForm, typer.Option("--format", help="What its tables are to be.")] = TableForm.csv,
    with_data: Annotated[bool, typer.Option("--with-data", help="Begin with that study's book.")] = False,
    sets: Sets = None,
) -> None:
    """Make a study of your own: settings, tree, data card, questionnaire, and tables to fill in.

    --set says how the other study is read, such as book.raw=FOLDER.
    """
    from crmlib.book.new import make_study

    made = make_study(name, Study.load(slug(like), **overrides(sets)), form, with_data)
    Progress().say("run.made", path=made, study=name)


@app.command()
def tables(
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="One of them; all by default.")] = None,
) -> None:
    """Show the tables that a book may have: columns, units, and the values that are allowed with their meaning."""
    from crmlib.book.columns import listing

    typer.echo(listing(table))


@app.command()
def explain(
    study: StudyName,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="ID of a customer.")],
    run: RunName = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON in place of a card.")] = False,
) -> None:
    """Explain a customer's class from a finished run, and what would move it to another."""
    from crmlib.report.explain import explain as explained
    from crmlib.report.terminal import card

    folder = _finished(study, run)
    found = explained(folder, customer)
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
    else:
        Progress(folder.study.voice).console.print(card(found), soft_wrap=False)


@app.command()
def claims(
    study: StudyName,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Weigh the claims on so many simulated books, and as many with γ = 0.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    run: RunName = None,
) -> None:
    """Show the verdict on every claim; with --seeds, how often it comes out over many simulated books."""
    from crmlib.report.terminal import ledger_table, tally_table
    from crmlib.run.counting import count_claims

    folder = _finished(study, run)
    tell = Progress(folder.study.voice)
    if seeds:
        tell.table(tally_table(count_claims(folder, study, seeds, jobs, tell), folder.study, tell.voice))
    else:
        tell.table(ledger_table(folder.table("claims"), tell.voice))


@app.command()
def pilot(study: StudyName, run: RunName = None) -> None:
    """Show a run's pilot of RM hours: its design, or what came of it once the study's book covers its months."""
    from crmlib.book import load_book
    from crmlib.report.terminal import pilot_told

    folder = _finished(study, run)
    tell = Progress(folder.study.voice)
    for message in pilot_told(folder, load_book(_study(study))):
        tell.line(tell.voice.say(message))


@app.command()
def settings() -> None:
    """Show every setting with its default, the values it may have, and its meaning."""
    for name, default, allowed, meaning in settings_reference():
        typer.echo(f"{name}: {default}  ({allowed})\n    {meaning}")


@app.command()
def info() -> None:
    """Show versions of Python, of the packages and of the system."""
    for name, found in {**versions(), "system": platform.platform(terse=True)}.items():
        typer.echo(name.ljust(14) + found)


def overrides(sets: list[str] | None) -> dict[str, Any]:
    """Settings of ``--set section.key=value``, values read as YAML; SettingsError where there is no ``=``."""
    values: dict[str, Any] = {}
    for text in sets or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise SettingsError(f"--set {text}: write section.key=value, as in --set matrix.cut_current=mean.")
        try:
            values[name.strip()] = parse_yaml(value)
        except yaml.YAMLError:
            values[name.strip()] = value
    if raw := values.get("book.raw"):
        # Here it is seen from where one stands, in study.yaml from the study's folder.
        values["book.raw"] = str(Path(str(raw)).resolve())
    return values


def main() -> None:
    """Run a command; errors that a user can act on end it with their text alone."""
    for name in ("SIGTERM", "SIGHUP"):
        # As Ctrl-C, unless a signal was told to be ignored, as by nohup.
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        app()
    except CrmError as error:
        _stop(error, error.code)
    except OSError as error:
        found = FileError.of(error)
        _stop(error, found.code, str(found))


def _order(study: str, sets: list[str] | None, run: str | None, last: str | None, **how: Any) -> runner.Order:
    """What to run, checked: names are never paths."""
    wanted = Study.load(_study(study).folder, **overrides(sets))
    return runner.Order(wanted, slug(run or study), chapter_named(last) if last else None, **how)


def _study(name: str) -> Study:
    """A study by name; SettingsError that tells a run or a path from a study where there is none."""
    if (Path(name) / "study.yaml").is_file() and Path(name).name != name:
        raise SettingsError(f"{name} is a path; a study is run by its name: {Path(name).resolve().name}.")
    try:
        return Study.load(slug(name))
    except SettingsError:
        folder = RunFolder(reports_root() / name)
        if not folder.finished:
            raise
        study = folder.settings.get("study", "STUDY")
        raise SettingsError(f"{name} is a run of study {study}, not a study. Say {study} --as {name}.") from None


def _finished(study: str, run: str | None) -> RunFolder:
    """The finished run of a study; RunError that says which command makes one where there is none."""
    folder = RunFolder(reports_root() / slug(run or _study(study).name))
    require_finished(folder, study)
    return folder


def _stop(error: BaseException, code: int, said: str = "") -> None:
    """Say why and what is left, in red where a person is watching, and end at once, whatever kernels still run."""
    for text in (said or str(error), *getattr(error, "__notes__", ())):
        typer.secho(printable(text), fg="red", err=True)
    sys.stdout.flush()
    os._exit(code)
