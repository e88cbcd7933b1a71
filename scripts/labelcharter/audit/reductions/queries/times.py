"""Times as queries: which texts are times, and the moment that each is.

Read are the forms that one writes: a number, a date, a date and time with its offset from UTC. A
text that only Python's own reading of ISO 8601 would take (20240131T0930Z) is refused here.
"""

from __future__ import annotations

from typing import Any

Expression = Any  # of Ibis

LATER_THAN_ALL = 1e300  # a blank time

_NUMBER = r"^[+-]?([0-9]{1,50}[.]?[0-9]{0,50}|[.][0-9]{1,50})([eE][+-]?[0-9]{1,2})?$"
_YEAR_MONTH = r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"  # days that every month has
_LATE = r"((0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_DAY = rf"([0-9]{{3}}[1-9]|[0-9]{{2}}[1-9]0|[0-9][1-9]00|[1-9]000)-({_YEAR_MONTH}|{_LATE}|02-29)"
_DATE = rf"^{_DAY}$"
_STAMP = (
    rf"^{_DAY}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,6}})?)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_MICROSECONDS = 1_000_000


def odd_times(times: Expression) -> Expression:
    """True where a text is not plainly a time, or is the 29th of February of some year.

    Nothing is odd in a column that the database knows to hold times or numbers.
    """
    import ibis

    if not times.type().is_string():
        return ibis.literal(False)
    plain = times.re_search(_NUMBER) | times.re_search(_DATE) | times.re_search(_STAMP)
    return ~plain | times.re_search("-02-29")


def is_plain(text: str) -> bool:
    """True where `moment` reads the text."""
    import re

    return any(re.search(form, text) for form in (_NUMBER, _DATE, _STAMP))


def moment(times: Expression) -> Expression:
    """What rows are put in order by: seconds since 1970, or the number; blanks come last.

    Every text must be a time (see `odd_times`).
    """
    import ibis

    if not times.type().is_string():
        return times
    number = times.re_search(_NUMBER)
    stamp = times.re_search(_STAMP)
    dated = times.re_search(_DATE) | stamp
    date = ibis.ifelse(dated, times.substr(0, 10), "1970-01-01")
    clock = ibis.ifelse(stamp, times, "1970-01-01T00:00:00.0Z")
    seconds = _days(date) * 86_400 + _seconds(clock)
    moment_of_date = (seconds * _MICROSECONDS + _microseconds(clock)).cast(
        "float64"
    ) / _MICROSECONDS
    return ibis.cases(
        (number, ibis.ifelse(number, times, "0").cast("float64")),
        (dated, moment_of_date),
        else_=ibis.literal(LATER_THAN_ALL, "float64"),
    )


def _days(date: Expression) -> Expression:
    """Days from 1970-01-01 to YYYY-MM-DD, by whole numbers alone.

    Howard Hinnant, days_from_civil (chrono-compatible low-level date algorithms).
    """
    import ibis

    year, month, day = (
        date.substr(at, size).cast("int64") for at, size in ((0, 4), (5, 2), (8, 2))
    )
    year = year - ibis.ifelse(month <= 2, 1, 0)  # March is the first month
    era = year // 400
    of_era = year - era * 400
    turned = (month + 9) % 12
    of_year = (153 * turned + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _seconds(clock: Expression) -> Expression:
    """Seconds into the day, at UTC."""
    hours, minutes = clock.substr(11, 2).cast("int64"), clock.substr(14, 2).cast("int64")
    import ibis

    exact = clock.substr(16, 1) == ":"
    seconds = ibis.ifelse(exact, clock.substr(17, 2), "0").cast("int64")
    sign = clock.substr(clock.length() - 6, 1)
    apart = sign.isin(["+", "-"])
    tail = ibis.ifelse(apart, clock.substr(clock.length() - 5, 5), "00:00")
    offset = tail.substr(0, 2).cast("int64") * 3600 + tail.substr(3, 2).cast("int64") * 60
    offset = ibis.ifelse(sign == "-", -offset, offset)
    return hours * 3600 + minutes * 60 + seconds - offset


def _microseconds(clock: Expression) -> Expression:
    import ibis

    fraction = clock.re_extract(r"[.]([0-9]{1,6})", 1)
    digits = ibis.coalesce(fraction, "") + "000000"
    return digits.substr(0, 6).cast("int64")
