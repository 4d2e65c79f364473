"""The key file: the random key of the database, wrapped under the passphrase.

A change of passphrase wraps the same key anew, so that the database need not be written again. A checksum without any
secret tells a damaged key file from a wrong passphrase.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from phytovigil.errors import DamagedDiary, DiaryError, MissingLibrary, NewerDiary, NotADiary, WrongPassphrase
from phytovigil.followup.diary.passphrase import KEY_BYTES, SALT_BYTES, Cost, derive_key

NAME = "key.json"
FORMAT = "phytovigil diary"
VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
MOST_BYTES = 16 * 1024
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What stands in the key file.

    diary : random name of the diary, 16 bytes; the database begins with it.
    salt, nonce, wrapped : of the derivation and of the sealing; wrapped is the key and its authentication tag.
    """

    diary: bytes
    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes
    version: int = VERSION


def wrap_key(key: bytes, diary: bytes, passphrase: str, cost: Cost) -> KeyFile:
    """Seal the key of the database (AES-256-GCM) under a passphrase, with a fresh salt and nonce."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    outer = derive_key(passphrase, salt, cost)
    wrapped = load_aead()(outer).encrypt(nonce, key, bound_to(diary, cost, salt))
    return KeyFile(diary, cost, salt, nonce, wrapped)


def unwrap_key(file: KeyFile, passphrase: str) -> bytes:
    """The key of the database. Raises WrongPassphrase."""
    from cryptography.exceptions import InvalidTag

    outer = derive_key(passphrase, file.salt, file.cost)
    try:
        return bytes(load_aead()(outer).decrypt(file.nonce, file.wrapped, bound_to(file.diary, file.cost, file.salt)))
    except InvalidTag:
        raise WrongPassphrase(
            "The passphrase does not open this diary.",
            "Try again; capital letters and spaces count. A lost passphrase cannot be recovered.",
        ) from None


def bound_to(diary: bytes, cost: Cost, salt: bytes) -> bytes:
    """What the seal covers beside the key: nobody can swap one of them."""
    return write_canonical([FORMAT, VERSION, diary.hex(), asdict(cost), salt.hex()])


def write_canonical(value: Any) -> bytes:
    """JSON in one form only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def to_mapping(file: KeyFile) -> dict[str, Any]:
    """What is written, without the checksum."""
    return {
        "format": FORMAT,
        "version": file.version,
        "diary": file.diary.hex(),
        "derivation": {"name": "argon2id", **asdict(file.cost), "salt": file.salt.hex()},
        "sealing": {"name": "aes-256-gcm", "nonce": file.nonce.hex(), "wrapped": file.wrapped.hex()},
    }


def checksum(mapping: Mapping[str, Any]) -> str:
    """SHA-256 of everything but the checksum itself."""
    return hashlib.sha256(write_canonical({key: mapping[key] for key in mapping if key != "checksum"})).hexdigest()


def write_key_file(folder: Path, file: KeyFile) -> None:
    """Put the key file in place in one step: whole and on the disk, or not at all."""
    mapping = to_mapping(file)
    text = json.dumps(mapping | {"checksum": checksum(mapping)}, indent=1) + "\n"
    beside = folder / f"{NAME}.new"
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
            out.write(text.encode())
            out.flush()
            os.fsync(out.fileno())
        beside.replace(folder / NAME)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DiaryError(f"The key file cannot be written ({error.strerror}).", "The diary is as it was.") from error
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_key_file(folder: Path) -> KeyFile:
    """The key file of a diary. Raises DamagedDiary, NewerDiary, NotADiary, DiaryError."""
    mapping = parse_mapping(read_bytes(folder / NAME))
    if mapping.get("format") != FORMAT and "checksum" not in mapping:
        raise NotADiary(f"{folder / NAME} belongs to no diary.", "Name the folder of a diary.")
    if mapping.get("checksum") != checksum(mapping):
        raise damaged("it differs from its own checksum")
    version = mapping.get("version")
    if type(version) is int and version > VERSION:
        raise NewerDiary(f"The diary has format {version}; this program knows {VERSION}.", "Update the program.")
    try:
        return from_mapping(mapping)
    except (KeyError, TypeError, ValueError):
        raise damaged("a part of it is missing or has the wrong form") from None


def read_bytes(path: Path) -> bytes:
    """The first bytes of the key file, more than any whole one has."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        raise damaged("it is missing") from None
    except OSError as error:
        raise DiaryError(f"{path} cannot be read ({error.strerror}).", "See to its permissions.") from error


def parse_mapping(raw: bytes) -> dict[str, Any]:
    """The JSON object of the key file."""
    try:
        mapping = json.loads(raw)
    except (ValueError, RecursionError):
        raise damaged("it is no JSON" if raw else "it is empty") from None
    if not isinstance(mapping, dict):
        raise damaged("it is no JSON object")
    return mapping


def from_mapping(mapping: Mapping[str, Any]) -> KeyFile:
    """The parts of the key file, each of its own length. Raises KeyError, TypeError, ValueError."""
    derivation, sealing = mapping["derivation"], mapping["sealing"]
    numbers = [derivation[name] for name in ("memory_kib", "passes", "lanes")]
    if (derivation["name"], sealing["name"]) != ("argon2id", "aes-256-gcm") or mapping["version"] != VERSION:
        raise ValueError("another method")
    if any(type(number) is not int for number in numbers):
        raise TypeError("no whole number")
    return KeyFile(
        exact_bytes(mapping["diary"], SALT_BYTES),
        Cost(*numbers),
        exact_bytes(derivation["salt"], SALT_BYTES),
        exact_bytes(sealing["nonce"], NONCE_BYTES),
        exact_bytes(sealing["wrapped"], KEY_BYTES + TAG_BYTES),
    )


def exact_bytes(text: Any, count: int) -> bytes:
    """Bytes of a hexadecimal text, of one length only."""
    raw = bytes.fromhex(text)
    if len(raw) != count:
        raise ValueError(f"{len(raw)} bytes")
    return raw


def damaged(what: str) -> DamagedDiary:
    """The error of a key file that cannot be used."""
    return DamagedDiary(
        f"The key file ({NAME}) of the diary is damaged: {what}.",
        "Put it back from a copy of the folder; the database was not touched.",
    )


def load_aead() -> Any:
    """AES-256-GCM of the library; raises MissingLibrary."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise MissingLibrary("A diary", "cryptography", "follow") from error
    return AESGCM
