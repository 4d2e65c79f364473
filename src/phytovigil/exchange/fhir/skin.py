"""Places on the skin as BodyStructure, colours read from photos as Observation, photos as DocumentReference."""

from __future__ import annotations

from base64 import b64encode
from typing import cast

from phytovigil.exchange.fhir.coding import Resource, absent, component, concept, plain
from phytovigil.exchange.fhir.dating import write_instant
from phytovigil.exchange.fhir.frame import Frame, identify
from phytovigil.exchange.fhir.scales import observe
from phytovigil.schema.diary import Entry, Photo, Reading, Site

AXES = ("L*", "a*", "b*")


def write_site(entry: Entry, frame: Frame) -> Resource:
    """A place on the skin; an earlier one of the same name is no longer active."""
    site = cast(Site, entry.content)
    place = f"{site.x:g} mm right and {site.y:g} mm down from the card's centre, radius {site.radius:g} mm"
    return {
        "resourceType": "BodyStructure",
        **identify(entry),
        "active": frame.sites.get(site.name) == entry.id,
        "includedStructure": [{"structure": concept(site.where or site.name)}],
        "description": plain(f"{site.name} ({site.role}): {place}"),
        "patient": frame.subject,
    }


def write_reading(entry: Entry, frame: Frame) -> Resource:
    """The colour of a site with its error, or why there is none."""
    reading = cast(Reading, entry.content)
    refused = f"the photograph was refused: {', '.join(reading.refusals)}" if reading.refusals else ""
    made = observe(entry, frame, concept("colour of a place on the skin, CIELAB (D65, 2°)"), "imaging", refused)
    made["method"] = concept(reading.method)
    site = frame.refer_site(frame.photos.get(reading.photo, ""))
    photo = frame.refer(reading.photo)
    made |= ({"bodyStructure": site} if site else {}) | ({"derivedFrom": [photo]} if photo else {})
    parts = list_parts(reading)
    made |= {"component": parts} if parts else {}
    return made if reading.lab else made | absent("not-performed")


def list_parts(reading: Reading) -> list[Resource]:
    """Colour, spread within the site, error left on the card, and the further figures."""
    parts = [component(axis, value, "1") for axis, value in zip(AXES, reading.lab, strict=False)]
    parts += [
        component(f"spread of {axis} within the place (robust standard deviation)", value, "1")
        for axis, value in zip(AXES, reading.spread, strict=False)
    ]
    if reading.error is not None:
        parts.append(component("ΔE00 left on patches of the card that were not fitted, median", reading.error, "1"))
    return parts + [component(name, value) for name, value in sorted((reading.details or {}).items())]


def write_photo(entry: Entry, frame: Frame) -> Resource | None:
    """A photograph with its bytes, None where they are not there."""
    photo = cast(Photo, entry.content)
    data = frame.read_photo(photo.sha256) if frame.read_photo else None
    if data is None:
        return None
    site = frame.refer_site(photo.site)
    kind = "baseline photograph" if photo.baseline else "photograph"
    return {
        "resourceType": "DocumentReference",
        **identify(entry),
        "status": "current",
        "type": concept("photograph of the skin"),
        "subject": frame.subject,
        "author": [frame.subject],
        "date": write_instant(entry.recorded),
        "description": plain(f"{kind} of {photo.site} on {entry.day}"),
        "content": [{"attachment": {"contentType": photo.media_type, "data": b64encode(data).decode("ascii")}}],
        **({"bodySite": [{"reference": site}]} if site else {}),
    }
