"""The diary of one person: an encrypted folder that is only ever added to."""

from phytovigil.followup.diary.checking import Check
from phytovigil.followup.diary.diary import FileDiary
from phytovigil.followup.diary.importing import Imported
from phytovigil.followup.diary.passphrase import LEAST_COST, Cost

__all__ = ["LEAST_COST", "Check", "Cost", "FileDiary", "Imported"]
