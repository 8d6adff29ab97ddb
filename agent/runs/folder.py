"""`RunFolder`: what a run leaves on disk, written while it goes on.

program.txt      the program as it was given
trace.jsonl      a line for each step, appended when the step ends
artifacts/       every picture and depth map, by digest
run.json         versions, pictures, answer, error: written at the start and again at the end
names.json       what the program was given beside its pictures, and its names at the end, if any
rationale.html   the page
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ...tools.cache import Cache
from ...tools.errors import InputError
from ...tools.folders import runs_folder
from ...tools.values import ImageLike
from . import names, trace
from .artifacts import Artifacts
from .run import ARTIFACTS, Run, RunError
from .step import Step
from .summary import SUMMARY, summary_to_json

PROGRAM, PAGE = "program.txt", "rationale.html"

UNFINISHED = RunError("cancelled", "the run did not finish", "run the program again")
"""What `run.json` says until the end; it stays when the process is killed."""


class RunFolder:
    """The folder of one run, open for writing.

    Args:
        path: an empty or missing folder, or one of a run that was killed: that is begun again.
            None makes a new one among the user's runs.
        cache: its pictures are linked instead of written again, and it keeps thumbnails.
        durable: after each step that ran, wait until the disk has its line. Cached steps would come
            from the cache again, so the disk may take its time with theirs.

    Raises:
        InputError: the folder can't be written, or holds a finished run.
    """

    def __init__(
        self,
        path: Path | None = None,
        cache: Cache | None = None,
        durable: bool = True,
    ) -> None:
        self._lock = threading.Lock()
        self._cache = cache
        self._durable = durable
        self._closed = False
        self.path = (path or runs_folder() / new_name()).absolute()
        with self.writing():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=path is not None)
            if (self.path / PAGE).exists():
                raise InputError(
                    f"{self.path} holds a finished run", hint="choose another folder for this one"
                )
            elsewhere = None if cache is None else cache.file
            self.artifacts = Artifacts(self.path / ARTIFACTS, elsewhere)

    def begin(self, run: Run, sources: Sequence[ImageLike]) -> None:
        """Writes the program and what is known before it runs; copies the user's picture files.

        Raises:
            InputError: the folder can't be written.
        """
        self._write(PROGRAM, run.program)
        with self.writing():
            for image, source in zip(run.images, sources, strict=True):
                if isinstance(source, (str, Path)):
                    self.artifacts.adopt(f"{image.digest}.png", Path(source))
                elif self._cache is not None and self._cache.file(f"{image.digest}.png") is None:
                    # So that the next run on it links what this one has to encode.
                    self._cache.put(image.digest, image)
            unfinished = replace(run, error=UNFINISHED)
            summary = summary_to_json(unfinished, self.artifacts)
        self._write(SUMMARY, json.dumps(summary, ensure_ascii=False, indent=1))
        with self.writing():
            self._trace = (self.path / trace.FILE).open("wb", buffering=0)

    def finish(self, run: Run) -> None:
        """Ends the trace, and writes the outcome and the page.

        Raises:
            InputError: the folder can't be written.
        """
        from .rationale import render

        with self._lock:
            self._closed = True
            self._trace.close()
        with self.writing():
            summary = summary_to_json(run, self.artifacts)
            kept = names.names_to_json(run, self.artifacts)
        self._write(SUMMARY, json.dumps(summary, ensure_ascii=False, indent=1))
        if any(kept.values()):
            self._write(names.FILE, json.dumps(kept, ensure_ascii=False))
        self._write(PAGE, render(run, None if self._cache is None else self._cache.thumbnails))

    def append(self, step: Step) -> None:
        """Adds a step to the trace; nothing once the folder is closed.

        Raises:
            InputError: the folder can't be written.
        """
        with self.writing():
            line = trace.line_of(step, self.artifacts)
            with self._lock:
                if self._closed:
                    return
                if self._trace.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if self._durable and not step.cached:
                    _flush_to_disk(self._trace.fileno())

    def _write(self, name: str, text: str) -> None:
        """Writes a file, at once or not at all. A lone surrogate, which UTF-8 lacks, is escaped."""
        with self.writing():
            draft = self.path / f".{name}.new"
            draft.write_bytes(text.encode("utf-8", "backslashreplace"))
            draft.replace(self.path / name)

    @contextmanager
    def writing(self) -> Generator[None]:
        """Turns what the disk refuses within the block into an `InputError`."""
        try:
            yield
        except OSError as error:
            raise InputError(
                f"the run can't be kept in {self.path}: {error.strerror or error}",
                hint="choose another folder",
            ) from error


def new_name() -> str:
    """A name for a run's folder that sorts by time (UTC)."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _flush_to_disk(handle: int) -> None:
    """Waits until the disk has a file's content; macOS has no fdatasync."""
    getattr(os, "fdatasync", os.fsync)(handle)
