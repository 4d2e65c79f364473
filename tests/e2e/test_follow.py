"""Follow one person on the command line: from a new diary to what is given to the clinician."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.followup.diary import LEAST_COST
from phytovigil.study.following.demonstrating import FIRST, LAST, PASSPHRASE, make_demonstration
from phytovigil.study.following.follow_up import FollowUp

Ask = Callable[..., dict[str, Any]]
Refuse = Callable[..., str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the diary of the invented person, without photographs, and its passphrase."""
    folder = tmp_path_factory.mktemp("follow")
    make_demonstration(folder / "diary", photos=False, cost=LEAST_COST).close()
    (folder / "passphrase").write_text(f"{PASSPHRASE}\nnot this\n", encoding="utf-8")
    return folder


@pytest.fixture
def own(place: Path, tmp_path: Path) -> Path:
    """The same in a folder of the test's own, to write in."""
    for name in ("diary/key.json", "diary/diary.db", "passphrase"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((place / name).read_bytes())
    return tmp_path


def options(place: Path) -> tuple[str, ...]:
    return ("--diary", str(place / "diary"), "--passphrase-file", str(place / "passphrase"))


def find_event(place: Path, term: str) -> str:
    with FollowUp.open(place / "diary", PASSPHRASE) as opened:
        return next(entry.id for entry in opened.entries("event") if getattr(entry.content, "term", "") == term)


AS_OF = ("--as-of", LAST.isoformat())
QUESTIONS: list[tuple[str, ...]] = [
    ("list",),
    ("list", "lab", "--last", "3"),
    ("verify",),
    ("changes", *AS_OF),
    ("care", *AS_OF),
    ("risks", *AS_OF),
    ("compare", "pain", "--washout", "7"),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda words: " ".join(words[:2]))
def test_answer_fits_its_schema_and_is_said_in_words(
    ask: Ask, run: Callable[..., Any], place: Path, question: tuple[str, ...]
) -> None:
    answer = ask("follow", *question, *options(place))
    assert answer["schema"].startswith("phytovigil/follow-")
    said = run("follow", *question, *options(place))
    assert (said.code, said.err) == (0, "")
    assert len(said.out) > 20


def test_kinds_and_events_need_no_diary(ask: Ask) -> None:
    kinds = ask("follow", "kinds")["kinds"]
    assert {"pain", "lab", "photo"} < {kind["kind"] for kind in kinds}
    assert ask("follow", "kinds", "lab")["kinds"][0]["fields"][0]["needed"]
    assert "dark-urine" in {event["key"] for event in ask("follow", "events", "urine")["events"]}


def test_from_a_new_diary_to_an_alert(ask: Ask, run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("a passphrase\n", encoding="utf-8")
    here = options(tmp_path)
    made = ask("follow", "new", "--product", "kratom", "--reason", "pain", "--birth-year", "1984", *here)
    assert made["entries"][0]["content"]["product"] == "kratom"
    assert stat.S_IMODE((tmp_path / "diary").stat().st_mode) == 0o700
    ask("follow", "add", "use", "kratom powder", "amount=3", "unit=g", "--at", "2026-03-01", *here)
    said = run("follow", "add", "event", "my urine is dark", "term=dark-urine", "--at", "2026-03-02", *here)
    assert "TODAY [earlier]: Dark urine" in said.out  # it was written down long after it happened
    written = ask("follow", "list", "event", *here)["entries"][0]
    corrected = ask("follow", "correct", written["short"], "grade=1", "--why", "forgotten", *here)["entries"][0]
    assert corrected["corrects"] == written["id"]
    assert len(ask("follow", "history", corrected["short"], *here)["entries"]) == 2
    care = ask("follow", "care", "--as-of", "2026-03-03", *here)
    assert [alert["urgency"] for alert in care["alerts"]] == ["today"]
    ask("follow", "withdraw", corrected["short"], "--why", "it was beetroot", *here)
    assert ask("follow", "care", "--as-of", "2026-03-03", *here)["alerts"] == []


def test_an_alert_that_was_seen_stays_and_has_no_news(ask: Ask, refuse: Refuse, own: Path) -> None:
    before = ask("follow", "care", *AS_OF, *options(own))["alerts"]
    assert before
    assert all(alert["news"] for alert in before)
    refuse(3, "follow", "seen", "no-such-alert", *options(own))
    ask("follow", "seen", before[0]["key"], *options(own))
    after = ask("follow", "care", "--as-of", "2027-12-31", *options(own))["alerts"]
    assert before[0]["key"] in {alert["key"] for alert in after}
    assert not next(alert for alert in after if alert["key"] == before[0]["key"])["news"]


def test_an_event_on_both_scales_with_an_answer_of_the_person(ask: Ask, refuse: Refuse, own: Path) -> None:
    event = find_event(own, "darker-skin")
    before = ask("follow", "assess", event, *AS_OF, *options(own))["assessment"]["naranjo"]
    assert "Did you mean “placebo”" in refuse(2, "follow", "answer", event, "placbo", "not done", *options(own))
    ask("follow", "answer", event, "placebo", "not done", "--why", "nobody gave one", *options(own))
    after = ask("follow", "assess", event, "--as-of", "2027-12-31", *options(own))["assessment"]["naranjo"]
    assert after["high"] - after["low"] < before["high"] - before["low"]


def test_a_report_leaves_only_when_every_field_has_the_person_s_word(ask: Ask, refuse: Refuse, own: Path) -> None:
    event, out = find_event(own, "itch"), own / "report.json"
    draft = ask("follow", "report", event, *AS_OF, *options(own))
    blocks = list(dict.fromkeys(field["block"] for field in draft["fields"]))
    assert "confirm" in refuse(2, "follow", "report", event, "--out", out, *options(own))
    assert not out.exists()
    confirmed = [word for block in blocks for word in ("--confirm-block", block)]
    ask("follow", "report", event, "--change", "patient/sex=female", *options(own))
    answer = ask("follow", "report", event, *confirmed, *options(own))
    assert answer["complete"], answer["missing"]
    written = ask("follow", "report", event, "--out", out, "--case-file", own / "case.toml", *options(own))
    assert [Path(file["file"]).name for file in written["files"]] == ["report.json", "case.toml"]
    fields = {field["key"]: field for field in json.loads(out.read_text("utf-8"))["fields"]}
    assert (fields["patient/sex"]["value"], fields["patient/sex"]["state"]) == ("female", "changed")
    assert ask("cases", "assess", own / "case.toml")["case"]["product"]


def test_summary_and_bundle_say_that_they_are_not_encrypted(
    ask: Ask, check: Callable[[dict[str, Any]], dict[str, Any]], place: Path, tmp_path: Path
) -> None:
    summary = ask("follow", "summary", "--out", tmp_path / "s", "--no-photos", *AS_OF, *options(place))
    assert {Path(file["file"]).suffix for file in summary["files"]} >= {".html", ".pdf"}
    assert not any(file["encrypted"] for file in summary["files"])
    check(json.loads((tmp_path / "s" / "summary.json").read_text("utf-8")))
    bundle = ask("follow", "fhir", tmp_path / "bundle.json", *AS_OF, *options(place))
    assert "not encrypted" in bundle["said"][0]
    assert json.loads((tmp_path / "bundle.json").read_text("utf-8"))["resourceType"] == "Bundle"


def test_export_import_and_another_passphrase(ask: Ask, refuse: Refuse, own: Path, tmp_path: Path) -> None:
    lines = tmp_path / "diary.jsonl"
    ask("follow", "export", lines, *options(own))
    other = tmp_path / "other"
    other.mkdir()
    (other / "passphrase").write_text("another one\n", encoding="utf-8")
    FollowUp.create(other / "diary", "another one", cost=LEAST_COST).close()
    taken = ask("follow", "import", lines, *options(other))
    assert taken["entries_new"] > 500
    assert ask("follow", "import", lines, *options(other))["entries_there"] == taken["entries_new"]
    assert "missing.jsonl" in refuse(4, "follow", "import", tmp_path / "missing.jsonl", *options(other))
    (tmp_path / "new").write_text("a longer passphrase\n", encoding="utf-8")
    ask("follow", "passphrase", "--new-file", tmp_path / "new", *options(other))
    refuse(10, "follow", "list", *options(other))


def test_card_demo_and_a_photograph(ask: Ask, own: Path, tmp_path: Path) -> None:
    from phytovigil.simulation.skin import draw_person, person_scenes

    card = ask("follow", "card", "--out", tmp_path / "card.pdf", "--paper", "letter")
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
    assert card["files"][0]["bytes"] > 1_000
    person = draw_person(3, lights=("D65",), printer="exact", camera="nikon")
    [visit] = person_scenes(person, [0], roles=("exposed",))
    picture, broken = tmp_path / "cheek.jpg", tmp_path / "note.jpg"
    picture.write_bytes(visit.scene.jpeg)
    broken.write_bytes(b"no picture")
    answer = ask("follow", "photo", picture, "--site", "cheek", "--at", FIRST.isoformat(), *options(own))
    [photo] = answer["photos"]
    assert photo["usable"], photo["refusals"]
    assert answer["error_model"]
    preview = ask("follow", "preview", photo["entry"]["id"], "--out", tmp_path / "preview.png", *options(own))
    assert Path(preview["files"][0]["file"]).read_bytes().startswith(b"\x89PNG")
    again = ask("follow", "mark", photo["entry"]["id"], "K11", "--only-here", *options(own))
    assert again["photos"][0]["entry"]["corrects"] == photo["entry"]["id"]


REFUSED = [
    (10, ("list", "--diary", "no-such-folder"), "follow new"),
    (2, ("add", "pain", "12"), "from 0 to 10"),
    (2, ("list", "pian"), "Did you mean “pain”"),
    (3, ("history", "zzzzzz"), "follow list"),
    (3, ("photo", "x.jpg", "--site", "nose"), "cheek"),
    (2, ("today",), "no terminal"),
]


@pytest.mark.parametrize(
    ("code", "words", "said"), REFUSED, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_what_cannot_be_done_is_said_in_one_line(
    refuse: Refuse, place: Path, code: int, words: tuple[str, ...], said: str
) -> None:
    here = () if "--diary" in words else options(place)
    assert said in refuse(code, "follow", *words, *here)


WITHOUT_EXTRA = """
import sys

sys.modules |= dict.fromkeys(("apsw", "cryptography", "cv2", "colour", "PIL", "fhir"))
from phytovigil.cli import main
for words in (["kinds", "pain"], ["events", "urine"], ["card", "--out", "card.pdf"], ["list"]):
    sys.argv = ["phytovigil", "follow", *words]
    try:
        main()
    except SystemExit as stop:
        print("code", stop.code)
"""


def test_without_the_extra_what_needs_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_EXTRA], cwd=tmp_path, capture_output=True, text=True)
    assert [line for line in done.stdout.splitlines() if line.startswith("code")] == ["code 0"] * 3 + ["code 9"]
    assert done.stderr.count("\n") == 1
    assert "phytovigil[follow]" in done.stderr


def test_a_wrong_passphrase_is_called_one(refuse: Refuse, place: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("some other words\n", encoding="utf-8")
    said = refuse(10, "follow", "list", "--diary", place / "diary", "--passphrase-file", tmp_path / "wrong")
    assert "passphrase" in said
    assert "damaged" not in said
