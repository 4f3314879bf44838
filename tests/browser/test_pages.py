"""What a person sees and does: the overview, a number to its customers, a customer to the story."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, Route

from metrics import CommandCenter
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
PAGES = (
    "/",
    "/journey",
    "/staying",
    "/voice",
    "/service",
    "/respect",
    "/customers",
    "/improve",
    "/data-health",
    "/glossary",
    "STORY",
    "/journey?by=segment&open=customers_gained",
)
SIZES = ((1920, 1080), (1280, 800), (390, 844))
BETWEEN = ((1920, 950), (1680, 1050), (1600, 1000), (1600, 900), (1440, 900), (1366, 768), (1280, 720), (1200, 800))
FONTS = ("", "DejaVu Sans")  # the system's, and one as wide as they come
PANELS = (
    "customers-and-value",
    "why-they-left",
    "the-journey-in-our-customers-words",
    "about-to-break",
    "what-they-tell-us",
    "needs-a-decision",
    "attract-sell-grow",
)

THEME = "document.documentElement.getAttribute('data-bs-theme')"
OVERLAPS = """() => {
  const named = '#page h1, #page h2, #page h3, #page p, #page b, #page dt, #page dd, .top a, .top summary';
  const shown = [...document.querySelectorAll(named)]
    .filter(each => !each.closest('.read, svg, .choices, .plane, .axis-room, .sankey') && each.offsetWidth && each.checkVisibility()
      && ![...each.children].some(c => c.matches('b, p, h3')));
  const boxes = shown.map(each => [each, each.getBoundingClientRect()]);
  const wrong = [];
  boxes.forEach(([a, x], i) => boxes.slice(i + 1).forEach(([b, y]) => {
    if (a.contains(b) || b.contains(a)) return;
    const w = Math.min(x.right, y.right) - Math.max(x.left, y.left), h = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
    if (w > 2 && h > 3) wrong.push(a.textContent.trim().slice(0, 40) + ' / ' + b.textContent.trim().slice(0, 40));
  }));
  return wrong;
}"""
CUT_OFF = """() => [...document.querySelectorAll('#page *')]
  .filter(each => !each.closest('svg, .read, .scroll, .clocks, .plane, .axis-room, .sankey')
    && each.scrollWidth > each.clientWidth + 1 && each.clientWidth
    && getComputedStyle(each).display !== 'inline')
  .map(each => each.className + ': ' + each.textContent.trim().slice(0, 40))"""

SPILT = """() => [...document.querySelectorAll('#page .panel')].flatMap(panel => {
  const room = panel.getBoundingClientRect();
  return [...panel.querySelectorAll('*')]
    .filter(each => each.checkVisibility() && !each.closest('.read, .choices, .panel-menu, .scroll'))
    .filter(each => {
      const box = each.getBoundingClientRect();
      return box.width && box.height && (box.bottom > room.bottom + 1 || box.right > room.right + 1 || box.top < room.top - 1);
    })
    .map(each => panel.dataset.section + ': ' + each.textContent.trim().slice(0, 40));
})"""


@pytest.fixture(scope="session")
def a_story(tiny_center: CommandCenter) -> str:
    """The page of a customer whose promises broke: the one of whom most is known."""
    people = tiny_center.customers_behind("replied_in_time", period="all").rows
    broken = {row["customer_id"] for row in people if not row["value"]}
    return f"/customers/{max(sorted(broken), key=lambda each: len(tiny_center.story(each).events))}"


OUTSIDE = """() => {
  const panel = document.querySelector('[data-section="about-to-break"]').getBoundingClientRect();
  return [...document.querySelectorAll('.clocks .shape, .clocks text')].map(each => each.getBoundingClientRect())
    .filter(box => box.width && (box.right > panel.right || box.left < panel.left)).length;
}"""


def drawer(page: Page) -> str:
    page.wait_for_selector("#drawer-place:not([hidden]) h2")
    return page.inner_text("#drawer-place h2")


def test_the_overview_is_one_screen_with_every_panel(visit: Visits) -> None:
    page = visit().go()
    for width, height in SIZES[:2]:
        page.set_viewport_size({"width": width, "height": height})
        for panel in PANELS:
            text = page.inner_text(f'[data-panel="{panel}"]')
            assert text
            assert "failed" not in text, text
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.title() == "Command center · Fernhill Energy"


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_overview_grows_taller_than_a_screen_before_anything_is_printed_over_another(visit: Visits, language: str) -> None:
    page = visit().go(f"/?lang={language}")
    for width, height in (*SIZES[:2], *BETWEEN):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert page.evaluate(SPILT) == [], (width, height)
        assert page.evaluate(OVERLAPS) == [], (width, height)
        assert page.evaluate("document.querySelector('.top').offsetHeight") < 90, (width, height)


@pytest.mark.parametrize("path", PAGES[:11])
def test_nothing_runs_over_or_is_cut_off_at_any_size(visit: Visits, path: str, a_story: str) -> None:
    page = visit().go(path.replace("STORY", a_story))
    for font in FONTS:
        page.evaluate("font => font && document.documentElement.style.setProperty('--font', font)", font)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("innerWidth") == width
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (font, width)
            assert page.evaluate(CUT_OFF) == [], (font, width)
            assert page.evaluate(OVERLAPS) == [], (font, width)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_in_either_theme(visit: Visits, path: str, a_story: str) -> None:
    page = visit().go(path.replace("STORY", a_story))
    if "open=" in path:
        drawer(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_selector(f'html[data-bs-theme="{theme}"]')
        found = Axe().run(page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert not serious, [(theme, each["id"], [node["html"][:160] for node in each["nodes"][:3]]) for each in serious]


def test_a_number_opens_onto_exactly_its_customers(visit: Visits) -> None:
    page = visit().go()
    number = page.locator('[data-panel="customers-and-value"] [data-key="opening"] a.num')
    count = number.inner_text()
    number.click()
    assert drawer(page).startswith(f"{count} customers")
    assert "open=customer_equation" in page.url
    assert page.locator("#drawer-place tbody tr").count() == min(int(count.replace(",", "")), 50)
    page.locator("#drawer-place").get_by_text("How is this worked out?", exact=True).click()
    page.wait_for_selector("#drawer-place .how dl")
    assert "formula" in page.inner_text("#drawer-place .how")
    assert "show=how" in page.url


def test_a_count_under_the_clocks_opens_exactly_its_clocks(visit: Visits) -> None:
    page = visit().go()
    for part in ("broke_last_hour", "at_risk", "time_left"):
        counted = page.locator(f'[data-panel="about-to-break"] [data-key="{part}"] a')
        count = int(counted.inner_text().split()[0])
        counted.click()
        assert drawer(page).startswith(f"{count} promise")
        assert page.locator("#drawer-place tbody tr").count() == count
        page.keyboard.press("Escape")
        page.wait_for_selector("#drawer-place", state="hidden")


def test_the_clocks_stay_in_their_panel_on_a_phone(visit: Visits) -> None:
    page = visit(width=390, height=844).go()
    assert page.locator("#page .clocks .shape").count()
    assert page.evaluate(OUTSIDE) == 0


def test_a_cell_of_the_promises_opens_exactly_its_customers(visit: Visits) -> None:
    page = visit().go("/service?period=all")
    cell = page.locator('[data-panel="do-we-keep-our-promises"] .crossed tr.sum a').first
    count = (cell.get_attribute("aria-label") or "").partition(", of ")[2].partition(",")[0]
    cell.click()
    assert drawer(page).startswith(f"{count} promise")
    assert "open=promises_kept" in page.url
    page.reload()
    assert drawer(page).startswith(f"{count} promise")


def test_a_team_that_is_chosen_narrows_service_and_the_way_back_widens_it(visit: Visits) -> None:
    page = visit().go("/service")
    every = '[data-panel="service"] [data-key="team"] summary b:text-is("all")'
    page.locator(every).click()
    page.locator('[data-panel="service"] [data-key="team"] li a').nth(1).click()
    page.wait_for_selector(every, state="detached")
    assert "team=" in page.url
    page.go_back()
    page.wait_for_selector(every)


def test_the_parts_of_a_long_page_are_links_and_what_is_opened_stays_in_sight(visit: Visits) -> None:
    page = visit().go("/service")
    page.get_by_role("navigation", name="On this page").get_by_text("Teams").click()
    assert page.url.endswith("/service#part-teams")
    number = page.locator('[data-panel="which-team"] tbody a.num').first
    assert number.evaluate("each => each.getBoundingClientRect().top") < 400
    number.click()
    assert drawer(page)
    assert 0 < number.evaluate("each => each.getBoundingClientRect().top") < 1080


def test_a_page_whose_login_has_ended_leads_to_the_login(visit: Visits) -> None:
    opened = visit()
    page = opened.go("/service?period=2026-Q3")
    page.route("**/service?*", lambda route: route.fulfill(body="<title>Log in</title><h1>Log in</h1>", content_type="text/html"))
    page.route("**/api/version", lambda route: route.fulfill(status=401, body="Log in first."))
    page.wait_for_selector("h1:text('Log in')")
    assert page.url.endswith("/service?period=2026-Q3")
    opened.complaints[:] = [one for one in opened.complaints if "401" not in one]


def test_the_hold_list_comes_as_a_file_once_it_is_said_what_for(visit: Visits) -> None:
    page = visit().go("/respect?lang=de")
    page.locator('[data-panel="whom-must-we-leave-alone-today"] [data-key="csv"] a[href*=".csv"]').click()
    box = page.get_by_role("dialog", name="Wofür werden diese Personen gebraucht?")
    purpose = box.get_by_label("Zweck")
    assert purpose.evaluate("each => each === document.activeElement")
    purpose.press("Enter")  # nothing was said: it stays
    assert box.is_visible()
    assert [one["impact"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")] == []
    purpose.fill("Herbstbrief & Rückrufe")
    with page.expect_download() as started:
        purpose.press("Enter")
    assert started.value.suggested_filename == "hold-list-csv.csv"
    assert parse_qs(urlsplit(started.value.url).query)["why"] == ["Herbstbrief & Rückrufe"]
    page.locator('[data-panel="whom-must-we-leave-alone-today"] [data-key="hubspot"] a[href*=".csv"]').click()
    assert purpose.input_value() == "Herbstbrief & Rückrufe"
    page.keyboard.press("Escape")
    assert box.count() == 0


def test_a_theme_narrows_the_comments_and_the_way_back_widens_them(visit: Visits) -> None:
    page = visit().go("/voice?period=all")
    page.locator('[data-panel="what-moves-the-score"] tbody a').first.click()
    page.wait_for_selector('[data-panel="in-their-own-words"] .chip-inline')
    assert "theme=" in page.url
    assert page.locator(".comments li").count() == page.locator(".comments li:has(mark)").count() > 0
    page.reload()
    page.wait_for_selector('[data-panel="in-their-own-words"] .chip-inline')
    page.go_back()
    page.wait_for_selector('[data-panel="in-their-own-words"] .chip-inline', state="detached")


def test_a_check_opens_the_rows_behind_it_and_a_row_its_customer(visit: Visits) -> None:
    opened = visit()
    page = opened.go("/data-health")
    count = page.locator('[data-panel="do-the-checks-hold"] [data-key="lost_without_reason"] a.num')
    rows = int(count.inner_text())
    count.click()
    page.wait_for_selector('[data-panel="which-rows"] .saying:has-text("Lost without reason")')
    assert "check=lost_without_reason" in page.url
    found = page.locator('[data-panel="which-rows"] .figure tbody tr')
    assert found.count() == rows
    customer = found.first.locator("a").first
    name = customer.inner_text()
    customer.click()
    page.wait_for_selector(".story")
    assert page.inner_text("h1") == name
    opened.drawn()


def test_a_page_that_is_left_is_not_asked_once_more_and_the_next_is_asked_once(visit: Visits) -> None:
    opened = visit()
    page = opened.go("/journey?by=segment&period=2026")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if "_dash-update" in request.url else None)
    page.locator('nav a[data-path="/staying"]').evaluate(
        "link => { link.setAttribute('href', '/staying?period=2026-Q2'); link.click(); }"
    )
    page.wait_for_selector('#page > [data-path="/staying"]')
    opened.drawn()
    panels = [panel for body in asked for panel in asked_panels(body)]
    assert {where for where, _ in panels} == {"/staying", "*"}
    assert len(panels) == len(set(panels))
    page.go_back()
    page.wait_for_selector('#page > [data-path="/journey"]')
    opened.drawn()
    assert "by=segment" in page.url
    assert "by=segment" in str(
        page.locator('[data-panel="header"] a[data-open], [data-panel="header"] a[data-here]').first.get_attribute("href")
    )


def asked_panels(body: str) -> list[tuple[str, str]]:
    """The pages and the panels that one call of the browser asks for; none of another call."""
    outputs = body.partition('"inputs"')[0]
    return re.findall(r'"id":\{"lane":\d+,"page":"([^"]+)","panel":"([^"]+)","type":"drawn"\}', outputs)


def test_comments_of_detractors_are_a_link_that_goes_with_a_theme(visit: Visits) -> None:
    page = visit().go("/voice?period=all")
    page.locator('[data-panel="in-their-own-words"] [data-key="given"]').get_by_text("detractors").click()
    page.wait_for_selector('[data-key="given"] a[aria-current]:text("detractors")')
    assert "given=detractors" in page.url
    assert set(page.locator(".comments .given small").all_inner_texts()) == {"detractor"}
    page.locator('[data-panel="what-moves-the-score"] tbody a[href*="given=detractors"]').first.click()
    page.wait_for_selector('[data-panel="in-their-own-words"] .chip-inline')
    assert "given=detractors" in page.url
    page.go_back()
    page.go_back()
    page.wait_for_selector('[data-key="given"] a[aria-current]:text("all")')


def test_an_answer_that_comes_late_does_not_undo_a_newer_one(visit: Visits) -> None:
    page = visit().go("/voice?period=all")
    held: list[Route] = []
    page.route(
        "**/_dash-update-component*", lambda route: held.append(route) if "given=" in asked_of(route) else route.continue_()
    )
    page.locator('[data-panel="in-their-own-words"] [data-key="given"]').get_by_text("detractors").click()
    page.wait_for_url("**given=detractors")
    with page.expect_response(is_of_comments):
        page.go_back()
    with page.expect_response(is_of_comments):
        for route in held:
            route.continue_()
    page.wait_for_load_state("networkidle")
    assert page.inner_text('[data-key="given"] a[aria-current]') == "all"


def asked_of(route: Route) -> str:
    """Returns what a call of a page asks for."""
    return str(route.request.post_data)


def is_of_comments(answer: Response) -> bool:
    """Returns whether an answer brings what people wrote."""
    return "in-their-own-words" in (answer.request.post_data or "")


def test_another_survey_is_another_series(visit: Visits) -> None:
    page = visit().go("/voice?survey=satisfied_after_contact&period=all")
    assert "%" in page.inner_text('[data-panel="who-says-so"] .intervals')
    assert "aim 40" not in page.inner_text('[data-panel="how-does-it-change"]')


def test_those_who_left_lead_to_their_stories(visit: Visits) -> None:
    page = visit().go("/customers?period=2026")
    first = page.locator('[data-panel="who-left"] tbody a').first
    name = first.inner_text()
    first.click()
    page.wait_for_selector(".story")
    assert page.inner_text("h1") == name


def test_a_cell_of_the_cohorts_opens_its_customers(visit: Visits) -> None:
    page = visit().go("/customers?period=2026-09")
    cell = page.locator(".cohorts a").first
    of = (cell.get_attribute("aria-label") or "").split(" of ")[-1].split(",")[0]
    cell.focus()
    page.keyboard.press("Enter")
    assert drawer(page).startswith(f"{of} customer")


def test_a_number_opens_by_the_keyboard_and_gives_the_focus_back(visit: Visits) -> None:
    page = visit().go()
    page.locator('[data-panel="customers-and-value"] [data-key="closing"] a.num').focus()
    page.keyboard.press("Enter")
    assert "customers" in drawer(page)
    assert page.evaluate("document.activeElement.tagName") == "H2"
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer-place", state="hidden")
    assert "mark.part=closing" in page.evaluate("document.activeElement.getAttribute('href')")
    assert "open=" not in page.url


def test_a_mark_in_a_drawing_is_reached_by_the_keyboard(visit: Visits) -> None:
    page = visit().go()
    row = page.locator('[data-panel="what-they-tell-us"] a.row').first
    row.focus()
    page.keyboard.press("Enter")
    assert "answers" in drawer(page)


def test_the_list_leads_to_one_customer_s_story_and_back(visit: Visits) -> None:
    opened = visit()
    page = opened.go("/?open=customer_equation&mark.part=closing")
    drawer(page)
    link = page.locator("#drawer-place tbody a").first
    name = link.inner_text()
    link.click()
    page.wait_for_selector(".story")
    assert page.inner_text("h1") == name
    assert re.search(r"/customers/C-[0-9a-f]{12}", page.url)
    assert "Who it is, and how we know" in page.inner_text("#page")
    assert page.locator("#drawer-place").is_hidden()
    page.go_back()
    assert "customers" in drawer(page)
    opened.drawn()


def test_a_customer_is_found_by_name_while_typing(visit: Visits) -> None:
    opened = visit()
    page = opened.go("/?open=customer_equation&mark.part=closing")
    drawer(page)
    name = page.locator("#drawer-place tbody a").first.inner_text()
    opened.go("/customers")
    page.fill("input[name=q]", name)
    found = '[data-panel="find-a-customer"] tbody'
    page.wait_for_selector(f"{found} tr")
    assert name in page.inner_text(found)
    assert "q=" in page.url
    assert page.input_value("input[name=q]") == name


def test_a_period_is_a_link_and_back_works(visit: Visits) -> None:
    opened = visit()
    page = opened.go()
    page.locator("summary").first.click()
    page.locator(".choices a", has_text="September 2026").click()
    page.wait_for_selector('summary:has-text("September 2026")')
    assert "period=2026-09" in page.url
    page.go_back()
    page.wait_for_selector('summary:has-text("October 2026")')
    assert "period=" not in page.url


def test_a_segment_filters_every_panel(visit: Visits) -> None:
    page = visit().go()
    before = page.inner_text('[data-panel="customers-and-value"] [data-key="opening"] b')
    page.locator('details[data-key="segment"] summary').click()
    page.locator('details[data-key="segment"] .choices a').nth(1).click()
    page.wait_for_selector('details[data-key="segment"] summary b')
    page.wait_for_selector(f'[data-panel="customers-and-value"] [data-key="opening"] b:not(:has-text("{before}"))')
    assert "where.segment=" in page.url


def test_the_theme_follows_the_system_and_is_kept_when_switched(visit: Visits) -> None:
    opened = visit(theme="dark")
    page = opened.go()
    assert page.evaluate(THEME) == "dark"
    page.locator("[data-theme-switch]").click()
    assert page.evaluate(THEME) == "light"
    opened.go()
    assert page.evaluate(THEME) == "light"


def test_pages_change_without_a_reload(visit: Visits) -> None:
    page = visit().go()
    page.evaluate("window.stays = true")
    page.locator("nav a", has_text="Glossary").click()
    page.wait_for_selector(".entry")
    assert page.evaluate("window.stays")
    assert page.locator("nav a[aria-current=page]").inner_text() == "Glossary"


def test_an_address_that_makes_no_sense_says_what_instead(visit: Visits) -> None:
    page = visit().go("/?period=2026-13")
    assert "is not a period" in page.inner_text("#page")
    page.locator('#page a:has-text("usual view")').first.click()
    page.wait_for_selector('[data-panel="customers-and-value"] h1')


def test_a_page_that_is_not_there_names_those_that_are(visit: Visits) -> None:
    opened = visit()
    opened.page.goto(opened.address + "/nowhere")
    opened.page.wait_for_selector("text=There is no such page")
