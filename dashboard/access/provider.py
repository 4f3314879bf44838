"""An OpenID Connect provider: the code flow with PKCE, state and nonce, and the id token checked against the provider's keys."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import compare_digest, token_urlsafe
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboard.settings import Settings, is_loopback
from metrics.language import later

SIGNED_WITH: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SECONDS: Final = 10
LEEWAY: Final = 60
KEPT_SECONDS: Final = 3600
SECONDS_BETWEEN_KEYS: Final = 30
STALE: Final = later("The login was begun elsewhere, or long ago.")
WELL_KNOWN: Final = "/.well-known/openid-configuration"


class NotLoggedIn(Exception):
    """The provider did not say who somebody is; the text is one sentence for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A login under way: where the browser is sent, and what its answer has to fit."""

    address: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the settings; what it says of itself is asked for when it is first needed, and kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._told: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def back(self) -> str:
        """Where the provider sends the browser back to."""
        return f"{self._settings.public_url}/login/back"

    def begin(self) -> Begun:
        """Returns a new login; raises NotLoggedIn where the provider cannot be reached."""
        nonce, verifier = token_urlsafe(32), token_urlsafe(48)
        with self._client() as client:
            address, state = client.create_authorization_url(
                self._endpoint("authorization_endpoint"), state=token_urlsafe(32), code_verifier=verifier, nonce=nonce
            )
        return Begun(address=address, state=state, nonce=nonce, verifier=verifier)

    def finish(self, answer: Mapping[str, str], begun: Begun) -> tuple[str, tuple[str, ...]]:
        """Returns who the answer of the provider names, and their groups; raises NotLoggedIn for one that does not fit the login."""
        if not compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise NotLoggedIn(STALE)
        if answer.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer:
            raise NotLoggedIn(later("Another provider answered than was asked."))
        if "error" in answer or not answer.get("code"):
            raise NotLoggedIn(later("The provider did not let you in."))
        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"), code=answer["code"], code_verifier=begun.verifier, timeout=SECONDS
                )
                claims = self._claims(str(token.get("id_token", "")), begun.nonce)
                return self._person(claims, client)
        except (requests.RequestException, AuthlibBaseError, JoseError, ValueError) as error:
            raise NotLoggedIn(later("The provider's answer does not hold.")) from error

    def _client(self) -> OAuth2Session:
        password = self._settings.oidc_password
        return OAuth2Session(
            self._settings.oidc_client,
            password or None,
            scope=self._settings.oidc_scopes,
            redirect_uri=self.back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if password else "none",
        )

    def _person(self, claims: Mapping[str, Any], client: OAuth2Session) -> tuple[str, tuple[str, ...]]:
        """Reads the name and the groups off the claims, those that the id token lacks off what the provider tells of the person."""
        name, groups = self._settings.oidc_name, self._settings.oidc_groups
        told = dict(claims)
        if name not in told or groups not in told:
            told = {**self._more(claims, client), **told}
        if not isinstance(told.get(name), str):
            raise NotLoggedIn(later("The provider does not say who you are."))
        if name == "email" and told.get("email_verified") is not True:
            raise NotLoggedIn(later("The provider has not verified your address."))
        of = told.get(groups, [])
        return told[name], tuple(map(str, of if isinstance(of, list) else [of]))

    def _more(self, claims: Mapping[str, Any], client: OAuth2Session) -> dict[str, Any]:
        if "userinfo_endpoint" not in self._about():
            return {}
        answer = client.get(self._endpoint("userinfo_endpoint"), timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise NotLoggedIn(later("The provider told of somebody else."))
        return told

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """Returns what an id token says, once its signature, issuer, audience, time and nonce hold."""
        try:
            read = jwt.decode(token, self._key_set(), algorithms=SIGNED_WITH)
        except (JoseError, ValueError):  # perhaps signed with a key that is newer than those kept
            read = jwt.decode(token, self._key_set(anew=True), algorithms=SIGNED_WITH)
        client = self._settings.oidc_client
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(read.claims)
        audience = read.claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and read.claims.get("azp") != client:
            raise NotLoggedIn(later("The provider's answer is for another program."))
        return dict(read.claims)

    def _endpoint(self, name: str) -> str:
        address = str(self._about().get(name, ""))
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise NotLoggedIn(later("The provider names an address that is not safe."))
        return address

    def _about(self) -> dict[str, Any]:
        with self._lock:
            if self._told is None or time.monotonic() - self._told[0] > KEPT_SECONDS:
                told = _read(self._settings.oidc_issuer + WELL_KNOWN)
                if str(told.get("issuer", "")).rstrip("/") != self._settings.oidc_issuer:
                    raise NotLoggedIn(later("The provider calls itself otherwise than CX_OIDC_ISSUER does."))
                self._told = (time.monotonic(), told)
            return self._told[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address = self._endpoint("jwks_uri")
        with self._lock:
            age = time.monotonic() - self._keys[0] if self._keys else KEPT_SECONDS
            if self._keys is None or age >= (SECONDS_BETWEEN_KEYS if anew else KEPT_SECONDS):
                self._keys = (time.monotonic(), KeySet.import_key_set(_read(address)))
            return self._keys[1]


def _read(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NotLoggedIn(later("The provider does not answer.")) from error
    if answer.status_code != 200 or not isinstance(told, dict):
        raise NotLoggedIn(later("The provider does not answer."))
    return told
