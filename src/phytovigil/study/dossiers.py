"""A study as a folder that anyone can check: the dossier, the counts that it rests on, the study file, a manifest."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from phytovigil import __version__
from phytovigil.dossier import make_dossier
from phytovigil.errors import PhytovigilError
from phytovigil.schema.study import Study
from phytovigil.study.asking import frame_answer
from phytovigil.study.definition import load_study
from phytovigil.study.folders import is_inside, list_changes, read_manifest, write_folder
from phytovigil.study.snapshots import read_snapshot
from phytovigil.study.study_files import join_parts
from phytovigil.study.study_runs import StudyRun, run_on_snapshot

SCHEMA = "phytovigil/manifest/1"
STUDY, SNAPSHOT = "study", "snapshot"
"""Folders of a dossier: the study file with the files of its own that it names, and what the reports answered."""

LIBRARIES = ("altair", "vl-convert-python", "typst", "jinja2", "numpy", "scipy")
"""What numbers and drawings pass through; another version of these may round or draw otherwise."""

OWN_FILES = ("vocabulary", "pair_decisions", "evidence")
"""Keys of [study] that may name a file or folder beside the study file."""

MOST_DIFFERENCES = 50


def write_dossier(run: StudyRun, folder: Path) -> dict[str, Any]:
    """Write everything that a run has to show into a folder; returns the manifest.

    The same run gives the same bytes, up to the versions of libraries that the manifest names.
    """
    head = {
        "schema": SCHEMA,
        "program": {"name": "phytovigil", "version": __version__},
        "study": {"name": run.study.name, "file": f"{STUDY}/{run.study.file}", "sha256": run.study.sha256},
        "made_with": {"python": platform.python_version(), **dict(list_libraries())},
    }
    return write_folder(folder, make_files(run), head)


def make_files(run: StudyRun) -> dict[str, bytes]:
    """The files of a dossier by their path in its folder."""
    snapshot = {f"{SNAPSHOT}/{name}": content for name, content in run.snapshot(cases=True).items()}
    study = {f"{STUDY}/{name}": content for name, content in study_files(run.study)}
    return {**make_dossier(run.findings), **snapshot, **study}


def study_files(study: Study) -> Iterator[tuple[str, bytes]]:
    """The study file, and what it names beside itself: an own vocabulary, decisions, rows of evidence."""
    for name, text in study.parts:
        yield name, text.encode()
    for written, path in own_files(study):
        for file in sorted(each for each in (path, *path.rglob("*")) if each.is_file()):
            yield (Path(written) / file.relative_to(path)).as_posix(), file.read_bytes()


def own_files(study: Study) -> Iterator[tuple[str, Path]]:
    """Files and folders of the person's own, as the study file writes them and where they are.

    Those that lie outside the folder of the study file stay outside of the dossier too; `verify` then misses them.
    """
    asked = join_parts(study.parts)["study"]
    for key in OWN_FILES:
        written, path = asked.get(key, ""), Path(getattr(study, key))
        if written and path.exists() and is_inside(written):
            yield written, path


def list_libraries() -> Iterator[tuple[str, str]]:
    """Libraries that numbers and drawings pass through, with their versions."""
    for name in LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def verify_dossier(folder: Path) -> dict[str, Any]:
    """Compare a dossier with its manifest, and make it again from its own snapshot: every difference, named.

    Raises DamagedStore where there is no manifest to compare with.
    """
    manifest = read_manifest(folder)
    changes = list(list_changes(folder, manifest))
    made, failure = remake(folder, manifest)
    differences = list(compare_files(folder, made)) if made else []
    wrong = [change for change in changes if change["state"] != "extra"]
    return frame_answer(
        "verify",
        folder=str(folder),
        study=manifest["study"],
        files=len(manifest["files"]),
        recomputed=len(made),
        holds=not wrong and not differences and not failure,
        changes=changes,
        differences=differences,
        failure=failure,
        libraries=list(compare_libraries(manifest)),
    )


def remake(folder: Path, manifest: Mapping[str, Any]) -> tuple[dict[str, bytes], str]:
    """The files of the dossier, made anew from its study file and snapshot; or why that could not be done."""
    try:
        study = load_study(folder / manifest["study"]["file"])
        run = run_on_snapshot(study, read_snapshot(folder / SNAPSHOT, trusting=True))
        return make_files(run), ""
    except (PhytovigilError, KeyError, TypeError, ValueError) as error:
        return {}, str(error) if isinstance(
            error, PhytovigilError
        ) else f"The snapshot does not hold together: {error}."


def compare_files(folder: Path, made: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """Files of the dossier that come out otherwise; of the findings, each number that does."""
    for name, content in made.items():
        file = folder / name
        if not file.is_file() or file.read_bytes() == content:
            continue
        where = list(compare_json(file, content)) if name == "findings.json" else []
        yield {"file": name, "values": where[:MOST_DIFFERENCES], "more": max(0, len(where) - MOST_DIFFERENCES)}


def compare_json(file: Path, content: bytes) -> Iterator[dict[str, str]]:
    """Values of two JSON files that differ, by their path."""
    try:
        held = json.loads(file.read_bytes())
    except ValueError:
        yield {"path": "", "held": "not JSON", "recomputed": "JSON"}
        return
    yield from compare_values("", held, json.loads(content))


def compare_values(path: str, held: Any, made: Any) -> Iterator[dict[str, str]]:
    """Values that differ, from the outside in.

    >>> list(compare_values("", {"a": [1, 2]}, {"a": [1, 3]}))
    [{'path': 'a.1', 'held': '2', 'recomputed': '3'}]
    """
    if isinstance(held, dict) and isinstance(made, dict):
        pairs = [(key, held.get(key), made.get(key)) for key in dict.fromkeys([*held, *made])]
    elif isinstance(held, list) and isinstance(made, list) and len(held) == len(made):
        pairs = [(str(place), *both) for place, both in enumerate(zip(held, made, strict=True))]
    else:
        if held != made:
            yield {"path": path, "held": show_value(held), "recomputed": show_value(made)}
        return
    for key, left, right in pairs:
        yield from compare_values(f"{path}.{key}".removeprefix("."), left, right)


def show_value(value: Any) -> str:
    """A value as JSON, cut where it would fill a page."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def compare_libraries(manifest: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Libraries that are of another version here than where the dossier was made."""
    here = {"python": platform.python_version(), **dict(list_libraries())}
    for name, then in manifest.get("made_with", {}).items():
        if here.get(name) != then:
            yield {"library": name, "then": then, "here": here.get(name, "not installed")}
