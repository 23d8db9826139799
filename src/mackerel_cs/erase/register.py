"""The register of erasures: whom to recognise again, known by keyed digests only.

`<data>/erasures/register.json` holds no identifier in clear, and `<data>/erasures/key` the random
key of the digests and pseudonyms. Who has both files and guesses an identifier can test the guess;
nothing less could recognise a person whose data is delivered again.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from mackerel_cs.durable import sync_file, sync_folder
from mackerel_cs.erase.words import word_count
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

USER_ID, ORGANIZATION_ID = "user_id", "organization_id"
EMAIL, EMAIL_HASH = "email", "email_sha256"
NAME, ORGANIZATION_NAME = "name", "organization_name"
CASE_EXACT = frozenset({USER_ID, ORGANIZATION_ID})

EVERYWHERE = "everywhere"  # nobody and nothing else is called so: replaced wherever it stands
BESIDE = "beside"  # others are called so too: replaced only where it is certainly this one's

BEGUN = "begun"  # recorded; raw files may hold the identifiers still
SCRUBBED = "scrubbed"  # no raw file does; what people read may be the build before
FINISHED = "finished"  # proven

_KEY_BYTES = 32
_PSEUDONYM_CHARACTERS = 16
_DOMAIN = "erased.invalid"  # reserved by RFC 2606: nobody can ever have an address there


@dataclass(frozen=True)
class Entry:
    """One identifier as the register keeps it.

    `digest` is of its letters in any case; `letters`, for ids, where case matters, of them as they
    are; `subject` tells whose it is.
    """

    digest: str
    letters: str | None
    kind: str
    reach: str
    pseudonym: str
    subject: str
    word_count: int


@dataclass(frozen=True)
class Erasure:
    """One erasure: its state, its identifiers, and the organizations whose texts may name them."""

    number: int
    state: str
    entries: tuple[Entry, ...]
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)


def email_hash(address: str) -> str:
    """How models know an address: SHA-256 of its lower-cased letters, as hex."""
    return hashlib.sha256(address.lower().encode()).hexdigest()


class Register:
    """All erasures of an installation, in the order they were asked for."""

    def __init__(self, folder: Path, key: bytes, erasures: list[Erasure]) -> None:
        """Use `load` or `create`."""
        self.folder = folder
        self.erasures = erasures
        self._key = key

    @classmethod
    def load(cls, settings: Settings) -> "Register | None":
        """The register; null when nothing was ever erased. UserError when it cannot be read."""
        folder = settings.data / "erasures"
        if not (folder / "register.json").exists():
            return None
        try:
            rows = json.loads((folder / "register.json").read_text("utf-8"))["erasures"]
            return cls(folder, (folder / "key").read_bytes(), [_erasure(row) for row in rows])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"The register of erasures in {folder} cannot be read: {error}.",
                "Put register.json and key back from a backup: without them a delivery that comes "
                "again could bring erased people back. What is published stays as it was.",
            ) from error

    @classmethod
    def load_or_create(cls, settings: Settings) -> "Register":
        """The register, with a key of its own when it is the first; not yet written."""
        if register := cls.load(settings):
            return register
        folder = settings.data / "erasures"
        if not (folder / "key").exists():
            _write_private(folder / "key", secrets.token_bytes(_KEY_BYTES))
        return cls(folder, (folder / "key").read_bytes(), [])

    @property
    def open(self) -> list[Erasure]:
        """Erasures that are not finished."""
        return [erasure for erasure in self.erasures if erasure.state != FINISHED]

    def is_open_for(self, identity: str) -> bool:
        """Whether the erasure of this id is on the way."""
        letters = self.letters(identity)
        return any(letters == entry.letters for one in self.open for entry in one.entries)

    def digest(self, value: str) -> str:
        """Digest of a word or name in any case."""
        return self._hmac("any case", value.casefold())

    def letters(self, value: str) -> str:
        """Digest of an id as it is."""
        return self._hmac("letters", value)

    def entries(self, kind: str, value: str, reach: str, subject: str) -> list[Entry]:
        """What is kept of an identifier (`value` as `words.trimmed` gives it).

        One value has one pseudonym, so that what could be told apart can be told apart still. Of an
        address its hash is kept as well: models know the invited by it.
        """
        letters = self.letters(value) if kind in CASE_EXACT else None
        pseudonym = self._pseudonym(kind, value)
        length = word_count(value)
        kept = [Entry(self.digest(value), letters, kind, reach, pseudonym, subject, length)]
        if kind == EMAIL:
            digest, other = self.digest(email_hash(value)), email_hash(pseudonym)
            kept.append(Entry(digest, None, EMAIL_HASH, reach, other, subject, 1))
        return kept

    def _pseudonym(self, kind: str, value: str) -> str:
        folded = value if kind in CASE_EXACT else value.casefold()
        name = f"erased-{self._hmac('pseudonym', folded)[:_PSEUDONYM_CHARACTERS]}"
        return f"{name}@{_DOMAIN}" if kind == EMAIL else name

    def add(self, entries: list[Entry], places: dict[str, tuple[str, ...]]) -> None:
        """Record an erasure before the first file is touched."""
        self.erasures.append(Erasure(len(self.erasures) + 1, BEGUN, tuple(entries), places))
        self._write()

    def mark_open(self, state: str) -> None:
        """Put every open erasure into a state."""
        self.erasures = [
            replace(erasure, state=state) if erasure.state != FINISHED else erasure
            for erasure in self.erasures
        ]
        self._write()

    def _hmac(self, purpose: str, value: str) -> str:
        message = f"{purpose}\0{value}".encode(errors="surrogatepass")
        return hmac.digest(self._key, message, hashlib.sha256).hex()

    def _write(self) -> None:
        rows = [asdict(erasure) for erasure in self.erasures]
        text = json.dumps({"erasures": rows}, indent=1) + "\n"
        _write_private(self.folder / "register.json", text.encode())


def _erasure(row: dict[str, object]) -> Erasure:
    return Erasure(
        number=int(str(row["number"])),
        state=str(row["state"]),
        entries=tuple(Entry(**one) for one in row["entries"]),  # type: ignore[attr-defined]
        places={name: tuple(one) for name, one in row["places"].items()},  # type: ignore[attr-defined]
    )


def _write_private(path: Path, data: bytes) -> None:
    """Write beside and move in, for the owner's eyes only, safe on the disk."""
    scratch = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        sync_file(scratch)
        scratch.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise UserError(
            f"The register of erasures {path} cannot be written: {error.strerror or error}.",
            "Give this user the right to write there, or free space, and run the command again. "
            "What is published stays as it was.",
        ) from error
