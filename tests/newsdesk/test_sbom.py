"""The list of what Newsdesk is made of, held against the lock."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_package_of_the_lock_is_listed_with_version_and_hashes() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "newsdesk.sbom"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    document = json.loads(printed)
    locked = re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    assert [(part["name"], part["version"]) for part in document["components"]] == locked
    assert all(part["hashes"] for part in document["components"])
    assert {part["purl"] for part in document["components"] if part["name"] == "django"} == {
        f"pkg:pypi/django@{dict(locked)['django']}"
    }
