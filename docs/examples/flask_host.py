"""A page of your own program that shows a chart: it renews the link with its own key, which never leaves the server.

cx embed hosts add http://localhost:9000            prints the key, once
cx embed nps_relational --for http://localhost:9000 prints the link

CX_ADDRESS=http://127.0.0.1:8050 CX_HOST_KEY=… CX_LINK=… flask --app docs/examples/flask_host.py run --host localhost --port 9000
"""

import json
import os
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from flask import Flask, jsonify, render_template_string, request
from flask.typing import ResponseReturnValue

CENTER = os.environ["CX_ADDRESS"].rstrip("/")
KEY = os.environ["CX_HOST_KEY"]
TOKEN = os.environ["CX_LINK"].rpartition("/")[2]

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Quarterly review</title><link rel="icon" href="data:,"></head>
<body><h1>Quarterly review</h1>
<iframe data-command-center data-renew="/charts/renew" data-theme="dark" src="{{ center }}/embed/{{ token }}" title="Would recommend us"
        width="100%" height="420" sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer"></iframe>
<script src="{{ center }}/embed/host.js"></script>
</body></html>"""

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """The review, with a link that is fresh however long ago it was made."""
    return render_template_string(PAGE, center=CENTER, token=renewed(TOKEN))


@app.post("/charts/renew")
def renew() -> ResponseReturnValue:
    """What the page asks for before its link ends. Let in here only who may see the page."""
    told = request.get_json()
    try:
        return jsonify(token=renewed(str(told["token"])))
    except HTTPError as refused:
        return jsonify(problem=json.load(refused)["problem"]), 502


def renewed(token: str) -> str:
    """Returns the same chart's token for another ten minutes."""
    sent = Request(
        f"{CENTER}/embed/renew",
        data=urlencode({"token": token}).encode(),
        headers={"Authorization": f"Bearer {KEY}"},
        method="POST",
    )
    with urlopen(sent, timeout=10) as answer:
        fresh: str = json.load(answer)["token"]
        return fresh
