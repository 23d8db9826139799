"""What a word is: the unit in which identifiers are found, replaced and looked for.

A word is a run of letters, digits and `_`, also where `.`, `+`, `@`, `%` or `-` join such runs: an
address, an id and a host name are one word each, and `abc` stands neither in `abcd` nor in `abc-d`.
Chinese characters and kana are written without spaces: there each character is a word.
"""

import itertools
import re

_WIDE = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_NARROW = rf"[^\W{_WIDE}]"
_JOINERS = ".+@%-"
WORD = re.compile(rf"{_NARROW}+(?:[{_JOINERS}]+{_NARROW}+)*|[{_WIDE}]")
# What may stand between the words of one name: no slash, and none of JSON's own signs.
_SIGN = r"[^\w\"\\{}\[\]:/]"
_GAP = re.compile(rf"{_SIGN}{{0,3}}")
# Whether a text can hold a name of several words at all.
_NEIGHBOURS = re.compile(rf"\w{_SIGN}{{0,2}}(?![{_JOINERS}]){_SIGN}\w|[{_WIDE}]")
_IS_NARROW = re.compile(_NARROW)
# Escapes of JSON end with a letter that is no part of the word behind it.
_BEFORE = rf"(?:^|[^\w{_JOINERS}]|[{_WIDE}]|\\[bfnrt]|\\u[0-9a-fA-F]{{4}})[{_JOINERS}]*"
_AFTER = rf"[{_JOINERS}]*(?:[^\w{_JOINERS}]|[{_WIDE}]|$)"


def phrases(text: str, lengths: frozenset[int]) -> list[tuple[int, int]]:
    """Start and end of every run of so many words that could be one name, in order of the text."""
    if not lengths or not _NEIGHBOURS.search(text):
        return []
    words = [match.span() for match in WORD.finditer(text)]
    is_joined = [
        _GAP.fullmatch(text, end, start) is not None
        for (_, end), (start, _) in itertools.pairwise(words)
    ]
    return [
        (words[first][0], words[first + length - 1][1])
        for first in range(len(words))
        for length in sorted(lengths, reverse=True)
        if first + length <= len(words) and all(is_joined[first : first + length - 1])
    ]


def trimmed(value: str) -> str:
    """A name from its first to its last word, with single spaces; empty when it has no word."""
    spans = [match.span() for match in WORD.finditer(value)]
    return " ".join(value[spans[0][0] : spans[-1][1]].split()) if spans else ""


def word_count(value: str) -> int:
    """How many words a name has."""
    return len(WORD.findall(value))


def whole_words(form: str, *, is_case_exact: bool) -> re.Pattern[str]:
    """A pattern for the form where it stands as whole words, not inside longer ones."""
    before = _BEFORE if _IS_NARROW.match(form[0]) else ""
    after = _AFTER if _IS_NARROW.match(form[-1]) else ""
    flags = re.MULTILINE if is_case_exact else re.MULTILINE | re.IGNORECASE
    return re.compile(before + re.escape(form) + after, flags)
