"""The CloudEvents envelope around a body: identity, times, and the body's own text."""

import base64
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from mackerel_cs.collect.payloads import Payload

_OWN_TIMES = {
    "io.mackerel.webhook.alert": ("alert", ("statusChangedAt", "closedAt", "openedAt")),
    "io.mackerel.webhook.alertGroup": ("alertGroup", ("closedAt", "createdAt")),
}
_LAST_SECOND = 253402300799  # 9999-12-31T23:59:59Z
_ID_CHARACTERS = 32


class Envelopes:
    """Wraps the payloads of one collection; counts repeats to tell them apart."""

    def __init__(
        self, received_at: datetime, organization_id: str | None, source: str | None = None
    ) -> None:
        """`received_at` is in UTC; `source` replaces the family's own."""
        self._received = rfc3339(received_at)
        self._organization_id = organization_id
        self._source = source
        self._repeats: Counter[str] = Counter()

    def line(self, payload: Payload) -> str:
        """The event as one line of the raw log, without its end.

        The body stands in `data` as it was, without line feeds (JSON has none within a string). A
        body that is no JSON goes into `data_base64`: landing quarantines the line with its text.
        """
        happened = own_time(payload.type, payload.content)
        attributes = {
            "specversion": "1.0",
            "id": self._identity(payload, has_time=happened is not None),
            "source": self._source or payload.source,
            "type": payload.type,
            "time": happened,
            "receivedtime": self._received,
            "orgid": self._organization_id,
        }
        head = json.dumps(
            {name: text for name, text in attributes.items() if text is not None},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return f"{head[:-1]},{_data(payload)}}}"

    def _identity(self, payload: Payload, *, has_time: bool) -> str:
        """A redelivery of a body that says when it happened is a duplicate.

        One that does not say is another event at another time, and each time it comes again.
        """
        parts = [payload.type, self._organization_id or "", _one_line(payload.text)]
        if not has_time:
            repeat = _digest([*parts, self._received])
            parts += [self._received, str(self._repeats[repeat])]
            self._repeats[repeat] += 1
        return _digest(parts)


def own_time(event_type: str, content: Any) -> str | None:
    """When it happened, by the producer's word (epoch seconds), as RFC 3339; else null."""
    key, names = _OWN_TIMES.get(event_type, ("", ()))
    thing = content.get(key) if isinstance(content, dict) else None
    if not isinstance(thing, dict):
        return None
    seconds = next((thing[name] for name in names if thing.get(name) is not None), None)
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int)
        or not 0 <= seconds <= _LAST_SECOND
    ):
        return None
    return rfc3339(datetime.fromtimestamp(seconds, UTC))


def rfc3339(moment: datetime) -> str:
    """A moment in UTC, to the microsecond where it has any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _data(payload: Payload) -> str:
    if not payload.is_json:
        raw = payload.text.encode("utf-8", "surrogateescape")
        return f'"data_base64":"{base64.b64encode(raw).decode()}"'
    return f'"data":{_one_line(payload.text)}'


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _digest(parts: list[str]) -> str:
    joined = json.dumps(parts).encode()
    return hashlib.sha256(joined).hexdigest()[:_ID_CHARACTERS]
