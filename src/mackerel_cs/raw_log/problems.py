"""What can be wrong with a raw file, gravest first.

A file keeps its gravest problem; a line of a damaged file that is itself sound carries none.
"""

UNREADABLE = "unreadable"  # no rights, not what its name says, or broken from the first byte
TRUNCATED = "truncated"  # the compressed stream ends before its end mark
CORRUPT = "corrupt"  # the compressed stream breaks off in the middle
TRAILING_BYTES = "trailing_bytes"  # something that is not compressed follows the stream
NOT_UTF8 = "not_utf8"
LINE_TOO_LONG = "line_too_long"  # over MAX_LINE_BYTES: only its head is kept
OTHER_COLUMNS = "other_columns"  # a Parquet file without the envelope columns as strings
WRONG_EXTENSION = "wrong_extension"  # compressed otherwise than its name says
LONG_LINE = "long_line"  # over what SQL reads as text; kept whole
RESERVED_DELIMITER = "reserved_delimiter"  # holds the byte SQL uses as a delimiter
CARRIAGE_RETURN = "carriage_return"  # SQL would count other lines than there are
BYTE_ORDER_MARK = "byte_order_mark"
GLOB_IN_NAME = "glob_in_name"  # SQL would read * ? [ ] in a path as a pattern
NO_RECEIVED_DATE = "no_received_date"

GRAVEST_FIRST = (
    UNREADABLE,
    TRUNCATED,
    CORRUPT,
    TRAILING_BYTES,
    NOT_UTF8,
    LINE_TOO_LONG,
    OTHER_COLUMNS,
    WRONG_EXTENSION,
    LONG_LINE,
    RESERVED_DELIMITER,
    CARRIAGE_RETURN,
    BYTE_ORDER_MARK,
    GLOB_IN_NAME,
    NO_RECEIVED_DATE,
)


def gravest(found: set[str]) -> str | None:
    """The gravest of the problems found, null when there are none."""
    return next((problem for problem in GRAVEST_FIRST if problem in found), None)
