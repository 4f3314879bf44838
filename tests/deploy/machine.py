"""A company's machine in small: nginx with our configuration and a certificate of its own, `cx serve` behind it, callers before it."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "cx.example.com"
PASSWORD: Final = "a password of the trial"
PACKAGES: Final = {"nginx": "nginx", "redis-server": "redis-server", "openssl": "openssl", "systemd-analyze": "systemd"}
ADA, VERA = "ada@example.com", "vera@example.com"
PEOPLE: Final = f"""
[[people]]
who = "{ADA}"
role = "admin"

[[people]]
who = "{VERA}"
role = "viewer"
regions = ["north"]
"""
MAIN: Final = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/log/error.log;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/log/access.log;
    {temporary}
    include {folder}/command-center.conf;
}}
"""


def program(name: str) -> str:
    """The path of a program; a test that needs one that is missing fails and says which package brings it."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert found, f"{name} is missing. Run: apt-get install {PACKAGES[name]}"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Machine:
    """What runs, where, and what calls it."""

    folder: Path
    tls: int
    plain: int
    inner: int
    nginx: "subprocess.Popen[bytes]"
    server: "subprocess.Popen[bytes]"

    @property
    def logs(self) -> str:
        """All that nginx has written."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.folder / "log").iterdir()))

    def ask(
        self,
        path: str,
        *,
        who: str | None = ADA,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
        name: str = NAME,
    ) -> tuple[int, dict[str, str], bytes]:
        """What is answered through nginx: status, headers, body."""
        context = ssl.create_default_context(cafile=str(self.folder / "tls" / "fullchain.pem"))
        with socket.create_connection(("127.0.0.1", self.tls), timeout=30) as raw, context.wrap_socket(
            raw, server_hostname=name
        ) as line:  # fmt: skip
            caller = http.client.HTTPConnection(name, timeout=30)
            caller.sock = line
            logged_in = {"Authorization": f"Basic {b64encode(f'{who}:{PASSWORD}'.encode()).decode()}"} if who else {}
            caller.request(method, path, body=body, headers={**logged_in, **(headers or {})})
            answer = caller.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def ask_past_nginx(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        """What status a caller on this machine is answered that does not come through nginx."""
        return self._past_nginx(path, headers)[0]

    def counted(self, route: str, status: str) -> float:
        """How many requests of a route Prometheus is told of."""
        text = self._past_nginx("/metrics")[1].decode()
        samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
        wanted = {"route": route, "status": status}
        return sum(one.value for one in samples if one.name == "cx_requests_total" and wanted.items() <= one.labels.items())

    def _past_nginx(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        caller = http.client.HTTPConnection("127.0.0.1", self.inner, timeout=30)
        try:
            caller.request("GET", path, headers=headers or {})
            answer = caller.getresponse()
            return answer.status, answer.read()
        finally:
            caller.close()

    def workers(self) -> list[int]:
        """The processes that answer: the children of gunicorn, which is the one child of `cx serve`."""
        return [worker for master in _children(self.server.pid) for worker in _children(master)]


def _children(of: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{of}/task/{of}/children").read_text().split()]


@contextmanager
def machine(folder: Path, workspace: Path, **settings: str) -> Iterator[Machine]:
    """Starts both and waits until they answer."""
    ports = [free_port() for _ in range(3)]
    _prepare(folder, *ports)
    (workspace / "access.toml").write_text(PEOPLE, encoding="utf-8")
    with _served(workspace, ports[2], settings) as server:
        nginx = subprocess.Popen([program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")])
        made = Machine(folder=folder, tls=ports[0], plain=ports[1], inner=ports[2], nginx=nginx, server=server)
        try:
            until(lambda: made.ask("/health/ready")[0] == 200, "nginx does not answer")
            yield made
        finally:
            nginx.terminate()
            nginx.wait(20)


def until(is_so: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if is_so():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(otherwise)


def our_configuration(folder: Path, tls: int, plain: int, inner: int) -> str:
    """deploy/nginx/command-center.conf with the ports and paths of this trial; each has to be there to be replaced."""
    text = (ROOT / "deploy" / "nginx" / "command-center.conf").read_text(encoding="utf-8")
    for ours, here in {
        "listen 443": f"listen 127.0.0.1:{tls}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "server 127.0.0.1:8050": f"server 127.0.0.1:{inner}",
        "/etc/command-center/tls": f"{folder}/tls",
        "/etc/command-center/people": f"{folder}/people",
        "/var/log/nginx": f"{folder}/log",
    }.items():
        assert ours in text, f"{ours} is no longer in our configuration"
        text = text.replace(ours, here)
    return text


def _prepare(folder: Path, tls: int, plain: int, inner: int) -> None:
    for name in ("log", "tls", "body", "kept"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    openssl = program("openssl")
    made = ["-keyout", str(folder / "tls" / "key.pem"), "-out", str(folder / "tls" / "fullchain.pem"), "-days", "2", "-nodes"]
    _quietly(
        openssl, "req", "-x509", "-newkey", "rsa:2048", *made, "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"
    )
    digest = _quietly(openssl, "passwd", "-apr1", PASSWORD).strip()
    (folder / "people").write_text(f"{ADA}:{digest}\n{VERA}:{digest}\n", encoding="utf-8")
    kinds = ("proxy", "fastcgi", "uwsgi", "scgi")
    temporary = [f"client_body_temp_path {folder}/body;", *(f"{kind}_temp_path {folder}/kept;" for kind in kinds)]
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        MAIN.format(folder=folder, temporary="\n    ".join(temporary), user=user), encoding="utf-8"
    )
    (folder / "command-center.conf").write_text(our_configuration(folder, tls, plain, inner), encoding="utf-8")


def _quietly(*words: str) -> str:
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


@contextmanager
def _served(workspace: Path, port: int, settings: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    behind = {"CX_ACCESS": "proxy", "CX_TRUSTED_PEER": "127.0.0.1", "CX_PUBLIC_URL": f"https://{NAME}", "CX_POLL_SECONDS": "1"}
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--workspace", str(workspace), "--port", str(port)]
    environment = os.environ | behind | {f"CX_{name.upper()}": value for name, value in settings.items()}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        said = server.stdout.readline().decode()
        assert "answers at" in said, said
        Thread(target=server.stdout.read, daemon=True).start()  # or a full pipe stops it
        try:
            yield server
        finally:
            server.terminate()
            server.wait(60)


@dataclass(slots=True)
class Callers:
    """Threads that ask the same things over and over until they are told to stop; answers are counted by status."""

    ask: Callable[[int], int]
    count: int = 6
    seen: Counter[Any] = field(default_factory=Counter)
    stop: Event = field(default_factory=Event)

    def _go_on(self, which: int) -> None:
        while not self.stop.is_set():
            try:
                self.seen[self.ask(which)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.seen[f"{type(error).__name__}: {error}"] += 1

    @contextmanager
    def calling(self) -> Iterator[Counter[Any]]:
        """Lets them call for as long as the block lasts, and until each of them has its answer."""
        threads = [Thread(target=self._go_on, args=(which,)) for which in range(self.count)]
        for thread in threads:
            thread.start()
        try:
            yield self.seen
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(60)
