"""Ask the web server of this container whether it is well, for a health check: exit 0, or 1 and why."""

import http.client
import sys

from newsdesk import env


def ask(port: int) -> str:
    """Return an empty string where the server at this port is well, else one sentence."""
    host = next((host.lstrip(".") for host in env.words("ALLOWED_HOSTS") if host != "*"), "localhost")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        # As a proxy would ask: under a name that is allowed, and for what came in over TLS.
        connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read(200).decode("utf-8", "replace")
    except OSError as error:
        return f"The web server does not answer: {error}."
    finally:
        connection.close()
    return "" if answer.status == 200 else f"The web server answers {answer.status}: {body}"


if __name__ == "__main__":
    sys.exit(ask(env.integer("PORT", 8000, most=65535)) or None)
