"""Where a company's things lie: its declarations, its raw exports, its snapshots and its settings."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from filelock import FileLock, Timeout

from queries.engines.spark import is_spark
from queries.errors import DeclarationError, DeclarationErrors, WorkspaceBusy, WorkspaceError, did_you_mean
from queries.zone import known_zones

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What workspace.toml says; every field has a default, so the file is optional.

    engine: the address of the Spark that makes the tables of a snapshot; empty: the database itself does.
    agents_agreement: the agreement under which figures are told by agent ([agents] shown, agreement); empty: they never are.
    """

    title: str = "My company"
    zone: str = "UTC"
    currency: str = "EUR"
    week_start: str = "monday"
    default_journey: str = "four_stages"
    segmentation: str = "value_groups"
    locale: str = "en"
    engine: str = ""
    agents_agreement: str = ""

    @property
    def shows_agents(self) -> bool:
        """Whether figures may be told by agent."""
        return bool(self.agents_agreement)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One folder that holds everything of one company."""

    root: Path

    @classmethod
    def at(cls, path: str | Path) -> "Workspace":
        """Return the workspace in this folder; raise WorkspaceError when there is no such folder."""
        root = Path(path).resolve()
        if not root.is_dir():
            raise WorkspaceError("there is no workspace", where=str(path), instead="Load exports into it first: it is then made")
        return cls(root)

    @classmethod
    def create(cls, path: str | Path) -> "Workspace":
        """Return the workspace in this folder, with the folders the program writes to made where they are missing."""
        root = Path(path).resolve()
        if root.exists() and not root.is_dir():
            raise WorkspaceError("a workspace is a folder, this is a file", where=str(path), instead="Name a folder")
        workspace = cls(root)
        with said_plainly(root):
            for folder in workspace.made_folders:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return workspace

    @property
    def made_folders(self) -> tuple[Path, ...]:
        """The folders that the program itself writes to."""
        return (self.inbox, self.quarantine, self.raw, self.typed, self.staging, self.snapshots, self.registry)

    @property
    def inbox(self) -> Path:
        """Where `cx watch` looks for new exports."""
        return self.root / "inbox"

    @property
    def quarantine(self) -> Path:
        """Where files lie that could not be taken in, each with its reason."""
        return self.root / "quarantine"

    @property
    def raw(self) -> Path:
        """Every export as it was read: text Parquet with a manifest."""
        return self.root / "raw"

    @property
    def typed(self) -> Path:
        """Rows already cast, per raw file and declaration; may be deleted, it is made again."""
        return self.raw / "typed"

    @property
    def staging(self) -> Path:
        """Private copies of the files being taken in."""
        return self.raw / "staging"

    @property
    def snapshots(self) -> Path:
        """The published databases."""
        return self.root / "snapshots"

    @property
    def registry(self) -> Path:
        """What has to outlive every rebuild: files seen, customer ids."""
        return self.root / "registry"

    @property
    def current(self) -> Path:
        """The pointer that names the snapshot being served."""
        return self.root / "CURRENT"

    @property
    def rolled_back(self) -> Path:
        """What says that a person moved the pointer back, and when; there only while that stands."""
        return self.registry / "rolled_back.json"

    @property
    def readings(self) -> Path:
        """How the columns of its sources were read, as JSON; made again from the files in use where it is missing."""
        return self.registry / "columns.json"

    @property
    def lock(self) -> Path:
        """The lock that the one loading process holds."""
        return self.root / ".load.lock"

    @property
    def watch_lock(self) -> Path:
        """The lock that the one watching process holds."""
        return self.root / ".watch.lock"

    @property
    def watch_figures(self) -> Path:
        """What `cx watch` has done, as a text that Prometheus reads."""
        return self.root / "command_center.prom"

    @property
    def status(self) -> Path:
        """What `cx watch` is doing, as JSON."""
        return self.root / ".watch.json"

    @property
    def progress(self) -> Path:
        """How far the load is that takes in what came by the inbox, as JSON; there only meanwhile."""
        return self.root / ".progress.json"

    @property
    def settings(self) -> Settings:
        """What workspace.toml says, over the defaults."""
        return read_settings(self.root / "workspace.toml")

    @property
    def customer_rules(self) -> Path:
        """The file that says who counts as a customer."""
        return self.root / "customer.toml"

    @property
    def consent_rules(self) -> Path:
        """The file that says where silence is a yes."""
        return self.root / "consent.toml"

    @property
    def respect_rules(self) -> Path:
        """The file that says how often a customer may be contacted."""
        return self.root / "respect.toml"

    @property
    def score_rules(self) -> Path:
        """The file that says which scores count as satisfied."""
        return self.root / "scores.toml"

    @property
    def identity_rules(self) -> Path:
        """The file in which people join records by hand and keep them apart."""
        return self.root / "identity.toml"

    @property
    def retention_rules(self) -> Path:
        """The file that says how long rows keep the person they tell of."""
        return self.root / "retention.toml"

    @property
    def changes(self) -> Path:
        """The file in which people declare what they changed, and when."""
        return self.root / "changes.toml"

    @property
    def purpose(self) -> Path:
        """The file that says what the company aims at."""
        return self.root / "purpose.toml"

    @property
    def access_rules(self) -> Path:
        """The file that says who may come in, as what, and whose rows they see."""
        return self.root / "access.toml"

    @property
    def alerts(self) -> Path:
        """The folder of the files that say whom to tell, and when."""
        return self.root / "alerts"

    @property
    def packs(self) -> Path:
        """The folder of the files that say what is handed out before a review; what was written lies in its out/."""
        return self.root / "packs"

    @property
    def written_packs(self) -> Path:
        """Where packs are written unless they say otherwise."""
        return self.packs / "out"

    @property
    def decisions(self) -> Path:
        """What was decided, a line of JSON each, only ever added to."""
        return self.root / "decisions.jsonl"

    @property
    def source_settings(self) -> Path:
        """The file that says how the workspace's sources behave."""
        return self.root / "sources.toml"

    def declared(self, kind: str) -> Path:
        """Return the folder of the workspace's own declarations of one kind, for example "journeys"."""
        return self.root / kind


@contextmanager
def said_plainly(
    place: Path, instead: str = "See that it can be written to, then try again: what was whole stays so"
) -> Iterator[None]:
    """Turn what the disk refuses (no right, read-only, full) into a WorkspaceError that says where: the file, else `place`."""
    try:
        yield
    except OSError as error:
        told = f"the disk refuses it ({(error.strerror or type(error).__name__).lower()})"
        where = str(error.filename or place)
        raise WorkspaceError(told, where=where, instead=instead) from error
    except MemoryError as error:
        told = "the machine has too little memory left"
        raise WorkspaceError(told, where=str(place), instead="Free some, then try again: what was whole stays so") from error


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's lock: one that loads, or moves the pointer, at a time; raise WorkspaceBusy while another does."""
    try:
        with FileLock(workspace.lock, timeout=0):
            yield
    except Timeout as error:
        raise WorkspaceBusy("another load is at work", where=str(workspace.root), instead="Wait until it is done") from error


def read_settings(path: Path) -> Settings:
    """Return the settings in this file, or the defaults without one; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return Settings()
    told = read_toml(path)
    agents = told.pop("agents", {})
    problems = [problem for key, value in told.items() for problem in _problems_of(key, value, path.name)]
    problems += _problems_of_agents(agents, path.name)
    if problems:
        raise DeclarationErrors(problems)
    agreement = agents["agreement"] if isinstance(agents, dict) and agents.get("shown") else ""
    return Settings(**{key: str(value) for key, value in told.items()}, agents_agreement=str(agreement).strip())


def read_toml(path: Path, where: str = "") -> dict[str, object]:
    """Return what a TOML file says; raise DeclarationError naming the file, as `where` calls it, and the line that cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"cannot be read as TOML: {error}", where=where or path.name, instead="Mend that line") from error
    except RecursionError as error:
        raise DeclarationError("has brackets within brackets without end", where=where or path.name, instead="Mend it") from error
    except OSError as error:
        refused = (error.strerror or str(error)).lower()
        raise DeclarationError(
            f"cannot be read: {refused}", where=where or path.name, instead="Put a readable file there"
        ) from error


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isupper()


KEYS = tuple(field.name for field in fields(Settings) if field.name != "agents_agreement")
"""The keys of workspace.toml that are a text; beside them it may have a table [agents]."""

_ALLOWED: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "zone": (lambda text: text in known_zones(), 'a time zone. Use a name such as "Europe/Berlin"'),
    "currency": (_is_currency, 'a currency. Use three capital letters such as "EUR"'),
    "engine": (is_spark, 'a Spark. Use "local[*]", "spark://HOST:PORT" or "sc://HOST:PORT", or leave it out'),
    "week_start": (lambda text: text in WEEKDAYS, f"a day of the week. Use one of: {', '.join(WEEKDAYS)}"),
}


def _problems_of(key: str, value: object, where: str) -> list[DeclarationError]:
    if key not in KEYS:
        return [DeclarationError(f'"{key}" is not a setting', where=where, instead=did_you_mean(key, (*KEYS, "agents")))]
    if not isinstance(value, str) or not value:
        return [DeclarationError(f"{key} = {value!r} is not a text", where=where, instead='Write it in quotes: "…"')]
    is_right, wanted = _ALLOWED.get(key, (bool, ""))
    return [] if is_right(value) else [DeclarationError(f'{key} = "{value}" is not {wanted}', where=where)]


def _problems_of_agents(told: object, where: str) -> list[DeclarationError]:
    if not isinstance(told, dict):
        return [
            DeclarationError("agents is not a table", where=where, instead='Write [agents], shown = true and agreement = "…"')
        ]
    problems = [
        DeclarationError(f'"{key}" is not a setting of [agents]', where=where, instead=did_you_mean(key, ("shown", "agreement")))
        for key in told
        if key not in ("shown", "agreement")
    ]
    shown, agreement = told.get("shown", False), told.get("agreement", "")
    if not isinstance(shown, bool):
        problems.append(DeclarationError(f"[agents] shown = {shown!r} is neither true nor false", where=where))
    if not isinstance(agreement, str):
        problems.append(DeclarationError(f"[agents] agreement = {agreement!r} is not a text", where=where))
    elif shown is True and not agreement.strip():
        what = "[agents] shown = true names no agreement that allows figures by agent"
        problems.append(DeclarationError(what, where=where, instead='Name it: agreement = "Works agreement of 3 May 2026"'))
    return problems
