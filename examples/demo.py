"""What `make demo` shows: real git repositories, locked, downloaded, verified, placed, and used by a program.

Everything runs for real: git repositories are made in a temporary folder, `bitdeps.sandbox` serves them as Bitbucket
would, and `deps` works in `examples/storefront`, where `vendor/` and `.deps/` stay behind for a look around. The demo
fails where anything is not as it should be.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path

from local_bitbucket import Bitbucket, end_servers_when_terminated, environment, running

EXAMPLES = Path(__file__).resolve().parent
STOREFRONT = EXAMPLES / "storefront"
VENDOR = STOREFRONT / "vendor"
VICTIM = VENDOR / "http-kit" / "src" / "request.c"
INTEGRITY_ALARM = 3


class DemoError(Exception):
    """Something was not as it should be."""


def say(text: str = "") -> None:
    """Print a line now, before the output of the next command."""
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.flush()


def heading(text: str) -> None:
    """Print the title of a part."""
    say(f"== {text}\n")


def run(command: list[str], env: Mapping[str, str], *, wanted: int = 0) -> str:
    """Print a command and its output, in the storefront; give the output.

    Raises:
        DemoError: it ended with another exit code than the wanted one.
    """
    say(f"$ {shlex.join(command)}")
    pipe = subprocess.PIPE
    done = subprocess.run(
        command, cwd=STOREFRONT, env=env, input=b"", stdout=pipe, stderr=subprocess.STDOUT, check=False
    )
    output = done.stdout.decode(errors="replace")
    say(output.rstrip())
    if wanted or done.returncode:
        say(f"(exit code {done.returncode})")
    say()
    check(env["BITBUCKET_CONSUMER_SECRET"] not in output, "the output holds the consumer's secret")
    if done.returncode != wanted:
        message = f"`{shlex.join(command)}` ended with exit code {done.returncode}, not {wanted}"
        raise DemoError(message)
    return output


def check(condition: bool, message: str) -> None:  # noqa: FBT001 (reads as a sentence)
    """Stop the demo unless a condition holds.

    Raises:
        DemoError: it does not.
    """
    if not condition:
        raise DemoError(message)


def show_environment(env: Mapping[str, str]) -> None:
    """Print what was exported; the secret stays one."""
    for name in sorted(name for name in env if name.startswith(("DEPS_", "BITBUCKET_"))):
        say(f"$ export {name}={'***' if name.endswith('SECRET') else env[name]}")


def show_vendor() -> None:
    """Print what lies in each package."""
    say("$ ls vendor")
    for package in sorted(VENDOR.iterdir()):
        paths = [path for path in package.rglob("*") if path.is_symlink() or path.is_file()]
        links = sum(path.is_symlink() for path in paths)
        size = sum(path.lstat().st_size for path in paths)
        say(f"{package.name:<12} {len(paths) - links:>5} files {links:>2} links {size:>12,} bytes")
    say("\n$ ls vendor/fixtures")
    for path in sorted((VENDOR / "fixtures").iterdir()):
        say(f"{path.name} -> {path.readlink()}" if path.is_symlink() else f"{path.name}{'/' * path.is_dir()}")
    say()


def install(bitbucket: Bitbucket, env: Mapping[str, str]) -> None:
    """Install from the committed lock, and see what that asked of the service."""
    heading("Install what the committed deps.lock says, then read every byte again")
    bitbucket.forget_requests()
    run(["deps", "install", "--locked"], env)
    paths = bitbucket.requests()
    downloads = [path for path in paths if "/get/" in path]
    api_calls = [path for path in paths if path.startswith("/2.0/")]
    others = len(paths) - len(downloads) - len(api_calls)
    say(f"The service saw {len(downloads)} downloads, {len(api_calls)} calls of its API, {others} for a token\n")
    packages = sorted(path.name for path in VENDOR.iterdir())
    check(len(downloads) == len(packages), f"{len(packages)} packages, but {len(downloads)} downloads")
    check(not api_calls, f"a locked install called the API: {api_calls}")
    run(["deps", "verify"], env)
    show_vendor()


def use(env: Mapping[str, str]) -> None:
    """Build and run the program, and compare what it prints."""
    heading("Build and run the storefront with what is in vendor/")
    output = run(["make", "--no-print-directory", "clean", "run"], env)
    expect(output, "shop.txt")
    expect_from_compiler(output, "orders.txt", "orders", env)


def expect(output: str, name: str) -> None:
    """Compare an output with the lines of a file in `expected/`."""
    lines = (STOREFRONT / "expected" / name).read_text(encoding="utf-8").splitlines()
    missing = [line for line in lines if line not in output.splitlines()]
    check(not missing, f"the storefront did not print {missing}")


def expect_from_compiler(output: str, name: str, label: str, env: Mapping[str, str]) -> None:
    """Do so for what is written in C; without a compiler the output must say that it was left out."""
    compiler = env.get("CC", "cc")
    if shutil.which(compiler.split()[0], path=env["PATH"]):
        expect(output, name)
    else:
        skipped = f"{label:<10} SKIPPED: no C compiler (`{compiler}`) on this machine"
        check(skipped in output.splitlines(), f"the storefront did not print {skipped}")


def damage_and_heal(env: Mapping[str, str]) -> None:
    """Flip one byte, have it found, and put it right."""
    heading("Flip one byte of one file: verify names it, install --force heals it")
    right = VICTIM.read_bytes()
    VICTIM.write_bytes(bytes([right[0] ^ 1]) + right[1:])
    name = VICTIM.relative_to(STOREFRONT).as_posix()
    say(f"# byte 0 of {name}: {right[:1]!r} is now {VICTIM.read_bytes()[:1]!r}")
    output = run(["deps", "verify"], env, wanted=INTEGRITY_ALARM)
    check(name in output, f"`deps verify` did not name {name}")
    run(["deps", "install"], env, wanted=INTEGRITY_ALARM)
    run(["deps", "install", "--force"], env)
    check(VICTIM.read_bytes() == right, f"{name} is still damaged")
    run(["deps", "verify"], env)


def written(path: Path) -> tuple[int, int, int]:
    """Give what changes whenever a file is written or replaced."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def do_nothing(bitbucket: Bitbucket, env: Mapping[str, str]) -> None:
    """Install once more: nothing is asked, nothing is written."""
    heading("Install again: nothing to do, and the service is not asked")
    bitbucket.forget_requests()
    before = written(VICTIM)
    run(["deps", "install"], env)
    check(not bitbucket.requests(), "an install with nothing to do asked the service")
    check(written(VICTIM) == before, "an install with nothing to do wrote a file")


def add_group(env: Mapping[str, str]) -> None:
    """Place a group that is left out unless asked for, and use it."""
    heading("Add the group `test`: other tools, from the same repository as the engine")
    run(["deps", "install", "--locked", "--group", "test"], env)
    output = run(["make", "--no-print-directory", "test"], env)
    expect_from_compiler(output, "test.txt", "rule", env)


def demo(scratch: Path) -> None:
    """Run all parts.

    Raises:
        DemoError: naming what was not as it should be.
    """
    heading("Make git repositories, and a local Bitbucket that serves them")
    with running(scratch / "bitbucket") as bitbucket:
        for name, tags in bitbucket.tags().items():
            say(f"{name:<22} {len(tags)} tags: {textwrap.shorten(', '.join(tags), 46, placeholder=' ...')}")
        env = environment(bitbucket, scratch)
        say()
        show_environment(env)
        say("$ cd examples/storefront")
        for folder in (VENDOR, STOREFRONT / ".deps"):
            if folder.exists():
                say(f"$ rm -rf {folder.name}  # of the last demo")
                shutil.rmtree(folder)
        say()
        install(bitbucket, env)
        use(env)
        damage_and_heal(env)
        do_nothing(bitbucket, env)
        add_group(env)


def main() -> int:
    """Run the demo; 1 where something was not as it should be, 130 when it was interrupted."""
    end_servers_when_terminated()
    try:
        with tempfile.TemporaryDirectory(prefix="deps-demo-") as scratch:
            demo(Path(scratch).resolve())
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing more can be said (Python docs, "Note on SIGPIPE").
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (DemoError, OSError, RuntimeError) as error:
        say(f"\nThe demo failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted")
        return 130
    heading("All as it should be. vendor/ and deps.lock are in examples/storefront")
    return 0


if __name__ == "__main__":
    sys.exit(main())
