"""`mackerel-cs erase`: personal data of a person, or an organization, leaves everything."""

from collections.abc import Iterator
from typing import Annotated

import typer

from mackerel_cs import raw_log
from mackerel_cs.build import build_and_publish
from mackerel_cs.console import out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.erase import identifiers
from mackerel_cs.erase.finish import InClear, finishing
from mackerel_cs.erase.identifiers import Organization, Person
from mackerel_cs.erase.proof import Identifier
from mackerel_cs.erase.register import (
    BESIDE,
    EMAIL,
    EVERYWHERE,
    NAME,
    ORGANIZATION_ID,
    ORGANIZATION_NAME,
    USER_ID,
    Entry,
    Register,
)
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings
from mackerel_cs.variables import dbt_vars

_SHARED = "names that stand for others too: replaced where they are this one's"
_KEPT = "names another organization bore too: kept"


def erase(
    *,
    user: Annotated[
        list[str] | None, typer.Option(help="A user's id; give it again for more.")
    ] = None,
    organization: Annotated[
        list[str] | None,
        typer.Option(help="An organization's id; its people go with it unless others have them."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    variables: Annotated[
        str | None, typer.Option("--vars", help="Vars of your builds, as YAML or JSON.")
    ] = None,
) -> None:
    """Replace what identifies people or organizations by pseudonyms, everywhere, for good.

    Rewrites the raw files, builds all anew from them, publishes, deletes older publications,
    searches every byte that is left, and writes the proof into `<data>/erasures`. Counts and sums
    stay. Deliveries that come again are scrubbed before they land. docs/erasure.md says what is
    replaced and what stays.

    Exit code 2 where an id is not in the raw log; 1 while the erasure is not complete: the next
    green `mackerel-cs build` completes it.

    \b
    Examples:
      mackerel-cs erase --user 4QV7iTVi3ji
      mackerel-cs erase --organization 2wpLU5fBXbG --yes
    """
    user_ids, organization_ids = set(user or ()), set(organization or ())
    if not user_ids | organization_ids:
        raise UserError("Nobody was named.", "Name people with --user or --organization.")
    settings = Settings.from_environment()
    given = dbt_vars(variables, None, None)
    project = DbtProject.find()
    if not yes:
        who = f"{len(user_ids)} user(s) and {len(organization_ids)} organization(s)"
        typer.confirm(f"Erase {who} from {settings.raw} and {settings.data} for good?", abort=True)
    with exclusive(settings.data), exclusive(project.target):
        in_clear = _record(settings, user_ids, organization_ids)
        with finishing(settings, project, in_clear):
            build_and_publish(project, settings, given, full_refresh=True)
    out.print(f"Proof    {settings.data / 'erasures'}")


def _record(settings: Settings, user_ids: set[str], organization_ids: set[str]) -> InClear:
    """Find out what identifies them and put it into the register; nothing else is touched yet."""
    paths = raw_log.event_files(settings)

    def lines() -> Iterator[str]:
        return identifiers.raw_lines(paths)

    with stage("looking for what identifies them"):
        organizations = {one: identifiers.organization(lines, one) for one in organization_ids}
        members = {one for found in organizations.values() for one in found.members}
        people = identifiers.people(lines, user_ids | members)
    _require_known(Register.load(settings), people, organizations)
    register = Register.load_or_create(settings)
    plan = _Plan(register)
    for user_id, person in people.items():
        plan.add_person(user_id, person)
    for organization_id, found in organizations.items():
        plan.add_organization(organization_id, found)
    register.add(plan.entries, plan.places)
    return InClear(plan.in_clear, plan.kept)


def _require_known(
    register: Register | None, people: dict[str, Person], organizations: dict[str, Organization]
) -> None:
    """UserError for an id the raw log does not have, unless its erasure is on the way."""
    for what, found in (("user", people), ("organization", organizations)):
        unknown = sorted(
            one
            for one, told in found.items()
            if not told.is_known and not (register and register.is_open_for(one))
        )
        if unknown:
            raise UserError(
                f"The raw log knows no {what} {', '.join(unknown)}.",
                "Give the id as the log has it (dim_users, dim_organizations); who was erased is "
                "known by a pseudonym only. Nothing was changed.",
            )


class _Plan:
    """What an erasure replaces, collected before anything is written."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self.entries: list[Entry] = []
        self.places: dict[str, tuple[str, ...]] = {}
        self.in_clear: list[Identifier] = []
        self.kept = {_SHARED: 0, _KEPT: 0}

    def add_person(self, user_id: str, person: Person) -> None:
        subject = self._register.letters(user_id)
        self._add(USER_ID, {user_id}, subject)
        self._add(EMAIL, person.addresses, subject)
        self._add(NAME, person.names, subject)
        self._add_shared(NAME, person.shared_names, subject, person.organizations)

    def add_organization(self, organization_id: str, found: Organization) -> None:
        subject = self._register.letters(organization_id)
        self._add(ORGANIZATION_ID, {organization_id}, subject)
        self._add(ORGANIZATION_NAME, found.names, subject)
        self._add_shared(ORGANIZATION_NAME, found.shared_names, subject, {organization_id})
        self.kept[_KEPT] += len(found.kept_names)

    def _add(self, kind: str, values: set[str], subject: str) -> None:
        for value in sorted(values):
            self.entries += self._register.entries(kind, value, EVERYWHERE, subject)
            self.in_clear.append(Identifier(kind, value))

    def _add_shared(self, kind: str, values: set[str], subject: str, places: set[str]) -> None:
        """Names that others bear too; in texts of these organizations they mean this one."""
        for value in sorted(values):
            self.entries += self._register.entries(kind, value, BESIDE, subject)
        for place in places if values else ():
            digest = self._register.letters(place)
            self.places[digest] = (*self.places.get(digest, ()), subject)
        self.kept[_SHARED] += len(values)
