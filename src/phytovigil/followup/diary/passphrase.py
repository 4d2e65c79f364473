"""From a passphrase to a key: Argon2id, RFC 9106 (doi:10.17487/RFC9106)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from phytovigil.errors import DamagedDiary, InvalidRequest, MissingLibrary

LEAST_CHARACTERS = 8
MOST_CHARACTERS = 1024
SALT_BYTES = 16
KEY_BYTES = 32

LEAST_MEMORY = 7 * 1024
LEAST_WORK = 35 * 1024
"""KiB, and KiB times passes. The weakest Argon2id setting that the OWASP Password Storage Cheat Sheet lists has 7 MiB
and 5 passes."""

MOST_MEMORY = 4 * 1024 * 1024
MOST_PASSES = 1000
MOST_LANES = 64
"""Bounds against a key file that was made to stop the machine."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a passphrase costs. memory_kib : KiB. passes : over the memory. lanes : side by side.

    As it stands it is the second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.

    >>> Cost().is_allowed, Cost(memory_kib=1024).is_allowed
    (True, False)
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    @property
    def is_allowed(self) -> bool:
        """Neither weaker than what is published as safe, nor beyond what a machine can do."""
        enough = self.memory_kib >= LEAST_MEMORY and self.memory_kib * self.passes >= LEAST_WORK and self.lanes >= 1
        return enough and self.memory_kib <= MOST_MEMORY and self.passes <= MOST_PASSES and self.lanes <= MOST_LANES


LEAST_COST = Cost(LEAST_MEMORY, LEAST_WORK // LEAST_MEMORY, 1)
"""The least that is allowed; for tests, which open many diaries."""


def check_passphrase(passphrase: str) -> None:
    """Raise InvalidRequest for a passphrase that is too short, too long or no text.

    >>> check_passphrase("short")
    Traceback (most recent call last):
    phytovigil.errors.InvalidRequest: The passphrase has 5 characters. It needs at least 8: four or five words are good.
    """
    count = len(normalise(passphrase))
    if count < LEAST_CHARACTERS:
        raise InvalidRequest(
            f"The passphrase has {count} character{'' if count == 1 else 's'}.",
            f"It needs at least {LEAST_CHARACTERS}: four or five words are good.",
        )
    if count > MOST_CHARACTERS:
        raise InvalidRequest(f"The passphrase has {count:,} characters.", f"At most {MOST_CHARACTERS:,} are taken.")


def normalise(passphrase: str) -> str:
    """Normalisation form KC, so that the same letters typed on another keyboard open the diary, too.

    >>> normalise("cafe\\u0301 am See") == normalise("caf\\u00e9 am See")
    True
    """
    return unicodedata.normalize("NFKC", passphrase)


def derive_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from a passphrase. Raises InvalidRequest, and DamagedDiary where the cost is out of bounds."""
    if not cost.is_allowed:
        raise DamagedDiary(
            f"The key file asks for {cost.memory_kib:,} KiB and {cost.passes:,} passes, which is out of bounds.",
            "Put the key file back from a copy.",
        )
    kdf = load_argon2()(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return bytes(kdf.derive(to_bytes(passphrase)))


def to_bytes(passphrase: str) -> bytes:
    """UTF-8 of the normalised passphrase; raises InvalidRequest for half a character, which no keyboard writes."""
    try:
        return normalise(passphrase).encode()
    except UnicodeEncodeError:
        raise InvalidRequest("The passphrase holds a broken character.", "Type it anew.") from None


def load_argon2() -> Any:
    """Argon2id of the library; raises MissingLibrary, also for a build of it that lacks Argon2id."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    except ImportError as error:
        raise MissingLibrary("A diary", "cryptography", "follow") from error
    try:
        Argon2id(salt=bytes(SALT_BYTES), length=KEY_BYTES, iterations=1, lanes=1, memory_cost=LEAST_MEMORY)
    except UnsupportedAlgorithm as error:
        raise MissingLibrary("A diary", "cryptography with OpenSSL 3.2 or newer", "follow") from error
    return Argon2id
