"""One catalog of texts: everything has its German, no translation drops a field, and no page says anything past the catalog."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dashboard.page import Pages
from dashboard.reader import Reader
from dashboard.view import View
from metrics import CommandCenter
from metrics.answer import kind_of
from metrics.language import LANGUAGES, SOURCE, _, _n, language_of, speaking, spoken_locale
from metrics.notices import NOTHING
from metrics.period_text import day_text, period_words
from tools.words import found, is_told, kept

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "dashboard" / "templates"
FIELD = re.compile(r"\{(\w+)\}")
TYPED = {
    "drawing": ["A drawing", "html, body { margin: 0; } svg { display: block; width: 100%; height: auto; }"],
    "health_changed": ["cx changed"],
    "health_identity": ["cx customer KEY"],
    "health_refused": ["cx retry"],
    "health_refused_rows": ["cx ledger --rejected --offset"],
    "health_sources": ["cx load YOUR_EXPORTS"],
    "picture": ["body { margin: 0; padding: 32px; background: var(--panel); } .panel { border: 0; padding: 0; }"],
    "what_changed": ["changes.toml"],
}
"""What templates say in every language alike: commands and names of files."""
WORDS_OF_HTML = ("aria-label", "title", "alt", "placeholder")
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]


class Literals(HTMLParser):
    """Collects what a template says by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found += [value for name, value in attrs if name in WORDS_OF_HTML and value and re.search("[A-Za-z]", value)]

    def handle_data(self, data: str) -> None:
        self.found += [data.strip()] if re.search("[A-Za-z]{2}", data) else []


def literals(template: str) -> list[str]:
    for pattern in (r"{#.*?#}", r"{{.*?}}", r"{%.*?%}"):
        template = re.sub(pattern, "", template, flags=re.DOTALL)
    parser = Literals()
    parser.feed(template)
    parser.close()
    return parser.found


def forms(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (text,)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_product_is_in_the_catalog_and_translated(language: str) -> None:
    catalog = kept(language)
    untold = []
    for message in found():
        known = catalog.get(forms(message.id)[0], message.context) if message.id else None
        if message.id and (known is None or forms(known.id) != forms(message.id) or not is_told(known)):
            untold.append(message.id)
    assert untold == [], "run `make words` and translate these"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    wrong = []
    for message in kept(language):
        fields = set(FIELD.findall(forms(message.id)[-1])) if message.id else set()
        single = set(FIELD.findall(forms(message.id)[0])) if message.id else set()
        for place, told in enumerate(forms(message.string) if message.id else ()):
            if set(FIELD.findall(told)) != (single if place == 0 else fields):
                wrong.append((message.id, told))
    assert wrong == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda template: template.stem)
def test_a_template_says_nothing_past_the_catalog(template: Path) -> None:
    assert literals(template.read_text(encoding="utf-8")) == TYPED.get(template.stem, [])


def test_every_page_is_named_in_german_by_itself() -> None:
    with speaking("de"):
        titles = [_(page.title) for page in Pages.found().menu]
    assert titles == [
        "Leitstand", "Kundenreise", "Bindung", "Kundenstimme", "Service", "Respekt", "Kunden", "Verbessern", "Datenlage", "Glossar",
    ]  # fmt: skip


def test_a_text_is_english_where_nobody_said_a_language() -> None:
    assert _("too few to say") == "too few to say"
    assert _n("{n} day", "{n} days", 2, n=2) == "2 days"


def test_a_language_ends_with_what_was_drawn_in_it() -> None:
    with speaking("de"):
        assert (_("too few to say"), _n("{n} day", "{n} days", 1, n=1)) == ("zu wenige für eine Aussage", "1 Tag")
    assert _("too few to say") == "too few to say"


@pytest.mark.parametrize(
    ("locale", "chosen", "told"),
    [
        ("en_GB", "", "en"),
        ("de_DE", "", "de"),
        ("en_GB", "de", "de"),
        ("fr_FR", "", None),
        ("fr_FR", "de", "de"),
        ("", "xx", "en"),
    ],
)
def test_the_reader_chooses_and_else_the_workspace_speaks(locale: str, chosen: str, told: str | None) -> None:
    assert language_of(locale, chosen) == told


@pytest.mark.parametrize(
    ("own", "language", "told"),
    [("en_GB", "de", "de"), ("de_CH", "en", "en_CH"), ("de_AT", "de", "de_AT"), ("fr_FR", None, "fr_FR")],
)
def test_numbers_follow_the_language_and_keep_the_country_where_both_are_known(own: str, language: str | None, told: str) -> None:
    with speaking(language):
        assert spoken_locale(own) == told


def test_numbers_dates_and_periods_are_written_as_germans_write_them() -> None:
    with speaking("de"):
        reader = Reader.of({"locale": "en_GB", "zone": "Europe/Berlin", "currency": "EUR"})
        assert reader.percent(0.9059) == "90,6 %"
        assert reader.money(35_338.87).replace("\xa0", " ") == "35.339 €"
        assert reader.duration(3.4 * 86_400) == "3,4 Tage"
        assert period_words("2026-10") == "im Oktober 2026"
        assert period_words("2026-05-03..2026-06-10") == "vom 3. Mai 2026 bis 9. Juni 2026"
        assert day_text(date(2026, 10, 5)) == "5. Oktober 2026"


def test_a_chosen_language_travels_in_every_link_and_the_workspaces_own_is_left_out() -> None:
    view = View.read("/journey", "lang=de&period=2026-09")
    assert view.language == "de"
    assert "lang=de" in view.elsewhere("/service")
    assert "lang=de" in view.chosen(mode="strict").href()
    assert "lang" not in View.read("/journey", "period=2026-09").href()
    assert View.read("/", "lang=klingon").language == ""


def test_in_both_languages_a_list_of_customers_says_how_many_once(tiny_center: CommandCenter) -> None:
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = [
                (metric.metric_id, tiny_center.customers_behind(metric.metric_id, period="2026-10", limit=0))
                for metric in tiny_center.metrics()
                if not metric.is_now and metric.unit in ("customers", "count")
            ]
    assert [(name, people.is_of_customers) for name, people in told["de"]] == [
        (name, people.is_of_customers) for name, people in told["en"]
    ]
    twice = [people.sentence for _name, people in told["de"] if people.is_of_customers and people.count == people.customers]
    assert twice
    assert [sentence for sentence in twice if re.search(r" von [\d.]+ Kund", sentence)] == []


def test_a_notice_keeps_its_kind_in_every_language(tiny_center: CommandCenter) -> None:
    for language in LANGUAGES:
        with speaking(language):
            answer = tiny_center.ask("promises_restated", period="2019")
            assert [kind_of(notice) for notice in answer.notices] == [NOTHING]
