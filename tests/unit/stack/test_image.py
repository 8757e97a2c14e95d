"""The image out of locked packages: what it is written as follows from its files alone, and wrong ones are refused."""

import hashlib
import io
import json
import subprocess
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from stack.image import (
    ImageError,
    archive,
    base,
    contents,
    debian,
    dockerfile,
    engine,
    inventory,
    layers,
    locking,
    trial,
)
from stack.image.archive import Archive, Attachment
from stack.image.build import Commit, labels
from stack.image.debian import Package

MOMENT = 1_800_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of an image: a program, a text, a link, and a place where everybody may write."""
    folder = tmp_path / "files"
    (folder / "usr" / "bin").mkdir(parents=True)
    (folder / "usr" / "bin" / "program").write_bytes(b"\x7fELF")
    (folder / "usr" / "bin" / "program").chmod(0o700)
    (folder / "etc").mkdir()
    (folder / "etc" / "text").write_text("text\n")
    (folder / "bin").symlink_to("usr/bin")
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o1777)
    return folder


def entries(layer: layers.Layer) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(layer.file) as content:
        return {entry.name: entry for entry in content}


def test_a_layer_has_names_contents_and_who_may_run_it(folder: Path, tmp_path: Path) -> None:
    layer = layers.write("files", folder, tmp_path / "one", MOMENT)
    found = entries(layer)
    assert [*found] == ["bin", "etc", "etc/text", "tmp", "usr", "usr/bin", "usr/bin/program"]
    modes = {name: oct(entry.mode) for name, entry in found.items()}
    assert modes["etc/text"] == "0o644" and modes["usr/bin/program"] == modes["usr/bin"] == "0o755"
    assert modes["tmp"] == "0o1777" and found["bin"].linkname == "usr/bin"
    assert {(e.uid, e.gid, e.uname, e.gname, e.mtime) for e in found.values()} == {(0, 0, "", "", MOMENT)}
    assert layer.unpacked == 9 and layer.digest == layer.content == hashlib.sha256(layer.file.read_bytes()).hexdigest()


def test_a_layer_is_the_same_whoever_made_its_files_and_when(folder: Path, tmp_path: Path) -> None:
    before = layers.write("files", folder, tmp_path / "one", MOMENT)
    (folder / "etc" / "text").chmod(0o600)
    (folder / "usr").chmod(0o700)
    (folder / "usr" / "bin" / "program").touch()
    assert layers.write("files", folder, tmp_path / "two", MOMENT).digest == before.digest
    (folder / "etc" / "text").write_text("Text\n")
    assert layers.write("files", folder, tmp_path / "three", MOMENT).digest != before.digest


@pytest.fixture
def written(folder: Path, tmp_path: Path) -> Path:
    layer = layers.write("files", folder, tmp_path / "layer", MOMENT)
    file = tmp_path / "image.tar"
    with Archive(file) as writing:
        settings = {"User": "10001:10001", "Entrypoint": ["program"]}
        writing.image(archive.config(settings, [layer], MOMENT, "amd64"), [layer], "docker.io/library/image:1")
    return file


def test_an_archive_is_a_layout_whose_blobs_are_named_by_their_hash(written: Path) -> None:
    with tarfile.open(written) as content:
        blobs = {entry.name: content.extractfile(entry) for entry in content}
        assert {"index.json", "oci-layout"} < blobs.keys()
        for name, blob in blobs.items():
            assert blob is not None
            if name.startswith("blobs/"):
                assert name == f"blobs/sha256/{hashlib.sha256(blob.read()).hexdigest()}"
    [only] = archive.index(written)["manifests"]
    assert only["annotations"] == {
        "io.containerd.image.name": "docker.io/library/image:1", "org.opencontainers.image.ref.name": "1",
    }  # fmt: skip
    assert archive.settings(written)["User"] == "10001:10001"
    assert dict(archive.files(written)) == {"etc/text": 5, "usr/bin/program": 4}
    assert archive.packed(written) > 9


def test_a_document_refers_to_the_image_and_leaves_its_digest(written: Path, tmp_path: Path) -> None:
    described = tmp_path / "described.tar"
    with Archive(described) as writing:
        writing.all_of(written)
        writing.attach(Attachment(inventory.KIND, b"{}\n", "parts.json"))
    image, about = archive.index(described)["manifests"]
    assert image == archive.index(written)["manifests"][0] and archive.digest(described) == archive.digest(written)
    with tarfile.open(described) as content:
        file = content.extractfile(f"blobs/{about['digest'].replace(':', '/')}")
        assert file is not None
        manifest = json.load(file)
    assert manifest["subject"] == {key: image[key] for key in ("digest", "mediaType", "size")}
    assert manifest["artifactType"] == about["artifactType"] == inventory.KIND
    assert [each["mediaType"] for each in manifest["layers"]] == [inventory.KIND]


def test_an_image_is_tried_as_a_cluster_runs_it(written: Path, tmp_path: Path) -> None:
    archive.unpack(written, tmp_path / "root")
    assert (tmp_path / "root" / "bin" / "program").read_bytes() == b"\x7fELF"
    assert (tmp_path / "root").stat().st_mode & 0o777 == 0o755
    settings = archive.settings(written) | {"WorkingDir": "/app", "Env": ["A=1"]}
    told = trial.specification(settings, ["services.kyc.__main__"])
    process = told["process"]
    assert (process["user"], process["cwd"], process["env"]) == ({"uid": 10001, "gid": 10001}, "/app", ["A=1"])
    assert process["args"][:2] == ["program", "-c"] and "services.kyc.__main__" in process["args"][2]
    assert (process["capabilities"], process["noNewPrivileges"], told["root"]["readonly"]) == ({}, True, True)
    assert {"type": "network"} in told["linux"]["namespaces"]
    compile(process["args"][2], "trial", "exec")


def test_what_an_image_has_is_told_by_whose_it_is() -> None:
    site = "opt/loanflow/lib/python3.11/site-packages"
    files = [
        (f"{site}/pillow.libs/libjpeg.so", 7), (f"{site}/PIL/Image.py", 1), (f"{site}/pillow-9.dist-info/METADATA", 2),
        ("app/services/catalog.py", 3), ("usr/lib/python3.11/os.py", 4), ("usr/bin/python3.11", 5), ("etc/passwd", 6),
    ]  # fmt: skip
    assert contents.table(files) == [
        ("pillow", 9), ("Python and its library", 9), ("Debian's libraries", 6), ("LoanFlow", 3), ("pil", 1),
    ]  # fmt: skip
    assert contents.lines([(f"{site}/a/b", 2_000_000), ("app/c", 900_000)], most=1) == [
        "     2.0 MB  a", "     0.9 MB  1 others",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "packed", "said"),
    [
        ([("app/a", contents.UNPACKED_BUDGET + 1)], 0, "460 MB unpacked, and may have 460 MB"),
        ([], contents.PACKED_BUDGET * 2, "400 MB packed, and may have 200 MB"),
        ([("usr/bin/dash", 1), ("bin/sh", 1)], 0, "the image has bin/sh, usr/bin/dash"),
        ([("usr/local/bin/pip3.11", 1)], 0, "pip3.11"),
        ([("usr/sbin/apt-get", 1)], 0, "apt-get"),
    ],
)
def test_too_much_and_a_shell_are_refused(files: list[tuple[str, int]], packed: int, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        contents.check(files, packed)


def test_a_module_named_as_a_shell_is_none() -> None:
    contents.check([("usr/lib/python3.11/sh", 1), ("opt/loanflow/bin/python", 1), ("usr/bin/python3.11", 1)], 1)


DOCKERFILE = """\
ARG BASE=python:3-slim
FROM ${BASE} AS builder
COPY stack stack
COPY services /made/app/app/services
RUN ["python"]
FROM scratch
LABEL a.title="Loan Flow" b=2
COPY --from=builder /made/base /
COPY --from=builder /made/app /
WORKDIR /app
# Why.
ENV A=1 \\
    B=2
USER 1:1
ENTRYPOINT ["python"]
CMD ["--version"]
"""


def test_the_dockerfile_is_the_list_of_what_is_copied_and_how_it_is_run() -> None:
    image = dockerfile.read(DOCKERFILE)
    assert (image.base, image.parts) == ("python:3-slim", ["base", "app"])
    assert {source: str(place) for source, place in image.copied.items()} == {"services": "/app/services"}
    assert image.settings == {
        "Labels": {"a.title": "Loan Flow", "b": "2"}, "WorkingDir": "/app", "Env": ["A=1", "B=2"], "User": "1:1",
        "Entrypoint": ["python"], "Cmd": ["--version"],
    }  # fmt: skip


def test_an_instruction_that_would_be_missing_is_refused() -> None:
    with pytest.raises(ImageError, match="Dockerfile: VOLUME is not known"):
        dockerfile.read(f"{DOCKERFILE}VOLUME /data\n")


def test_a_label_says_whether_files_differ_from_the_commit() -> None:
    assert labels(Commit("abc", 0, changed=False), "loanflow:0.1.0") == {
        "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
        "org.opencontainers.image.revision": "abc",
        "org.opencontainers.image.version": "0.1.0",
    }
    assert labels(Commit("abc", 0, changed=True), "a:1")["org.opencontainers.image.revision"] == "abc-changed"


def test_an_engine_is_told_the_time_of_the_commit_and_the_builder_by_digest(tmp_path: Path) -> None:
    of, builder = Commit("abc", 7, changed=False), f"python@sha256:{'1' * 64}"
    by_buildah = engine.command("buildah", "loanflow:1", builder, of, tmp_path / "a.tar")
    assert {"--timestamp=7", f"--build-arg=BASE={builder}", "--tag=docker.io/library/loanflow:1"} < {*by_buildah}
    by_docker = engine.command("docker", "loanflow:1", builder, of, tmp_path / "a.tar")
    assert {"--build-arg=SOURCE_DATE_EPOCH=7", f"--build-arg=BASE={builder}"} < {*by_docker}
    assert any("rewrite-timestamp=true" in each for each in by_docker)
    assert engine.by_digest("buildah", builder) == builder


@pytest.mark.parametrize("engine_name", engine.ENGINES)
def test_no_digest_is_made_up(engine_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 125, "", "no such host"))
    assert engine.by_digest(engine_name, "python:3-slim") is None


PACKAGE = Package("base", "libstdc++6", "1:12.2~a+b", "debian", "pool/libstdc++6_12.2_amd64.deb", "0" * 64)


def test_an_inventory_names_the_image_wheels_and_debians_packages(tmp_path: Path) -> None:
    lock = debian.Lock("20270131T000000Z", (PACKAGE, Package("tools", "strip", "1", "debian", "a_all.deb", "1" * 64)))
    written = inventory.write(tmp_path / "parts.json", "loanflow:0.1.0", f"sha256:{'2' * 64}", lock).read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    found = json.loads(written)
    assert found["metadata"]["component"]["purl"].startswith(f"pkg:oci/loanflow@sha256%3A{'2' * 64}?")
    purls = {each["purl"] for each in found["components"]}
    assert "pkg:deb/debian/libstdc%2B%2B6@1%3A12.2~a%2Bb?arch=amd64&distro=debian-12" in purls
    assert any(each.startswith("pkg:pypi/grpcio@") for each in purls) and not any("/strip@" in each for each in purls)


def test_a_lock_is_read_as_it_is_written() -> None:
    lock = debian.Lock("20270131T000000Z", (PACKAGE,))
    assert debian.read(locking.text(lock)) == lock
    assert debian.LOCK.read_text() == locking.text(debian.locked())
    assert {each.use for each in debian.locked().packages} == locking.WANTED.keys()


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("1.10", "1.9"), ("1.0", "1.0~rc1"), ("1:1.0", "2.0"), ("1.0a", "1.0"), ("1.0+x", "1.0a"), ("1.0-1.1", "1.0-1"),
        ("3.0.22-1~deb12u2", "3.0.20-1~deb12u2"), ("3.0.19-1", "3.0.19-1~deb12u2"), ("10:1", "9:2"),
    ],
)  # fmt: skip
def test_versions_are_in_debians_order(newer: str, older: str) -> None:
    assert locking.newer(newer, older) and not locking.newer(older, newer) and not locking.newer(newer, newer)


def test_a_package_comes_with_what_it_depends_on_but_for_what_only_installs() -> None:
    index = {
        "aa": {"Depends": "bb (>= 1), gone | cc, debconf (>= 0.5) | debconf-2.0", "Pre-Depends": "dd:any"},
        "bb": {"Depends": "aa"}, "cc": {}, "dd": {},
    }  # fmt: skip
    assert locking.resolve(index, ["aa"]) == ["aa", "bb", "cc", "dd"]
    with pytest.raises(ImageError, match="Debian has no package zz"):
        locking.resolve(index, ["zz"])


def deb(*files: tuple[str, bytes | None]) -> bytes:
    """A package with files, or with links where there are no bytes."""
    parts = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": _tar([("./control", b"Package: a\n")]),
        "data.tar.xz": _tar(files),
    }
    packed = b"!<arch>\n"
    for name, content in parts.items():
        packed += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content
        packed += b"\n" * (len(content) % 2)
    return packed


def _tar(files: object) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:xz") as content:
        for name, data in files:  # type: ignore[attr-defined]
            entry = tarfile.TarInfo(name)
            if data is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, "libx.so.1.0"
            else:
                entry.size, entry.mode = len(data), 0o4755
            content.addfile(entry, io.BytesIO(data or b""))
    return target.getvalue()


def _nobody(*_: object, **__: object) -> None:
    raise urllib.error.URLError("nobody answers")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and archives where nobody answers."""
    monkeypatch.setenv("LOANFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(urllib.request, "urlopen", _nobody)
    return tmp_path / "cache" / "debian"


def test_a_package_is_unpacked_as_far_as_somebody_reads_it(cache: Path, tmp_path: Path) -> None:
    packed = deb(
        ("./lib/x86_64-linux-gnu/libx.so.1.0", b"x"), ("./lib/x86_64-linux-gnu/libx.so.1", None), ("./bin/sh", b"sh"),
        ("./usr/share/doc/a/copyright", b"c"), ("./usr/share/doc/a/changelog.gz", b"c"), ("./usr/bin/python3.11", b"p"),
        ("./usr/share/man/man1/a.1.gz", b"m"),
    )  # fmt: skip
    package = Package("base", "a", "1", "debian", "pool/a_1_amd64.deb", hashlib.sha256(packed).hexdigest())
    cache.mkdir(parents=True)
    (cache / package.sha256).write_bytes(packed)
    debian.unpack([package], "20270131T000000Z", tmp_path / "root")
    there = sorted(
        str(each.relative_to(tmp_path / "root")) for each in (tmp_path / "root").rglob("*") if not each.is_dir()
    )
    assert there == [
        "usr/bin/python3.11", "usr/lib/x86_64-linux-gnu/libx.so.1", "usr/lib/x86_64-linux-gnu/libx.so.1.0",
        "usr/share/doc/a/copyright", "var/lib/dpkg/status.d/a",
    ]  # fmt: skip
    assert (tmp_path / "root" / "usr" / "bin" / "python3.11").stat().st_mode & 0o7777 == 0o755


def test_a_base_has_an_account_and_no_link_that_leads_out_of_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = deb(
        ("./usr/share/ca-certificates/mozilla/B.crt", b"b\n"), ("./usr/share/ca-certificates/mozilla/A.crt", b"a\n"),
        ("./lib/x86_64-linux-gnu/libx.so.1.0", b"x"), ("./lib/x86_64-linux-gnu/libx.so.1", None), ("./etc/lost", None),
    )  # fmt: skip
    package = Package("base", "aa", "1", "debian", "pool/aa_1_amd64.deb", hashlib.sha256(packed).hexdigest())
    cache.mkdir(parents=True)
    (cache / package.sha256).write_bytes(packed)
    monkeypatch.setattr(debian, "locked", lambda: debian.Lock("20270131T000000Z", (package,)))
    root = tmp_path / "root"
    base.make("base", root, "loanflow", 10001)
    assert (root / "etc" / "ssl" / "certs" / "ca-certificates.crt").read_text() == "a\nb\n"
    assert "\nloanflow:x:10001:10001:" in (root / "etc" / "passwd").read_text()
    assert (root / "tmp").stat().st_mode & 0o7777 == 0o1777
    links = {str(each.relative_to(root)): str(each.readlink()) for each in root.rglob("*") if each.is_symlink()}
    assert links == {
        "bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64", "sbin": "usr/sbin",
        "usr/lib/x86_64-linux-gnu/libx.so.1": "libx.so.1.0",
        "usr/lib/ssl/cert.pem": "/etc/ssl/certs/ca-certificates.crt", "usr/lib/ssl/certs": "/etc/ssl/certs",
    }  # fmt: skip


def test_a_package_that_is_no_longer_to_be_had_says_how_to_go_on(cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / PACKAGE.sha256).write_bytes(b"another one")
    with pytest.raises(
        ImageError, match=r"(?s)libstdc\+\+6 1:12.2~a\+b is not to be had.*stack.image lock.*archive/debian/2027"
    ):
        debian.fetch(PACKAGE, "20270131T000000Z")
