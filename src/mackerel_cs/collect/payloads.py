"""What a body is: a webhook, an API response, or something not known yet.

Payloads change without notice, so recognition leans on the least: the `event` of a webhook, the
one key an API response wraps its objects in. The rest is kept under an unrecognized type.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mackerel_cs.collect.values import Rubble, Value, elements, members

WEBHOOK, API = "mackerel/webhook", "mackerel/api"
WEBHOOK_TYPE, API_TYPE = "io.mackerel.webhook.", "io.mackerel.api."
UNRECOGNIZED = "unrecognized"
KNOWN_EVENTS = frozenset(
    {
        "alert", "alertGroup", "hostRegister", "hostStatus", "hostRetire",
        "monitorCreate", "monitorUpdate", "monitorDelete", "sample",
    }
)  # fmt: skip
_OBJECTS = {
    "host": "hosts",
    "monitor": "monitors",
    "channel": "channels",
    "notificationGroup": "notificationGroups",
    "user": "users",
    "dashboard": "dashboards",
    "service": "services",
    "role": "roles",
    "alert": "alerts",
    "downtime": "downtimes",
    "aws_integration": "aws_integrations",
    "invitation": "invitations",
    "graphAnnotation": "graphAnnotations",
}
_KINDS = {
    "notificationGroup": "notification-group",
    "aws_integration": "aws-integration",
    "graphAnnotation": "graph-annotation",
}
_LISTS = {many: _KINDS.get(one, one) for one, many in _OBJECTS.items()} | {"logs": "alert-log"}
_SINGLES = {one: _KINDS.get(one, one) for one in _OBJECTS}
KINDS = frozenset(_LISTS.values())
# Keys of the objects themselves: a body with one of these is an object, not a response around it.
_OWN_KEYS = frozenset({"id", "name", "title", "email", "type", "event"})
_PAGING_KEYS = frozenset({"nextId", "hasNextPage"})


@dataclass(frozen=True)
class Payload:
    """One event to be: its family, type and body; a body that is no JSON has no content."""

    source: str
    type: str
    text: str
    content: Any
    is_json: bool
    note: str | None = None


def payloads(value: Value | Rubble, kind: str | None) -> Iterator[Payload]:
    """Events of one value; `kind` says what a bare API object is."""
    if isinstance(value, Rubble):
        yield _payload(API, API_TYPE + UNRECOGNIZED, value)
    elif _is_list_of_objects(value.content):
        for element in elements(value):
            yield from payloads(element, kind)
    elif isinstance(value.content, dict):
        yield from _of_object(value, kind)
    else:
        yield _unrecognized(value)


def _payload(source: str, type_: str, body: Value | Rubble, note: str | None = None) -> Payload:
    text = body.source_text
    if isinstance(body, Rubble) or not _is_utf8(text):
        return Payload(source, type_, text, None, False, "no JSON in UTF-8: will be quarantined")
    return Payload(source, type_, text, body.content, True, note)


def _of_object(value: Value, kind: str | None) -> Iterator[Payload]:
    content = value.content
    if isinstance(content.get("event"), str):
        yield _webhook(value)
    elif detail := _eventbridge_detail(value):
        yield _webhook(detail)
    elif wrapper := _wrapper(value):
        yield from _of_response(*wrapper, content)
    elif kind:
        yield _payload(API, API_TYPE + kind, value)
    else:
        yield _unrecognized(value)


def _webhook(value: Value) -> Payload:
    # Lone surrogates can stand in JSON text, but not in an envelope's.
    event = value.content["event"].encode(errors="replace").decode()
    note = None if event in KNOWN_EVENTS else f"webhook event {event!r} is not known yet"
    return _payload(WEBHOOK, WEBHOOK_TYPE + event, value, note)


def _eventbridge_detail(value: Value) -> Value | None:
    """The webhook body an EventBridge event carries."""
    content = value.content
    detail = content.get("detail")
    if "detail-type" not in content or not isinstance(detail, dict):
        return None
    if not isinstance(detail.get("event"), str):
        return None
    # A repeated key counts as the last one, as parsers see it.
    return [member for key, member in members(value) if key == "detail"][-1]


def _wrapper(value: Value) -> tuple[str, Value] | None:
    """The kind and the objects of an API response."""
    if _OWN_KEYS & value.content.keys():
        return None
    found = [
        (_LISTS.get(key) or _SINGLES[key], member)
        for key, member in members(value)
        if (key in _LISTS and (member.content == [] or _is_list_of_objects(member.content)))
        or (key in _SINGLES and isinstance(member.content, dict))
    ]
    return found[0] if len(found) == 1 else None


def _of_response(kind: str, objects: Value, content: dict[str, Any]) -> Iterator[Payload]:
    others = sorted(content.keys() - _PAGING_KEYS - _LISTS.keys() - _SINGLES.keys())
    note = f"left out of a {kind} response: {', '.join(others)}" if others else None
    for item in elements(objects) if isinstance(objects.content, list) else [objects]:
        yield _payload(API, API_TYPE + kind, item, note)


def _unrecognized(value: Value) -> Payload:
    note = "not recognised; if it is a bare API object, name its kind with --object"
    return _payload(API, API_TYPE + UNRECOGNIZED, value, note)


def _is_list_of_objects(content: Any) -> bool:
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(item, dict) for item in content)
    )


def _is_utf8(text: str) -> bool:
    """Bytes that are no UTF-8 were read as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
