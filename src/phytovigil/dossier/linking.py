"""Text with its web addresses and DOIs made into links; nothing else of it is ever read as markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

ADDRESS = re.compile(r"(?P<url>https?://[^\s<>\"')\]]+)|(?:doi:\s?)(?P<doi>10\.\d{4,9}/[^\s<>\"',;]+)", re.IGNORECASE)


def link_text(text: str) -> Markup:
    """Escape a text and link the addresses in it; the sentence's own full stop stays outside the link.

    >>> print(link_text("Evans 2001, doi:10.1002/pds.677. <b>"))
    Evans 2001, <a href="https://doi.org/10.1002/pds.677">doi:10.1002/pds.677</a>. &lt;b&gt;
    """
    from markupsafe import Markup

    parts, done = Markup(), 0
    for found in ADDRESS.finditer(text):
        shown, target = trim_sentence(found.group()), trim_sentence(found["url"] or f"https://doi.org/{found['doi']}")
        parts += Markup('{}<a href="{}">{}</a>').format(text[done : found.start()], target, shown)
        done = found.start() + len(shown)
    return parts + Markup("{}").format(text[done:])


def trim_sentence(address: str) -> str:
    """An address without the signs of the sentence around it; a DOI may end in a bracket that it opened itself.

    >>> trim_sentence("doi:10.1002/pds.677)."), trim_sentence("doi:10.1016/S0140-6736(00)")
    ('doi:10.1002/pds.677', 'doi:10.1016/S0140-6736(00)')
    """
    trimmed = address.rstrip(".")
    while trimmed.endswith(")") and trimmed.count(")") > trimmed.count("("):
        trimmed = trimmed[:-1].rstrip(".")
    return trimmed


def is_web_address(text: str) -> bool:
    """Whether a source's address may become a link; anything but http and https stays plain text.

    >>> is_web_address("https://example.org"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return re.match(r"https?://", text, re.IGNORECASE) is not None
