"""Replacing identifiers in text: as whole words, all else byte for byte as it was."""

import json
import re
from collections import defaultdict
from urllib.parse import quote, unquote

from mackerel_cs.erase.fields import (
    ADDRESS_KEYS,
    NAME_KEYS,
    ORGANIZATION_NAME_KEYS,
    ORGANIZATION_OBJECTS,
    PERSON_NAME_KEYS,
    TEXT_KEYS,
)
from mackerel_cs.erase.register import (
    BESIDE,
    EMAIL,
    EVERYWHERE,
    NAME,
    ORGANIZATION_ID,
    ORGANIZATION_NAME,
    USER_ID,
    Entry,
    Erasure,
    Register,
)
from mackerel_cs.erase.words import WORD, phrases, trimmed

# Words known to be nobody's; forgotten when there are so many, so that memory stays bounded.
_REMEMBERED = 500_000
_LABEL_KINDS = frozenset({ORGANIZATION_ID, ORGANIZATION_NAME})
_ANCHOR_KINDS = frozenset({USER_ID, EMAIL})
_CUT = "erased"

# A piece of a JSON string that can be read: no quotes, no control characters, no bytes that are no
# UTF-8 and no bad escapes.
_READABLE = re.compile(r'(?:[^"\\\x00-\x1f\udc80-\udcff]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})+')
_MEMBER = re.compile(r'("([^"\\]+)"\s*:\s*")((?:[^"\\]|\\.)*)(?=")')
_FLAT_OBJECT = re.compile(r"\{[^{}]*")
_ORGANIZATION_OBJECT = re.compile(rf'"(?:{"|".join(ORGANIZATION_OBJECTS)})"\s*:\s*\{{[^{{}}]*')
_ORGANIZATION_PATH = re.compile(r"(?<=/orgs/)[^/\"?#\s]+")
_PLACE = re.compile(r'"orgid"\s*:\s*"([^"\\]+)"')
_CUT_MEMBER = re.compile(
    rf'("(?:{"|".join(sorted(ADDRESS_KEYS | PERSON_NAME_KEYS))})"\s*:\s*")[^"\n]+$', re.MULTILINE
)


class Scrubber:
    """Knows the register's identifiers and puts their pseudonyms in their place."""

    def __init__(self, register: Register, erasures: list[Erasure]) -> None:
        """For the identifiers of these erasures."""
        self._register = register
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        self._places: dict[str, set[str]] = defaultdict(set)
        for erasure in erasures:
            for entry in erasure.entries:
                self._entries[entry.digest].append(entry)
            for place, subjects in erasure.places.items():
                self._places[place].update(subjects)
        entries = [entry for found in self._entries.values() for entry in found]
        self._lengths = frozenset(one.word_count for one in entries if one.word_count > 1)
        self._has_shared = any(one.reach == BESIDE for one in entries)
        self._clean: set[str] = set()
        self._replaced: dict[str, str] = {}

    def scrub_lines(self, text: str) -> str:
        """Scrub many whole lines: most blocks hold nobody, and are looked at only once."""
        if not self._may_hold(text):
            return text
        return "\n".join(self.scrub(line) for line in text.split("\n"))

    def scrub(self, line: str, place: str | None = None) -> str:
        """The line without the identifiers; `place` is its organization where it does not say so.

        A line that is cut inside an address or a name of a person loses that piece, whoever it is
        of: nobody can tell.
        """
        if not self._may_hold(line):
            return line
        line = _CUT_MEMBER.sub(rf"\1{_CUT}", line)
        if "\\" in line:
            line = _READABLE.sub(self._escaped, line)
        if self._has_shared:
            line = self._beside(line, place)
        return self._everywhere(line)

    def holds(self, text: str) -> bool:
        """Whether an identifier nobody else has stands in the text, escaped or not."""
        if any(self._word(word) != word for word in self._suspects(text)) or self._has_phrase(text):
            return True
        said = _said(text) if "\\" in text else text
        return said != text and self.holds(said)

    def _may_hold(self, text: str) -> bool:
        return (
            bool(self._suspects(text))
            or self._has_phrase(text)
            or "\\" in text
            or _CUT_MEMBER.search(text) is not None
        )

    def _suspects(self, text: str) -> set[str]:
        """Words that may be somebody's."""
        if len(self._clean) > _REMEMBERED:
            self._clean = set()
        words = set(WORD.findall(text)) - self._clean
        suspects = {word for word in words if self._is_suspect(word)}
        self._clean |= words - suspects
        return suspects

    def _has_phrase(self, text: str) -> bool:
        return bool(self._lengths) and self._phrases(text) != text

    def _is_suspect(self, word: str) -> bool:
        return bool(self._found(word)) or self._word(word) != word

    def _found(self, value: str) -> list[Entry]:
        """Entries of a word or name."""
        found = self._entries.get(self._register.digest(value), [])
        return [entry for entry in found if entry.letters in (None, self._register.letters(value))]

    def _pseudonym(self, value: str, kinds: frozenset[str] | None = None) -> str | None:
        """What stands for a word or name wherever it is; null where it may be another's."""
        for entry in self._found(value):
            if entry.reach == EVERYWHERE and (kinds is None or entry.kind in kinds):
                return entry.pseudonym
        return None

    def _everywhere(self, text: str) -> str:
        return WORD.sub(lambda match: self._word(match[0]), self._phrases(text))

    def _phrases(self, text: str) -> str:
        """Names of several words, the longest first."""
        parts: list[str] = []
        done = 0
        for start, end in phrases(text, self._lengths):
            name = trimmed(text[start:end])
            if start < done or name in self._clean:
                continue
            if pseudonym := self._pseudonym(name):
                parts += [text[done:start], pseudonym]
                done = end
            else:
                self._clean.add(name)
        return "".join([*parts, text[done:]])

    def _word(self, word: str) -> str:
        if word in self._clean:
            return word
        if (known := self._replaced.get(word)) is not None:
            return known
        replaced = self._looked_up(word)
        if replaced != word:
            self._replaced[word] = replaced
        return replaced

    def _looked_up(self, word: str) -> str:
        if pseudonym := self._pseudonym(word):
            return pseudonym
        if "%" in word and (plain := unquote(word, errors="surrogateescape")) != word:
            scrubbed = self._everywhere(plain)
            return word if scrubbed == plain else quote(scrubbed, safe="", errors="surrogateescape")
        if "." in word and "@" not in word:
            # An organization's id or name as a label of a host name.
            labels = word.split(".")
            return ".".join(self._pseudonym(one, _LABEL_KINDS) or one for one in labels)
        return word

    def _escaped(self, match: re.Match[str]) -> str:
        """Text with escapes: what it says is scrubbed, and escaped again where that changed it."""
        if "\\" not in match[0]:
            return match[0]
        said = _said(match[0])
        scrubbed = self.scrub(said)
        if scrubbed == said:
            return match[0]
        is_ascii = match[0].isascii() or any("\ud800" <= one <= "\udfff" for one in scrubbed)
        return json.dumps(scrubbed, ensure_ascii=is_ascii)[1:-1]

    def _beside(self, line: str, place: str | None) -> str:
        """Names that others bear too, where they are certainly the erased one's."""
        line = _FLAT_OBJECT.sub(self._own_object, line)
        line = _ORGANIZATION_OBJECT.sub(
            lambda match: self._members(match[0], NAME_KEYS, ORGANIZATION_NAME, None), line
        )
        line = self._members(line, ORGANIZATION_NAME_KEYS, ORGANIZATION_NAME, None)
        line = _ORGANIZATION_PATH.sub(
            lambda match: self._shared(match[0], ORGANIZATION_NAME, None) or match[0], line
        )
        stated = _PLACE.search(line)
        here = place or (stated[1] if stated else "")
        subjects = self._places.get(self._register.letters(here), set())
        return self._texts(line, subjects) if subjects else line

    def _own_object(self, match: re.Match[str]) -> str:
        """An object without inner objects that holds an id or address of the person."""
        subjects = {
            entry.subject
            for word in WORD.findall(match[0])
            if word not in self._clean
            for entry in self._found(word)
            if entry.kind in _ANCHOR_KINDS
        }
        keys = PERSON_NAME_KEYS | NAME_KEYS
        return self._members(match[0], keys, NAME, subjects) if subjects else match[0]

    def _members(self, text: str, keys: frozenset[str], kind: str, of: set[str] | None) -> str:
        def replaced(match: re.Match[str]) -> str:
            if match[2] in keys and (pseudonym := self._shared(_said(match[3]), kind, of)):
                return match[1] + pseudonym
            return match[0]

        return _MEMBER.sub(replaced, text)

    def _texts(self, line: str, subjects: set[str]) -> str:
        """What people typed in a line of an organization of the erased one."""

        def word(match: re.Match[str]) -> str:
            return self._shared(match[0], None, subjects) or match[0]

        def text(match: re.Match[str]) -> str:
            if match[2] not in TEXT_KEYS:
                return match[0]
            return match[1] + WORD.sub(word, match[3])

        return _MEMBER.sub(text, line)

    def _shared(self, value: str, kind: str | None, of: set[str] | None) -> str | None:
        """The pseudonym of a name that others bear too; null where it is none."""
        for entry in self._found(trimmed(value)):
            is_meant = kind in (None, entry.kind) and (of is None or entry.subject in of)
            if entry.reach == BESIDE and is_meant:
                return entry.pseudonym
        return None


def _said(text: str) -> str:
    """What the inside of a JSON string says; what cannot be read stays."""
    return _READABLE.sub(lambda match: str(json.loads(f'"{match[0]}"')), text)
