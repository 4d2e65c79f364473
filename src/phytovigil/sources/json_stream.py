"""The results of an openFDA file, one at a time, without holding the file in memory.

The standard library's decoder reads each value; this only finds where the next one begins. The libraries for this job
keep the path of every nested value: 200 kB of opening brackets then fill the memory of any machine.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from phytovigil.errors import UnreadableFile

CHUNK = 1 << 18

LONGEST_VALUE = 8_000_000
"""Characters of one result; the longest known report has some thousand."""

BLANKS = " \t\r\n"

DECODER = json.JSONDecoder()


class JsonStream:
    """Text of a JSON file with a place in it; what lies behind the place is let go of."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name, self._stream = name, stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text, self._place, self._ended = "", 0, False
        self.bytes_read = 0

    def read_results(self) -> Iterator[Any]:
        """The items of the list "results" of the outermost object; other fields are passed over."""
        self._expect("{")
        if self._peek() == "}":
            raise self._broken("has no list of results")
        found = False
        while True:
            key = self._read_value()
            self._expect(":")
            if key == "results":
                found = True
                yield from self._read_items()
            else:
                self._read_value()
            if self._peek() != ",":
                break
            self._expect(",")
        self._expect("}")
        if self._peek():
            raise self._broken("goes on after its end")
        if not found:
            raise self._broken("has no list of results")

    def read_values(self) -> Iterator[Any]:
        """The values of a file that has one after the other: JSON Lines, or a single object."""
        while self._peek():
            yield self._read_value()

    def _read_items(self) -> Iterator[Any]:
        self._expect("[")
        if self._peek() == "]":
            self._place += 1
            return
        while True:
            yield self._read_value()
            if self._peek() != ",":
                break
            self._place += 1
        self._expect("]")

    def _peek(self) -> str:
        """The next character that is no blank, "" at the end."""
        while True:
            while self._place < len(self._text):
                if self._text[self._place] not in BLANKS:
                    return self._text[self._place]
                self._place += 1
            if not self._fill():
                return ""

    def _expect(self, sign: str) -> None:
        found = self._peek()
        if found != sign:
            raise self._broken(f"has “{found}” where “{sign}” is due" if found else "is cut short")
        self._place += 1

    def _read_value(self) -> Any:
        """The value at the place. A number is trusted only once the character behind it has been seen."""
        self._peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._place)
                if end < len(self._text) or not self._fill():
                    self._place = end
                    return value
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(self._text) - self._place > LONGEST_VALUE:
                    raise self._broken("holds a value that is no report") from None
                if not self._fill():
                    raise self._broken("is cut short or malformed") from None

    def _fill(self) -> bool:
        """Read on; what was used is dropped. False at the end of the file."""
        if self._ended:
            return False
        chunk = self._stream.read(max(CHUNK, len(self._text) - self._place))
        self._ended = not chunk
        self.bytes_read += len(chunk)
        try:
            decoded = self._decode(chunk, self._ended)
        except UnicodeDecodeError:
            raise self._broken("is not UTF-8 text") from None
        self._text, self._place = self._text[self._place :] + decoded, 0
        return bool(decoded) or not self._ended

    def _broken(self, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self._name} {what}; it is not taken in as a whole.", "Download it again.")
