"""Raw regulator files into canonical batches and quarantine; one file per format.

`match_inputs` finds files and their readers, `Reader.read` yields batches, `SOURCES` describes the data sets.
"""

from phytovigil.sources.catalogue import SOURCES
from phytovigil.sources.download import Patience
from phytovigil.sources.fetch import OPENFDA_INDEX, fetch_openfda_food
from phytovigil.sources.inputs import open_inputs
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.reasons import Reason
from phytovigil.sources.recognition import READERS, Inputs, Intake, Skipped, match_inputs, recognise

__all__ = [
    "OPENFDA_INDEX",
    "READERS",
    "SOURCES",
    "Inputs",
    "Intake",
    "Patience",
    "RawFile",
    "Reader",
    "Reason",
    "Skipped",
    "fetch_openfda_food",
    "match_inputs",
    "open_inputs",
    "recognise",
]
