"""What every resource of a bundle refers to: the person, and which resource an entry became."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from phytovigil.exchange.fhir.coding import Resource, make_uuid, own_system
from phytovigil.schema.diary import Entry

ReadPhoto = Callable[[str], bytes | None]
"""The bytes of a photograph by its SHA-256, None where they are not there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """References of one bundle.

    patient : URI of the person's resource. kept : ids of the entries that become a resource.
    sites : entry of the newest site by its name. photos : site's name by the id of a photo's entry.
    followed : ids of the entries that are of the product which the diary follows; product : its name;
    reason : what the person takes it for.
    newest_risks : ids of the newest answer on each risk. courses : entries of courses.
    """

    patient: str
    kept: frozenset[str] = frozenset()
    sites: Mapping[str, str] = field(default_factory=dict)
    photos: Mapping[str, str] = field(default_factory=dict)
    followed: frozenset[str] = frozenset()
    product: str = ""
    reason: str = ""
    newest_risks: frozenset[str] = frozenset()
    courses: tuple[Entry, ...] = ()
    read_photo: ReadPhoto | None = None

    @property
    def subject(self) -> Resource:
        """Reference to the person."""
        return {"reference": self.patient}

    def refer(self, entry: str) -> Resource | None:
        """Reference to the resource of an entry, None where the entry is left out."""
        return {"reference": entry_uri(entry)} if entry in self.kept else None

    def refer_site(self, name: str) -> Resource | None:
        """Reference to a place on the skin, None where the diary has none of this name."""
        return self.refer(self.sites[name]) if name in self.sites else None


def entry_uri(entry: str) -> str:
    """URI of the resource of an entry."""
    return f"urn:uuid:{make_uuid('entry', entry)}"


def identify(entry: Entry) -> Resource:
    """Id of the resource of an entry, and the entry's own id as its identifier."""
    identifier = {"type": {"text": "entry of the diary"}, "system": own_system("entry"), "value": entry.id}
    return {"id": make_uuid("entry", entry.id), "identifier": [identifier]}
