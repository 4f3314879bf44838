"""Logging in with a provider: a real one of this machine, the code flow with PKCE, and every answer of it that does not hold."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import OctKey, RSAKey

from dashboard.access.opened import doors_of
from dashboard.access.sessions import Sessions
from dashboard.access.who import Role, asking
from dashboard.app import create_app
from dashboard.routes.login import within
from dashboard.settings import Settings
from tests.dashboard.fake_center import FakeCenter
from tests.security.people import NORTH, FakePeople
from tests.security.provider import CLIENT, PASSWORD, LocalProvider, serving

GOOD = "kQ7vZ2mN9xRtY4wLpB8sHdF3gJ6cA1eU"
PUBLIC = "https://cx.example.com"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def local_provider() -> Iterator[LocalProvider]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider's own library asks for it; ours is not told
        with serving(f"{PUBLIC}/login/back") as provider:
            yield provider


@pytest.fixture
def provider(local_provider: LocalProvider) -> LocalProvider:
    local_provider.mend()
    return local_provider


@pytest.fixture
def people() -> FakePeople:
    return FakePeople()


@pytest.fixture
def settings(tmp_path: Path, provider: LocalProvider) -> Settings:
    return Settings(
        workspace=tmp_path / "workspace", cache_dir=tmp_path / "cache", access="oidc", public_url=PUBLIC, secret=GOOD,
        oidc_issuer=provider.issuer, oidc_client=CLIENT, oidc_secret=PASSWORD,
    )  # fmt: skip


@pytest.fixture
def client(settings: Settings, people: FakePeople) -> FlaskClient:
    return create_app(settings, FakeCenter(), doors=doors_of(settings, people)).server.test_client()


def get(client: FlaskClient, path: str, **headers: str) -> Any:
    return client.get(path, base_url=PUBLIC, headers={**PAGE, **headers})


def at_provider(address: str) -> str:
    """What the provider sends the browser back with: the path of our own address."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix(PUBLIC)


def log_in(client: FlaskClient, path: str = "/service?period=2026-09") -> Any:
    """The whole way: a page, the login, the provider, back."""
    to_login = get(client, path)
    to_provider = get(client, to_login.headers["Location"])
    return get(client, at_provider(to_provider.headers["Location"]))


def test_a_page_leads_to_the_provider_and_back_to_itself(client: FlaskClient, provider: LocalProvider) -> None:
    with client:
        answer = log_in(client)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/service?period=2026-09")
        assert get(client, "/").status_code == 200
        assert (asking().name, asking().role, asking().policy) == ("vera@example.com", Role.VIEWER, NORTH)


def test_the_way_there_asks_for_a_code_bound_to_this_browser(client: FlaskClient, provider: LocalProvider) -> None:
    address = get(client, "/login/").headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert asked["redirect_uri"] == f"{PUBLIC}/login/back"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert "vera" not in address
    other = parse_qs(urlsplit(get(client, "/login/").headers["Location"]).query)
    assert all(other[name] != [asked[name]] for name in ("state", "nonce", "code_challenge"))


def test_the_cookie_of_a_session_is_kept_from_scripts_other_sites_and_plain_lines(client: FlaskClient) -> None:
    (session,) = [told for told in log_in(client).headers.getlist("Set-Cookie") if told.startswith("__Host-cx=")]
    parts = {part.strip().lower() for part in session.split(";")[1:]}
    assert {"httponly", "secure", "samesite=lax", "path=/", "max-age=36000"} <= parts
    assert not any(part.startswith("domain") for part in parts)


def test_what_is_no_page_is_told_to_log_in(client: FlaskClient) -> None:
    assert get(client, "/api/version").status_code == 401
    assert client.get("/customers.csv?open=customers_lost", base_url=PUBLIC).status_code == 401
    assert client.post("/_dash-update-component", base_url=PUBLIC, json={}).status_code == 401


def test_nobody_is_let_in_by_being_known_to_the_provider(client: FlaskClient, provider: LocalProvider) -> None:
    provider.person["email"] = "stranger@example.com"
    log_in(client)
    answer = get(client, "/")
    assert answer.status_code == 403
    assert "stranger@example.com may not come in here" in answer.get_data(as_text=True)


def test_who_is_taken_out_of_the_file_is_out_at_once(client: FlaskClient, people: FakePeople) -> None:
    log_in(client)
    assert get(client, "/").status_code == 200
    del people.named["vera@example.com"]
    assert get(client, "/").status_code == 403


def test_groups_come_with_the_token_or_are_asked_for(client: FlaskClient, provider: LocalProvider, people: FakePeople) -> None:
    provider.person |= {"email": "eve@example.com", "groups": ["board"]}
    log_in(client)
    assert get(client, "/").status_code == 200
    assert people.asked[-1] == ("eve@example.com", frozenset({"board"}))
    del provider.person["groups"]
    provider.told = {"groups": ["sales", "board"]}
    client.delete_cookie("__Host-cx", domain="cx.example.com")
    log_in(client)
    assert get(client, "/").status_code == 200
    assert people.asked[-1] == ("eve@example.com", frozenset({"sales", "board"}))


# ---- answers that do not hold ------------------------------------------------------------------------------------------

FALSE_CLAIMS = [
    {"iss": "https://elsewhere.example.com"},
    {"aud": ["another"]},
    {"aud": [CLIENT, "another"]},
    {"aud": [CLIENT, "another"], "azp": "another"},
    {"exp": int(time.time()) - 3600},
    {"iat": int(time.time()) + 3600},
    {"nonce": "of another login"},
    {"nonce": None},
    {"email_verified": False},
    {"email_verified": "true"},
    {"email": ["vera@example.com"]},
    {"email": None},
]


@pytest.mark.parametrize("claims", FALSE_CLAIMS)
def test_a_token_with_a_false_claim_opens_nothing(client: FlaskClient, provider: LocalProvider, claims: dict[str, Any]) -> None:
    provider.spoilt = {"claims": claims}
    answer = log_in(client)
    assert answer.status_code == 403
    assert "__Host-cx=" not in " ".join(answer.headers.getlist("Set-Cookie"))
    assert get(client, "/api/version").status_code == 401


def test_a_token_of_another_key_opens_nothing(client: FlaskClient, provider: LocalProvider) -> None:
    provider.spoilt = {"key": RSAKey.generate_key(2048, {"kid": "one"})}
    assert log_in(client).status_code == 403


def test_a_token_signed_with_what_is_public_opens_nothing(client: FlaskClient, provider: LocalProvider) -> None:
    provider.spoilt = {"key": OctKey.import_key(provider.key.as_dict(private=False)["n"]), "alg": "HS256"}
    assert log_in(client).status_code == 403


def test_a_key_that_the_provider_took_since_is_asked_for(
    client: FlaskClient, provider: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.access.provider.SECONDS_BETWEEN_KEYS", 0)
    assert log_in(client).status_code == 303
    newer = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    provider.published, provider.spoilt = [newer], {"key": newer, "kid": "two"}
    client.delete_cookie("__Host-cx", domain="cx.example.com")
    assert log_in(client).status_code == 303


def test_a_provider_that_says_no_is_believed(client: FlaskClient, provider: LocalProvider) -> None:
    provider.spoilt = {"refuses": True}
    answer = log_in(client)
    assert answer.status_code == 403
    assert "did not let you in" in answer.get_data(as_text=True)


def test_a_provider_of_another_name_is_not_asked(client: FlaskClient, provider: LocalProvider) -> None:
    provider.spoilt = {"issuer": "https://elsewhere.example.com"}
    assert get(client, "/login/").status_code == 502


@pytest.mark.parametrize("change", ["state", "code", "no state", "no code", "other issuer"])
def test_a_forged_answer_opens_nothing(client: FlaskClient, provider: LocalProvider, change: str) -> None:
    back = at_provider(get(client, "/login/").headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    match change:
        case "state" | "code":
            asked[change] = asked[change][::-1]
        case "no state" | "no code":
            del asked[change[3:]]
        case "other issuer":
            asked["iss"] = "https://elsewhere.example.com"
    answer = client.get("/login/back", base_url=PUBLIC, query_string=asked)
    assert answer.status_code == 403
    assert get(client, "/api/version").status_code == 401


def test_an_answer_is_taken_by_the_browser_that_asked_and_once(client: FlaskClient, provider: LocalProvider) -> None:
    back = at_provider(get(client, "/login/").headers["Location"])
    stranger = client.application.test_client()
    assert stranger.get(back, base_url=PUBLIC).status_code == 400
    assert get(client, back).status_code == 303
    assert get(client, back).status_code == 400  # the login is over, its cookie gone
    get(client, "/login/")
    assert get(client, back).status_code == 403


def test_a_code_without_its_verifier_is_worth_nothing(client: FlaskClient, provider: LocalProvider) -> None:
    back = at_provider(get(client, "/login/").headers["Location"])
    code = parse_qs(urlsplit(back).query)["code"][0]
    told = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{PUBLIC}/login/back", "code_verifier": "a" * 64}
    assert requests.post(f"{provider.issuer}/token", told, auth=(CLIENT, PASSWORD), timeout=10).status_code == 400


# ---- sessions ----------------------------------------------------------------------------------------------------------


def test_a_logout_ends_the_session_for_good_and_a_copy_with_it(client: FlaskClient) -> None:
    log_in(client)
    copied = client.get_cookie("__Host-cx", domain="cx.example.com")
    assert copied is not None
    assert client.post("/login/out", base_url=PUBLIC).status_code == 403  # from nowhere
    assert client.post("/login/out", base_url=PUBLIC, headers={"Origin": "https://evil.example"}).status_code == 403
    assert get(client, "/api/version").status_code == 200
    answer = client.post("/login/out", base_url=PUBLIC, headers={"Origin": PUBLIC}, data=b"")
    assert (answer.status_code, "You are logged out" in answer.get_data(as_text=True)) == (200, True)
    assert get(client, "/api/version").status_code == 401
    client.set_cookie("__Host-cx", copied.value, domain="cx.example.com", secure=True)
    assert get(client, "/api/version").status_code == 401


def test_a_session_has_an_end_that_no_use_puts_off(tmp_path: Path) -> None:
    now = 1_790_000_000.0
    sessions = Sessions(tmp_path, GOOD, 10, lambda: now)
    cookie = sessions.begin("vera@example.com", ["board"])
    now += 10 * 3600 - 1
    found = sessions.of(cookie)
    assert found is not None
    assert (found.name, found.groups) == ("vera@example.com", ("board",))
    now += 1
    assert sessions.of(cookie) is None


def test_what_is_kept_of_a_session_makes_no_cookie_and_is_its_owners_alone(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions", GOOD, 10)
    cookie = sessions.begin("vera@example.com", [])
    (file,) = (tmp_path / "sessions").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert cookie.split(".")[0] not in file.read_text(encoding="utf-8") + file.name
    assert set(json.loads(file.read_text(encoding="utf-8"))) == {"name", "groups", "began"}


def test_no_mutation_of_a_cookie_is_a_session(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, GOOD, 10)
    cookie = sessions.begin("vera@example.com", [])
    assert sessions.of(cookie) is not None
    changed = [cookie[:at] + letter + cookie[at + 1 :] for at in range(len(cookie)) for letter in "aB7_" if cookie[at] != letter]
    spare = {one for one in changed if sessions.of(one) is not None}
    assert spare <= {one for one in changed if one[:-1] == cookie[:-1]}  # the last letter of base64 has bits to spare
    assert Sessions(tmp_path, GOOD[::-1], 10).of(cookie) is None
    assert [sessions.of(one) for one in (None, "", "a" * 400, "..", cookie * 2, "../../etc/passwd")] == [None] * 6


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        ("/service?a=1", "/service?a=1"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/"),
        ("", "/"), ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: a=b", "/"), ("/login/", "/"), ("/" + "a" * 3000, "/"),
    ],
)  # fmt: skip
def test_after_a_login_nobody_is_led_elsewhere(asked: str, then: str) -> None:
    assert within(asked) == then
