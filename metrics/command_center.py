"""The product in Python: open a workspace, ask a metric, see the customers behind it, and how it is worked out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from metrics import data_health, definition_history, hold_list, journey_file, ledger, lists, notices, small_groups
from metrics.alerts import problem_of_sources, problems_of_alerts
from metrics.answer import Answer, Explanation, People, Reasons, Story, Value, json_ready
from metrics.before_after import OTHERS, Asked, Effect, asked_of, effect, untold
from metrics.case_clocks import CaseCourse, case_course, clocks_of
from metrics.catalog import Catalog, definition_folders, load_catalog
from metrics.changed import ChangedMonth, Changes, Since, causes_of, closed_months, figure_of, sentence_of
from metrics.coarse import Kind, has_few, nearest, stepped, tells_few
from metrics.coverage import Coverage, coverage
from metrics.customer_records import CustomerRecords, customer_records
from metrics.data_health import CheckRows, Identity
from metrics.deciding import LATER, Outcome, Told, as_change, decided, decided_on
from metrics.errors import BadPeriod, QuestionError, UnknownName
from metrics.explanation import counts_words, coverage_words, sql_words
from metrics.figures import families, own_marks
from metrics.groups import UNKNOWN
from metrics.hold_list import HoldList
from metrics.interventions import Marked, is_compared, marked, problems_of_aims, refuse_not_compared, when
from metrics.interventions import problems_of as problems_of_changes
from metrics.language import _, spoken_locale
from metrics.lists import SavedList
from metrics.marks import refuse_unknown
from metrics.metric import Metric
from metrics.needs import MONTHS, Finding, found_in, is_looked_at, ranked, touched
from metrics.options import read_options
from metrics.packs import asked_of_part, problems_of_packs
from metrics.period import last_whole_day
from metrics.question import Page, Question, spoken_stage
from metrics.redaction import names_persons, without_persons
from metrics.restated import of_restatements
from metrics.selection import Selection, compared, earlier, resolve, utc_text
from metrics.words import Words
from queries.alert import Alert, load_alerts
from queries.clock import utc_now
from queries.decisions import Decision, append_decision, read_decisions, stamp_of_decisions
from queries.declarations import Problems, check_declarations
from queries.definition_log import add_to_log, read_log
from queries.dimension import AGENT
from queries.errors import DeclarationError, DeclarationErrors, QueriesError, did_you_mean
from queries.fact import judged_by
from queries.forget import person_of
from queries.intake.declaration import sources_of
from queries.intake.forgotten import Person
from queries.intervention import Intervention, load_interventions
from queries.intervention import stamp as stamp_of_changes
from queries.pack import Pack, load_packs
from queries.policy import Policy
from queries.purpose import Aim, load_purpose
from queries.quarantine import Quarantined, quarantined
from queries.rollback import pair
from queries.snapshots import Snapshot, published
from queries.view import SEGMENTED
from queries.warehouse import LISTED, Limits, Reading, Row, Warehouse
from queries.workspace import Workspace

MOST_ROWS = 100_000
MOST_STORY_ROWS = 5000
MOST_VALUES = 200
ORDERS = ("newest", "value")

Rows = tuple[Mapping[str, Any], ...]
Where = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCenter:
    """One workspace's answers under one policy. Thread-safe; follows the current snapshot by itself."""

    warehouse: Warehouse
    catalog: Catalog
    policy: Policy

    @classmethod
    def open(cls, path: str | Path, *, policy: Policy | None = None, limits: Limits | None = None) -> CommandCenter:
        """Opens a workspace; nothing is read of the data until the first question. policy defaults to Policy.everything().

        Raises WorkspaceError without such a folder, DeclarationErrors when a metric has a problem, telling those of all files.
        """
        workspace = Workspace.at(path)
        problems = Problems()
        catalog = problems.none_in(load_catalog, definition_folders(workspace.declared("metrics")))
        if catalog is None:
            problems.none_in(check_declarations, workspace)
            raise DeclarationErrors(problems.found)
        return cls(warehouse=Warehouse.open(workspace, limits), catalog=catalog, policy=policy or Policy.everything())

    def under(self, policy: Policy) -> CommandCenter:
        """Returns the same center under another policy."""
        return CommandCenter(warehouse=self.warehouse, catalog=self.catalog, policy=policy)

    @property
    def snapshot(self) -> str:
        """The current snapshot's id, read from the pointer (cheap); raises SnapshotError before anything is loaded."""
        return self.warehouse.snapshot

    @property
    def definitions(self) -> str:
        """A text of all metric definitions, the saved lists, the journeys' files and the policy, for cache keys."""
        own = f"{lists.stamp(self._lists)}-{journey_file.stamp(self._journeys)}"
        return f"{self.catalog.key}-{self.policy.key}-{own}-{self._stamps}"

    def settings(self) -> Mapping[str, Any]:
        """Returns title, zone, currency, week_start, default_journey, segmentation, locale of the workspace."""
        return self._one("settings")

    def metrics(self) -> tuple[Metric, ...]:
        """Returns every metric, in the order of their ids."""
        return self.catalog.all()

    def metric(self, metric: str) -> Metric:
        """Returns one metric; raises UnknownName."""
        return self.catalog[metric]

    def ask(
        self,
        metric: str,
        selection: Selection | None = None,
        *,
        period: str | None = None,
        compare: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        split_by: str | Sequence[str] = (),
        **options: Any,
    ) -> Answer:
        """Answers a metric, for a Selection or for its parts by name; an option overrules the selection's. Raises QuestionError.

        Options of every summary metric: series=13 gives a row per period, the last one this one, with `at` (period text).
        """
        chosen = _selection(selection, period=period, compare=compare, where=where, by=split_by, options=options)
        with self._question(metric, chosen) as (question, family_options):
            answer = families()[question.metric.figure].answer(question, family_options)
            told = (
                *self._edit_notices(question),
                *notices.of_journey(question),
                *notices.of_dimensions(question),
                *of_restatements(question, answer.total),
                *self._list_notices(chosen),
            )
            changes, mistakes = self._marked(answer)
            every = tuple(dict.fromkeys((*answer.notices, *told, *mistakes)))
            whole = replace(answer, changes=changes, notices=every, widest=notices.widest(question, answer.total))
            return self._without_few(whole, question)

    def customers_behind(
        self,
        metric: str,
        selection: Selection | None = None,
        *,
        mark: Mapping[str, str] | None = None,
        limit: int = 1000,
        offset: int = 0,
        order: str = "newest",
        period: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        split_by: str | Sequence[str] = (),
        **options: Any,
    ) -> People:
        """Lists what a number counted, in its own unit; mark picks a part of a figure.

        equation {"part": "opening|gained|returned|ended|fell_silent|grown|shrunk|moved_in|moved_out|closing"}
        strip {"stage": "2", "part": "opening|here_now|entered|moved_on|went_away|turned_away|share|not_yet_known"}
        stock {"stage": "2", "part": "here_now|re_entered", "at": "2026-09"}
        flow {"stage": "2", "part": "opening|entered|re_entered|moved_on|left|left_exit|left_idle|rework|closing|time_in_stage"}
        funnel {"stage": "2", "part": "entered|known|reached|moved_on|skipped|turned_away|excluded|tied|not_yet_known|moved|left|open",
            "at": "2026-05"}, and a group of its split
        incidence {"part": "entered|reached|left|stayed|open|set_aside|straight"}
        why_moved {"segment": "Homes", "part": "came|moved_on|turned_away", "when": "now|before|year", "against": "year", "stage": "2"}
        paths {"path": "Attract > Convert"}, or {"from": "Attract", "to": "Convert", "step": "1"}
        drivers {"part": "compared|turned_away|moved_on|moved_on_sooner|left_sooner|too_late"}
        drivers {"thing": "sales call", "part": "with|without|with_turned_away|without_turned_away"}
        cohort_grid {"cohort": "2026-01", "since": "3"}
        revenue_retention {"part": "everyone|kept|lost|shrunk|grown|unchanged"}
        survival {"part": "everyone|lost|ended|silent|still"}
        lifecycle {"part": "active|active_before|new|returning|resurrected|dormant|not_seen_yet", "at": "2026-10"}
        clocks {"part": "broke_last_hour|at_risk|time_left"}   rehearsal {"part": "changed|mended|worsened|not_yet_known"}
        attainment {"part": "kept|broken|closed_unanswered|undecided|paused|provisional|void|superseded"}
        kept_customers {"part": "kept|broken"}   forecast {"part": "running|foretold|too_few"}   bridge {"step": "scope"}
        backlog {"part": "here|opening|opened|reopened|solved", "age": "30+ days", "at": "2026-W40"}
        wait {"part": "everyone|finished|left|open|set_aside"}
        matrix {"from": "Low value", "to": "not a customer"}, or one of them
        themes {"theme": "Waiting"}   voice_by_stage {"stage": "Retain", "part": "answers|requests|complaints"}
        earned_growth {"part": "there|earned|unknown|other"}   referrers {"part": "referred"}   pipeline {"stage": "Proposal"}
        reasons {"reason": "Moved away|other|unknown|fell silent"}
        affected {"part": "affected"}, only the rows that hit their customer
        summary of what waits: {"part": "not_yet_known"}   of a share: {"part": "yes|no"}
        any: a dimension and its value, {"reason": "Moved away"}; raises UnknownName for a value that is nowhere in the data.
        order: "newest" first, or of rows counted one by one the greatest "value" first.
        """
        if order not in ORDERS:
            raise UnknownName(f'"{order}" is not an order', name=order, known=ORDERS)
        chosen = _selection(selection, period=period, compare="none", where=where, by=split_by, options=options)
        page = Page(most=max(0, min(limit, MOST_ROWS)), skipped=max(0, offset), by_value=order == "value")
        words = {name: str(value) for name, value in (mark or {}).items()}
        with self._question(metric, chosen, words) as (question, family_options):
            family = families()[question.metric.figure]
            found = family.people(question, family_options, words, page)
            if not found.count:
                refuse_unknown(question, words, own_marks(family, question, family_options))
            self._refuse_few_people(found, question, words)
            return found

    def _without_few(self, answer: Answer, question: Question) -> Answer:
        """Returns an answer as it is told under the policy; raises QuestionError where it is, or is narrowed to, a group of few."""
        if self.policy.least <= 1:
            return answer
        self._refuse_narrowed(question, {})
        if getattr(families()[question.metric.figure], "ONE_BY_ONE", False):
            small_groups.refuse_few(answer.total.customers, self.policy.least)
            return small_groups.in_words(answer, self.policy.least)
        return small_groups.told(answer, self.policy.least, _kind_of(question.metric))

    def _refuse_few_people(self, found: People, question: Question, mark: Mapping[str, str]) -> None:
        """Raises QuestionError for the list of a group of few, or of one by which such a group would follow."""
        if self.policy.least <= 1:
            return
        small_groups.refuse_few(found.customers or found.count, self.policy.least)
        self._refuse_narrowed(question, mark)
        if mark.keys() - question.dimensions.keys():
            whole, options = self._asked(question.metric.metric_id, question.selection.changed(by=()), question.reading)
            parts = families()[question.metric.figure].answer(whole, options)
            if has_few(parts, self.policy.least, _kind_of(question.metric)):
                small_groups.refuse_part(self.policy.least)

    def _refuse_narrowed(self, question: Question, mark: Mapping[str, str]) -> None:
        """Raises QuestionError where a filter, or the part that was opened, is a group that a split of the same figure leaves out."""
        small_groups.refuse_filters(question.selection)
        if not families()[question.metric.figure].SPLITS:
            return
        for name, values in small_groups.dimensions_narrowed(question.selection, mark, question.dimensions):
            if not self._left_out(question, name).isdisjoint(values):
                small_groups.refuse_part(self.policy.least)

    def _left_out(self, question: Question, name: str) -> set[str]:
        """Returns the values of a dimension that a split by it leaves out of the same figure, whatever it is narrowed to of them."""
        asked = question.selection
        where = {other: told for other, told in asked.where.items() if other != name}
        selection = asked.changed(where=where, by=(name,), compare="none")
        split, options = self._asked(question.metric.metric_id, selection, question.reading)
        rows = families()[question.metric.figure].answer(split, options).rows
        return {value for (value,) in small_groups.hidden_groups(small_groups.sizes_of(rows, (name,)), self.policy.least)}

    def save_list(
        self,
        name: str,
        metric: str,
        selection: Selection | None = None,
        *,
        mark: Mapping[str, str] | None = None,
        title: str = "",
        frozen: bool = False,
        owner: str = "",
    ) -> SavedList:
        """Saves the people behind a number as a list that every metric can be filtered by: where={"list": name}.

        It lives: it is asked again of every snapshot, and under the policy of whoever asks; a frozen one keeps the customers
        there are now.   title: what people call it, made of the question unless said.   owner: who keeps it. Raises QuestionError.
        """
        chosen = (selection or Selection()).changed(compare="none")
        people = self.customers_behind(metric, chosen, mark=mark, limit=0)
        saved = SavedList(
            name=name,
            title=title or _title(self.metric(metric), people),
            kind="living",
            metric=metric,
            selection=chosen,
            saved_at=utc_text(people.as_of),
            owner=owner,
            mark=dict(people.mark),
            customers_then=people.customers,
        )
        if frozen:
            with self._reading() as reading:
                saved = replace(saved, kind="frozen", customers=tuple(sorted(self._people_of(saved, reading, ()))))
        lists.write_list(self._lists, saved)
        return saved

    def lists(self) -> Rows:
        """Returns every saved list: name, title, kind, metric, address (its selection as a URL query), mark, saved_at, customers.

        customers is how many are on it now; None where it can no longer be asked, and problem then says why. customers_then is
        how many there were when it was saved; None where its file does not say.
        """
        with self._reading() as reading:
            names = [name for name in lists.list_names(self._lists) if not self.names_anybody([name])]
            return tuple(self._list_row(name, reading) for name in names)

    def delete_list(self, name: str) -> None:
        """Removes a saved list; raises UnknownName."""
        lists.delete_list(self._lists, name)

    def owner_of_list(self, name: str) -> str:
        """Returns who keeps a saved list, empty where nobody is known to; raises UnknownName."""
        return lists.owner_of(self._lists, name)

    def list_titles(self) -> Mapping[str, str]:
        """Returns what people call each saved list, by its name: nothing is asked of the data."""
        found = {name: title for name, title in lists.titles(self._lists).items() if not self.names_anybody([name])}
        return dict(zip(found, self.as_told(list(found.values())), strict=True))

    def explain_customer(
        self,
        metric: str,
        customer_id: str,
        selection: Selection | None = None,
        *,
        period: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        **options: Any,
    ) -> Reasons:
        """Says step by step why one customer stands where they do in an answer: which rule put them there, with the dates.

        Raises UnknownName for a customer who is not in it, QuestionError for a metric that has no such steps.
        """
        chosen = _selection(selection, period=period, compare="none", where=where, by=(), options=options)
        with self._question(metric, chosen) as (question, family_options):
            told = getattr(families()[question.metric.figure], "reasons", None)
            if told is None:
                raise QuestionError(
                    f"{metric} does not follow its customers step by step", instead="List them: each row says why it is there"
                )
            return Reasons(
                metric=metric,
                customer_id=customer_id,
                selection=question.selection,
                period=question.period,
                steps=told(question, family_options, customer_id),
                as_of=question.as_of,
                snapshot=question.reading.snapshot,
            )

    def explain(self, metric: str, selection: Selection | None = None) -> Explanation:
        """Says how a metric is worked out: question, formula, SQL, coverage, counts, its definition's history, what was restated."""
        chosen = (selection or Selection()).changed(compare="none", by=())
        with self._question(metric, chosen) as (question, _):
            told = question.metric
            reading = question.reading
            kept = definition_history.read(read_log(self.warehouse.workspace, metric))
            return Explanation(
                metric=told.metric_id,
                title=told.title,
                question=told.question,
                formula=told.formula,
                unit=told.unit,
                better=told.better,
                target=told.target,
                fact=told.fact,
                judged_by=told.judged_by or judged_by(told.fact),
                as_of=question.as_of,
                split_by=tuple(name for name in told.split_by if name in question.dimensions or name in question.segmentations),
                interval=told.interval,
                owner=told.owner,
                reviewed=told.reviewed,
                sql=sql_words(told, reading.tables[told.fact]),
                coverage=coverage_words(question.everybody() if self.policy.least > 1 else question),
                snapshot=reading.snapshot,
                counts=self._counts(question, metric, chosen),
                since=kept[0].since if kept else None,
                history=definition_history.changes_of(self.catalog[metric], kept, self._by_definition(chosen)),
                restated=self._restated(metric),
            )

    def _counts(self, question: Question, metric: str, chosen: Selection) -> str:
        """What the figure stands on; nothing where it cannot be asked so, as one that compares two periods without a second one."""
        try:
            return counts_words(question, self.ask(metric, chosen))
        except QuestionError:
            return ""

    def keep_definitions(self, *, now: datetime | None = None) -> int:
        """Keeps in the workspace's registry each metric whose definition is another one than was kept last; returns how many.

        now: UTC, naive; the present unless said. Raises WorkspaceError when the disk refuses.
        """
        at = (now or utc_now()).isoformat()
        told = {
            name: {"since": at, "snapshot": self.snapshot, "is": definition_history.told_of(metric)}
            for name, metric in self.catalog.metrics.items()
        }
        return add_to_log(self.warehouse.workspace, told)

    def _by_definition(self, chosen: Selection) -> definition_history.Asked:
        """Returns what asks the figure by any definition, under a name of its own: views of one name would be mixed up."""

        def ask(metric: Metric) -> tuple[str, Value]:
            name = f"{metric.metric_id}:{definition_history.mark_of(metric)}"
            other = replace(self, catalog=Catalog({**self.catalog.metrics, name: replace(metric, metric_id=name)}))
            found = other.ask(name, replace(chosen, period=None) if metric.is_now else chosen)
            return found.period.label if found.period else "", found.total

        return ask

    def _restated(self, metric: str) -> tuple[str, ...] | None:
        """Returns what `changed` says of a metric's last closed months, the newest first; None where it cannot be asked."""
        if self.catalog[metric].is_now or not self.earlier_snapshots():
            return None
        try:
            return tuple(month.sentence for month in reversed(self.changed([metric], months=13).months) if not month.is_same)
        except QueriesError:  # a snapshot of another time that cannot be asked
            return None

    def story(self, customer_id: str) -> Story:
        """Returns everything known of one customer; an id that was merged away leads to the one that was kept.

        Raises UnknownName.
        """
        with self._reading() as reading:
            found = reading.run("story_customer", customer_id=customer_id)
            if not found:
                raise UnknownName(f'there is no customer "{customer_id}"', instead="Search by name, e-mail, phone or id")
            customer = found[0]
            kept = {"customer_id": customer["customer_id"], "most": MOST_STORY_ROWS}
            parts = {
                part: tuple(reading.run(f"story_{part}", **kept))
                for part in (
                    "records", "conflicts", "events", "promises", "contracts", "orders", "cases", "consents", "scores",
                )
            }  # fmt: skip
            worth = reading.run("story_value", account_id=customer["account_id"])[0]
            return Story(
                customer={
                    **customer, "is_customer": worth["is_customer"] > 0, "customer_since": worth["customer_since"],
                },
                value=Value(value=float(worth["value"]), n=worth["movements"], customers=1 if worth["movements"] else 0),
                as_of=_newest(reading),
                snapshot=reading.snapshot,
                **parts,
            )  # fmt: skip

    def redacted(self, texts: Sequence[str]) -> list[str]:
        """Returns texts without what tells of a person: names of customers, e-mail addresses, links, phone and other numbers."""
        with self._reading() as reading:
            return without_persons(reading, texts)

    def as_told(self, texts: Sequence[str]) -> list[str]:
        """Returns texts that people here wrote down as they are told under the policy: without what tells of a person, or as they are."""
        return list(texts) if self.policy.names or not texts else self.redacted(texts)

    def names_anybody(self, texts: Sequence[str]) -> bool:
        """Whether a text, as a filter's value, tells a customer's name or an address to somebody who is told none."""
        if self.policy.names or not texts:
            return False
        with self._reading() as reading:
            return names_persons(reading, texts)

    def customer(self, key: str) -> CustomerRecords:
        """Returns a customer's records, why they are one customer, and what they disagree about.

        key: a customer id (one that was merged away, too), SOURCE:ID of a record, an e-mail address, a phone number, an external
        id. Raises UnknownName when nobody is known by it, QuestionError naming the customers when several are.
        """
        with self._reading() as reading:
            return customer_records(reading, key, _newest(reading))

    def person(self, key: str) -> tuple[Person, list[Row], CustomerRecords]:
        """Returns everything that leads to the customer known by a key, what the customer's rows count, and the customer's records.

        Raises UnknownName when nobody is known by the key, QuestionError naming the customers when several are.
        """
        self._refuse_without_names("what leads to a person")
        with self._reading() as reading:
            known = customer_records(reading, key, _newest(reading))
            customer_id = str(known.customer["customer_id"])
            keys, texts, rows = (
                reading.run(name, customer_id=customer_id) for name in ("person_keys", "person_texts", "person_rows")
            )
            return person_of(keys, texts, rows), rows, known

    def case(self, case_id: str) -> CaseCourse:
        """Returns a case, by its id as its source tells it or by SOURCE:ID, with its events, statuses and clocks step by step.

        Raises UnknownName without such a case, QuestionError when several sources have one of this id.
        """
        with self._reading() as reading:
            return case_course(reading, case_id)

    def clocks(self, case_id: str | None = None) -> Rows:
        """Returns every clock, or those of one case, the earliest first, times in UTC: clock_id, subject_kind, source, subject …

        promise, occurrence, version, policy, calendar, priority, target_seconds, started_at, in_force_at, due_at (None while time
        stands still), fulfilled_at, ended_at, decided_at, state, was_kept, is_provisional, open_seconds, calendar_seconds,
        paused_seconds, paused_open_seconds, remaining_seconds, loosened_late, because, customer_id, as_of.
        """
        with self._reading() as reading:
            return clocks_of(reading, case_id, untold=False)

    def untold_clocks(self, case_id: str | None = None) -> Rows:
        """Returns the promises of which nobody can tell whether they are kept, with the reason, such as "needs case events"."""
        with self._reading() as reading:
            return clocks_of(reading, case_id, untold=True)

    def search(self, text: str, *, limit: int = 20) -> Rows:
        """Finds customers by name, e-mail, phone, company or id: customer_id, name, kind, email, phone, region, segment, lifecycle …

        matched is what holds the text: id, name, e-mail, company or phone, the first of them that does.
        """
        words = text.strip().lower()
        digits = re.sub(r"\D", "", words)
        if len(words) < 2:
            return ()
        digits = digits.lstrip("0") if len(digits) >= 5 else ""
        return self._rows("search", text=words, digits=digits, most=max(1, min(limit, 500)))

    def hold_list(
        self, tool: str = "csv", *, purpose: str | None = None, channel: str | None = None, with_unknown: bool = False
    ) -> HoldList:
        """Returns who must not be contacted now, as a campaign tool takes it: "hubspot", "mailchimp", or "csv" with every id.

        purpose: promotional, sales or survey; None is anything but surveys.   channel: email, phone …; None is any. Mailchimp
        means promotion by e-mail unless said.   with_unknown: also who never said yes or no where a yes is needed, which takes a
        purpose and a channel. Raises QuestionError.
        """
        self._refuse_without_names("the hold list")
        purpose, channel = hold_list.read_purpose(tool, purpose, channel, with_unknown=with_unknown)
        with self._reading() as reading:
            found = reading.run("hold_list", purpose=purpose, channel=channel, unknown=with_unknown)
            rows, listed = hold_list.shaped(tool, found)
            return HoldList(
                tool=tool,
                columns=hold_list.TOOLS[tool].columns,
                rows=rows,
                customers=len({one["customer_id"] for one in found}),
                customer_ids=tuple(sorted({str(one["customer_id"]) for one in found})),
                listed=listed,
                purpose=purpose,
                channel=channel,
                as_of=reading.as_of(judged_by("fct_hold")) or _newest(reading),
                snapshot=reading.snapshot,
            )

    def sources(self) -> Rows:
        """Returns source, title, known_until, told_by, newest_event_at, loaded_at, is_finished, interval_seconds, age_seconds.

        title is what people call it: as sources.toml says, else its id.   age_seconds is how far it lies behind the newest one.
        """
        with self._reading() as reading:
            return tuple(dict(source) for source in reading.constant("sources"))

    def ledger_summary(self) -> Mapping[str, Any]:
        """Returns files, sources, records, loaded_new, loaded_updated, rejected, duplicates, removed: sums over the primary rows."""
        return self._one("ledger_summary")

    def ledger(self, *, source: str | None = None, file: str | None = None) -> Rows:
        """Returns a row per block of every file, the newest file first: records = loaded_new + loaded_updated + rejected + duplicates
        + removed.

        file_id, file_name, source, source_format, loaded_at, loaded_order, is_full, footer_lines, block, entity, is_primary and those.
        file: its name or its id. Raises UnknownName for a source or a file that was never loaded.
        """
        with self._reading() as reading:
            return ledger.of_files(reading, source, file)

    def removed_on_request(self) -> Rows:
        """Returns what is gone on request, under no name: customer, entity, source, month, currency, rows, value.

        value is in that currency. Nothing to somebody who may not see all rows.
        """
        return () if self.policy.is_limited else self._rows("removed_on_request")

    def ledger_by_source(self) -> Rows:
        """Returns source, files, first_loaded_at, last_loaded_at and the ledger's sums over the primary rows of each source."""
        return self._rows("ledger_sources")

    def rejected(
        self,
        *,
        source: str | None = None,
        file: str | None = None,
        of: Mapping[str, Any] | None = None,
        limit: int = 1000,
        offset: int = 0,
    ) -> Rows:
        """Returns the records that were refused: file_name, source_line, entity, column_name, value (masked), reason …

        of: a row of `rejections`, whose records are wanted. Nothing to somebody who may not see all rows. Raises UnknownName for
        a source or a file that was never loaded.
        """
        with self._reading() as reading:
            most, skipped = max(0, min(limit, MOST_ROWS)), max(0, offset)
            return ledger.refused_rows(reading, source, file, limit=most, offset=skipped, of=of)

    def rejections(self, *, source: str | None = None, file: str | None = None) -> Rows:
        """Returns why records were refused: file_name, column_name, reason, rows, first_line, value of the first (masked) …

        is_empty: whether it is those that told nothing where something is wanted.
        """
        with self._reading() as reading:
            return ledger.refusals(reading, source, file)

    def changed(
        self, metrics: Sequence[str], *, from_snapshot: str = "", to_snapshot: str = "", months: int | None = None
    ) -> Changes:
        """Returns which closed months of some metrics tell another figure in one snapshot than in an earlier one, and why.

        to_snapshot: the one that is served unless said.   from_snapshot: the one before that unless said.   months: how many of
        the closed months, the newest; all unless said. Both snapshots are asked with today's definitions of metrics. Raises
        SnapshotError for a snapshot that is not there, UnknownName for a metric.
        """
        for name in metrics:
            self.metric(name)
        first, second = pair(self.warehouse.workspace, from_snapshot, to_snapshot)
        is_other = first.definitions != second.definitions
        found: list[ChangedMonth] = []
        not_told: dict[str, str] = {}
        with self._at(first.snapshot_id) as was, self._at(second.snapshot_id) as now:
            since = Since.of(was, now, definitions_changed=is_other)
            for name in metrics:
                try:
                    found += self._changed_months(name, was, now, since, months)
                except QuestionError as error:
                    not_told[name] = str(error)
        return Changes(
            from_snapshot=first.snapshot_id,
            to_snapshot=second.snapshot_id,
            from_made_at=first.made_at,
            to_made_at=second.made_at,
            files=since.files,
            merged_customers=nearest(self.policy.least)(len(since.merged)),
            definitions_changed=is_other,
            months=tuple(found),
            not_told=not_told,
        )

    def _changed_months(
        self, metric_id: str, was: Reading, now: Reading, since: Since, most: int | None
    ) -> Iterator[ChangedMonth]:
        """Yields the closed months of one metric whose rows are others in the one reading than in the other."""
        metric = self.catalog[metric_id]
        if metric.is_now:
            raise QuestionError(f"{metric_id} is judged now and has no months", instead="Name a metric of a period")
        before, after = (self._asked(metric_id, Selection.of(period="all"), reading)[0] for reading in (was, now))
        months = closed_months(before, after)[-most if most else 0 :]
        found = causes_of(before, after, months, since)
        causes = small_groups.causes_told(found, self.policy.least)
        for month in (one for one in months if one.text in causes):
            first, second = (
                self._total(metric_id, Selection.of(period=month.text, compare="none"), reading) for reading in (was, now)
            )
            if self.policy.least > 1:  # the difference of two true counts may be of few
                first, second = (stepped(one, self.policy.least, _kind_of(metric)) for one in (first, second))
            yield ChangedMonth(
                metric=metric_id,
                title=metric.title,
                month=month.text,
                was=first,
                now=second,
                causes=causes[month.text],
                is_same=figure_of(before, first) == figure_of(after, second),
                sentence=sentence_of(metric.title, month, after, first, second, causes[month.text]),
            )

    def _total(self, metric_id: str, selection: Selection, reading: Reading) -> Value:
        question, options = self._asked(metric_id, selection, reading)
        return self._without_few(families()[question.metric.figure].answer(question, options), question).total

    @contextmanager
    def _at(self, snapshot: str) -> Iterator[Reading]:
        """Gives one snapshot of any time, under this policy."""
        warehouse = self.warehouse.at(snapshot)
        try:
            with warehouse.reading(self.policy) as reading:
                yield reading
        finally:
            warehouse.close()

    def earlier_snapshots(self) -> tuple[Snapshot, ...]:
        """Returns the snapshots that are kept from before the one that is served, the newest first; `changed` takes their ids."""
        return tuple(one for one in published(self.warehouse.workspace) if one.snapshot_id < self.snapshot)

    def alarms(self, *, now: datetime | None = None) -> Rows:
        """Returns what is wrong with the exports: alarm, source, file_name, loaded_at, entity, rows, sentence, is_newest …

        alarm: "late" (seen from `now`, UTC and naive; the present unless said), "no rows", "fewer rows", "unknown words",
        "dated ahead", "empty keys" or "gone"; those of late sources first, then by file, the newest first. is_newest: whether it
        is of its source's last load. Nothing to somebody who may not see all rows.
        """
        with self._reading() as reading:
            return ledger.of_alarms(reading, self.policy, now or utc_now())

    def quarantine(self) -> tuple[Quarantined, ...]:
        """Returns the files that could not be taken in, with why; none to somebody who may not see all rows.

        Their names, which may be those of people, only to somebody who is told names.
        """
        found = () if self.policy.is_limited else tuple(quarantined(self.warehouse.workspace))
        return found if self.policy.names else tuple(ledger.unnamed(one, self.redacted([one.why])[0]) for one in found)

    def journeys(self) -> Rows:
        """Returns a row per stage of every journey: journey_id, title, stage_no, stage_id, says, label, owner, within_seconds …"""
        return tuple(spoken_stage(row) for row in self._rows("journeys"))

    def events(self) -> Rows:
        """Returns every event that the data holds (event, n, customers, channels, first_at, last_at), the most frequent first."""
        return tuple(row for row in self._rows("events_found") if not 0 < row["customers"] < self.policy.least)

    def dimensions(self) -> Rows:
        """Returns dimension_id, label, kind, column_name, sort_no, most_values of all that may be split or filtered by."""
        return self._rows("dimensions")

    def dimension_values(self, dimension: str, *, metric: str = "customer_equation", limit: int = 100) -> tuple[str, ...]:
        """Returns the values that a dimension takes on a metric's rows, the most frequent first. Raises UnknownName."""
        with self._question(metric, Selection.of(period="all"), (dimension,)) as (question, _):
            column = question.dimensions.get(dimension)
            if column is None:
                raise _not_a_dimension(dimension, question.metric, question.dimensions)
            rows = question.reading.constant("dimension_values", question.metric.view, (column,), most=limit)
            return tuple(str(row["name"]) for row in rows)

    def not_found(self, where: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
        """Returns the (dimension, value) of a selection that no row of anything loaded has, in the order asked for.

        Lists of people and what is no dimension are left out: a question that asks for them says so itself.
        """
        with self._reading() as reading:
            columns = {str(row["dimension_id"]): str(row["column_name"]) for row in reading.constant("dimensions")}
            asked = [(name, value) for name, values in where.items() if name in columns for value in values]
            return tuple(
                (name, value) for name, value in asked if value != UNKNOWN and not _is_told(value, columns[name], reading)
            )

    def glossary(self) -> Rows:
        """Returns every metric as words: metric, title, question, formula, unit, better, target, owner, reviewed, fact, split_by."""
        names = ("title", "question", "formula", "unit", "better", "target", "dimension", "owner", "reviewed", "fact", "split_by")
        return tuple(
            json_ready({"metric": metric.metric_id, **{name: getattr(metric, name) for name in names}})
            for metric in self.metrics()
        )

    def check(self) -> Rows:
        """Returns the data checks of the current snapshot (check_id, severity, sentence, rows).

        Raises DeclarationErrors telling what the next load would refuse, QuestionError when a metric does not fit the snapshot.
        """
        self.check_declared()
        with self._reading() as reading:
            for metric in self.metrics():
                reading.check_view(metric.view)
            return data_health.checks_told(reading.run("checks"), self.policy)

    def check_declared(self) -> None:
        """Raises DeclarationErrors telling every mistake of what is declared, and what of it names no metric."""
        check_declarations(self.warehouse.workspace)
        aims = load_purpose(self.warehouse.workspace.purpose)
        alerts = tuple(self.alerts().values())
        problems = [*problems_of_changes(self.changes(), self.metrics()), *problems_of_aims(aims, self.metrics())]
        problems += problems_of_alerts(alerts, self.metrics())
        problems += problems_of_packs(self.packs().values(), self.metrics())
        if self.warehouse.workspace.current.exists():
            problems += [*self._problems_of_whom(), *self._problems_of_alerts(), *self._problems_of_packs()]
        if problems:
            raise DeclarationErrors(problems)

    def _problems_of_whom(self) -> list[DeclarationError]:
        """Returns the dimensions by which the changes name whom they touched that their metrics have not in the snapshot."""
        problems, known = [], {metric.metric_id for metric in self.metrics() if is_compared(metric)}
        with self._reading() as reading:
            named = [(one, name) for one in self.changes() for name in one.metrics if name in known and reading.newest]
            for one, name in named:
                try:
                    self._asked(name, Selection.of(period="all", compare="none", where={**one.touched, **one.only}), reading)
                except QuestionError as error:
                    where = f'changes.toml, "{one.name}", {name}'
                    problems.append(DeclarationError(error.what, where=where, instead=error.instead))
        return problems

    def _problems_of_alerts(self) -> list[DeclarationError]:
        """Returns the sources, dimensions and options that alerts name and the snapshot has not."""
        problems, known = [], {metric.metric_id for metric in self.metrics()}
        with self._reading() as reading:
            for one in self.alerts().values():
                strange = problem_of_sources(one, reading.constant("sources"))
                problems += [strange] if strange else []
                if one.metric in known and reading.newest:
                    try:
                        self._asked(one.metric, Selection.of(compare="none", where=one.where, options=one.options), reading)
                    except QuestionError as error:
                        problems.append(DeclarationError(error.what, where=one.place, instead=error.instead))
        return problems

    def _problems_of_packs(self) -> list[DeclarationError]:
        """Returns the dimensions and options that packs name and the snapshot has not."""
        problems, known = [], {metric.metric_id for metric in self.metrics()}
        with self._reading() as reading:
            asked = [(pack, part.metric, asked_of_part(pack, part)) for pack in self.packs().values() for part in pack.parts]
            for pack, name, selection in asked:
                if name in known and reading.newest:
                    try:
                        self._asked(name, selection, reading)
                    except QuestionError as error:
                        problems.append(DeclarationError(error.what, where=f"{pack.place}, {name}", instead=error.instead))
        return problems

    def alerts(self) -> Mapping[str, Alert]:
        """Returns whom to tell when, by the names of the files in alerts/; raises DeclarationErrors telling their mistakes."""
        return load_alerts(self.warehouse.workspace.alerts)

    def packs(self) -> Mapping[str, Pack]:
        """Returns what is handed out before reviews, by the names of the files in packs/; raises DeclarationErrors."""
        return load_packs(self.warehouse.workspace.packs)

    def changes(self) -> tuple[Intervention, ...]:
        """Returns what changes.toml says was changed, the earliest first; raises DeclarationErrors telling its mistakes."""
        return load_interventions(self.warehouse.workspace.changes)

    def before_and_after(self, change: str = "", metric: str = "") -> tuple[Effect, ...]:
        """Returns each declared change's figures before and after it, of those it touched and of those it did not, the newest first.

        change: the name of one of them; all unless said.   metric: another figure than those it declares. What cannot be asked of a
        change is told as the problem of its effect. Raises UnknownName, and QuestionError for a metric that is never compared.
        """
        declared = self.changes()
        if change and change not in [one.name for one in declared]:
            raise UnknownName(f'"{change}" is no change of changes.toml', name=change, known=[one.name for one in declared])
        if metric:
            refuse_not_compared(self.metric(metric))
        with self._reading() as reading:
            return tuple(
                self._told_effect(one, name, reading)
                for one in reversed(declared)
                if not change or one.name == change
                for name in ((metric,) if metric else one.metrics)
            )

    def purpose(self, period: str | None = None, where: Where | None = None) -> tuple[tuple[Aim, Answer], ...]:
        """Returns what purpose.toml aims at, each with the answer that tells how it stands; raises QueriesError.

        where narrows them; an aim whose figure does not tell by whom is narrowed is left out.
        """
        found = []
        for aim in load_purpose(self.warehouse.workspace.purpose):
            when = None if self.metric(aim.metric).is_now else period
            try:
                answer = self.ask(aim.metric, period=when, compare="none", where={**(where or {}), **aim.where})
            except UnknownName:
                continue
            found.append((aim, answer))
        return tuple(found)

    def needs_a_decision(self, where: Where | None = None) -> tuple[tuple[Finding, ...], int]:
        """Returns the figures off their aim, or worse, in each of the last two whole months, and how many comparisons were made.

        Those by whom the more valuable are let down come first.   where narrows the figures; who cannot be narrowed is left out.
        Raises QuestionError for what somebody may not narrow them to who is not told groups of few.
        """
        least = self.policy.least
        if least > 1:
            small_groups.refuse_filters(Selection.of(where=where or {}))
        with self._reading() as reading:
            looked = [metric for metric in self.metrics() if metric.fact in reading.tables and is_looked_at(metric)]
            asked = [(metric, self._by_month(metric.metric_id, where or {}, reading)) for metric in looked]
            found, tried = found_in([(metric, answer) for metric, answer in asked if answer is not None])
            kinds = {metric.metric_id: _kind_of(metric) for metric in looked}
            told = [
                one for one in found if not any(tells_few(value, least, kinds[one.metric]) for value in (one.value, one.before))
            ]
            let_down = [self._touched(one, where or {}, reading) for one in told]
            return tuple(ranked([one for one in let_down if not 0 < one.customers < least])), tried

    def _by_month(self, name: str, where: Where, reading: Reading) -> Answer | None:
        """Returns a figure in the last whole months; None where nothing tells it."""
        try:
            question, _ = self._asked(name, Selection.of(compare="none"), reading)
            now = resolve(None, as_of=question.as_of, zone=question.zone)
            month = earlier(now, 2, zone=question.zone)[0] if now.is_to_date else now
            chosen = Selection.of(period=month.text, compare="none", where=where, options={"series": MONTHS})
            question, options = self._asked(name, chosen, reading)
            if self.policy.least > 1:
                self._refuse_narrowed(question, {})
            return families()[question.metric.figure].answer(question, options)
        except QuestionError:
            return None

    def _touched(self, one: Finding, where: Where, reading: Reading) -> Finding:
        """Returns a finding with those who were let down: how many rows, of how many customers, worth how much a year."""
        question, options = self._asked(one.metric, Selection.of(period=one.month, compare="none", where=where), reading)
        return touched(one, question, options)

    def decide(self, told: Told, *, now: datetime | None = None) -> Decision:
        """Writes a decision into the workspace's log, for good, and returns it; one sent twice under its token is written once.

        now: UTC, naive; the present unless said. Raises UnknownName, and NoDecision with what is wrong of each field.
        """
        metric = self.metric(told.metric) if told.metric else None
        moment = now or utc_now()
        return append_decision(self.warehouse.workspace, decided(told, metric, zone=self.settings()["zone"], now=moment))

    def outcomes(self) -> tuple[Outcome, ...]:
        """Returns what was decided, the newest first, and what came of it after 30 and 90 days."""
        with self._reading() as reading:
            return tuple(self._outcome(one, reading) for one in read_decisions(self.warehouse.workspace))

    def _outcome(self, one: Decision, reading: Reading) -> Outcome:
        zone = reading.constant("settings")[0]["zone"]
        day = decided_on(one, zone)
        what, expects, about = self.as_told([one.what, one.expects, one.about])
        one = replace(one, what=what, expects=expects, about=about)
        if self.names_anybody([value for values in (one.where or {}).values() for value in values]):
            return Outcome(
                decision=replace(one, where={}), decided_on=day, after={}, known_on={}, problem=_("It is of somebody by name.")
            )
        known_on = {days: day + timedelta(days=days) for days in LATER} if one.metric else {}
        after: dict[int, Effect | None] = {}
        try:
            for days in known_on:
                found = self._effect(as_change(one, day, days), one.metric, reading)
                after[days] = found if found.days == days else None
        except QueriesError as problem:
            return Outcome(decision=one, decided_on=day, after={}, known_on={}, problem=str(problem))
        return Outcome(decision=one, decided_on=day, after=after, known_on=known_on)

    def compared_metrics(self) -> tuple[Metric, ...]:
        """Returns the metrics that can be told before and after something: shares and means of what happens on its day."""
        return tuple(metric for metric in self.metrics() if is_compared(metric))

    def _told_effect(self, one: Intervention, name: str, reading: Reading) -> Effect:
        try:
            return self._effect(one, name, reading)
        except QueriesError as problem:
            known = {metric.metric_id: metric for metric in self.metrics()}.get(name)
            return untold(one, name, known.title if known else name, known.unit if known else "", str(problem))

    def _effect(self, one: Intervention, name: str, reading: Reading) -> Effect:
        metric = self.catalog[name]
        refuse_not_compared(metric)
        everywhere = Selection.of(period="all", compare="none", where={**one.touched, **one.only})
        question, _ = self._asked(name, everywhere, reading)
        until, others = last_whole_day(question.as_of, question.zone), self._untouched(one, question)
        days, asked = asked_of(one, until, others)
        if self.policy.least > 1:
            days, asked = asked_of(one, until, self._told_of(one, others, asked, question))
        told = {part: self._total(name, selection, reading) for part, selection in asked.items()}
        return effect(one, metric, days, asked, told, question.words)

    def _told_of(self, one: Intervention, others: Sequence[str], asked: Asked, question: Question) -> list[str]:
        """Returns those of the others that a split leaves out in none of the times that are compared."""
        parts = [selection for part, selection in asked.items() if part.startswith(OTHERS)]
        questions = [self._asked(question.metric.metric_id, selection, question.reading)[0] for selection in parts]
        gone = set[str]().union(*(self._left_out(each, next(iter(one.touched))) for each in questions))
        return [name for name in others if name not in gone]

    @staticmethod
    def _untouched(one: Intervention, question: Question) -> tuple[str, ...]:
        """Returns the values that the first dimension of whom a change touched takes beside those."""
        if not one.touched:
            return ()
        name, values = next(iter(one.touched.items()))
        rows = question.of(None).everybody().run("dimension_values", split=(question.dimensions[name],), most=MOST_VALUES)
        return tuple(str(row["name"]) for row in rows if row["name"] not in (*values, "unknown"))

    def checks(self) -> Rows:
        """Returns what the last load found of each check of the data: check_id, severity, sentence, rows; the gravest first."""
        return data_health.checks_told(self._rows("checks"), self.policy)

    def check_rows(self, check_id: str, *, limit: int = 100, offset: int = 0) -> CheckRows:
        """Returns what breaks a check of the data, looked up under the policy: rows, customers or things. Raises UnknownName."""
        with self._reading() as reading:
            return data_health.check_rows(
                reading, self.policy, check_id, limit=max(0, min(limit, MOST_ROWS)), offset=max(0, offset)
            )

    def completeness(self) -> Rows:
        """Returns, by entity, source and field, of how many rows it is told: rows, filled, and of the last two whole months.

        rows_last_month, filled_last_month, rows_month_before, filled_month_before; months are local to UTC.
        """
        return self._rows("completeness")

    def doubled_records(self) -> Rows:
        """Returns source, team, owner, records, doubled, customers: who makes records, how many of customers known there already.

        owner is None unless figures by agent are switched on.
        """
        with self._reading() as reading:
            return data_health.doubled_records(reading)

    def unknown_words(self) -> Rows:
        """Returns source, entity, column_name, value, read_as, rows, settled_by: the words no declaration knows, the commonest first.

        settled_by is what to write, and where. Nothing to somebody who may not see all rows.
        """
        with self._reading() as reading:
            return data_health.unknown_words(reading)

    def identity(self) -> Identity:
        """Returns how records became customers: sums, joins by rule, conflicts by field, customers in conflict, shared addresses."""
        with self._reading() as reading:
            return data_health.identity(reading)

    def coverage(self) -> Coverage:
        """Returns which figures the loaded files make possible, what the others lack, and which exports would add it."""
        with self._reading() as reading:
            return coverage(reading, self.metrics(), sources_of(self.warehouse.workspace).values())

    def close(self) -> None:
        """Closes the snapshot after its last reader."""
        self.warehouse.close()

    def _refuse_without_names(self, what: str) -> None:
        if not self.policy.names:
            raise QuestionError(f"{what} is made of names and addresses, which you are not told", instead="Ask somebody who is")

    @property
    def _stamps(self) -> str:
        workspace = self.warehouse.workspace
        return f"{stamp_of_changes(workspace.changes)}-{stamp_of_changes(workspace.purpose)}-{stamp_of_decisions(workspace)}"

    @property
    def _journeys(self) -> Path:
        return self.warehouse.workspace.declared(journey_file.FOLDER)

    @property
    def _lists(self) -> Path:
        return self.warehouse.workspace.declared(lists.FOLDER)

    @contextmanager
    def _question(self, metric_id: str, selection: Selection, also: Iterable[str] = ()) -> Iterator[tuple[Question, Any]]:
        """Gives the question and its options; `also` are dimensions that it will be narrowed by."""
        with self._reading() as reading:
            yield self._asked(metric_id, selection, reading, also)

    def _asked(
        self, metric_id: str, selection: Selection, reading: Reading, also: Iterable[str] = (), above: tuple[str, ...] = ()
    ) -> tuple[Question, Any]:
        """Returns a question to one reading; `above` are the lists for whose sake it is asked."""
        metric = self.catalog[metric_id]
        options = read_options(families()[metric.figure].Options, metric.options, selection.options)
        names = (*selection.by, *selection.where, *also)
        question = _understood(*_asked(reading, metric, options), selection, reading, getattr(options, "journey", ""), names)
        if LISTED in selection.where:
            question = replace(question, listed=self._listed(selection.where[LISTED], question, above))
        return question, options

    def _listed(self, names: Sequence[str], question: Question, above: tuple[str, ...]) -> str:
        """Returns the name under which the reading keeps the customers of these lists; they are looked up once per snapshot."""
        reading = question.reading
        if "customer_id" not in reading.tables[question.metric.view.table]:
            raise QuestionError(
                f"{question.metric.metric_id} counts no customers: no list narrows it", instead="Leave the list out"
            )
        key = f"{lists.stamp(self._lists)} {'|'.join(names)}"
        kept = reading.kept(key)
        if kept is None:
            found = [self._people_of(lists.load_list(self._lists, name), reading, above) for name in names]
            kept = reading.keep(key, set().union(*found))
        return kept

    def _people_of(self, saved: SavedList, reading: Reading, above: tuple[str, ...]) -> set[str]:
        """Returns the customers of a list, asked now unless it is frozen; who objects to profiling is on no list made by it."""
        if saved.name in above:
            raise QuestionError(f'the list "{saved.name}" leads back to itself', instead="Save it from another number")
        if saved.is_frozen:
            self.catalog[saved.metric]  # raises when there is no such metric: nobody could say whom the list was made of
            return set(saved.customers) - self._objecting(saved, reading)
        found: set[str] = set()
        question, options = self._asked(saved.metric, saved.selection, reading, saved.mark, (*above, saved.name))
        people, skipped = families()[question.metric.figure].people, 0
        while rows := people(question, options, saved.mark, Page(most=MOST_ROWS, skipped=skipped)).rows:
            found |= {row["customer_id"] for row in rows}
            skipped += len(rows)
        return found

    def _objecting(self, saved: SavedList, reading: Reading) -> set[str]:
        """Returns who is on a frozen list and objects to profiling now; empty where profiling had no part in it."""
        if not saved.customers or not self._profiles(saved, reading):
            return set()
        return {row["customer_id"] for row in reading.run("objecting", ids=list(saved.customers))}

    def _profiles(self, saved: SavedList, reading: Reading, above: tuple[str, ...] = ()) -> bool:
        """Whether a list was made by profiling: of a fact that tells who objects, or narrowed by a list that is one or is gone."""
        if "has_objected" in reading.tables[self.catalog[saved.metric].fact]:
            return True
        known = lists.list_names(self._lists)
        return any(
            name not in known or self._profiles(lists.load_list(self._lists, name), reading, (*above, saved.name))
            for name in saved.selection.where.get(LISTED, ())
            if name not in (*above, saved.name)
        )

    def _list_row(self, name: str, reading: Reading) -> Mapping[str, Any]:
        try:
            saved = lists.load_list(self._lists, name)
            count, problem = len(self._people_of(saved, reading, ())), ""
            small_groups.refuse_few(count, self.policy.least)
            count = nearest(self.policy.least)(count)  # two lists that differ by one customer tell nothing of them
        except QueriesError as error:
            return {"name": name, "title": name, "customers": None, "problem": self.as_told([str(error)])[0]}
        told = {
            name: getattr(saved, name)
            for name in ("name", "title", "kind", "metric", "mark", "saved_at", "owner", "customers_then")
        }
        if self.policy != Policy.everything():  # counted under the policy of whoever saved it
            told["customers_then"] = None
        told |= {"title": self.as_told([saved.title])[0], "address": saved.selection.to_query()}
        asked = [*(value for values in saved.selection.where.values() for value in values), *saved.mark.values()]
        if self.names_anybody([*asked, *map(str, saved.selection.options.values())]):
            told |= {"address": "", "mark": {}}
        return {**told, "customers": count, "problem": problem}

    def _marked(self, answer: Answer) -> tuple[tuple[Marked, ...], tuple[str, ...]]:
        """Returns what was changed in the time that an answer tells; or says that its file cannot be read."""
        if not any(when(row) for row in answer.rows):
            return (), ()
        try:
            return marked(load_interventions(self.warehouse.workspace.changes), answer.rows), ()
        except QueriesError:
            return (), (_("What was changed is not shown: changes.toml has a mistake, which `cx check` tells."),)

    def _edit_notices(self, question: Question) -> list[str]:
        """Says where the journey asked about was changed since the last load: what is shown is not yet what its file says."""
        if "journey_id" not in question.also or not journey_file.is_edited(self._journeys, question.reading, question.journey):
            return []
        return [
            _(
                "The file of this journey says something else now: shown is the journey of the last load. A load brings the new one."
            )
        ]

    def _list_notices(self, chosen: Selection) -> list[str]:
        saved = [lists.load_list(self._lists, name) for name in chosen.where.get(LISTED, ())]
        titles = self.as_told([one.title for one in saved])
        return [_("Only the customers of the list “{title}”.", title=title) for title in titles]

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        with self.warehouse.reading(self.policy) as reading:
            yield reading

    def _rows(self, figure: str, **parameters: Any) -> Rows:
        with self._reading() as reading:
            return tuple(reading.run(figure, **parameters))

    def _one(self, figure: str) -> Mapping[str, Any]:
        with self._reading() as reading:
            return reading.constant(figure)[0]


def _kind_of(metric: Metric) -> Kind:
    """Returns what has to be known of a figure to tell its answers in steps."""
    settings = frozenset(option.name for option in fields(families()[metric.figure].Options))
    return Kind(settings=settings, interval=metric.interval)


def _title(metric: Metric, people: People) -> str:
    """Returns what was asked in few words, each said once: "Customers lost, October 2026, North, Moved away"."""
    period = people.period.label if people.period and people.selection.period else ""
    values = [value for values in people.selection.where.values() for value in values]
    return ", ".join(part for part in dict.fromkeys((metric.title, period, *values, *people.mark.values())) if part)


def _selection(selection: Selection | None, **parts: Any) -> Selection:
    """Returns the selection with the parts that were named laid over it."""
    base = selection or Selection()
    given = {name: value for name, value in parts.items() if value}
    options = {name.rstrip("_"): value for name, value in (parts["options"] or {}).items()}  # return_="order placed"
    return base.changed(**{**given, "options": {**base.options, **options}})


def _asked(reading: Reading, metric: Metric, options: Any) -> tuple[Metric, datetime | None]:
    """Returns the metric over the rows that the options ask of, and until when they are known where that is not as the fact says."""
    asked = getattr(families()[metric.figure], "asked", None)
    return asked(reading, metric, options) if asked else (metric, None)


def _understood(
    metric: Metric, known_until: datetime | None, selection: Selection, reading: Reading, journey: str, names: Sequence[str]
) -> Question:
    settings = reading.constant("settings")[0]
    has_journey = "journey_id" in reading.tables.get(metric.fact, ())
    journey = journey or settings["default_journey"]
    as_of = known_until or (_journey_as_of(reading, journey) if has_journey else _as_of(reading, metric))
    dimensions = {row["dimension_id"]: row for row in reading.constant("dimensions")}
    segmentations = {name: row["segmentation"] for name, row in dimensions.items() if row["segmentation"]}
    metric, segmented = _segmented(metric, names, segmentations, settings["segmentation"])
    columns = reading.tables[metric.view.table]
    carried = {name: row["column_name"] for name, row in dimensions.items() if row["column_name"] in columns}
    if metric.fact in SEGMENTED:
        carried = {name: column for name, column in carried.items() if name not in segmentations} | segmented
    _check_names(metric, selection, carried)
    if metric.is_now and selection.period:
        raise BadPeriod(f"{metric.metric_id} is judged now and takes no period", instead="Leave the period out")
    zone = settings["zone"]
    period = (
        None
        if metric.is_now
        else resolve(selection.period or metric.period, as_of=as_of, zone=zone, held_by=notices.holding(reading, as_of))
    )
    return Question(
        metric=metric,
        selection=selection,
        period=period,
        before=compared(period, selection.compare, zone=zone) if period else None,
        reading=reading,
        zone=zone,
        words=Words(locale=spoken_locale(settings["locale"]), currency=settings["currency"]),
        journey=journey,
        as_of=as_of,
        newest=_newest(reading),
        dimensions=carried,
        most_values={name: dimensions[name]["most_values"] for name in carried},
        also={"journey_id": (journey,)} if has_journey else {},
        segmentations=segmentations,
    )


def _segmented(metric: Metric, names: Sequence[str], segmentations: Mapping[str, str], own: str) -> tuple[Metric, dict[str, str]]:
    """Returns the metric with the segmentation whose movements these names ask for, and the dimensions that it then has."""
    if metric.fact not in SEGMENTED:
        return metric, {}
    asked = {segmentations[name]: name for name in names if name in segmentations}
    if len(asked) > 1:
        what = f"{metric.metric_id} tells one segmentation at a time, not {' and '.join(sorted(asked.values()))}"
        raise QuestionError(what, instead="Ask for one of them")
    chosen = next(iter(asked), own)
    segmented = {name: "segment" for name, segmentation in segmentations.items() if segmentation == chosen}
    return replace(metric, segmentation="" if chosen == own else chosen), segmented


def _check_names(metric: Metric, selection: Selection, carried: Mapping[str, str]) -> None:
    for name in [*selection.by, *(name for name in selection.where if name != LISTED)]:
        if name not in carried:
            raise _not_a_dimension(name, metric, carried)
    most = families()[metric.figure].SPLITS
    if len(selection.by) > most:
        instead = f"Split by at most {most}" if most else "Filter it instead"
        raise QuestionError(f"{metric.metric_id} cannot be split by {' and '.join(selection.by)}", instead=instead)


def _not_a_dimension(name: str, metric: Metric, carried: Mapping[str, str]) -> QuestionError:
    if name == AGENT:
        instead = 'An administrator can, in workspace.toml: [agents] shown = true, agreement = "the agreement that allows it"; then load'
        return QuestionError("figures by agent are not switched on", instead=instead)
    return UnknownName(f'"{name}" is not a dimension of {metric.fact}', name=name, known=carried)


def _is_told(value: str, column: str, reading: Reading) -> bool:
    """Whether a row of any fact ever had the value."""
    return any(
        value in reading.names(table, column)
        for table, held in reading.tables.items()
        if "customer_id" in held and column in held
    )


def _as_of(reading: Reading, metric: Metric) -> datetime:
    return reading.as_of(metric.judged_by or judged_by(metric.fact)) or _newest(reading)


def _journey_as_of(reading: Reading, journey: str) -> datetime:
    known = {row["journey_id"]: row["as_of"] for row in reading.constant("journeys")}
    if journey not in known:
        instead = f"{did_you_mean(journey, known)} One written since the last load can be asked after the next: cx load"
        raise UnknownName(f'there is no journey "{journey}"', instead=instead)
    found = known[journey] or _newest(reading)
    assert isinstance(found, datetime)
    return found


def _newest(reading: Reading) -> datetime:
    found = reading.newest
    if found is None:
        raise QuestionError("nothing dated has been loaded yet", instead="Run: cx load YOUR_EXPORTS")
    return found
