"""`viscript eval SUITE`: runs a suite, or goes on with it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...agent.cli.failures import INTERRUPTED
from ...agent.cli.options import JsonOption, ProfileOption, VotesOption
from ...agent.cli.planner_options import AdapterOption
from ...agent.cli.terminal import Terminal
from ...tools.errors import CancelledError, InputError, ModelError
from ..engines.engine import EngineSettings
from .engine import (
    AddressOption,
    AtOnceOption,
    EngineOption,
    WorkersOption,
    closing_engine,
    most_open,
)
from .logs import LogsOption, logs_folder, newest_first

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog

    from ..reports.results import Evaluation

STOPPED = ("cancelled", "started")
"""What inspect calls a log that Ctrl-C or a kill ended."""
OWN = "jsonl"
"""The suite of a user's own questions."""


def run(
    suite: Annotated[
        str, typer.Argument(metavar="SUITE", help="A suite's name, or a .jsonl file of your own.")
    ],
    profile: ProfileOption = "embedded",
    planner: Annotated[
        str,
        typer.Option(
            "--planner", metavar="NAME", help="embedded, or a chat model as provider:model."
        ),
    ] = "embedded",
    base_url: Annotated[
        str, typer.Option("--base-url", metavar="URL", help="The chat model's server.")
    ] = "",
    adapter: AdapterOption = None,
    votes: VotesOption = 1,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="PATH",
            help="The data set's own files; easy-vqa and scenes need none.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, metavar="N", help="The first N questions.", show_default=False
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the same command that was stopped.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Allow tools that cost money, send pictures away or ask.")
    ] = False,
    engine: EngineOption = "local",
    address: AddressOption = "",
    workers: WorkersOption = 0,
    at_once: AtOnceOption = 0,
    folder: LogsOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a suite's questions, score the answers, and print the table.

    The lines of a .jsonl file of your own have image, question and answers. What is done stays
    done: Ctrl-C ends early, and the same command with --resume goes on.

    Examples:

        viscript eval easy-vqa --limit 200

        viscript eval vqav2 --data ~/vqav2 --profile hub --planner openai:gpt-5 --at-once 16

        viscript eval questions.jsonl

        viscript eval easy-vqa --engine ray --address auto
    """
    terminal = Terminal(json)
    if suite.endswith(".jsonl") and data is None:
        suite, data = OWN, Path(suite)
    arguments: dict[str, Any] = {
        "profile": profile,
        "planner": planner,
        "base_url": base_url,
        "votes": votes,
        "data": "" if data is None else str(data.absolute()),
        "runs": "" if folder is None else str(folder.absolute()),
        "yes": yes,
        "adapter": "" if adapter is None else str(adapter.absolute()),
    }
    where = {"engine": engine, "address": address, "workers": workers, "at_once": at_once}
    with terminal.working(), closing_engine(engine):
        log = _evaluated(suite, arguments, where, limit, resume, folder, quiet=json)
    from ..reports.results import evaluation_of

    path = Path(log.location.removeprefix("file://"))
    evaluation = evaluation_of(log, path)
    _show(terminal, evaluation)
    if log.status in STOPPED:
        raise typer.Exit(INTERRUPTED)
    if log.status != "success":
        terminal.error(log.error.message if log.error else "it did not finish")
        raise typer.Exit(1)


def _evaluated(
    suite: str,
    arguments: dict[str, Any],
    where: dict[str, Any],
    limit: int | None,
    resume: bool,
    folder: Path | None,
    *,
    quiet: bool,
) -> EvalLog:
    """The log of a suite that ran, newly or where it was stopped.

    Raises:
        InputError: there is no such suite, its data is not there, or nothing to go on with.
        ModelError: the package inspect-ai is missing.
        CancelledError: it was stopped before its first answer.
    """
    try:
        # inspect's annotations have parts that strict checking calls unknown.
        inspect_ai: Any = importlib.import_module("inspect_ai")
        read_eval_log: Any = importlib.import_module("inspect_ai.log").read_eval_log
    except ImportError:
        raise ModelError(
            "evaluations need extra packages", hint="pip install 'viscript[eval]'"
        ) from None
    from ..suites import suite_named
    from ..tasks import TASKS

    suite_named(suite)
    logs = logs_folder(folder)
    shown: Any = "none" if quiet or not sys.stdout.isatty() else "rich"
    earlier = set(newest_first(folder))
    how: dict[str, Any] = {
        "log_dir": str(logs),
        "display": shown,
        "max_samples": most_open(
            EngineSettings(where["engine"], where["address"], where["workers"], where["at_once"])
        ),
    }
    if resume:
        before = _stopped(suite, arguments, limit, folder)
        before.eval.task_args_passed.update(where)
        done: list[EvalLog] = inspect_ai.eval_retry(before, **how)
    else:
        done = inspect_ai.eval(TASKS[suite](**arguments, **where), model=None, limit=limit, **how)
    if done:
        return done[0]
    # Ctrl-C: inspect returns nothing, and has written what was done.
    written = [one for one in newest_first(folder) if one not in earlier]
    if not written:
        raise CancelledError("the evaluation was stopped before its first answer")
    return read_eval_log(str(written[0]))


def _stopped(suite: str, arguments: dict[str, Any], limit: int | None, folder: Path | None) -> Any:
    """The newest log of the same command that was not finished."""
    from inspect_ai.log import read_eval_log

    for path in newest_first(folder):
        if f"_{suite}_" not in path.name:
            continue
        log = read_eval_log(str(path), header_only=True)
        # It may go on with another engine than it began with; older logs know of no adapter.
        same = {name: log.eval.task_args.get(name, "") for name in arguments} == arguments
        if not same or log.eval.config.limit != limit:
            continue
        finished = log.results is not None and (
            log.results.completed_samples == log.results.total_samples
        )
        if log.status == "success" and finished:
            break
        return read_eval_log(str(path))
    raise InputError(
        "there is no stopped evaluation of this command",
        hint="leave --resume out to begin one; the other options must be the same",
    )


def _show(terminal: Terminal, evaluation: Evaluation) -> None:
    """The table, where the log is, and what to do next."""
    from ..reports.data import to_json
    from ..reports.table import markdown

    for line in markdown([evaluation]).split("\n"):
        terminal.line(line)
    for name, why in list(evaluation.failures.items())[:3]:
        terminal.note(f"question {name} could not be put: {why}")
    terminal.line(f"viscript eval show {evaluation.path} --wrong")
    if evaluation.status in STOPPED:
        terminal.note("stopped; go on with the same command and --resume")
    terminal.json(to_json(evaluation))
