"""Which JSON keys hold personal data, free text, and the names of organizations."""

import re

ADDRESS_KEYS = frozenset(
    {"email", "mail", "emailAddress", "mailAddress", "userEmail", "requesterEmail", "authorEmail"}
)
# Certainly a person's name, whatever object they stand in.
PERSON_NAME_KEYS = frozenset(
    {
        "screenName",
        "fullName",
        "realName",
        "firstName",
        "lastName",
        "givenName",
        "familyName",
        "nickname",
        "userName",
        "username",
        "login",
        "requesterName",
        "authorName",
    }
)
# A person's name in the person's own object, elsewhere that of a thing.
NAME_KEYS = frozenset({"name", "displayName"})
# What people type.
TEXT_KEYS = frozenset(
    {
        "body",
        "comment",
        "description",
        "memo",
        "message",
        "note",
        "query",
        "reason",
        "subject",
        "text",
        "title",
    }
)
ORGANIZATION_NAME_KEYS = frozenset({"orgName", "organizationName", "previousName"})
ORGANIZATION_OBJECTS = frozenset({"organization", "org"})
_PERSON_OBJECT = re.compile(r"(?i)(user|actor|requester|author|member|owner)s?$")
_PERSON_ID = re.compile(r"(?i)(user|requester|author|member|owner|actor)_?ids?$")


def is_person_object(key: str) -> bool:
    """Whether the object below this key is a person, so that its `id` is the person's."""
    return _PERSON_OBJECT.search(key) is not None


def is_person_id(key: str) -> bool:
    """Whether the values of this key are ids of people."""
    return _PERSON_ID.search(key) is not None
