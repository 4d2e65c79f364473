"""Colour of skin read from simulated photographs: detection, refusals, and error of the colour by light, camera, tilt.

Usage: python benchmarks/skin_colour.py [--scenes 2700] [--spoilt 280] [--persons 30] [--tones 40]
       [--methods 150] [--workers 2] [--write 2026-11-23]

The design is the full product of 5 lights, 3 cameras, 3 shadows, 5 tilts, 3 grades of blur and noise and 4 skins (2,700
photographs); fewer scenes are an even draw from it. Every photograph is read with the measured values of its printed
card and with the nominal ones. `docs/explanation/skin-colour-error.md` explains the tables.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from phytovigil.followup.skin import delta_e, read_photo
from phytovigil.followup.skin.calibrating import CHOSEN
from phytovigil.schema.card import CardValues, card_layout
from phytovigil.schema.diary import Site
from phytovigil.schema.skin import METHOD, PhotoReading
from phytovigil.simulation.skin import (
    BENCH_CAMERAS,
    BENCH_PRINTERS,
    DEFECTS,
    LIGHTS,
    Scene,
    SceneSettings,
    draw_person,
    draw_settings,
    person_scenes,
    render_scene,
)
from phytovigil.simulation.skin.drawing import change_development, change_view

SITE = Site("arm", "exposed")
TILTS = (0, 10, 20, 30, 40)
SHADOWS = (1.0, 0.8, 0.6)
SKINS = {"light": 0.015, "medium": 0.05, "brown": 0.15, "dark": 0.40}
"""Melanin of each skin; its blood and the rest are drawn."""
GRADES = {"sharp": (0.5, 0.0, 15_000), "usual": (0.9, 2.0, 5_000), "poor": (1.4, 3.5, 1_500)}
"""Lens blur in pixels, motion in pixels, electrons of a full pixel."""
TONES = (0.0, 0.3, 0.6, 1.0)
"""Strengths of tone mapping; 1 is the smooth step 3y² - 2y³ in full, steeper than a phone's."""
METHODS = {
    "as chosen (linear; light with shadows; tone)": CHOSEN,
    "all colours alike": replace(CHOSEN, weighted=False),
    "without tone": replace(CHOSEN, tone=0),
    "light: quadratic alone": replace(CHOSEN, smooth=False),
    "light: even": replace(CHOSEN, light_terms=0, smooth=False),
    "affine": replace(CHOSEN, expansion="affine"),
    "root-polynomial 2": replace(CHOSEN, expansion="root-polynomial 2"),
    "root-polynomial 3": replace(CHOSEN, expansion="root-polynomial 3"),
    "polynomial 2": replace(CHOSEN, expansion="polynomial 2"),
}
GROUPS = ("light", "camera", "tilt", "shadow", "grade", "skin", "printer")
DESIGN = "5 lights, 3 cameras, 3 shadows, 5 tilts, 3 grades of blur and noise, 4 skins, 4 printers"
ERRORS = Path(__file__).resolve().parent.parent / "src/phytovigil/followup/skin/data/errors.toml"
Lab = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One photograph: its settings in words, whether it is usable, and what was read."""

    light: str
    camera: str
    printer: str
    tilt: int
    shadow: float
    grade: str
    skin: str
    defects: tuple[str, ...]
    true: Lab
    measured: Lab
    nominal: Lab
    refusals: tuple[str, ...]
    nominal_refusals: tuple[str, ...]
    found: bool
    seconds: tuple[float, float]


def list_design(scenes: int) -> list[tuple[str, str, float, int, str, str]]:
    """The full product in an order in which every start is an even draw."""
    full = list(itertools.product(LIGHTS, BENCH_CAMERAS, SHADOWS, TILTS, GRADES, SKINS))
    order = np.random.default_rng(5).permutation(len(full))
    return [full[place] for place in order[:scenes]]


def settings_of(number: int, light: str, camera: str, shadow: float, tilt: int, grade: str, skin: str) -> SceneSettings:
    """One photograph of the design; the printer goes round."""
    printer = BENCH_PRINTERS[number % len(BENCH_PRINTERS)]
    drawn = draw_settings(number, light=light, camera=camera, shadow=shadow, tilt=tilt, printer=printer)
    lens, motion, photons = GRADES[grade]
    drawn = change_development(change_view(drawn, lens_blur=lens, motion=motion), photons=float(photons))
    return replace(drawn, skin=replace(drawn.skin, melanin=SKINS[skin]))


def measured_values(scene: Scene) -> CardValues:
    """What an instrument says of the printed card."""
    return CardValues(card_layout().id, scene.truth.card, "simulated instrument")


def codes(reading: PhotoReading) -> tuple[str, ...]:
    return tuple(refusal.code for refusal in reading.refusals)


def read_scene(settings: SceneSettings, grade: str = "", skin: str = "", nominal: bool = True) -> Row:
    """Make and read one photograph."""
    begun = time.process_time()
    scene = render_scene(settings)
    made = time.process_time()
    measured = read_photo(scene.jpeg, SITE, values=measured_values(scene))
    done = time.process_time()
    plain = read_photo(scene.jpeg, SITE) if nominal else PhotoReading()
    view = settings.view
    return Row(
        light=str(settings.light),
        camera=settings.camera,
        printer=settings.printer,
        tilt=round(view.tilt),
        shadow=settings.lighting.shadow,
        grade=grade,
        skin=skin,
        defects=scene.truth.defects,
        true=scene.truth.lab(SITE.x, SITE.y, SITE.radius),
        measured=measured.lab,
        nominal=plain.lab,
        refusals=codes(measured),
        nominal_refusals=codes(plain),
        found="no-card" not in codes(measured),
        seconds=(made - begun, done - made),
    )


def read_design(task: tuple[int, tuple[str, str, float, int, str, str]]) -> Row:
    number, cell = task
    cv2.setNumThreads(1)
    return read_scene(settings_of(number, *cell), grade=cell[4], skin=cell[5])


def read_spoilt(task: tuple[int, str]) -> tuple[str, Row]:
    number, defect = task
    cv2.setNumThreads(1)
    return defect, read_scene(draw_settings(number, defect=defect), nominal=False)


def errors_of(rows: Iterable[Row], which: Callable[[Row], Lab] = lambda row: row.measured) -> np.ndarray:
    """ΔE00 between what was read and what is true, of the photographs that were read."""
    pairs = [(which(row), row.true) for row in rows if which(row)]
    return np.array([float(delta_e(np.array(read), np.array(true))) for read, true in pairs])


def say(errors: Sequence[float] | np.ndarray) -> str:
    if not len(errors):
        return "–"
    return f"{np.median(errors):.2f} / {np.quantile(errors, 0.95):.2f} ({len(errors)})"


def print_split(rows: Sequence[Row], name: str, of: Callable[[Row], object]) -> None:
    for value in sorted({of(row) for row in rows}, key=str):
        chosen = [row for row in rows if of(row) == value]
        measured, nominal = errors_of(chosen), errors_of(chosen, lambda row: row.nominal)
        print(f"| {name} {value} | {say(measured)} | {say(nominal)} |")


def print_design(rows: Sequence[Row]) -> None:
    """Detection, refusals and errors of the design."""
    usable = [row for row in rows if not row.defects]
    read = [row for row in usable if not row.refusals]
    print(f"\n## {len(rows)} photographs of the design, {len(usable)} usable by the definition")
    print("bounds that the others leave:", dict(Counter(name for row in rows for name in row.defects)))
    print(f"card found: {sum(row.found for row in usable)} ({share(usable, lambda row: row.found)})")
    print(f"read: {len(read)} ({share(usable, lambda row: not row.refusals)})")
    print("refusals of usable ones:", dict(Counter(code for row in usable for code in row.refusals)))
    print("with nominal values:", dict(Counter(code for row in usable for code in row.nominal_refusals)))
    seconds = np.array([row.seconds for row in rows])
    print(f"seconds of processor: {np.median(seconds[:, 0]):.2f} to make, {np.median(seconds[:, 1]):.2f} to read")
    print("\n| ΔE00 median / 95th percentile (n) | measured card | nominal card |\n|---|---|---|")
    print_split(usable, "all", lambda row: "")
    print_split([row for row in usable if row.printer != "exact"], "all but exact printer", lambda row: "")
    for name in GROUPS:
        print_split(usable, name, lambda row, name=name: getattr(row, name))
    print_bias(usable)


def share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> str:
    return f"{100 * sum(map(holds, rows)) / max(len(rows), 1):.1f} %"


def list_errors(rows: Sequence[Row]) -> list[str]:
    """Tables of errors.toml: errors of a colour, for all photographs and for each group.

    Nominal values are for a card printed at home, so that the exact printer counts under its own name alone.
    """
    usable, made = [row for row in rows if not row.defects], []
    for what in ("all", *GROUPS):
        for name in sorted({str(getattr(row, what, "all")) for row in usable}):
            chosen = [row for row in usable if str(getattr(row, what, "all")) == name]
            for values in ("measured", "nominal"):
                home = [row for row in chosen if row.printer != "exact" or what == "printer"]
                errors = errors_of(
                    home if values == "nominal" else chosen, lambda row, values=values: getattr(row, values)
                )
                if len(errors):
                    made.append(write_table(what, name, values, "colour", errors))
    return made


def write_table(what: str, name: str, values: str, of: str, errors: Sequence[float] | np.ndarray) -> str:
    figures = f"photographs = {len(errors)}\nmedian = {np.median(errors):.2f}\n"
    keys = f'what = "{what}"\nname = "{name}"\nvalues = "{values}"\nof = "{of}"\n'
    return f"\n[[error]]\n{keys}{figures}percentile_95 = {np.quantile(errors, 0.95):.2f}\n"


def print_bias(rows: Sequence[Row]) -> None:
    """Mean and standard deviation of the error in each coordinate, by skin."""
    print("\n| error of L*, a*, b* (measured card): mean ± standard deviation | |\n|---|---|")
    for skin in ("", *SKINS):
        chosen = [row for row in rows if row.measured and skin in ("", row.skin)]
        off = np.array([np.subtract(row.measured, row.true) for row in chosen])
        if len(off) > 1:
            said = ", ".join(
                f"{mean:+.2f} ± {sd:.2f}" for mean, sd in zip(off.mean(0), off.std(0, ddof=1), strict=True)
            )
            print(f"| {skin or 'all'} | {said} |")


def print_spoilt(rows: Sequence[tuple[str, Row]]) -> None:
    """What becomes of photographs that are unusable by the definition."""
    print("\n## Spoilt photographs")
    print("| defect | refused | first reasons | ΔE00 of those that were read |\n|---|---|---|---|")
    for defect in DEFECTS:
        chosen = [row for name, row in rows if name == defect]
        refused = [row for row in chosen if row.refusals]
        reasons = dict(Counter(row.refusals[0] for row in refused).most_common(3))
        print(f"| {defect} | {len(refused)} of {len(chosen)} | {reasons} | {say(errors_of(chosen))} |")


@dataclass(frozen=True, slots=True)
class Shot:
    """One reading of a series. phase : 0 before the change of pigment, 1 after it."""

    day: float
    role: str
    nominal: bool
    phase: int
    read: Lab
    true: Lab


def follow_person(task: tuple[int, str]) -> list[Shot]:
    """Photographs of two sites of one person on eight days, in any light or in one; the exposed site greys half-way."""
    number, kind = task
    cv2.setNumThreads(1)
    person = draw_person(number, lights=() if kind == "any" else (tuple(LIGHTS)[number % 5],))
    shots = []
    for visit in person_scenes(person, range(8), change={4: {"grey_blue": 1.5}}):
        true = visit.scene.truth.lab(SITE.x, SITE.y, SITE.radius)
        phase = int(visit.role == "exposed" and visit.day >= 4)
        for nominal in (False, True):
            values = None if nominal else measured_values(visit.scene)
            lab = read_photo(visit.scene.jpeg, SITE, values=values).lab
            if lab:
                shots.append(Shot(visit.day, visit.role, nominal, phase, lab, true))
    return shots


def error_of_difference(one: Shot, two: Shot) -> float:
    """ΔE00 between the later colour as it would be by the read difference and as it is."""
    wrong = np.subtract(two.read, one.read) - np.subtract(two.true, one.true)
    return float(delta_e(np.add(two.true, wrong), np.array(two.true)))


def spread_over_days(shots: Sequence[Shot]) -> list[np.ndarray]:
    """Variance over the days of the error of one site, and of the error of exposed minus covered."""
    off = {(shot.day, shot.role): np.subtract(shot.read, shot.true) for shot in shots}
    days = sorted({shot.day for shot in shots})
    exposed = [off[day, "exposed"] for day in days if (day, "exposed") in off]
    both = [
        off[day, "exposed"] - off[day, "covered"] for day in days if {(day, "exposed"), (day, "covered")} <= set(off)
    ]
    return [np.var(rows, axis=0, ddof=1) if len(rows) > 2 else np.full(3, np.nan) for rows in (exposed, both)]


def print_persons(kind: str, persons: Sequence[list[Shot]]) -> list[str]:
    """Errors of differences between two days of one site, and how figures of one site vary from day to day.

    Returns the tables of errors.toml; photographs are pairs there.
    """
    made = []
    for nominal in (False, True):
        chosen = [[shot for shot in shots if shot.nominal == nominal] for shots in persons]
        same, change = [], []
        for shots in chosen:
            for one, two in itertools.combinations(shots, 2):
                if one.role == two.role:
                    (change if one.phase != two.phase else same).append(error_of_difference(one, two))
        spreads = np.sqrt(np.nanmean([spread_over_days(shots) for shots in chosen], axis=0))
        sites = " | ".join(", ".join(f"{value:.2f}" for value in row) for row in spreads)
        values = "nominal" if nominal else "measured"
        print(f"| {kind} | {values} | {say(same)} | {say(change)} | {sites} |")
        made.append(write_table("all", "all" if kind == "any" else "one light", values, "difference", same + change))
    return made


def map_tones(task: tuple[int, tuple[str, str, float, int, str, str]]) -> list[float]:
    """ΔE00 of one photograph under tone mapping of each strength, measured card."""
    number, cell = task
    cv2.setNumThreads(1)
    settings = settings_of(number, *cell)
    rows = [read_scene(change_development(settings, s_curve=strength), nominal=False) for strength in TONES]
    return [float(errors_of([row])[0]) if row.measured else float("nan") for row in rows]


def print_tones(found: Sequence[list[float]]) -> None:
    print("\n## Tone mapping beyond sRGB\n| strength | measured card | not read |\n|---|---|---|")
    for strength, errors in zip(TONES, np.array(found).T, strict=True):
        print(f"| {strength:g} | {say(errors[np.isfinite(errors)])} | {np.isnan(errors).sum()} |")


def compare_methods(task: tuple[int, tuple[str, str, float, int, str, str]]) -> dict[tuple[str, bool], float]:
    """ΔE00 of one photograph by every method, with measured and nominal values."""
    number, cell = task
    cv2.setNumThreads(1)
    scene = render_scene(settings_of(number, *cell))
    true = np.array(scene.truth.lab(SITE.x, SITE.y, SITE.radius))
    errors = {}
    for name, method in METHODS.items():
        for nominal in (False, True):
            lab = read_photo(scene.jpeg, SITE, values=None if nominal else measured_values(scene), method=method).lab
            errors[name, nominal] = float(delta_e(np.array(lab), true)) if lab else float("nan")
    return errors


def print_methods(found: Sequence[dict[tuple[str, bool], float]]) -> None:
    print(
        "\n## Methods on the same photographs\n| method | measured card | nominal card | not read |\n|---|---|---|---|"
    )
    for name in METHODS:
        values = [np.array([one[name, nominal] for one in found]) for nominal in (False, True)]
        said = [say(one[np.isfinite(one)]) for one in values]
        print(f"| {name} | {said[0]} | {said[1]} | {np.isnan(values[0]).sum()} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = (("scenes", 2700), ("spoilt", 280), ("persons", 30), ("tones", 40), ("methods", 150), ("workers", 2))
    for name, number in sizes:
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--write", metavar="DATE", help="write errors.toml, dated so")
    asked = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    print(f"method: {CHOSEN}")
    tables: list[str] = []
    with ProcessPoolExecutor(asked.workers) as pool:
        tasks = list(enumerate(list_design(asked.scenes)))
        if tasks:
            rows = list(pool.map(read_design, tasks, chunksize=4))
            print_design(rows)
            tables += list_errors(rows)
        spoilt = [(100_000 + number, list(DEFECTS)[number % len(DEFECTS)]) for number in range(asked.spoilt)]
        if spoilt:
            print_spoilt(list(pool.map(read_spoilt, spoilt, chunksize=4)))
        if asked.persons:
            print(
                "\n## One person, the same card: error of the difference of two days (ΔE00, median / 95th percentile)"
            )
            print("Last columns: standard deviation of the error of L*, a*, b* from day to day.")
            print("| light | card | no change | grey-blue change | one site | exposed minus covered |")
            print("|---|---|---|---|---|---|")
            for kind in ("any", "one"):
                tables += print_persons(kind, list(pool.map(follow_person, [(n, kind) for n in range(asked.persons)])))
        tasks = list(enumerate(list_design(asked.tones)))
        if tasks:
            print_tones(list(pool.map(map_tones, tasks, chunksize=2)))
        tasks = list(enumerate(list_design(asked.methods)))
        if tasks:
            print_methods(list(pool.map(compare_methods, tasks, chunksize=2)))
    if asked.write:
        source = f"{asked.scenes:,} scenes of benchmarks/skin_colour.py: {DESIGN}"
        head = f'method = "{METHOD}"\ndated = {asked.write}\nsource = "{source}"\n'
        comment = (
            "# Errors (CIEDE2000) of readings whose truth is known, as benchmarks/skin_colour.py --write makes them.\n"
        )
        ERRORS.write_text(comment + head + "".join(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
