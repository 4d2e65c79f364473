"""Follow one person: the diary and what is said from it. Nothing leaves the diary unless it is written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from phytovigil.errors import InvalidRequest, NoAnswer, UnknownName
from phytovigil.schema.diary import Answered, Content, Entry, Seen
from phytovigil.study.asking import require_listed
from phytovigil.study.following.now import now

if TYPE_CHECKING:
    from phytovigil.followup.diary import Check, Cost, FileDiary, Imported
    from phytovigil.schema.card import CardValues
    from phytovigil.schema.care import Alert, CareReport
    from phytovigil.schema.case_draft import CaseDraft
    from phytovigil.schema.change import PeriodComparison, PeriodSpan, SeriesChange, SkinChange
    from phytovigil.schema.medicines import InteractionReport
    from phytovigil.study.following.photographs import AddedPhoto
    from phytovigil.study.following.summary import UpTo

SHORTEST_ID = 4


class FollowUp:
    """One person's diary, opened. Use it as a context manager, or close it.

    The diary holds private data. Methods that write files say so; the files are not encrypted.
    """

    def __init__(self, diary: FileDiary) -> None:
        self.diary = diary

    @classmethod
    def create(cls, folder: Path | str, passphrase: str, *, cost: Cost | None = None) -> Self:
        """Make a new diary in a folder that is new or empty. Nothing recovers a lost passphrase.

        Raises InvalidRequest for a passphrase of fewer than 8 characters, or a folder with something in it.
        """
        from phytovigil.followup.diary import FileDiary

        return cls(FileDiary.create(Path(folder), passphrase, cost=cost))

    @classmethod
    def open(cls, folder: Path | str, passphrase: str) -> Self:
        """Open a diary. Raises DiaryError; wrong passphrase, damaged or altered file and no diary are told apart."""
        from phytovigil.followup.diary import FileDiary

        return cls(FileDiary.open(Path(folder), passphrase))

    def close(self) -> None:
        """Close the diary."""
        self.diary.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Entries

    def add(self, content: Content, at: str = "") -> Entry:
        """Write something down. at : when it happened, ISO date or date and time; now if empty."""
        return self.diary.add(content, at or now())

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries that stand, by day."""
        return self.diary.entries(*kinds)

    def find(self, id: str) -> Entry:
        """The entry of an id, or of its last characters. Raises UnknownName, InvalidRequest where several end so."""
        plain = id.strip("…")
        if len(plain) < SHORTEST_ID:
            raise InvalidRequest(f"“{id}” is too short for an id.", f"Give at least {SHORTEST_ID} characters.")
        found = [entry for entry in self.diary.all_entries() if entry.id.endswith(plain)]
        if not found:
            raise UnknownName("entry", id, "the diary", hint="`phytovigil follow list` shows the ids.")
        if len(found) > 1:
            raise InvalidRequest(f"{len(found)} entries end in “{plain}”.", "Give more of the id.")
        return found[0]

    def correct(self, id: str, content: Content, why: str, at: str | None = None) -> Entry:
        """Replace an entry; the old one stays in the diary's history."""
        return self.diary.correct(self.find(id).id, content, why, at=at)

    def withdraw(self, id: str, why: str) -> Entry:
        """Take an entry back; it stays in the diary's history."""
        return self.diary.withdraw(self.find(id).id, why)

    def history(self, id: str) -> tuple[Entry, ...]:
        """All versions of an entry, oldest first."""
        return self.diary.history(self.find(id).id)

    # Photographs

    def add_photo(
        self,
        file: Path | str | bytes,
        site: str,
        at: str = "",
        *,
        baseline: bool = False,
        where: tuple[float, float] | None = None,
        values: CardValues | None = None,
    ) -> AddedPhoto:
        """Keep a photograph of a site and read its colour.

        at : when it was taken; if empty, what the camera wrote, or now. baseline : a replicate of the start.
        where : millimetres from the card's centre, where the site lies elsewhere than usual.
        Raises UnreadableFile, UnknownName for a site that was not named, InvalidRequest for a file that is no picture.
        """
        from phytovigil.study.following import photographs

        chosen = photographs.choose_site(self.diary, site)
        data = file if isinstance(file, bytes) else photographs.read_file(Path(file))
        return photographs.add_photo(self.diary, data, chosen, at, baseline=baseline, where=where, values=values)

    def mark(self, photo: str, place: str, *, only_here: bool = False, values: CardValues | None = None) -> AddedPhoto:
        """Mark the site of a photo by a field of its preview's grid (such as K11); read the photo there."""
        from phytovigil.study.following.photographs import mark_site

        return mark_site(self.diary, self.find(photo), place, only_here=only_here, values=values)

    def preview(self, photo: str) -> bytes:
        """The straightened photo with the grid and the measured disc, PNG."""
        from phytovigil.study.following.photographs import preview_photo

        return preview_photo(self.diary, self.find(photo))

    def read_again(self, values: CardValues | None = None) -> tuple[AddedPhoto, ...]:
        """Read every photograph once more, by the method of this version."""
        from phytovigil.study.following.photographs import read_again

        return read_again(self.diary, self.diary.entries("photo"), values)

    # What is said from it

    def up_to(self, as_of: date | None) -> tuple[UpTo, date]:
        """The diary as it stood on a day, today if none is given."""
        from phytovigil.study.following.summary import UpTo

        day = as_of or date.today()
        return UpTo(self.diary, day), day

    def changes(self, as_of: date | None = None) -> tuple[SeriesChange, ...]:
        """What is said about every series of numbers."""
        from phytovigil.followup.change import describe_change, list_series, make_series

        told, day = self.up_to(as_of)
        return tuple(describe_change(make_series(told, name), day) for name in list_series(told))

    def skin_changes(self, as_of: date | None = None) -> tuple[SkinChange, ...]:
        """What is said about the colour of the skin."""
        from phytovigil.followup.change import describe_all_skin

        return describe_all_skin(*self.up_to(as_of))

    def care(self, as_of: date | None = None) -> CareReport:
        """When to seek care, and why."""
        from phytovigil.study.following.care import list_care

        told, day = self.up_to(as_of)
        return list_care(told, day, self.skin_changes(day))

    def mark_seen(self, alert: Alert) -> Entry:
        """Note that the person has read an alert. It stays listed, and comes up again with news."""
        return self.add(Seen(alert.key))

    def risks(self, as_of: date | None = None) -> InteractionReport:
        """The person's medicines and risks beside what is known of the product.

        Raises NoAnswer where the diary follows no product.
        """
        from phytovigil.study.following.exposure import name_followed
        from phytovigil.study.following.interactions import check_interactions

        told, day = self.up_to(as_of)
        followed = name_followed(told, day)
        if not followed.node:
            raise NoAnswer("The diary follows no product of the vocabulary.", "`follow add person product=…` names it.")
        return check_interactions(told, day, followed.node)

    def compare(self, name: str, periods: Sequence[PeriodSpan] = (), washout_days: int = 0) -> PeriodComparison:
        """A series on and off the product. periods : those of the diary if none are given."""
        from phytovigil.followup.change import compare_periods, list_periods, make_series

        spans = periods or list_periods(self.diary)
        return compare_periods(make_series(self.diary, name), spans, washout_days=washout_days)

    def summarise(self, as_of: date | None = None) -> dict[str, Any]:
        """Everything for the clinician, as the page shows it (schema `follow-summary`)."""
        from phytovigil.followup.diary.reading import holding_collector
        from phytovigil.study.following.summary import gather_summary

        with holding_collector():
            return gather_summary(self.diary, as_of or date.today())

    def assess(self, event: str, as_of: date | None = None) -> dict[str, Any]:
        """One event on the scales of causality, as far as the diary can answer; as the summary shows it."""
        from phytovigil.study.following.causality import find_event_entry

        told, day = self.up_to(as_of)
        id = find_event_entry(told, self.find(event).id, day).id
        assessed: list[dict[str, Any]] = self.summarise(day)["causality"]
        return next(one for one in assessed if one["event"] == id)

    def answer(self, event: str, scale: str, item: str, answer: str, why: str = "") -> Entry:
        """Answer one item of a scale about an event, as the person or their clinician knows it.

        scale : "naranjo" or "who_umc". Raises InvalidRequest for an item or answer that the scale does not take.
        """
        from phytovigil.study.following.causality import TAKEN, check_answer, find_event_entry

        require_listed("scale", scale, tuple(TAKEN))
        entry = find_event_entry(self.diary, self.find(event).id, date.max)
        said = Answered(scale=scale, about=entry.id, item=item, answer=answer, why=why)
        check_answer(entry, said)
        return self.add(said)

    # What the person gives away

    def write_summary(
        self, folder: Path | str, as_of: date | None = None, *, with_photos: bool = True
    ) -> tuple[dict[str, Any], list[Path]]:
        """Write the summary for the clinician (HTML, PDF, JSON), NOT encrypted; its findings and the files."""
        from phytovigil.dossier.person import write_summary
        from phytovigil.study.following.photographs import straighten_photos
        from phytovigil.study.following.sharing import PRIVATE

        findings = self.summarise(as_of)
        pictures = straighten_photos(self.diary, findings) if with_photos else {}
        files = write_summary(findings, folder, pictures=pictures, with_photos=with_photos)
        for file in files:
            file.chmod(PRIVATE)
        return findings, files

    def draft(self, event: str, as_of: date | None = None) -> CaseDraft:
        """The draft of a case report about one event, with what the person has said about its fields."""
        from phytovigil.study.following.drafting import draft_report

        return draft_report(self.diary, self.find(event).id, as_of or date.today())

    def confirm(
        self,
        event: str,
        as_of: date | None = None,
        *,
        confirmed: Sequence[str] = (),
        blocks: Sequence[str] = (),
        changed: Mapping[str, str] | None = None,
        left_out: Sequence[str] = (),
        why: str = "",
    ) -> tuple[Entry, ...]:
        """Write down the person's word on fields of a draft, all or none.

        confirmed, left_out : keys of fields. blocks : of which all open fields are confirmed. changed : values by key.
        Raises UnknownName and InvalidRequest; then nothing is written.
        """
        from phytovigil.study.following.drafting import confirm_block, confirm_field

        draft = self.draft(event, as_of)
        spoken = {*(changed or ()), *left_out, *confirmed}
        said = [one for block in blocks for one in confirm_block(draft, block) if one.item not in spoken]
        said += [confirm_field(draft, key, "confirmed", why=why) for key in confirmed]
        said += [confirm_field(draft, key, "changed", value, why) for key, value in (changed or {}).items()]
        said += [confirm_field(draft, key, "left out", why=why) for key in left_out]
        return self.diary.add_many([(one, now()) for one in said]) if said else ()

    # Whole diary

    def verify(self) -> Check:
        """Whether every entry and photograph is there and unaltered."""
        return self.diary.verify()

    def export(self, path: Path | str, *, photos: bool = True) -> int:
        """Write everything as JSON Lines, NOT encrypted; number of entries."""
        return self.diary.export_lines(Path(path), photos=photos)

    def take_in(self, path: Path | str) -> Imported:
        """Take in everything of an export, or nothing."""
        return self.diary.import_lines(Path(path))

    def change_passphrase(self, old: str, new: str) -> None:
        """Give the diary another passphrase."""
        self.diary.change_passphrase(old, new)
