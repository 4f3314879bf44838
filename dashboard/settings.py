"""How the server is set up: every value can be given as CX_<NAME> in the environment."""

from ipaddress import ip_address
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person may set about serving; the defaults serve `workspace` to this machine only."""

    model_config = SettingsConfigDict(env_prefix="CX_", frozen=True)

    workspace: Path = Field(Path("workspace"), description="The folder that holds the company's exports and snapshots.")
    host: str = Field("127.0.0.1", description="The address to listen on. Only this machine's own are accepted.")
    port: int = Field(8050, ge=1, le=65535, description="The port to listen on.")
    workers: int = Field(2, ge=1, le=16, description="How many worker processes answer.")
    threads: int = Field(4, ge=1, le=32, description="How many requests one worker answers at a time.")
    watch: bool = Field(False, description="Whether the inbox is watched by a process of its own while serving.")
    poll_seconds: float = Field(3.0, ge=0.5, le=60, description="How often an open page asks for a new version.")
    cache_dir: Path | None = Field(None, description="Where the workers share drawn panels; made for each start if not given.")
    cache_seconds: int = Field(3600, ge=1, description="How long a drawn panel is kept.")
    max_body_bytes: int = Field(200_000, ge=1_000, description="The largest request that is read.")

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, host: str) -> str:
        """Names of customers are shown without a login, so nobody else may reach the server."""
        if is_loopback(host):
            return host
        raise ValueError(
            f'host "{host}" can be reached from other machines, and there is no login yet. Use 127.0.0.1 and a tunnel or proxy.'
        )

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def as_environment(self) -> dict[str, str]:
        """Returns these settings as the environment of a child process."""
        return {f"CX_{name.upper()}": str(value) for name, value in self.model_dump().items() if value is not None}


def is_loopback(host: str) -> bool:
    """Tells whether a name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
