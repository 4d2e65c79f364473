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
        shown = found.group().rstrip(".")
        target = found["url"] or f"https://doi.org/{found['doi']}"
        parts += Markup('{}<a href="{}">{}</a>').format(text[done : found.start()], target.rstrip("."), shown)
        done = found.start() + len(shown)
    return parts + Markup("{}").format(text[done:])


def is_web_address(text: str) -> bool:
    """Whether a source's address may become a link; anything but http and https stays plain text.

    >>> is_web_address("https://example.org"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return re.match(r"https?://", text, re.IGNORECASE) is not None
