"""Files that leave the diary because the person asks for them: a FHIR bundle, a draft report, a case file."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from phytovigil import __version__
from phytovigil.errors import DiaryError, InvalidRequest, NoAnswer
from phytovigil.exchange.fhir import FhirBundle, make_bundle
from phytovigil.exchange.fhir.frame import ReadPhoto
from phytovigil.schema.case_draft import LEFT_OUT, CaseDraft
from phytovigil.schema.causality import Answer
from phytovigil.schema.change import SkinChange
from phytovigil.schema.diary import Answered, Diary, Entries, Entry, Photo
from phytovigil.study.case_files import ALLOWED
from phytovigil.study.following.care import list_care
from phytovigil.study.following.drafting import describe_draft, draft_report, require_complete, to_case_file
from phytovigil.study.following.drafting.lineage import earlier_ids
from phytovigil.study.following.exposure import read_exposure, stand_at
from phytovigil.study.following.summary import UpTo

PROGRAM = "phytovigil"
NOT_ENCRYPTED = "The file is not encrypted: whoever has it can read it."
CAMERA = "Photographs are as the camera made them, with what it wrote into them, which may be the place."
FORMS_BY_SUFFIX: Mapping[str, str] = {".txt": "text", ".json": "json", ".toml": "toml"}
MOST_PHOTO_BYTES = 300 * 1024 * 1024
SCALES = ("naranjo", "who_umc")
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Shared:
    """A file that was written. said : what it holds, in one line. kept, left_out : entries by kind and by reason."""

    path: Path
    said: str
    kept: Mapping[str, int]
    left_out: Mapping[str, int]


def write_fhir(
    diary: Diary,
    path: Path | str,
    as_of: date,
    *,
    with_photos: bool = False,
    with_notes: bool = False,
    force: bool = False,
) -> Shared:
    """Write the diary up to a day as a FHIR R5 bundle in JSON.

    Photographs and free notes are in it only where they are asked for. force : write over a file that is there.
    Raises InvalidRequest for a file that is there already, or for photographs of more than 300 MB together;
    DiaryError where the file cannot be written, MissingLibrary without fhir.resources.
    """
    refuse_existing(Path(path), force)
    bundle = bundle_diary(diary, as_of, with_photos=with_photos, with_notes=with_notes)
    write_private(Path(path), bundle.content, force)
    return describe_shared(Path(path), bundle)


def bundle_diary(diary: Diary, as_of: date, *, with_photos: bool = False, with_notes: bool = False) -> FhirBundle:
    """The diary up to a day as a FHIR R5 bundle, with the alerts that hold on that day."""
    told = UpTo(diary, as_of)
    exposure = read_exposure(told, as_of)
    if with_photos:
        refuse_large(stand_at(diary, as_of, "photo"))
    followed = [entry.id for entry in (*exposure.courses, *exposure.uses)]
    return make_bundle(
        diary.entries(),
        as_of,
        program=PROGRAM,
        version=__version__,
        diary=name_diary(diary),
        followed=followed,
        product=exposure.followed.name,
        alerts=list_care(told, as_of, find_skin_changes(told, as_of)).alerts,
        read_photo=find_photos(diary) if with_photos else None,
        with_notes=with_notes,
    )


def find_skin_changes(told: UpTo, as_of: date) -> tuple[SkinChange, ...]:
    """What is said of the skin's colour, where it was measured."""
    if not told.entries("reading"):
        return ()
    from phytovigil.followup.change import describe_all_skin

    return describe_all_skin(told, as_of)


def write_draft(diary: Diary, event: str, path: Path | str, as_of: date, *, force: bool = False) -> Shared:
    """Write the confirmed draft of a report about one event, as text, JSON or TOML by the suffix of the path.

    Raises InvalidRequest for a draft with open fields, which it names, another suffix, or a file that is there already.
    """
    path = Path(path)
    form = FORMS_BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        raise InvalidRequest(f"A draft cannot be written to {path.name}.", f"End it in {', '.join(FORMS_BY_SUFFIX)}.")
    draft = draft_report(diary, event, as_of)
    require_complete(draft)
    write_private(path, describe_draft(draft, form).encode(), force)
    return describe_report(path, draft, "report")


def write_case_file(diary: Diary, event: str, path: Path | str, as_of: date, *, force: bool = False) -> Shared:
    """Write the confirmed draft as a case file for `phytovigil cases assess`, with the person's own answers to scales.

    Raises InvalidRequest for a draft with open fields, which it names, or a file that is there already.
    """
    draft = draft_report(diary, event, as_of)
    text = to_case_file(draft, gather_answers(diary, draft.event, as_of))
    write_private(Path(path), text.encode(), force)
    return describe_report(Path(path), draft, "case file")


def gather_answers(diary: Diary, event: str, as_of: date) -> dict[str, dict[str, Answer]]:
    """The person's newest answers to the scales about an event, by scale and item; items that no scale has are not."""
    entry = next(one for one in stand_at(diary, as_of, "event") if one.id == event)
    ids = earlier_ids(diary, entry)
    found: dict[str, dict[str, Answer]] = {}
    for one in sorted(stand_at(diary, as_of, "answered"), key=lambda entry: (entry.recorded, entry.id)):
        said = cast(Answered, one.content)
        if said.scale in SCALES and said.about in ids and said.answer in ALLOWED[said.scale].get(said.item, ()):
            found.setdefault(said.scale, {})[said.item] = Answer(said.answer, said.why)
    return found


def name_diary(diary: Diary) -> str:
    """Id of the first entry that was ever written down, which names the diary for good."""
    everything = getattr(diary, "all_entries", None)
    written: tuple[Entry, ...] = everything() if everything else tuple(diary) if isinstance(diary, Entries) else ()
    return written[0].id if written else ""


def find_photos(diary: Diary) -> ReadPhoto:
    """Reads photographs of a diary that keeps them."""
    photo_bytes = getattr(diary, "photo_bytes", None)
    if photo_bytes is None:
        raise InvalidRequest("This diary keeps no photographs.", "Write the bundle without them.")

    def read_photo(sha256: str) -> bytes | None:
        try:
            return cast(bytes, photo_bytes(sha256))
        except NoAnswer:
            return None

    return read_photo


def refuse_large(photos: tuple[Entry, ...]) -> None:
    """Raise InvalidRequest for photographs that would make a file which no program opens."""
    size = sum(cast(Photo, entry.content).size for entry in photos)
    if size > MOST_PHOTO_BYTES:
        raise InvalidRequest(
            f"The {len(photos)} photographs have {size / 1e6:,.0f} MB together.",
            f"A bundle takes up to {MOST_PHOTO_BYTES / 1e6:,.0f} MB of them; write it without photographs.",
        )


def refuse_existing(path: Path, force: bool) -> None:
    """Raise InvalidRequest for a file that is there already."""
    if not force and path.exists():
        raise InvalidRequest(f"{path} is there already.", "Name another file, or ask to write over it.")


def write_private(path: Path, content: bytes, force: bool) -> None:
    """Write a file that its owner alone can read: whole or not at all, and never over another one unless asked to.

    Raises InvalidRequest for a file that is there already, DiaryError where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, PRIVATE)
            put_in_place(Path(name), path, force)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise DiaryError(f"{path} cannot be written ({error.strerror}).", "Name another file.") from error


def put_in_place(made: Path, path: Path, force: bool) -> None:
    """Give a file its name. A link fails where the name is taken, even if it was taken a moment ago."""
    if force:
        os.replace(made, path)
        return
    try:
        os.link(made, path)
    except FileExistsError:
        refuse_existing(path, force=False)
    except OSError:
        refuse_existing(path, force=False)
        os.replace(made, path)


def describe_shared(path: Path, bundle: FhirBundle) -> Shared:
    """What a bundle holds, in one line."""
    left = Counter(one.why for one in bundle.left_out)
    kinds = ", ".join(f"{kind} {count}" for kind, count in bundle.kept.items())
    out = ", ".join(f"{count} ({why})" for why, count in sorted(left.items()))
    said = [
        f"{path.name} holds {sum(bundle.kept.values())} entries of the diary ({kinds or 'none'})"
        f" and {bundle.alerts} alerts; {f'left out: {out}' if left else 'nothing is left out'}.",
        CAMERA if "photo" in bundle.kept else "",
        NOT_ENCRYPTED,
    ]
    return Shared(path, " ".join(part for part in said if part), bundle.kept, dict(sorted(left.items())))


def describe_report(path: Path, draft: CaseDraft, what: str) -> Shared:
    """What a report holds, in one line."""
    left = sum(field.state == LEFT_OUT for field in draft.fields)
    told = sum(bool(field.value) for field in draft.fields)
    entries = len({entry for field in draft.fields if field.value for entry in field.entries})
    said = f"{path.name} holds a {what}: {told} fields from {entries} entries of the diary, {left} left out."
    return Shared(path, f"{said} {NOT_ENCRYPTED}", {"field": told}, {LEFT_OUT: left} if left else {})
