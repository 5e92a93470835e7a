"""The filter language of the console: the conditions of JMS selectors, evaluated by SQLite over a capture.

    with contextlib.closing(files.look(path)) as db:    # a connection for filters alone
        prepare(db)
        known = header_names(db)
        wanted = parse("type = 'refund' AND body.total > 100", now=time.time(), known_headers=known)
        for id_ in matches(db, wanted, 1, 50_000):
            ...

What can be written: AND OR NOT, = <> != < <= > >=, [NOT] BETWEEN, [NOT] IN, [NOT] LIKE with ESCAPE,
IS [NOT] NULL, + - * /, parentheses, 'text', 12 or 1.5e3, TRUE, FALSE and names. Everything else is refused
where it stands. Keywords are read in any case, names as they are written.

Names. `command`, `direction` ('to_broker', 'to_client'), `destination`, `subscription`, `settled` ('none',
'auto', 'unsettled', 'acked', 'nacked', 'staged', 'lost') and `body` are text; `size` (octets of the body),
`time` and `age` (seconds) are numbers; `redelivered` is TRUE or FALSE: the header says so, or it is not the
first delivery. Every other name is a header, and the first of that name counts. A name with other signs than
letters, digits, `_` and `$`, or that is a keyword, is written in double quotes: "content-type". header.size
or header."size" is the header where `size` alone is not. body.lines[0].sku or body."odd name" is a value in
a JSON body. What a frame has not is NULL, and so is every name but `direction`, `settled`, `time`, `age` and
`redelivered` where the record is no frame.

Values. A comparison that cannot be made is unknown, neither true nor false, and so is its NOT. A header is
text, a number where it is compared with one (unknown if it does not read as one), and 'true' and 'false'
are TRUE and FALSE. Two headers are equal as text; < and > take them as numbers where both are. A JSON value
has its own type: the text "3" is no number. Text is compared octet by octet, in the order of code points;
LIKE minds the case, and `_` is one character, or one octet that is no UTF-8. / never cuts off a fraction,
and what is divided by zero is NULL.

Times. '12:00', '12:00:01.5' (today, as `now` says), '2026-11-23', '2026-11-23 12:00:01' or with T and a zone
(`Z`, `+01:00`); without one it is local time. = means anywhere within that day, minute, second or fraction,
< <= > >= and BETWEEN its first instant. `age` counts back from the `now` of `parse`, and compares with
seconds or '5m', '1.5h' (ms, s, m, h, d).
"""

from stomptui.capture.filter.errors import FilterError, Hint, Stopped, TookTooLong
from stomptui.capture.filter.expression import Filter, parse
from stomptui.capture.filter.functions import register
from stomptui.capture.filter.run import header_names, matches, matching, prepare

__all__ = [
    "Filter",
    "FilterError",
    "Hint",
    "Stopped",
    "TookTooLong",
    "header_names",
    "matches",
    "matching",
    "parse",
    "prepare",
    "register",
]
