"""Puts into the database what people declare: settings, customer rules, dimensions, segments, journeys, calendars, promises."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from queries.access_file import load_access, unknown_segments
from queries.alert import load_alerts
from queries.calendar import Calendar, calendar_tables
from queries.calendar_file import load_calendars
from queries.customer import customer_rows, load_customer_rule
from queries.dimension import AGENT, dimension_rows, load_dimensions, with_segmentations, without_sensitive
from queries.engines.duckdb import Connection, insert_rows, run_script, values_marked
from queries.errors import DeclarationError, DeclarationErrors, QueriesError, did_you_mean
from queries.identity_rule import identity_rows, load_identity_rule
from queries.intake.declaration import habits_of, sources_of
from queries.intake.forgotten import Forgotten, added
from queries.intervention import load_interventions
from queries.journey import journey_tables, load_journeys
from queries.local_day import NO_DATA, Span, local_day_rows, span_of
from queries.pack import load_packs
from queries.promise import pause_rows, policy_rows, setting_row
from queries.promise_file import load_promises
from queries.purpose import load_purpose
from queries.registry import read_registry
from queries.respect import ConsentRule, RespectRule, load_consent_rule, load_respect_rule, respect_rows
from queries.retention import load_retention
from queries.satisfied import load_satisfied_rule, satisfied_rows
from queries.segment import Segmentation, load_segments, segment_rows, segmentation_rows
from queries.theme import load_themes, theme_tables
from queries.workspace import Settings, Workspace

SHIPPED = Path(__file__).parent
DECLARED_TABLES = SHIPPED / "declared"

Tables = dict[str, Sequence[tuple[Any, ...]]]
P = ParamSpec("P")
T = TypeVar("T")


def declare(connection: Connection, workspace: Workspace) -> None:
    """Make the tables of everything declared; raise DeclarationErrors telling every mistake of every file."""
    sensitive = frozenset(values_marked(connection, "properties", "name", "sensitive"))
    tables = read_declared(workspace, span_of(connection), sensitive)
    for path in sorted(DECLARED_TABLES.glob("*.sql")):
        run_script(connection, path.read_text(encoding="utf-8"))
    for table, rows in tables.items():
        insert_rows(connection, table, rows)
    gone = Forgotten.of(workspace)
    kept = added([*gone.kept, *(one for person in gone.pending for one in person.kept)])
    insert_rows(connection, "removed_on_request", [astuple(one) for one in kept])
    read_registry(connection, workspace)


def read_declared(workspace: Workspace, span: Span, sensitive: frozenset[str] = frozenset()) -> Tables:
    """Return the rows of every declared table; raise DeclarationErrors telling every mistake of every file.

    `sensitive` are the properties that a source marks as such: they are nothing to split by.
    """
    problems = Problems()
    settings = problems.none_in(lambda: workspace.settings) or Settings()
    tables = problems.none_in(_segments_and_promises, workspace, settings, span, problems) or {}
    tables |= problems.none_in(_journeys, workspace, settings) or {}
    tables |= problems.none_in(_dimensions, workspace, settings, sensitive) or {}
    tables |= _respect(workspace, problems)
    tables |= problems.none_in(_themes, workspace) or {}
    tables |= problems.none_in(_satisfied, workspace) or {}
    tables |= problems.none_in(_identity, workspace) or {}
    problems.tell()
    return tables | {
        "workspace_setting": [_setting_row(settings)],
        "local_day": local_day_rows(span, settings.zone, settings.week_start),
    }


def check_declarations(workspace: Workspace) -> None:
    """Raise DeclarationErrors telling what a load would refuse of everything that is declared, of the exports' formats too."""
    problems = Problems()
    problems.none_in(sources_of, workspace)
    problems.none_in(habits_of, workspace)
    problems.none_in(load_retention, workspace.retention_rules)
    problems.none_in(load_interventions, workspace.changes)
    problems.none_in(load_purpose, workspace.purpose)
    problems.none_in(load_alerts, workspace.alerts)
    problems.none_in(_check_packs, workspace)
    problems.none_in(check_declared, workspace)
    problems.none_in(_check_access, workspace)
    problems.tell()


def _check_access(workspace: Workspace) -> None:
    """Raise DeclarationErrors telling what is wrong with access.toml, the segments that nobody declared, too."""
    access = load_access(workspace.access_rules)
    try:
        names = segment_names(load_segments(folders_of(workspace, "segments")), workspace.settings)
    except (DeclarationErrors, DeclarationError):
        return  # told with the segments and the settings
    unknown = unknown_segments(access, names)
    if unknown:
        told = [DeclarationError(f'"{name}" is no segment', where="access.toml", instead=instead) for name, instead in unknown]
        raise DeclarationErrors(told)


def _check_packs(workspace: Workspace) -> None:
    """Raise DeclarationErrors telling what is wrong with the packs, those for somebody whom nothing lets in, too."""
    packs = load_packs(workspace.packs)
    try:
        access = load_access(workspace.access_rules)
    except DeclarationErrors:
        return  # told with access.toml
    unknown = [(pack.place, one.who) for pack in packs.values() for one in pack.recipients if access.who(one.who) is None]
    if unknown:
        instead = "Give them an entry there, or leave them out"
        told = [DeclarationError(f'"{who}" has no entry in access.toml', where=place, instead=instead) for place, who in unknown]
        raise DeclarationErrors(told)


def check_declared(workspace: Workspace) -> None:
    """Raise DeclarationErrors telling what a load would refuse of the settings and of every file that is declared."""
    read_declared(workspace, Span(NO_DATA, NO_DATA))


def calendars_of(workspace: Workspace) -> dict[str, Calendar]:
    """Return the calendars that a workspace may use, by id, data or no data; raise DeclarationErrors telling every mistake."""
    return load_calendars(folders_of(workspace, "calendars"), workspace.settings.zone)


class Problems:
    """Gathers the mistakes of several files, so that all are told together."""

    def __init__(self) -> None:
        self.found: list[QueriesError] = []

    def none_in(self, read: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """Return what `read` returns, or None when it finds mistakes, which are kept."""
        try:
            return read(*given, **named)
        except DeclarationErrors as errors:
            self.found += errors.problems
        except DeclarationError as error:
            self.found.append(error)
        return None

    def tell(self) -> None:
        """Raise DeclarationErrors when there was any mistake."""
        if self.found:
            raise DeclarationErrors(self.found)


def folders_of(workspace: Workspace, kind: str) -> tuple[Path, Path]:
    """Return where declarations of a kind lie: the shipped ones, then the workspace's own."""
    return SHIPPED / kind, workspace.declared(kind)


def segment_names(segmentations: Mapping[str, Segmentation], settings: Settings) -> list[str]:
    """Return the segments of the workspace's segmentation; raise DeclarationError when it is not declared."""
    if settings.segmentation in segmentations:
        return [segment.name for segment in segmentations[settings.segmentation].segments]
    instead = did_you_mean(settings.segmentation, segmentations)
    raise DeclarationError(f'segmentation = "{settings.segmentation}" is not declared', where="workspace.toml", instead=instead)


def _segments_and_promises(workspace: Workspace, settings: Settings, span: Span, problems: Problems) -> Tables:
    """Segments come first: customer.toml and promises name them; calendars, too, before the promises that run by them."""
    segmentations = problems.none_in(load_segments, folders_of(workspace, "segments"))
    names = problems.none_in(segment_names, segmentations, settings) if segmentations is not None else None
    calendars = problems.none_in(load_calendars, folders_of(workspace, "calendars"), settings.zone)
    rule = problems.none_in(load_customer_rule, workspace.customer_rules, names)
    tables: Tables = {"segment_rule": segment_rows(segmentations or {}), "segmentation": segmentation_rows(segmentations or {})}
    tables |= customer_rows(rule) if rule else {}
    known = calendars or dict.fromkeys(_ids(folders_of(workspace, "calendars")))
    promises = load_promises(folders_of(workspace, "promises"), known, names)
    if calendars is not None:
        tables |= calendar_tables(calendars, span.first, span.last)
        tables["promise_policy"] = policy_rows(promises, calendars)
        tables["promise_pause"] = pause_rows(promises)
        tables["promise_setting"] = [setting_row(promises)]
    return tables


def _respect(workspace: Workspace, problems: Problems) -> Tables:
    consent = problems.none_in(load_consent_rule, workspace.consent_rules) or ConsentRule()
    respect = problems.none_in(load_respect_rule, workspace.respect_rules) or RespectRule()
    return respect_rows(consent, respect)


def _ids(folders: Iterable[Path]) -> set[str]:
    """Return what may be named while the files themselves cannot be read."""
    return {path.stem for folder in folders for path in folder.glob("*.toml")}


def _journeys(workspace: Workspace, settings: Settings) -> Tables:
    return {**journey_tables(load_journeys(folders_of(workspace, "journeys")), settings.default_journey)}


def _themes(workspace: Workspace) -> Tables:
    return dict(theme_tables(load_themes(folders_of(workspace, "themes"))))


def _satisfied(workspace: Workspace) -> Tables:
    return {"satisfied_rule": satisfied_rows(load_satisfied_rule(workspace.score_rules))}


def _identity(workspace: Workspace) -> Tables:
    return identity_rows(load_identity_rule(workspace.identity_rules))


def _dimensions(workspace: Workspace, settings: Settings, sensitive: frozenset[str]) -> Tables:
    """Segmentations are dimensions, too; mistakes in their own files are told with the segments."""
    told = load_dimensions(folders_of(workspace, "dimensions"))
    try:
        segmentations = load_segments(folders_of(workspace, "segments"))
    except DeclarationErrors:
        return {}
    told = {name: one for name, one in told.items() if settings.shows_agents or one.column != AGENT}
    known = with_segmentations(told, segmentations, settings.segmentation)
    return {"dimension": dimension_rows(without_sensitive(known, sensitive))}


def _setting_row(told: Settings) -> tuple[str, ...]:
    return (told.title, told.zone, told.currency, told.week_start, told.default_journey, told.segmentation, told.locale)
