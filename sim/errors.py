"""What can go wrong at the door, in words a user can act on.

Every error a user can cause is a `UserError` with an exit code; anything else is our fault (exit code 1).
A problem in a file is a `Problem`: where it is, what is wrong there, and what would be right.
"""

from __future__ import annotations

from dataclasses import dataclass

EXIT_FAULT = 1
EXIT_USAGE = 2
EXIT_FILE = 3
EXIT_INCOMPLETE = 4
EXIT_GATE = 5
EXIT_MISMATCH = 6
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place of a file. `line` and `column` count from 1; 0: unknown (in JSON null)."""

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    code: str = "invalid"

    def __str__(self) -> str:
        place = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)]) + ": "
        path = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{path}{self.message}{hint}"


class UserError(Exception):
    """A mistake of the caller, told in one line, with its cure. `exit_code` is what the shell gets."""

    exit_code = EXIT_USAGE
    code = "usage"


class StoppedError(UserError):
    """A study that was stopped before it was done, with what is kept of it: said as it is, without a place."""

    exit_code = EXIT_INCOMPLETE
    code = "interrupted"


class FileError(UserError):
    """Something outside the program could not be read or written as asked (a graph, a folder, a disk)."""

    exit_code = EXIT_FILE
    code = "file"


class ScenarioError(UserError):
    """A scenario that cannot be used, with every problem found in it."""

    exit_code = EXIT_FILE
    code = "scenario"

    def __init__(self, problems: list[Problem]):
        if not problems:
            raise ValueError("a ScenarioError needs at least one problem")
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
