"""A provider of logins on this machine: another one's server of the code flow, with what a test wants spoilt."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, PASSWORD = "command-center", "pass of the client"


class Client:
    """The command center, as the provider knows it."""

    def __init__(self, back: str) -> None:
        self.client_id, self.back = CLIENT, back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == PASSWORD

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(slots=True, kw_only=True)
class Code:
    """A code, good for one exchange."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass(slots=True)
class LocalProvider:
    """Logs everybody in as `person`; spoilt replaces claims of the id token, told what the userinfo tells beside them."""

    back: str
    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "1", "email": "vera@example.com", "email_verified": True})
    spoilt: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    challenges: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    published: list[RSAKey] = field(default_factory=list)

    def mend(self) -> None:
        self.spoilt, self.told = {}, {}
        self.person = {"sub": "1", "email": "vera@example.com", "email_verified": True}
        self.published = [self.key]


@contextmanager
def serving(back: str) -> Iterator[LocalProvider]:
    """A provider that answers while the block lasts."""
    told = LocalProvider(back)
    told.mend()
    server = make_server("127.0.0.1", 0, _app(told), threaded=True)
    told.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def _app(told: LocalProvider) -> Flask:
    app = Flask("provider")
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": 600}
    server = AuthorizationServer(app, lambda name: Client(told.back) if name == CLIENT else None, lambda token, asked: None)
    server.register_grant(_grant(told), [_tokens(told), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def about() -> Response:
        at = told.issuer
        return jsonify(
            issuer=told.spoilt.get("issuer", at), authorization_endpoint=f"{at}/authorize", token_endpoint=f"{at}/token",
            jwks_uri=f"{at}/keys", userinfo_endpoint=f"{at}/userinfo",
        )  # fmt: skip

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet(told.published).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:
        if told.spoilt.get("refuses"):
            return Response(
                status=302,
                headers={"Location": f"{told.back}?{urlencode({'error': 'access_denied', 'state': request.args['state']})}"},
            )
        told.challenges.append(request.args.get("code_challenge_method", ""))
        return server.create_authorization_response(grant_user=told.person, grant=server.get_consent_grant(end_user=told.person))

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/userinfo")
    def userinfo() -> Response:
        return jsonify({"sub": told.person["sub"], **told.told})

    return app


def _grant(told: LocalProvider) -> type:
    class Codes(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, asked: Any) -> None:
            sent = asked.payload.data
            told.codes[code] = Code(
                code=code, redirect_uri=asked.payload.redirect_uri, scope=asked.payload.scope, nonce=sent.get("nonce"),
                code_challenge=sent.get("code_challenge"), code_challenge_method=sent.get("code_challenge_method"),
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Any) -> Code | None:
            return told.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            del told.codes[code.code]

        def authenticate_user(self, code: Code) -> dict[str, Any]:
            return told.person

    return Codes


def _tokens(told: LocalProvider) -> OpenIDCode:
    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce: str, asked: Any) -> bool:
            return False

        def resolve_client_private_key(self, client: Any) -> Any:
            return told.spoilt.get("key", told.key)

        def get_client_algorithm(self, client: Any) -> str:
            return str(told.spoilt.get("alg", "RS256"))

        def get_encode_header(self, client: Any) -> dict[str, str]:
            return {"alg": self.get_client_algorithm(client), "kid": told.spoilt.get("kid", told.key.kid)}

        def get_client_claims(self, client: Any) -> dict[str, Any]:
            now = int(time.time())
            return {"iss": told.issuer, "aud": [CLIENT], "iat": now, "exp": now + 300}

        def generate_user_info(self, user: dict[str, Any], scope: str) -> dict[str, Any]:
            return {**user, **told.spoilt.get("claims", {})}

    return Tokens()
