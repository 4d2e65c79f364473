"""Alterations of a sample: such as transfer, spreadsheets and hostile hands make."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from fuzz.samples import Sample

CONTROLS = (0, 1, 0x0B, 0x1A, 0x1F, 0x7F, 0x80, 0x81, 0xC3, 0xFF)

SIGNS = [bytes([code]) for code in (*b'$,"<>&{}[]\\;:/-=.+\'()#@!%^*|~ \t\n\r', *CONTROLS)] + [
    b"\r\n", b"\n\n", b'""', b'","', b"$$", b"$\r\n", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80",
    b"\xf0\x9f\x92\x8a", b"&amp;", b"&#0;", b"&#55296;", b"&#x110000;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<?x?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"</", b"/>", b"null", b"true", b"NaN", b"Infinity", b"1e999",
    b"\\u0000", b"\\ud800", b"\\", b'\\"', b"-", b"NA", b"UNK", b".0", b"_", "٣".encode(), "²".encode(), "İ".encode(),
    b"E2B1",
]  # fmt: skip
"""What has a meaning in one of the formats, or had one for some program."""

NUMBERS = [
    b"0", b"-1", b"00", b"2147483647", b"2147483648", b"4294967296", b"9223372036854775807", b"9223372036854775808",
    b"99999999999999999999", b"1e308", b"1e-400", b"0.1", b"99999999", b"20191301", b"20190230", b"00000000",
    b"19000101", b"99991231", b"100046943", b"9" * 400, b"9" * 5000,
]  # fmt: skip

REPEATED = (b"A", b"9", b"$", b'"', b",", b"[", b"{", b"<a>", b"(", b" ", b"\r", b"\n")
WORD = re.compile(rb"[A-Za-z_#/ ]{2,40}")
DIGITS = re.compile(rb"\d+")
NAME_PARTS = ("DEMO19Q1", "DELETE19Q1", "DeletedCases", "ascii/", "19q4", "04Q1", "12q4", ".csv", ".TXT", "é", "x" * 60)
SEPARATORS = (b"$", b",", b"><", b'","')
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1252", "utf-7", "utf-8-sig")
LONG = (1_000, 70_000, 140_000, 1_100_000)
MOST_KEPT = 64_000
"""Bytes of a sample that is altered further."""

Alter = Callable[[bytes, Random], bytes]


class Mutator:
    """Alters samples. words : of all seeds, so that the names of one format also turn up in another."""

    def __init__(self, seeds: Sequence[Sample]) -> None:
        words = {word for seed in seeds for _, content in seed.members for word in WORD.findall(content)}
        self._words: list[bytes] = sorted(words)
        self._alterations: list[Alter] = [
            *(alter_bits, set_byte, insert_sign, insert_sign, replace_by_sign, cut_out, cut_out, repeat_span, truncate),
            *(join_lines, split_line, repeat_line, drop_line, swap_lines, replace_number, replace_number),
            *(alter_header, alter_header, swap_fields, empty_field, recode, change_ends),
            *(self._insert_word, self._replace_word),
        ]

    def mutate(self, sample: Sample, random: Random, partner: Sample) -> Sample:
        """The sample with one to a dozen alterations. partner : a sample that it may be spliced with."""
        for _ in range(min(12, 1 + int(random.expovariate(0.6)))):
            sample = self._alter(sample, random, partner)
        return sample

    def _alter(self, sample: Sample, random: Random, partner: Sample) -> Sample:
        chance = random.random()
        if sample.archive and chance < 0.03:
            torn = (random.random(), random.randrange(256))
            return Sample(sample.kind, sample.members, sample.archive, (*sample.torn, torn))
        if chance < 0.05:
            return rename(sample, random)
        if chance < 0.06 and len(sample.members) > 1:
            place = random.randrange(len(sample.members))
            return Sample(
                sample.kind, sample.members[:place] + sample.members[place + 1 :], sample.archive, sample.torn
            )
        place = random.randrange(len(sample.members))
        content = sample.members[place][1]
        if chance < 0.08:
            return sample.with_content(place, splice(content, random.choice(partner.members)[1], random))
        if chance < 0.083:
            return sample.with_content(place, lengthen(content, random))
        alter = random.choice(self._alterations)
        return sample.with_content(place, alter(content, random))

    def _insert_word(self, content: bytes, random: Random) -> bytes:
        place = random.randint(0, len(content))
        return content[:place] + random.choice(self._words) + content[place:]

    def _replace_word(self, content: bytes, random: Random) -> bytes:
        return replace_match(content, WORD, random.choice(self._words), random)


def rename(sample: Sample, random: Random) -> Sample:
    """One member under another name."""
    place = random.randrange(len(sample.members))
    name, content = sample.members[place]
    members = list(sample.members)
    cut = random.randint(0, len(name))
    renamed = (name[:cut] + random.choice(NAME_PARTS) + name[cut:]).replace("//", "/").lstrip("/")
    if any(each.startswith(renamed) or renamed.startswith(each) for each, _ in members):
        return sample
    members[place] = (renamed, content)
    return Sample(sample.kind, tuple(members), sample.archive, sample.torn)


def splice(content: bytes, other: bytes, random: Random) -> bytes:
    """The beginning of one and the end of the other."""
    return content[: random.randint(0, len(content))] + other[random.randint(0, len(other)) :]


def lengthen(content: bytes, random: Random) -> bytes:
    """Something far too long: one sign, or a piece of the file, over and over."""
    place, length = random.randint(0, len(content)), random.choice(LONG)
    piece = random.choice((*REPEATED, content[place : place + 20]))
    return content[:place] + (piece or b"A") * (length // max(len(piece), 1)) + content[place:]


def alter_bits(content: bytes, random: Random) -> bytes:
    """One bit turned."""
    if not content:
        return content
    place = random.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << random.randrange(8)]) + content[place + 1 :]


def set_byte(content: bytes, random: Random) -> bytes:
    """One byte replaced by any."""
    place = random.randint(0, len(content))
    return content[:place] + bytes([random.randrange(256)]) + content[place + 1 :]


def insert_sign(content: bytes, random: Random) -> bytes:
    """A sign put in."""
    place = random.randint(0, len(content))
    return content[:place] + random.choice(SIGNS) + content[place:]


def replace_by_sign(content: bytes, random: Random) -> bytes:
    """A sign written over as many bytes."""
    place, sign = random.randint(0, len(content)), random.choice(SIGNS)
    return content[:place] + sign + content[place + len(sign) :]


def cut_out(content: bytes, random: Random) -> bytes:
    """Some bytes left out."""
    place = random.randint(0, len(content))
    return content[:place] + content[place + random.choice((1, 1, 2, 5, 20, 100)) :]


def repeat_span(content: bytes, random: Random) -> bytes:
    """Some bytes twice."""
    place, length = random.randint(0, len(content)), random.choice((1, 4, 20, 200))
    return content[: place + length] + content[place:]


def truncate(content: bytes, random: Random) -> bytes:
    """Cut short."""
    return content[: random.randint(0, len(content))]


def join_lines(content: bytes, random: Random) -> bytes:
    """One line end lost."""
    return replace_match(content, re.compile(rb"\r?\n"), b"", random)


def split_line(content: bytes, random: Random) -> bytes:
    """One line end too many."""
    place = random.randint(0, len(content))
    return content[:place] + random.choice((b"\n", b"\r\n", b"\r")) + content[place:]


def repeat_line(content: bytes, random: Random) -> bytes:
    """A line twice."""
    lines = content.split(b"\n")
    place = random.randrange(len(lines))
    return b"\n".join(lines[: place + 1] + lines[place:])


def drop_line(content: bytes, random: Random) -> bytes:
    """A line lost."""
    lines = content.split(b"\n")
    del lines[random.randrange(len(lines))]
    return b"\n".join(lines)


def swap_lines(content: bytes, random: Random) -> bytes:
    """Two lines in each other's place."""
    lines = content.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def replace_number(content: bytes, random: Random) -> bytes:
    """Another number in the place of one."""
    return replace_match(content, DIGITS, random.choice(NUMBERS), random)


def replace_match(content: bytes, pattern: re.Pattern[bytes], text: bytes, random: Random) -> bytes:
    """Write text over one match of a pattern."""
    found = list(pattern.finditer(content[:MOST_KEPT]))
    if not found:
        return content
    chosen = random.choice(found)
    return content[: chosen.start()] + text + content[chosen.end() :]


def alter_header(content: bytes, random: Random) -> bytes:
    """Columns of the first line in another order, twice, missing, or in the other case."""
    header, newline, rest = content.partition(b"\n")
    separator = random.choice(SEPARATORS)
    names = header.split(separator)
    place = random.randrange(len(names))
    match random.randrange(5):
        case 0:
            random.shuffle(names)
        case 1:
            names.insert(random.randint(0, len(names)), names[place])
        case 2:
            del names[place]
        case 3:
            names[place] = names[place].swapcase()
        case _:
            names[place] = b""
    return separator.join(names) + newline + rest


def swap_fields(content: bytes, random: Random) -> bytes:
    """Two fields of one line in each other's place."""
    lines = content.split(b"\n")
    row, separator = random.randrange(len(lines)), random.choice(SEPARATORS)
    fields = lines[row].split(separator)
    one, other = random.randrange(len(fields)), random.randrange(len(fields))
    fields[one], fields[other] = fields[other], fields[one]
    lines[row] = separator.join(fields)
    return b"\n".join(lines)


def empty_field(content: bytes, random: Random) -> bytes:
    """One field of one line without its content."""
    lines = content.split(b"\n")
    row, separator = random.randrange(len(lines)), random.choice(SEPARATORS)
    fields = lines[row].split(separator)
    fields[random.randrange(len(fields))] = random.choice((b"", b" ", b"\t"))
    lines[row] = separator.join(fields)
    return b"\n".join(lines)


def recode(content: bytes, random: Random) -> bytes:
    """The text in another encoding."""
    return content.decode("utf-8", "replace").encode(random.choice(ENCODINGS), "replace")


def change_ends(content: bytes, random: Random) -> bytes:
    """Other line ends."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", random.choice((b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n")))
