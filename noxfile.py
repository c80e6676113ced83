"""Everything a contributor or CI runs. `nox` runs the default sessions, `nox --list` shows all.

Lint, types and tests share one environment, because torch alone takes most of the time and the disk
that an environment costs.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nox
import nox.command

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
# Every pip call below gets it: torch in another version than this would bring gigabytes of CUDA packages.
CONSTRAINTS = ("--constraint", str(ROOT / "constraints.txt"))
SHARED_ENVIRONMENT = ROOT / ".nox" / "shared"
GENERATED_PAGES = "docs/rules"
CLIENT = ROOT / "vscode-client"
VSCODE_TESTS = ROOT / "tests" / "editors" / "vscode"

nox.needs_version = ">=2024.4.15"
nox.options.sessions = [
    "lint",
    "types",
    "unit",
    "property",
    "verify",
    "language_server",
    "editors",
    "vscode",
    "docs",
    "wheel",
    "client",
]
nox.options.reuse_venv = "yes"


def group(name: str) -> list[str]:
    """The requirements of one dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(PROJECT, name))


def shared_python(session: nox.Session) -> str:
    """The interpreter of the shared environment, made on first use and again when its requirements change."""
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = SHARED_ENVIRONMENT / folder / "python"
    stamp = SHARED_ENVIRONMENT / "installed.txt"
    requirements = [*group("dev"), *PROJECT["project"]["dependencies"]]
    wanted = "\n".join([*requirements, Path(CONSTRAINTS[1]).read_text(encoding="utf-8"), str(ROOT)])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(python)
    session.run(sys.executable, "-m", "venv", str(SHARED_ENVIRONMENT), external=True)
    session.run(
        str(python),
        "-m",
        "pip",
        "install",
        *CONSTRAINTS,
        "--editable",
        str(ROOT),
        *requirements,
        external=True,
    )
    stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def pytest(session: nox.Session, *arguments: str) -> None:
    session.run(shared_python(session), "-m", "pytest", *arguments, *session.posargs, external=True)


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Style and formatting; `nox -s format` mends both."""
    python = shared_python(session)
    session.run(python, "-m", "ruff", "check", external=True)
    session.run(python, "-m", "ruff", "format", "--check", external=True)


@nox.session(name="format", venv_backend="none")
def format_code(session: nox.Session) -> None:
    """Format the code and apply ruff's safe fixes."""
    python = shared_python(session)
    session.run(python, "-m", "ruff", "check", "--fix", external=True)
    session.run(python, "-m", "ruff", "format", external=True)


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Pyright in strict mode over server/; node comes with pyright[nodejs]."""
    python = shared_python(session)
    # Without the path, pyright reads the packages of whichever python is first on PATH.
    session.run(python, "-m", "pyright", "--warnings", "--pythonpath", python, external=True)


@nox.session(venv_backend="none")
def unit(session: nox.Session) -> None:
    """Everything but the property tests, the probe, the language server, its bundle and the editors."""
    elsewhere = ("tests/lsp", "tests/probe", "tests/bundle", "tests/editors")
    pytest(session, "-m", "not hypothesis", *(f"--ignore={folder}" for folder in elsewhere))


@nox.session(venv_backend="none")
def torch_data(session: nox.Session) -> None:
    """What is known of torch is what its generators give, all of it; `-- write` writes it. Takes long."""
    check = [] if "write" in session.posargs else ["--check"]
    session.run(
        shared_python(session), "-m", "torchready.torch_api.generate", "--slow", *check, external=True
    )


@nox.session(venv_backend="none")
def property(session: nox.Session) -> None:
    """Property tests, a few examples each."""
    pytest(session, "-m", "hypothesis")


@nox.session(venv_backend="none")
def verify(session: nox.Session) -> None:
    """The probe: models that run, fail, crash and hang in a process with torch."""
    pytest(session, "-m", "not hypothesis", "tests/probe")


@nox.session(venv_backend="none")
def language_server(session: nox.Session) -> None:
    """The language server behind real client profiles."""
    pytest(session, "-m", "not hypothesis", "tests/lsp")


@nox.session(venv_backend="none")
def editors(session: nox.Session) -> None:
    """Neovim, Emacs and Helix show a finding, apply its fix and save; as root on Debian it installs them."""
    session.run(sys.executable, "-m", "tests.editors.programs", external=True)
    pytest(session, "tests/editors")


@nox.session(venv_backend="none")
def vscode(session: nox.Session) -> None:
    """The extension in the real VS Code, its tests from inside and by hand in a browser; installs all of it.

    `-- --only host` runs those inside the extension host, `-- --only workbench` those in the browser.
    """
    install_packages(session, VSCODE_TESTS)
    npm(session, VSCODE_TESTS, "run", "types")
    npm(session, VSCODE_TESTS, "run", "lint")
    real_vscode(session, "test", *session.posargs)


@nox.session(venv_backend="none")
def vscode_newest(session: nox.Session) -> None:
    """The same in the newest VS Code that the npm registry has, with the node that it wants."""
    install_packages(session, VSCODE_TESTS)
    real_vscode(session, "test", "--version", "newest", *session.posargs)


@nox.session(venv_backend="none")
def editor(session: nox.Session) -> None:
    """Try it: VS Code in the browser with the extension on a sample workspace; prints the address."""
    real_vscode(session, "open", *session.posargs)


def real_vscode(session: nox.Session, task: str, *arguments: str) -> None:
    """`python -m tests.editors.vscode` with the packed extension and the interpreter that has torch."""
    packed = str(extension(session))
    python = shared_python(session)
    session.run(python, "-m", "tests.editors.vscode", task, packed, python, *arguments, external=True)


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """The property tests for long; TORCHREADY_EXAMPLES sets the number of examples (5000)."""
    pytest(session, "-m", "hypothesis", "--hypothesis-profile", "thorough")


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    """Generated pages are up to date; `nox -s docs -- write` writes them."""
    check = [] if "write" in session.posargs else ["--check"]
    session.run(
        shared_python(session), "-m", "torchready.rules.pages", GENERATED_PAGES, *check, external=True
    )


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, look inside, and use it from an environment that has nothing else."""
    folder = Path(session.create_tmp())
    for old in folder.glob("*.whl"):
        old.unlink()
    session.run("python", "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("torchready-*.whl")
    expected = set(packaged_files())
    missing = expected - set(zipfile.ZipFile(built).namelist())
    if missing:
        session.error(f"the wheel lacks {', '.join(sorted(missing))}")
    session.install("--force-reinstall", str(built))
    with session.chdir(folder):
        session.run("torchready", "rule", "TR101", silent=True)
        session.run("torchready", "--version")


def packaged_files() -> Iterator[str]:
    """What a wheel must hold: the package with its data, and the rule pages."""
    package = ROOT / "server" / "torchready"
    files = (file for file in package.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    yield from (file.relative_to(package.parent).as_posix() for file in files)
    yield from (f"torchready/{GENERATED_PAGES}/{page.name}" for page in (ROOT / GENERATED_PAGES).glob("*.md"))


@nox.session(venv_backend="none")
def client(session: nox.Session) -> None:
    """The VS Code extension: style, types, unit tests, that it builds, and the server that comes with it.

    Needs node 20 and npm.
    """
    install_packages(session, CLIENT)
    for task in ("lint", "types", "test"):
        npm(session, CLIENT, "run", task)
    # The report's page ships inside the Python package; it must be the one of these sources.
    npm(session, CLIENT, "run", "build", "--", "--check")
    bundle_server(session)
    pytest(session, "tests/bundle")


@nox.session
def build(session: nox.Session) -> None:
    """Wheel, source distribution and .vsix, into dist/."""
    session.install("build")
    target = ROOT / "dist"
    session.run("python", "-m", "build", "--outdir", str(target), str(ROOT))
    shutil.copyfile(extension(session), target / f"torchready-{PROJECT['project']['version']}.vsix")


def extension(session: nox.Session) -> Path:
    """The packed extension with the server in it, ready to be installed in an editor."""
    install_packages(session, CLIENT)
    bundle_server(session)
    npm(session, CLIENT, "run", "build")
    npm(session, CLIENT, "run", "package")
    return CLIENT / "dist" / "torchready.vsix"


def bundle_server(session: nox.Session) -> None:
    session.run(sys.executable, str(CLIENT / "scripts" / "bundle_server.py"), external=True)


def install_packages(session: nox.Session, folder: Path) -> None:
    """The npm packages of a folder, installed on first use and again when its lock file changes."""
    lock = (folder / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "node_modules" / "installed.json"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return
    npm(session, folder, "ci")
    stamp.write_text(lock, encoding="utf-8")


def npm(session: nox.Session, folder: Path, *arguments: str) -> None:
    program = "npm.cmd" if sys.platform == "win32" else "npm"
    with session.chdir(folder):
        session.run(program, *arguments, external=True)


@nox.session
def demo(session: nox.Session) -> None:
    """The main jobs on the examples: findings, the safe fixes as a diff, then models that run. Changes no file."""
    session.install(*CONSTRAINTS, str(ROOT), *group("verify"))
    # 1 is the exit code for "something was found", which is what a demonstration is for.
    session.run("torchready", "check", "examples", success_codes=[0, 1])
    session.run("torchready", "check", "examples", "--diff", success_codes=[0, 1])
    # One model that passes all checks, and one for each check that can fail.
    with session.chdir("examples"):
        session.run("torchready", "verify", success_codes=[0, 1])


@nox.session
def pictures(session: nox.Session) -> None:
    """Redraw the pictures of the README from real runs, those of terminals and those of VS Code."""
    session.install(*CONSTRAINTS, str(ROOT), *group("pictures"))
    session.run("python", "docs/pictures/draw.py")
    install_packages(session, VSCODE_TESTS)
    real_vscode(session, "pictures")


@nox.session
def corpus(session: nox.Session) -> None:
    """Check large real packages; `-- --write docs/accuracy.md` keeps the summary."""
    session.install(*CONSTRAINTS, str(ROOT))
    session.run("python", "-m", "tests.accuracy.corpus", str(fetch_corpus(session)), *session.posargs)


def fetch_corpus(session: nox.Session) -> Path:
    """The folder with the sources of real packages that sweeps and benchmarks read, unpacked from wheels."""
    folder = Path(os.environ.get("TORCHREADY_CORPUS", ROOT / ".corpus"))
    stamp = folder / "fetched.txt"
    packages = group("corpus")
    if not stamp.exists() or stamp.read_text(encoding="utf-8").split() != packages:
        pip = ("python", "-m", "pip", "install", "--upgrade", "--no-deps", "--no-compile")
        session.run(*pip, "--target", str(folder), *packages)
        stamp.write_text("\n".join(packages), encoding="utf-8")
    return folder


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the budgets, with ruff and TorchFix in the same run; writes docs/performance.md."""
    # TorchFix pins a libcst of its own, so it lives in an environment of its own.
    peer = Path(session.create_tmp()).resolve() / "torchfix"
    if not peer.exists():
        session.run("python", "-m", "venv", str(peer))
        folder = "Scripts" if sys.platform == "win32" else "bin"
        session.run(str(peer / folder / "python"), "-m", "pip", "install", *group("torchfix"), external=True)
    session.install(*CONSTRAINTS, str(ROOT), *group("bench"), *group("verify"))
    environment = {
        "TORCHFIX_ENVIRONMENT": str(peer),
        "TORCHREADY_CORPUS": str(fetch_corpus(session)),
        # Not the session's own, which lies in .nox, and linters look at nothing in there.
        "TMPDIR": tempfile.gettempdir(),
    }
    session.run("python", "-m", "benchmarks", *session.posargs, env=environment)


@nox.session(python="3.11")
def accuracy(session: nox.Session) -> None:
    """Run real models and compare what happened with the static findings; prints recall and precision.

    `-- --write docs/accuracy.md` keeps the result.
    """
    session.install(*CONSTRAINTS, str(ROOT), *group("accuracy"), *group("verify"))
    # Their own requirements would bring another torch; what they need of it is installed above.
    session.install("--no-deps", *group("accuracy-models"))
    truth, exports = (Path(session.create_tmp()) / name for name in ("truth", "exports"))
    session.run("python", "-m", "tests.accuracy.record", str(truth))
    session.run("python", "-m", "tests.accuracy.exports.record", str(exports))
    scoreboards = {"tests.accuracy.scoreboard": truth, "tests.accuracy.exports.scoreboard": exports}
    # Each is worth reading when the other one failed.
    failed = [name for name, folder in scoreboards.items() if not is_kept(session, name, folder)]
    if failed:
        session.error(f"below what is promised: {', '.join(failed)}")


def is_kept(session: nox.Session, scoreboard: str, folder: Path) -> bool:
    """Whether a scoreboard holds what the project promises."""
    try:
        session.run("python", "-m", scoreboard, str(folder), *session.posargs)
    except nox.command.CommandFailed:
        return False
    return True


@nox.session(python="3.11")
def verify_real_models(session: nox.Session) -> None:
    """Real models through `torchready verify` with all checks; `-- --write docs/accuracy.md` keeps the table."""
    session.install(*CONSTRAINTS, str(ROOT), *group("accuracy"), *group("verify"))
    session.install("--no-deps", *group("accuracy-models"))
    session.run("python", "-m", "tests.accuracy.verify", *session.posargs)


@nox.session(python="3.11")
def fix_real_models(session: nox.Session) -> None:
    """All safe fixes over torchvision, timm and transformers: the models must stay equal to the last bit.

    `-- --write docs/accuracy.md` keeps the table.
    """
    session.install(*CONSTRAINTS, str(ROOT), *group("accuracy"))
    session.install("--no-deps", *group("accuracy-models"))
    session.run("python", "-m", "tests.accuracy.fixes", str(fetch_corpus(session)), *session.posargs)
