"""TLS as the URL says: every session of a load has it, and a server that cannot prove itself is refused."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loader.server import embedded
from loader.server.account import Account, server_account
from loader.server.binaries import SYSTEM_PATTERNS
from tests.support.nasty_build import plain
from tests.support.running import load, loader, query
from tests.support.server import FAST, server_home

pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl, which makes certificates"),
    pytest.mark.skipif(sys.platform != "linux", reason="needs a loopback address that no other server has"),
]
SECRET = "hunter2-Zebra"
MAPPING = 'dataset: sealed\nentities:\n  row:\n    record: /dump/row\n    key: {id: "@id"}\n    columns: {n: name}\n'


@dataclass(frozen=True)
class Sealed:
    """A server that speaks TLS only, over TCP; by its socket, anything. Certificates: its own, and somebody else's."""

    address: str
    by_socket: str
    own: Path
    other: Path

    def url(self, *parameters: str) -> str:
        """By TCP, with a password."""
        return f"postgresql://postgres:{SECRET}@{self.address}/loader?{'&'.join(parameters)}"


def _programs() -> Path:
    """Those of the system's newest server: the embedded one is built without TLS."""
    found = [path for pattern in SYSTEM_PATTERNS for path in Path("/").glob(pattern[1:])]
    if not found:
        pytest.skip("needs a PostgreSQL of the system: the embedded one is built without TLS")
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)


@pytest.fixture(scope="module")
def sealed() -> Iterator[Sealed]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOADER_POSTGRES_BIN", str(_programs()))
        yield from _served()


def _served() -> Iterator[Sealed]:
    chance = random.Random(os.getpid())
    address = f"127.{chance.randrange(2, 250)}.{chance.randrange(2, 250)}.{chance.randrange(2, 250)}"
    with server_home() as home:
        account = server_account(home / "none")
        own, other = (_certificate(home / name, f"IP:{address}", account) for name in ("own", "other"))
        hba = home / "pg_hba.conf"
        hba.write_text("local all all trust\nhostssl all all 127.0.0.0/8 trust\nhostnossl all all all reject\n")
        hba.chmod(0o644)
        settings = {"ssl": "on", "ssl_cert_file": str(own), "ssl_key_file": str(own.with_suffix(".key")),
                    "listen_addresses": address, "hba_file": str(hba)}  # fmt: skip
        yield Sealed(address, embedded.ensure_running(home, settings={**FAST, **settings}), own, other)


def _certificate(stem: Path, name: str, account: Account) -> Path:
    """A certificate that stands for itself, for a name; its key beside it."""
    certificate, key = stem.with_suffix(".crt"), stem.with_suffix(".key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={stem.name}", "-addext", f"subjectAltName={name}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    certificate.chmod(0o644)
    key.chmod(0o600)
    if account.switch:
        os.chown(key, account.uid, account.gid)
    return certificate


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    mapping, dump = tmp_path / "mapping.yaml", tmp_path / "dump.xml"
    mapping.write_text(MAPPING)
    dump.write_bytes(plain(900))
    return mapping, dump


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
def test_a_load_over_tls(sealed: Sealed, files: tuple[Path, Path], mode: str) -> None:
    url = sealed.url(f"sslmode={mode}", f"sslrootcert={sealed.own}")

    # The server rejects sessions without TLS, so those of workers and heartbeats have it, too.
    told = load(url, *files, "--replace", "-w", 2, "--set", "lease=1")

    assert told["inserted"] == 900
    shown = loader("psql", "-Atc", "select ssl, current_setting('ssl_cert_file') from pg_stat_ssl "
                   "where pid = pg_backend_pid()", database=url)  # fmt: skip
    assert shown.out == f"t|{sealed.own}\n", shown


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ("sslmode=disable", "rejects connection"),
        ("sslmode=verify-full&sslrootcert={other}", "certificate verify failed"),
        ("sslmode=verify-ca&sslrootcert={other}", "certificate verify failed"),
        ("sslmode=verify-full&sslrootcert={own}&host=localhost&hostaddr={address}", "does not match host name"),
        ("sslmode=verify-full&sslrootcert=/nowhere.crt", "does not exist"),
        ("sslmode=require&ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2", "protocol version range"),
        ("sslmode=require&sslcert={own}&sslkey=/nowhere.key", "private key file"),
    ],
)
def test_a_server_that_is_not_the_one_is_refused_and_nothing_is_sent(
    sealed: Sealed, files: tuple[Path, Path], parameters: str, word: str
) -> None:
    url = sealed.url(parameters.format(own=sealed.own, other=sealed.other, address=sealed.address))
    before = query(sealed.by_socket, "select to_regclass('loader.load')")
    for command in (("load", *files, "--no-space-check", "-v"), ("psql", "-c", "select 1")):
        told = loader(*command, database=url)
        assert told.code != 0, told
        assert word in told.err
        assert SECRET not in told.out + told.err
    assert query(sealed.by_socket, "select to_regclass('loader.load')") == before
