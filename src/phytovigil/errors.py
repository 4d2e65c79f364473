"""The exception tree. A user's error says what was asked, what was found and what to do; it shows no traceback.

Exit codes: 0 done, 2 wrong arguments, 3 unknown name, 4 bad input file, 5 bad study file, 6 store, 7 no answer
possible from this data, 8 network, 9 a library that is not installed, 10 diary.
"""

from __future__ import annotations

from collections.abc import Sequence


class PhytovigilError(Exception):
    """Root of every error that a user can cause or mend.

    message : what was asked and what was found, in one line.
    hint : what to do about it, in one line; empty where nothing helps.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InvalidRequest(PhytovigilError):
    """The arguments do not fit together."""

    exit_code = 2


class UnknownName(PhytovigilError):
    """A product, reaction, source, measure or column that nothing is called by; near names go into the hint."""

    exit_code = 3

    def __init__(self, kind: str, asked: str, where: str, near: Sequence[str] = (), hint: str = "") -> None:
        self.kind, self.asked, self.where, self.near = kind, asked, where, tuple(near)
        said = f"No {kind} is called “{asked}” in {where}."
        super().__init__(said, f"Did you mean {quoted(near)}?" if near else hint)


class UnreadableFile(PhytovigilError):
    """A raw file that no reader recognises, or that ends, swells or breaks while it is read."""

    exit_code = 4


class InvalidStudy(PhytovigilError):
    """A study file that cannot be run as it is written."""

    exit_code = 5


class InvalidVocabulary(PhytovigilError):
    """A vocabulary data file that contradicts itself."""

    exit_code = 5


class InvalidEvidence(PhytovigilError):
    """A file of published evidence that cannot be read, or whose figures contradict one another."""

    exit_code = 5


class StoreError(PhytovigilError):
    """The store cannot be opened, written or trusted."""

    exit_code = 6


class StoreLocked(StoreError):
    """Another process writes to the store."""


class EmptyStore(StoreError):
    """The store holds no release that could answer."""


class DamagedStore(StoreError):
    """A file of the store is missing or differs from its recorded hash."""


class DiaryError(PhytovigilError):
    """A diary cannot be opened, read, written or trusted."""

    exit_code = 10


class NotADiary(DiaryError):
    """A folder that is no diary, or that already holds something else."""


class WrongPassphrase(DiaryError):
    """The passphrase does not open the diary."""


class DamagedDiary(DiaryError):
    """A file of the diary is missing, cut short or differs from what was written; the message says which and how."""


class NewerDiary(DiaryError):
    """The diary was written by a newer version of the program."""


class DiaryBusy(DiaryError):
    """Another program writes to the diary for longer than one waits."""


class NoAnswer(PhytovigilError):
    """The data cannot carry the question, for example a rate from numerators alone."""

    exit_code = 7


class InvalidCounts(PhytovigilError):
    """Counts that cannot be: negative, not whole, not finite, or of different shapes."""

    exit_code = 7


class MissingLibrary(PhytovigilError):
    """A library is not installed; most such libraries come with an extra of the package."""

    exit_code = 9

    def __init__(self, purpose: str, library: str, extra: str = "") -> None:
        package = f"'phytovigil[{extra}]'" if extra else "phytovigil"
        super().__init__(
            f"{purpose} needs the library {library}, which is not installed.", f"`pip install {package}` brings it."
        )


class NetworkError(PhytovigilError):
    """A download that failed, was cut short or did not match what was announced."""

    exit_code = 8


def quoted(names: Sequence[str], most: int = 4) -> str:
    """Join names for a sentence.

    >>> quoted(["kratom", "kava"])
    '“kratom” or “kava”'
    """
    return " or ".join(f"“{name}”" for name in names[:most])
