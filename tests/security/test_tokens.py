"""Tokens of charts: 10,000 that were changed, and every other that is not ours, open nothing; no two texts are one token."""

import json
import random
import string
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer

from dashboard.embed import token as tokens
from dashboard.embed.keyring import Host, Kept, Key, Keyring, digest_of
from dashboard.embed.token import Grant, opened, renewed, signed
from dashboard.errors import EmbedRefused
from metrics.errors import QuestionError, UnknownName
from queries.errors import WorkspaceError
from queries.policy import Policy
from queries.workspace import Workspace

NOW = 1_790_000_000
WIKI, OTHER = "https://wiki.example.com", "https://elsewhere.example.com"
OLD = Key(key_id="00000001", secret="11" * 32, added_at="")
NEW = Key(key_id="00000002", secret="22" * 32, added_at="")
KEPT = Kept(keys=(OLD, NEW), hosts=(Host(origin=WIKI, digest=digest_of("wiki's own"), added_at=""),))
GRANT = Grant(metric="nps_relational", query="period=2026-10&where.segment=Homes", audience=WIKI, begun=NOW, ends=NOW + 600)
ALPHABET = string.ascii_letters + string.digits + "-_."
MUTANTS = 10_000


def mutant(token: str, draw: random.Random) -> str:
    """A token with one to three changes of the kinds that a link suffers and a forger tries."""
    text = token
    for _ in range(draw.choice((1, 1, 2, 3))):
        at, other = draw.randrange(len(text)), draw.randrange(len(text))
        match draw.randrange(8):
            case 0:
                text = text[:at] + draw.choice(ALPHABET) + text[at + 1 :]
            case 1:
                text = text[:at] + text[at + 1 :]
            case 2:
                text = text[:at] + draw.choice(ALPHABET) + text[at:]
            case 3:
                text = text[:at] + text[at:][:1].swapcase() + text[at + 1 :]
            case 4:
                text = text[: max(at, 1)]
            case 5:
                text = text[: min(at, other)] + text[max(at, other) :] or "v1"
            case 6:
                text = text + draw.choice(["=", ".", "\n", "\x00", " ", "%20", "/", "..", "é", token])
            case _:
                head, _sign, tail = text.rpartition(".")
                text = f"{head}.{tail[::-1]}"
    return text


def test_of_ten_thousand_changed_tokens_none_opens_anything() -> None:
    draw, token, tried = random.Random(7), signed(GRANT, NEW), 0
    assert opened(token, KEPT, NOW) == GRANT
    while tried < MUTANTS:
        changed = mutant(token, draw)
        if changed == token:
            continue
        tried += 1
        with pytest.raises(EmbedRefused):
            opened(changed, KEPT, NOW)
        with pytest.raises(EmbedRefused):
            renewed(changed, KEPT, WIKI, NOW)


def test_every_other_spelling_of_the_same_signature_is_another_token() -> None:
    token = signed(GRANT, NEW)
    head, _sign, signature = token.rpartition(".")
    same = [letter for letter in string.ascii_letters + string.digits + "-_" if letter != signature[-1]
            and urlsafe_b64decode(signature[:-1] + letter + "=") == urlsafe_b64decode(signature + "=")]  # fmt: skip
    assert same, "the last letter of 43 carries two bits that no decoder looks at"
    for letter in same:
        with pytest.raises(EmbedRefused):
            opened(f"{head}.{signature[:-1]}{letter}", KEPT, NOW)


def test_each_claim_that_is_changed_under_the_old_signature_is_refused() -> None:
    version, key_id, body, signature = signed(GRANT, NEW).split(".")
    told = json.loads(zlib.decompress(urlsafe_b64decode(body + "==")))
    for claim, value in {"ends": NOW + 10**6, "metric": "likely_to_leave", "audience": OTHER, "query": "", "opens": True}.items():
        forged = urlsafe_b64encode(zlib.compress(json.dumps(told | {claim: value}).encode(), 9)).rstrip(b"=").decode()
        with pytest.raises(EmbedRefused):
            opened(f"{version}.{key_id}.{forged}.{signature}", KEPT, NOW)


def test_swapped_keys_open_nothing() -> None:
    version, _key, body, signature = signed(GRANT, NEW).split(".")
    with pytest.raises(EmbedRefused):
        opened(f"{version}.{OLD.key_id}.{body}.{signature}", KEPT, NOW)
    with pytest.raises(EmbedRefused):
        opened(signed(GRANT, replace(NEW, secret="33" * 32)), KEPT, NOW)


def test_what_was_signed_for_something_else_or_in_another_way_is_refused() -> None:
    head = signed(GRANT, NEW).rpartition(".")[0]
    secret = bytes.fromhex(NEW.secret)
    for signer in (Signer(secret), Signer(secret, salt=b"another purpose"), Signer(secret, salt=tokens.PURPOSE)):
        with pytest.raises(EmbedRefused):
            opened(f"{head}.{signer.get_signature(head.encode()).decode()}", KEPT, NOW)
    none = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for forged in (f"{none}.{head.split('.')[2]}.", f"{head}.", f"{head}.{'A' * 43}"):
        with pytest.raises(EmbedRefused):
            opened(forged, KEPT, NOW)


@given(st.text(max_size=300))
def test_no_text_at_all_is_a_token(text: str) -> None:
    with pytest.raises(EmbedRefused):
        opened(text, KEPT, NOW)


@pytest.mark.parametrize("late", [0, 1, 60, 10**6])
def test_an_ended_token_says_so_and_only_to_its_own_host(late: int) -> None:
    with pytest.raises(EmbedRefused, match="has ended") as refused:
        opened(signed(GRANT, NEW), KEPT, GRANT.ends + late)
    assert refused.value.audience == WIKI


def test_a_token_lives_until_its_last_second() -> None:
    assert opened(signed(GRANT, NEW), KEPT, GRANT.ends - 1)


def test_a_host_that_was_removed_shows_nothing() -> None:
    with pytest.raises(EmbedRefused, match="may not show"):
        opened(signed(GRANT, NEW), replace(KEPT, hosts=()), NOW)


def test_a_long_lived_token_needs_its_host_s_leave_each_time() -> None:
    lasting = signed(replace(GRANT, is_long=True, ends=NOW + 30 * tokens.DAY), NEW)
    allowed = replace(KEPT, hosts=(replace(KEPT.hosts[0], long_lived=True),))
    assert opened(lasting, allowed, NOW + 29 * tokens.DAY).is_long
    with pytest.raises(EmbedRefused, match="no longer allowed"):
        opened(lasting, KEPT, NOW)


def test_a_renewed_token_keeps_everything_but_its_end() -> None:
    late = NOW + 5_000  # long after it ended
    again = renewed(signed(GRANT, OLD), KEPT, WIKI, late)
    assert again == replace(GRANT, ends=late + tokens.USUAL_SECONDS)
    assert opened(signed(again, NEW), KEPT, late) == again


def test_only_its_own_host_renews_a_token_and_not_for_ever() -> None:
    for audience in (OTHER, "", WIKI + "/", WIKI.upper()):
        with pytest.raises(EmbedRefused, match="another page"):
            renewed(signed(GRANT, NEW), KEPT, audience, NOW)
    with pytest.raises(EmbedRefused, match="another page"):
        renewed(signed(replace(GRANT, audience=""), NEW), KEPT, "", NOW)
    with pytest.raises(EmbedRefused, match="not renewed"):
        renewed(signed(GRANT, NEW), KEPT, WIKI, NOW + tokens.MOST_SECONDS_RENEWED + 1)


def test_a_chart_survives_a_change_of_keys(tmp_path: Path) -> None:
    ring = Keyring(Workspace.create(tmp_path))
    first = ring.signing("2026-11-01")
    ring.add_host(WIKI, "2026-11-01")
    old = signed(GRANT, first)
    second = ring.add_key("2026-11-02")
    assert ring.signing("2026-11-02") == second
    assert opened(old, ring.read(), NOW) == GRANT  # both are believed
    fresh = signed(renewed(old, ring.read(), WIKI, NOW), second)
    with pytest.raises(QuestionError, match="both active"):
        ring.add_key("2026-11-03")
    ring.retire_key(first.key_id, "2026-11-03")
    assert opened(fresh, ring.read(), NOW)
    with pytest.raises(EmbedRefused, match="no longer used"):
        opened(old, ring.read(), NOW)
    with pytest.raises(UnknownName):
        ring.retire_key(first.key_id, "2026-11-04")


def test_the_keys_are_random_readable_to_nobody_else_and_in_no_message(tmp_path: Path) -> None:
    ring = Keyring(Workspace.create(tmp_path))
    key, own = ring.add_key("now"), ring.add_host(WIKI, "now")
    assert ring.path.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.secret)) == 32
    assert own not in ring.path.read_text()
    assert key.secret not in repr(ring.read())
    ring.retire_key(key.key_id, "later")
    assert key.secret not in ring.path.read_text()
    ring.path.chmod(0o640)
    with pytest.raises(WorkspaceError, match="others can read"):
        ring.read()


@pytest.mark.parametrize("origin", ["wiki.example.com", "https://wiki.example.com/", "https://*.example.com", "null", "*", "",
                                    "javascript:alert(1)", "https://a.example.com;b", "https://a b", "HTTPS://A.EXAMPLE.COM"])  # fmt: skip
def test_only_an_origin_is_a_host(tmp_path: Path, origin: str) -> None:
    with pytest.raises(QuestionError, match="no origin"):
        Keyring(Workspace.create(tmp_path)).add_host(origin, "now")


def test_nobody_gives_more_than_they_may_see() -> None:
    north = Policy(regions=frozenset({"North"}), least=9)
    grant = opened(signed(GRANT.limited_by(north), NEW), KEPT, NOW)
    assert grant.policy == Policy(regions=frozenset({"North"}), names=False, least=9)
    assert GRANT.limited_by(Policy.everything()).policy == Policy(names=False, least=5)
    closed = Policy(teams=frozenset())
    assert opened(signed(GRANT.limited_by(closed), NEW), KEPT, NOW).policy.teams == frozenset()
