"""What `make run` does: prepare the data, then run web and worker under one supervisor until Ctrl-C."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from newsdesk import env
from newsdesk.supervisor import say, supervise

BASE_DIR = Path(__file__).resolve().parent.parent
MANAGE = (sys.executable, str(BASE_DIR / "manage.py"))


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Exits with one sentence where the port is taken or the address is none of this machine's.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except PermissionError:
        sys.exit(f"Port {port} needs an administrator's rights. Choose one above 1023: make run PORT=8000")
    except socket.gaierror:
        sys.exit(f"HOST must be an address of this machine such as 127.0.0.1 or 0.0.0.0, not {host!r}.")
    except OSError as error:
        sys.exit(
            f"Port {port} at {host} can't be used: {os.strerror(error.errno or 0).lower()}. "
            f"Choose another: make run PORT={port + 1 if port < 65535 else 8000}"
        )


def address_of(host: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def manage(*arguments: str) -> str:
    """Run a management command and return what it printed; where it fails, exit with its reason."""
    finished = subprocess.run(  # noqa: S603 - our own command
        [*MANAGE, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if finished.returncode != 0:
        complaint = finished.stderr.strip() or finished.stdout.strip() or "no reason given"
        faults = re.findall(r"^[\w.]+(?:Error|Exception): (.+)", complaint, re.MULTILINE)
        if faults:  # a traceback: its last fault is the one that stopped the command
            complaint = f"`manage.py {arguments[0]}` failed: {faults[-1]}"
        sys.exit(complaint)
    return finished.stdout.strip()


def main() -> None:
    """Prepare and run Newsdesk; returns after it was stopped."""
    try:
        env.load_dotenv(BASE_DIR / ".env")
        host = env.text("HOST") or "127.0.0.1"
        port = env.integer("PORT", 8000, most=65535)
        has_metrics = env.integer("NEWSDESK_METRICS_PORT", 0, least=0, most=65535) > 0
        is_https = env.boolean("HTTPS")
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    os.chdir(BASE_DIR)
    listener = listen(host, port)
    address = address_of(host, port)

    say("Preparing the database and the static files.")
    manage("migrate", "--no-input", "--verbosity=0")
    manage("collectstatic", "--no-input", "--verbosity=0")
    # Behind a TLS proxy the link must lead through it; the command knows its name from ALLOWED_HOSTS.
    link = manage("first_account_link", *([] if is_https else [f"--address={address}"]))

    def started() -> None:
        say(f"Newsdesk is at {address} (stop it with Ctrl-C).")
        if link:
            say(f"There is no account yet. Open this link to create the first one:\n  {link}")

    commands = {
        "web server": [sys.executable, "-m", "gunicorn", f"--bind=fd://{listener.fileno()}", "newsdesk.wsgi"],
        "worker": [*MANAGE, "worker"],
    }
    if has_metrics:
        commands["metrics"] = [*MANAGE, "metrics"]
    supervise(commands, pass_fds=[listener.fileno()], started=started)
    say("Newsdesk has stopped.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
