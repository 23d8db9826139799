"""`mackerel-cs collect`."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from mackerel_cs.collect.append import append
from mackerel_cs.collect.envelopes import Envelopes
from mackerel_cs.collect.inputs import Input, inputs
from mackerel_cs.collect.payloads import KINDS, payloads
from mackerel_cs.collect.values import values
from mackerel_cs.console import Advance, out, progress
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

_KIND = re.compile(r"[a-z][a-z0-9-]*")
_NOTES_SHOWN = 10


def collect(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files or folders with payloads; - or nothing: standard input."),
    ] = None,
    received_at: Annotated[
        str | None,
        typer.Option(
            help="When the payloads reached you, with a zone: 2026-03-01T02:03:05Z. Default: now."
        ),
    ] = None,
    org: Annotated[
        str | None,
        typer.Option(help="Organization id: whose API key asked, or whose webhooks they are."),
    ] = None,
    object_: Annotated[
        str | None,
        typer.Option(
            "--object",
            help="What bare API objects are, such as dashboard: " + ", ".join(sorted(KINDS)) + ".",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="The envelope's source instead of mackerel/webhook and mackerel/api."),
    ] = None,
) -> None:
    """Put webhook bodies and API responses into the raw log.

    Takes one body a file, JSON lines, several JSON values in a row, and any of these compressed
    with gzip or zstd. Bodies are kept as they are. Each run adds one new file; the same input with
    the same --received-at adds nothing.

    Examples:

      mkr hosts | mackerel-cs collect --object host --org 2wpLU5fBXbG

      curl -sH "X-Api-Key: $KEY" https://api.mackerelio.com/api/v0/monitors | mackerel-cs collect

      mackerel-cs collect webhooks/ --received-at 2026-03-01T02:03:05Z

      mackerel-cs collect dashboard.json --object dashboard --org 2wpLU5fBXbG
    """
    moment = _moment(received_at)
    if object_ is not None and not _KIND.fullmatch(object_):
        raise UserError(
            f"--object {object_!r} is no kind of object.",
            f"Use one of {', '.join(sorted(KINDS))}, or another word in small letters.",
        )
    collection = Collection(Envelopes(moment, org, source), object_)
    named = inputs(paths or [])
    settings = Settings.from_environment()
    with progress("collecting", total=len(named)) as advance:
        appended = append(settings.events, moment, collection.lines(named, advance))
    collection.report()
    if appended is None:
        out.print("Nothing to add: the input holds no payloads.")
    elif appended.is_new:
        out.print(f"{sum(collection.types.values())} events written to {appended.path}")
    else:
        out.print(f"Nothing to add: these payloads are in {appended.path} already.")


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UserError(
        f"--received-at {text!r} is no time with a zone.",
        "Write it like 2026-03-01T02:03:05Z or 2026-03-01T11:03:05+09:00.",
    )


class Collection:
    """One run: turns inputs into lines and counts what they were."""

    def __init__(self, envelopes: Envelopes, kind: str | None) -> None:
        """`kind` is what bare API objects are."""
        self._envelopes = envelopes
        self._kind = kind
        self.types: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self._first_input: dict[str, str] = {}

    def lines(self, named: list[Input], advance: Advance) -> Iterator[str]:
        """The raw log's lines for all inputs, in their order."""
        for source in named:
            for value in values(source.text()):
                for payload in payloads(value, self._kind):
                    self.types[payload.type] += 1
                    if payload.note:
                        self.notes[payload.note] += 1
                        self._first_input.setdefault(payload.note, source.name)
                    yield self._envelopes.line(payload)
            advance()

    def report(self) -> None:
        """Print the counts by type and what was odd."""
        for event_type, count in sorted(self.types.items()):
            out.print(f"  {count:>8}  {event_type}")
        for note, count in self.notes.most_common(_NOTES_SHOWN):
            out.print(f"  note: {note} ({count} times, first in {self._first_input[note]})")
        if len(self.notes) > _NOTES_SHOWN:
            out.print(f"  ... and {len(self.notes) - _NOTES_SHOWN} more notes")
