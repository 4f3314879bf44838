"""Logging in with the provider, coming back from it, and out again."""

from typing import Final

from flask import Flask, Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from dashboard.access.oidc import COOKIE_OF_LOGIN, LOGIN, cookie_name
from dashboard.access.provider import STALE, Begun, NotLoggedIn, Provider
from dashboard.access.sessions import Sessions
from dashboard.posted import only_ours
from dashboard.scripts import asset
from dashboard.settings import Settings
from dashboard.templates import render
from metrics.language import LANGUAGES, _, speaking, spoken

SECONDS_TO_LOG_IN: Final = 600
LONGEST_NEXT: Final = 2000


def register(server: Flask, settings: Settings, sessions: Sessions, provider: Provider) -> None:
    """Adds /login/ (to the provider), /login/back (from it) and POST /login/out; they are open to nobody in particular."""
    kept = URLSafeTimedSerializer(settings.signing_secret, salt="login")

    @server.get(LOGIN)
    def log_in() -> Response:
        try:
            begun = provider.begin()
        except NotLoggedIn as problem:
            return _told(str(problem), 502)
        told = [begun.state, begun.nonce, begun.verifier, within(request.args.get("next", "/"))]
        answer = Response(status=302, headers={"Location": begun.address})
        _set(answer, settings, COOKIE_OF_LOGIN, kept.dumps(told), SECONDS_TO_LOG_IN)
        return answer

    @server.get(f"{LOGIN}back")
    def come_back() -> Response:
        try:
            state, nonce, verifier, then = kept.loads(
                request.cookies.get(cookie_name(settings, COOKIE_OF_LOGIN), ""), max_age=SECONDS_TO_LOG_IN
            )
            begun = Begun(address="", state=state, nonce=nonce, verifier=verifier)
            name, groups = provider.finish(request.args, begun)
        except BadData:
            return _told(STALE, 400)
        except NotLoggedIn as problem:
            return _told(str(problem), 403)
        sessions.end(request.cookies.get(cookie_name(settings)))
        answer = Response(status=303, headers={"Location": then})
        _set(answer, settings, "", sessions.begin(name, groups), int(settings.session_hours * 3600))
        _drop(answer, settings, COOKIE_OF_LOGIN)
        return answer

    @server.post(f"{LOGIN}out")
    def log_out() -> Response:
        only_ours()
        sessions.end(request.cookies.get(cookie_name(settings)))
        answer = _told("", 200)
        _drop(answer, settings)
        return answer


def within(address: str) -> str:
    """Returns an address of ours to go to after a login; anything else leads to the first page."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours and len(address) <= LONGEST_NEXT and not address.startswith(LOGIN) else "/"


def _told(problem: str, code: int) -> Response:
    """A page that says what became of a login, and begins another."""
    with speaking(request.accept_languages.best_match(list(LANGUAGES))):  # the workspace's own language is not told to nobody
        html = render("login.html", language=spoken(), problem=_(problem) if problem else "", login=LOGIN, asset=asset)
    return Response(str(html), status=code, mimetype="text/html")


def _set(answer: Response, settings: Settings, of: str, value: str, seconds: int) -> None:
    answer.set_cookie(
        cookie_name(settings, of), value, max_age=seconds, path="/", httponly=True, secure=settings.is_https, samesite="Lax"
    )


def _drop(answer: Response, settings: Settings, of: str = "") -> None:
    answer.delete_cookie(cookie_name(settings, of), path="/", httponly=True, secure=settings.is_https, samesite="Lax")
