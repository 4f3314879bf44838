"""What is unsafe in how the server is set up: each finding says what could happen, and what to do."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from dashboard.access.proxy import is_peer
from dashboard.alerting.sending import Exposed, NotSent, check
from dashboard.embed.keyring import Keyring
from dashboard.packs.writing import folder_of
from dashboard.settings import Access, Settings, is_loopback
from queries.access_file import AccessFile, load_access
from queries.alert import load_alerts
from queries.errors import QueriesError
from queries.pack import Pack, load_packs
from queries.workspace import Workspace

UNSAFE_VARIABLES: Final = {
    "AUTHLIB_INSECURE_TRANSPORT": "logins would go over lines that others read",
    "OAUTHLIB_INSECURE_TRANSPORT": "logins would go over lines that others read",
    "DASH_DEBUG": "failures would show code and data",
    "FLASK_DEBUG": "failures would show code and data",
    "DASH_MCP_ENABLED": "a door for programs is asked for, which stays shut",
    "PYTHONHTTPSVERIFY": "certificates may not be looked at",
}
OFF: Final = ("", "0", "false", "no")
OTHERS: Final = 0o007


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. is_unsafe: it lets somebody in who does not belong there, or nobody at all."""

    is_unsafe: bool
    sentence: str


def unsafe(sentence: str) -> Finding:
    return Finding(True, sentence)


def note(sentence: str) -> Finding:
    return Finding(False, sentence)


def examined(workspace: Path, environment: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Looks at the settings of the environment, at who is named in access.toml, at who may read the workspace, and at what leaves it."""
    there = Workspace(workspace.resolve())
    found = [*_environment(environment), *_files(there), *_hosts(there), *_recipients(there), *_packs(there)]
    try:
        settings = Settings(workspace=workspace)
    except ValidationError as error:
        sentences = [each for problem in error.errors() for each in problem["msg"].removeprefix("Value error, ").splitlines()]
        return (*found, *map(unsafe, sentences))
    return (*found, *_access(settings), *_people(settings, there))


def _environment(environment: Mapping[str, str]) -> Iterator[Finding]:
    for name, what in UNSAFE_VARIABLES.items():
        told = environment.get(name)
        is_set = told == "0" if name == "PYTHONHTTPSVERIFY" else (told or "").lower() not in OFF
        if is_set:
            yield unsafe(f"{name} is set: {what}. Take it out of the environment.")
    for name in ("CX_SECRET", "CX_OIDC_SECRET"):
        if environment.get(name):
            yield note(
                f"{name} is in the environment, which child processes and dumps carry along. {name}_FILE names a file instead."
            )


def _files(workspace: Workspace) -> Iterator[Finding]:
    for folder in workspace.made_folders:
        if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & OTHERS:
            yield unsafe(f"{folder} can be read or changed by everybody on this machine. Run: chmod -R o-rwx {folder}")
    rules = workspace.access_rules
    if rules.exists() and stat.S_IMODE(rules.stat().st_mode) & 0o022:
        yield unsafe(f"{rules} can be written by others, who could let themselves in. Run: chmod go-w {rules}")


def _hosts(workspace: Workspace) -> Iterator[Finding]:
    try:
        hosts = Keyring(workspace).read().hosts
    except QueriesError as problem:
        yield unsafe(f"No chart opens on another page: {problem}")
        return
    for host in hosts:
        parts = urlsplit(host.origin)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            yield unsafe(
                f"{host.origin} may show charts and is not encrypted: whoever is on the line takes their links along. "
                f"Register it under https://, and run: cx embed hosts remove {host.origin}"
            )


def _recipients(workspace: Workspace) -> Iterator[Finding]:
    """Whom alerts reach. Who is reached by nothing lets nobody in: that is a note, and keeps no server from starting."""
    try:
        alerts = load_alerts(workspace.alerts)
    except (QueriesError, OSError) as problem:
        yield note(f"No alert reaches anybody, because they cannot be read: {problem}")
        return
    for name in sorted({name for one in alerts.values() for name in one.to}):
        try:
            check(name)
        except Exposed as problem:
            yield unsafe(f"Alerts reach {name} by what others can read: {problem}")
        except NotSent as problem:
            yield note(f"Alerts do not reach {name}: {problem}")


def _packs(workspace: Workspace) -> Iterator[Finding]:
    try:
        packs = load_packs(workspace.packs).values()
        access = load_access(workspace.access_rules)
    except (QueriesError, OSError) as problem:
        yield note(f"No pack is written, because what says so cannot be read: {problem}")
        return
    for folder in sorted({folder_of(workspace, one) for one in packs}):
        if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & OTHERS:
            yield unsafe(
                f"Packs lie in {folder}, which everybody on this machine can read or change. Run: chmod -R o-rwx {folder}"
            )
    yield from (note(told) for one in packs if (told := _unknown(one, access)))


def _unknown(pack: Pack, access: AccessFile) -> str:
    """Returns how many of those who get a pack nobody knows; not who: what this prints lies in logs."""
    count = sum(access.who(one.who) is None for one in pack.recipients)
    return f"{count} of {len(pack.recipients)} who get {pack.place} have no entry in access.toml and get none." if count else ""


def _access(settings: Settings) -> Iterator[Finding]:
    match settings.access:
        case Access.NONE:
            yield note("Nobody logs in: only this machine is answered, and whoever is on it may do everything.")
            yield note("A proxy in front would let everybody in as that person. Set CX_ACCESS before one is put there.")
        case Access.PROXY:
            yield note(
                f"The proxy at {settings.trusted_peer} says who asks, in {settings.user_header}. It must overwrite what comes in."
            )
            if ip_address(settings.trusted_peer).is_loopback:
                yield note("Every program on the proxy's machine could say that it is somebody: let nobody else onto it.")
            if is_loopback(settings.host) and not is_loopback(settings.trusted_peer):
                yield unsafe(
                    f"The server listens on {settings.host}, where the proxy at {settings.trusted_peer} cannot reach it."
                )
            if is_peer(settings.host, settings.trusted_peer) and not is_loopback(settings.host):
                yield unsafe(f"CX_TRUSTED_PEER {settings.trusted_peer} is the server's own address, not the proxy's.")
        case Access.OIDC:
            yield note(f"People log in at {settings.oidc_issuer}, again after {settings.session_hours:g} hours.")
            if not settings.trusted_peer:
                yield note(
                    "Logins are counted by the address that calls. Behind a proxy that is the proxy's: set CX_TRUSTED_PEER."
                )
    if settings.access is not Access.NONE and os.geteuid() == 0:
        yield unsafe("This runs as root: whoever breaks in owns the machine. Let a user of its own serve.")
    if settings.access is not Access.NONE and not settings.is_https:
        yield unsafe(f"{settings.public_url} is not encrypted: use https:// but for a trial on one machine.")


def _people(settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    if settings.access is Access.NONE:
        return
    path = workspace.access_rules
    try:
        access = load_access(path)
    except (QueriesError, OSError) as problem:
        yield unsafe(f"Nobody comes in, because access.toml cannot be read: {problem}")
        return
    yield from _named(access, path)


def _named(access: AccessFile, path: Path) -> Iterator[Finding]:
    if not access.people and access.others is None:
        yield unsafe(f"{path} names nobody: nobody comes in. Name at least one admin.")
    if access.others is not None and access.others.role != "viewer":
        yield unsafe(
            f"[others] in {path} makes everybody who is known anywhere a {access.others.role}. Use viewer, or leave it out."
        )
    if not any(one.role == "admin" for one in access.people):
        yield note(f"{path} names no admin: nobody can load data from a page.")
    if access.others is not None and not access.others.policy.is_limited:
        yield note(f"[others] in {path} shows everybody the figures of every region, segment and team.")
