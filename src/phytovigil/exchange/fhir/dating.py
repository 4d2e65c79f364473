"""Dates and moments as FHIR writes them: a time of day only with its zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from phytovigil.schema.diary import parse_when

WIDEST_ZONE = timedelta(hours=14)


def write_date(text: str) -> str:
    """A FHIR date or dateTime of an ISO text. A time without a zone is left to `local_time`.

    >>> write_date("2026-03-01"), write_date("2026-03-01T08:30"), write_date("2026-03-01T08:30+07:00")
    ('2026-03-01', '2026-03-01', '2026-03-01T08:30:00+07:00')
    """
    moment = parse_when("date", text)
    return moment.date().isoformat() if moment.tzinfo is None else write_moment(moment)


def write_instant(text: str) -> str:
    """A FHIR instant of an ISO text in UTC.

    >>> write_instant("2026-03-01T20:00:00.5+00:00"), write_instant("2026-03-01")
    ('2026-03-01T20:00:00.500000+00:00', '2026-03-01T00:00:00+00:00')
    """
    moment = parse_when("recorded", text)
    return write_moment(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)


def write_moment(moment: datetime) -> str:
    """A moment with its zone; a zone that FHIR does not know is turned into UTC."""
    zone = moment.utcoffset() or timedelta()
    known = abs(zone) <= WIDEST_ZONE and not zone % timedelta(minutes=1)
    return (moment if known else moment.astimezone(UTC)).isoformat()


def local_time(text: str) -> str:
    """The time of day of an ISO text without a zone, as a remark; empty where there is none.

    >>> local_time("2026-03-01T08:30"), local_time("2026-03-01")
    ('at 08:30 local time; the zone was not written down', '')
    """
    moment = parse_when("date", text)
    if moment.tzinfo is not None or len(text) <= len("2026-W10-1"):
        return ""
    return f"at {moment:%H:%M} local time; the zone was not written down"


def write_period(started: str, ended: str) -> dict[str, str]:
    """A FHIR period of what is known of it. An end before the start is left to `odd_end`.

    >>> write_period("2026-03-01", "2026-03-05"), write_period("2026-03-05", "2026-03-01")
    ({'start': '2026-03-01', 'end': '2026-03-05'}, {'start': '2026-03-05'})
    """
    end = "" if odd_end(started, ended) else ended
    return {name: write_date(text) for name, text in (("start", started), ("end", end)) if text}


def odd_end(started: str, ended: str) -> str:
    """The end as a remark where it lies before the start, which a FHIR period must not; empty elsewhere."""
    if not started or not ended or parse_when("end", ended).date() >= parse_when("start", started).date():
        return ""
    return f"last day as written down: {ended}, which is before the first"
