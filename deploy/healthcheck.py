"""Is this process able to serve? `healthcheck.py PORT [PATH]`, exit status 0 when it answers 200.

Asks the way the proxy does: with a host name of the installation and as if by https.
"""

import http.client
import os
import sys


def answers(port: int, path: str) -> bool:
    """True when the local server answers 200 at `path` within four seconds."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/readyz") else 1)
