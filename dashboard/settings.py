"""How the server is set up: every value can be given as CX_<NAME> in the environment."""

import os
import stat
from enum import StrEnum
from functools import cached_property
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET: Final = 32
TOO_FEW: Final = 10
KNOWN: Final = ("changeme", "change-me", "change_me", "change this", "secret", "password", "default", "example", "12345678")
HOW_TO_MAKE_ONE: Final = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(48))".'


class Access(StrEnum):
    """Who tells who comes in."""

    NONE = "none"  # nobody: whoever reaches the server may do everything, so only this machine may
    PROXY = "proxy"  # a reverse proxy that people log in to names them in a header
    OIDC = "oidc"  # an OpenID Connect provider


class Settings(BaseSettings):
    """What a person may set about serving; the defaults serve `workspace` to this machine only."""

    model_config = SettingsConfigDict(env_prefix="CX_", frozen=True, ignored_types=(cached_property,))

    workspace: Path = Field(Path("workspace"), description="The folder that holds the company's exports and snapshots.")
    host: str = Field(
        "127.0.0.1", description="The address to listen on; this machine's own unless `CX_ACCESS` says who comes in."
    )
    port: int = Field(8050, ge=1, le=65535, description="The port to listen on.")
    workers: int = Field(2, ge=1, le=16, description="How many worker processes answer.")
    threads: int = Field(4, ge=1, le=32, description="How many requests one worker answers at a time.")
    watch: bool = Field(False, description="Whether the inbox is watched by a process of its own while serving.")
    poll_seconds: float = Field(3.0, ge=0.5, le=60, description="How often an open page asks for a new version.")
    cache_dir: Path | None = Field(None, description="Where the workers share drawn panels; made for each start if not given.")
    cache: str = Field("", description="A Redis that the workers share them in instead: `unix:///run/redis.sock`, `rediss://…`.")
    cache_key: SecretStr | None = Field(
        None, description="What is kept there is signed with; `cx serve` makes one for each start."
    )
    cache_seconds: int = Field(3600, ge=1, description="How long a drawn panel is kept.")
    max_body_bytes: int = Field(200_000, ge=1_000, description="The largest request that is read.")
    access: Access = Field(Access.NONE, description="Who tells who comes in: `none`, `proxy` or `oidc`.")
    public_url: str = Field("", description="The address that people open, as `https://cx.example.com`; needed with `CX_ACCESS`.")
    hosts: str = Field("", description="Further host names that are answered, between commas.")
    trusted_peer: str = Field(
        "",
        description="The exact address that the proxy calls from, as `127.0.0.1`: needed for `proxy`; with `oidc` it tells callers apart.",
    )
    metrics_peer: str = Field(
        "", description="The exact address that may read `/metrics`; without it this machine's own, or nobody with `CX_ACCESS`."
    )
    user_header: str = Field("X-Forwarded-User", description="`proxy`: the header that names who asks.")
    groups_header: str = Field("", description="`proxy`: the header that names their groups, between commas.")
    oidc_issuer: str = Field("", description="`oidc`: the provider's address, as `https://login.example.com/realm`.")
    oidc_client: str = Field("", description="`oidc`: the id that the provider knows the command center by.")
    oidc_secret: SecretStr | None = Field(None, description="`oidc`: the password of that id, where it has one.")
    oidc_secret_file: Path | None = Field(None, description="`oidc`: a file that holds it instead.")
    oidc_scopes: str = Field("openid email profile", description="`oidc`: what the provider is asked for.")
    oidc_name: str = Field("email", description="`oidc`: the claim that names a person; an address has to be verified.")
    oidc_groups: str = Field("groups", description="`oidc`: the claim that names their groups.")
    secret: SecretStr | None = Field(None, description="`oidc`: what sessions are signed with, at least 32 bytes; never made up.")
    secret_file: Path | None = Field(None, description="`oidc`: a file that holds it instead, which only its owner may read.")
    session_hours: float = Field(10, gt=0, le=168, description="`oidc`: after how many hours everybody logs in again, walls too.")
    requests_a_minute: int = Field(
        1200, ge=10, description="How many requests of one person a worker answers; not without access."
    )
    token_requests_a_minute: int = Field(300, ge=10, description="How many requests with one token a worker answers.")
    chromium: Path | None = Field(None, description="The Chromium that takes pictures; else the first found on the path.")
    log: str = Field("text", pattern="^(text|json)$", description="How what happens is logged: `text` (failures only) or `json`.")

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if not address:
            return address
        try:
            parts = urlsplit(address)
            is_plain = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username or parts.password)
            is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        except ValueError:
            is_plain = is_safe = False
        if is_plain and is_safe:
            return address.rstrip("/")
        raise ValueError(f'"{address}" is no address to use: it begins with https://, or with http:// on this machine only.')

    @field_validator("trusted_peer", "metrics_peer")
    @classmethod
    def _is_one_machine(cls, peer: str, told: ValidationInfo) -> str:
        try:
            return str(ip_address(peer)) if peer else ""
        except ValueError:
            raise ValueError(f'{told.field_name} "{peer}" is not one exact address. Use its own, as 127.0.0.1.') from None

    @field_validator("cache")
    @classmethod
    def _is_a_redis(cls, cache: str) -> str:
        """A Redis on another machine is reached by TLS alone: what is kept there are people's names."""
        try:
            parts = urlsplit(cache)
            is_known = parts.scheme in ("unix", "rediss") or (parts.scheme == "redis" and is_loopback(parts.hostname or ""))
        except ValueError:
            is_known = False
        if is_known and find_spec("redis") is None:
            raise ValueError("CX_CACHE needs the extra: pip install 'customer-command-center[redis]'.")
        if not cache or is_known:
            return cache
        raise ValueError(
            "CX_CACHE is no Redis to use: it begins with unix:///, with redis:// on this machine, or with rediss:// on another."
        )

    @model_validator(mode="after")
    def _nobody_where_they_do_not_belong(self) -> Self:
        """Names of customers are shown to whoever is let in, so each way in has to be set up whole."""
        problems = [*self._problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _problems(self) -> list[str]:
        if self.access is Access.NONE:
            if is_loopback(self.host):
                return []
            return [
                f'host "{self.host}" can be reached from other machines, and nothing says who may come in. '
                "Use 127.0.0.1, or set CX_ACCESS to proxy or oidc."
            ]
        lacking = [] if self.public_url else ["CX_PUBLIC_URL is the address that people open: nothing is shown at another one."]
        if urlsplit(self.public_url).path:
            lacking.append(f"CX_PUBLIC_URL {self.public_url} has a path. The command center is at the root of its host.")
        if self.access is Access.PROXY:
            said = bool(self.trusted_peer)
            return [*lacking, *([] if said else ["CX_TRUSTED_PEER is the proxy's exact address: only it may say who asks."])]
        needed = {"CX_OIDC_ISSUER": self.oidc_issuer, "CX_OIDC_CLIENT": self.oidc_client}
        lacking += [f"{name} is needed for CX_ACCESS=oidc." for name, value in needed.items() if not value]
        if self.oidc_secret_file is not None and not self.oidc_password:
            lacking.append(f"{self.oidc_secret_file} is empty.")
        return lacking + weak_secret(self.signing_secret)

    @cached_property
    def signing_secret(self) -> str:
        """What sessions are signed with; empty where nothing says it. Raises ValueError for a file that is not kept secret."""
        return _secret_of(self.secret, self.secret_file)

    @cached_property
    def oidc_password(self) -> str:
        return _secret_of(self.oidc_secret, self.oidc_secret_file)

    @property
    def address(self) -> str:
        """The address that this machine reaches the server at."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        reached = everywhere.get(self.host, self.host)
        host = f"[{reached}]" if ":" in reached else reached
        return f"http://{host}:{self.port}/"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    def answers_for(self, host: str) -> bool:
        """Tells whether a host name is one of the server's own."""
        public = {urlsplit(self.public_url).hostname, self.host, *(name.strip().lower() for name in self.hosts.split(","))} - {
            None,
            "",
        }
        return is_loopback(host) or (self.access is not Access.NONE and host.lower() in public)

    def as_environment(self) -> dict[str, str]:
        """Returns these settings as the environment of a child process."""
        told = {name: value for name, value in self.model_dump().items() if value is not None}
        plain = {name: value.get_secret_value() if isinstance(value, SecretStr) else str(value) for name, value in told.items()}
        return {f"CX_{name.upper()}": value for name, value in plain.items()}


def weak_secret(secret: str) -> list[str]:
    """Returns what is wrong of a secret; it is never told."""
    if not secret:
        return [f"CX_SECRET or CX_SECRET_FILE is needed. {HOW_TO_MAKE_ONE}"]
    if len(secret.encode()) < SHORTEST_SECRET:
        return [f"The secret has {len(secret.encode())} bytes; it needs {SHORTEST_SECRET}. {HOW_TO_MAKE_ONE}"]
    if len(set(secret)) < TOO_FEW or any(word in secret.lower() for word in KNOWN):
        return [f"The secret is one that others know or guess. {HOW_TO_MAKE_ONE}"]
    return []


def _secret_of(said: SecretStr | None, file: Path | None) -> str:
    if said is not None or file is None:
        return said.get_secret_value() if said else ""
    try:
        given_by_systemd = str(file.parent) == os.environ.get("CREDENTIALS_DIRECTORY")
        others = (
            0o037 if given_by_systemd else 0o077
        )  # what systemd gives has an access list, whose mask looks like a group's bit
        if stat.S_IMODE(os.stat(file).st_mode) & others:
            raise ValueError(f"{file} holds a secret, and others than its owner may read it. Run: chmod 600 {file}")
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({(error.strerror or type(error).__name__).lower()}).") from None


def is_loopback(host: str) -> bool:
    """Tells whether a name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
