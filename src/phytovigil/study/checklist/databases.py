"""What the custodians' own pages say of each data set and the files do not: reach, access, coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Database:
    """A data set, in sentences.

    holds : which reports, from where. region : in a few words. access : how the files are had.
    reactions, products : how they are coded.
    """

    holds: str
    region: str
    access: str
    reactions: str
    products: str


MEDDRA = "Reactions are Preferred Terms of MedDRA as the custodian coded them; the files do not name its version."

DATABASES: Mapping[str, Database] = {
    "caers": Database(
        "It holds reports on foods, dietary supplements and cosmetics that consumers, health professionals and "
        "companies sent to the agency from 2004 on.",
        "reports received by an agency of the United States",
        "public files",
        MEDDRA,
        "Products are named in the reporter's words, without a dictionary; their class is a code of the agency.",
    ),
    "faers": Database(
        "It holds reports on medicines and therapeutic biologics, most of them sent by manufacturers, from the United "
        "States and other countries; reports on supplements enter it as far as they name a medicine too or were sent "
        "there.",
        "worldwide, received by an agency of the United States",
        "public quarterly files",
        MEDDRA,
        "Products stand in the reporter's words; from late 2014 on the custodian adds an active ingredient.",
    ),
    "faers-dashboard": Database(
        "It lists the cases of FAERS that name the product or reaction that was searched for, and no others.",
        "worldwide, received by an agency of the United States",
        "listing exported from a public dashboard",
        MEDDRA,
        "Products stand as the dashboard groups and names them.",
    ),
}
"""By name of the source; a source of one's own is not among them, and the checklist asks for what it lacks."""
