"""Loading colour-science without what it does besides: it warns that it cannot draw, and alters how NumPy prints."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def loading_colour() -> Iterator[None]:
    """Import colour-science within this; warnings and NumPy's printing are as before afterwards.

    >>> before = np.get_printoptions()
    >>> with loading_colour():
    ...     import colour
    >>> np.get_printoptions() == before
    True
    """
    with warnings.catch_warnings(), np.printoptions():
        warnings.simplefilter("ignore")
        yield
