"""Print what Newsdesk is made of as a CycloneDX 1.5 document, from the lock of what running needs."""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)(?P<rest>.*)$")


def document(lock: str, *, version: str) -> dict[str, Any]:
    """Return the document for the text of a lock: each package with its version, address and hashes.

    It holds no time and no random number, so that the same lock gives the same document.
    """
    lines = lock.replace("\\\n", " ").splitlines()
    found = [match for line in lines if (match := PINNED.match(line.strip()))]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "newsdesk", "version": version}},
        "components": [_component(match) for match in found],
    }


def _component(match: re.Match[str]) -> dict[str, Any]:
    name, version = match["name"], match["version"]
    address = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "hashes": [
            {"alg": "SHA-256", "content": digest}
            for digest in re.findall(r"--hash=sha256:([0-9a-f]{64})", match["rest"])
        ],
    }


def main() -> None:
    """Print the document of this checkout."""
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (BASE_DIR / "requirements.txt").read_text(encoding="utf-8")
    json.dump(document(lock, version=project["version"]), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
