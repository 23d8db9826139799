"""What identifies a person or an organization, as the raw log tells it.

The log is read until nothing new is found: an id leads to addresses, an address to names. Only
sound lines tell; broken ones are scrubbed of what the sound ones told.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mackerel_cs.erase.fields import (
    ADDRESS_KEYS,
    NAME_KEYS,
    ORGANIZATION_NAME_KEYS,
    ORGANIZATION_OBJECTS,
    PERSON_NAME_KEYS,
    TEXT_KEYS,
    is_person_id,
    is_person_object,
)
from mackerel_cs.erase.words import trimmed, whole_words
from mackerel_cs.raw_log import repair
from mackerel_cs.raw_log.rewrite import Plain, decoded, is_parquet

Lines = Callable[[], Iterable[str]]

# What our own people write about customers: whom it names as author is no member.
_STAFF = "mackerel/cre"


@dataclass
class Person:
    """What the log tells of a person."""

    is_known: bool = False
    addresses: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    shared_names: set[str] = field(default_factory=set)
    organizations: set[str] = field(default_factory=set)


@dataclass
class Organization:
    """What the log tells of an organization.

    `shared_names` stand for other things as well; `kept_names` are also another organization's and
    stay, because nobody could tell whose webhooks are whose.
    """

    is_known: bool = False
    names: set[str] = field(default_factory=set)
    shared_names: set[str] = field(default_factory=set)
    kept_names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)


class Object(NamedTuple):
    """A JSON object of a line: the key it stands under, its members, its line."""

    key: str
    members: dict[str, Any]
    line: dict[str, Any]


def raw_lines(paths: list[Path]) -> Iterator[str]:
    """Every line that can be read of these files."""
    for path in paths:
        if is_parquet(path):
            yield from (text for text, _ in repair.parquet_lines(path))
        else:
            for block in Plain(path):
                yield from decoded(block).split("\n")


def people(lines: Lines, user_ids: set[str]) -> dict[str, Person]:
    """What the log tells of these people, by user id."""
    found = {user_id: Person() for user_id in user_ids}
    needles, searched = set(user_ids), set[str]()
    while needles - searched:
        searched |= needles
        for one in _objects(_holding(lines(), searched)):
            for user_id in _bearers(one, found):
                _learn(one, user_id, found[user_id])
        needles |= {address for person in found.values() for address in person.addresses}
    _set_shared_apart(lines, found)
    return found


def organization(lines: Lines, organization_id: str) -> Organization:
    """What the log tells of an organization; its members are those of no other organization."""
    found = Organization()
    for one in _objects(_holding(lines(), {organization_id})):
        if organization_id not in (one.line.get("orgid"), one.members.get("orgId")):
            continue
        found.is_known = True
        found.names |= _organization_names(one)
        if one.line.get("source") != _STAFF:
            found.members |= _user_ids(one)
    for one in _objects(_holding(lines(), found.members)):
        if one.line.get("orgid") not in (None, organization_id):
            found.members -= _user_ids(one)
    _set_other_bearers_apart(lines, found, organization_id)
    return found


def _holding(lines: Iterable[str], needles: set[str]) -> Iterator[str]:
    """Lines that may hold one of these, in any case."""
    folded = [needle.casefold() for needle in needles]
    for line in lines:
        low = line.casefold()
        if "\\" in line or any(needle in low for needle in folded):
            yield line


def _objects(lines: Iterable[str]) -> Iterator[Object]:
    """Every object of the sound lines."""
    for text in lines:
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            yield from _inner(_root_key(line), line, line)


def _root_key(line: dict[str, Any]) -> str:
    """API snapshots are the object itself: their type says of what."""
    return str(line.get("type", "")).rpartition(".")[2]


def _inner(key: str, value: Any, line: dict[str, Any]) -> Iterator[Object]:
    if isinstance(value, dict):
        yield Object(key, value, line)
        for name, one in value.items():
            yield from _inner(key if name == "data" else str(name), one, line)
    elif isinstance(value, list):
        for one in value:
            yield from _inner(key, one, line)


def _user_ids(one: Object) -> set[str]:
    """Ids of people an object names."""
    ids = set()
    for key, value in one.members.items():
        if is_person_id(key) or (key == "id" and is_person_object(one.key) and not _is_line(one)):
            ids |= set(_texts(value))
    return ids


def _is_line(one: Object) -> bool:
    return one.members is one.line


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and trimmed(one):
            yield trimmed(one)


def _bearers(one: Object, found: dict[str, Person]) -> set[str]:
    """Whose an object is: those whose ids it names, or, where it names none, whose address."""
    if ids := _user_ids(one):
        return ids & found.keys()
    if addresses := _addresses(one):
        return {user_id for user_id, person in found.items() if addresses & person.addresses}
    return set()


def _learn(one: Object, user_id: str, person: Person) -> None:
    """Take up what an object of the person tells; one that names several people tells of none."""
    ids = _user_ids(one)
    if ids:
        person.is_known = True
        if isinstance(place := one.line.get("orgid"), str):
            person.organizations.add(place)
        person.addresses |= _accepted(one, user_id)
    if len(ids) > 1:
        return
    person.addresses |= _addresses(one)
    keys = PERSON_NAME_KEYS | (NAME_KEYS if is_person_object(one.key) else set())
    for name in (name for key in keys for name in _texts(one.members.get(key))):
        if "@" in name:  # who signed up by e-mail shows the address as the screen name
            person.addresses.add(name.casefold())
        else:
            person.names.add(name)


def _addresses(one: Object) -> set[str]:
    texts = (text for key in ADDRESS_KEYS for text in _texts(one.members.get(key)))
    return {text.casefold() for text in texts if "@" in text}


def _accepted(one: Object, user_id: str) -> set[str]:
    """The address an invitation went to, from the event of its acceptance by this person."""
    data = one.line.get("data")
    is_acceptance = str(one.line.get("type", "")).endswith(".invitation.accepted")
    if not is_acceptance or not isinstance(data, dict):
        return set()
    user, invitation = data.get("user"), data.get("invitation")
    if not isinstance(user, dict) or user.get("id") != user_id or not isinstance(invitation, dict):
        return set()
    return _addresses(Object("invitation", invitation, one.line))


def _set_shared_apart(lines: Lines, found: dict[str, Person]) -> None:
    """Names that somebody or something else has too may only be replaced beside their bearer."""
    names = {name for person in found.values() for name in person.names}
    patterns = {name: whole_words(name, is_case_exact=False) for name in names}
    for one in _objects(_holding(lines(), names)):
        bearers = _bearers(one, found)
        typed, other = _uses(one, patterns)
        for user_id, person in found.items():
            if bearers != {user_id}:
                person.shared_names |= person.names & other
                if not _may_mean(one, person.organizations):
                    person.shared_names |= person.names & typed
    for person in found.values():
        person.names -= person.shared_names


def _uses(one: Object, patterns: dict[str, re.Pattern[str]]) -> tuple[set[str], set[str]]:
    """Names that stand in what people typed, and names that stand elsewhere in the object."""
    typed: set[str] = set()
    other: set[str] = set()
    for key, value in one.members.items():
        for text in (key, *_texts(value)):
            names = {name for name, pattern in patterns.items() if pattern.search(text)}
            (typed if key in TEXT_KEYS else other).update(names)
    return typed, other


def _may_mean(one: Object, places: set[str]) -> bool:
    """Whether what is typed there may mean somebody of these organizations."""
    return one.line.get("orgid") in {None, *places}


def _organization_names(one: Object) -> set[str]:
    keys = set(ORGANIZATION_NAME_KEYS)
    if one.key in ORGANIZATION_OBJECTS and not _is_line(one):
        keys |= NAME_KEYS
    return {name for key in keys for name in _texts(one.members.get(key))}


def _set_other_bearers_apart(lines: Lines, found: Organization, organization_id: str) -> None:
    """Names that another organization bore too, and names that are words of the log as well."""
    patterns = {name: whole_words(name, is_case_exact=False) for name in found.names}
    for one in _objects(_holding(lines(), found.names)):
        place = one.line.get("orgid")
        if place is None and _webhook_name(one.line) in found.names:
            continue  # a webhook says the name and no id: that is the organization itself
        if place != organization_id:
            found.kept_names |= found.names & _organization_names(one)
            typed, other = _uses(one, patterns)
            found.shared_names |= other if place is None else other | typed
    found.shared_names -= found.kept_names
    found.names -= found.shared_names | found.kept_names


def _webhook_name(line: dict[str, Any]) -> str | None:
    data = line.get("data")
    name = data.get("orgName") if isinstance(data, dict) else None
    return name if isinstance(name, str) else None
