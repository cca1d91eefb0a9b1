"""Zips."""

import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.readers import Limits, Refused, archive_members
from annotations.readers.archive import Member
from tests.readers.builders import (
    deflated_zeros,
    docx_package,
    save,
    with_flag,
    zip_file,
    zip_of_link,
    zip_of_packed,
)

MEGABYTE = 2**20
OUTSIDE = "The path of this file leads out of the zip: pack it again from inside its folder."
DAMAGED = "This zip or DOCX file is damaged: make it again and upload it again."
TOO_LARGE = "This file has more than 10 MB, which is the most that is read: split it and upload the parts."
TOO_MUCH = "This zip unpacks to more than 200 MB: pack the files into several zips."

Unpack = Callable[..., list[tuple[str, str | bytes]]]


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "deep" / "in" / "spool"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def unpack(tmp_path: Path, spool: Path) -> Iterator[Unpack]:
    """Unpack a zip; give each member's name with its bytes or its refusal. Nothing else may be written."""

    def unpack(content: bytes, limits: Limits | None = None) -> list[tuple[str, str | bytes]]:
        path = save(tmp_path, "upload.zip", content)
        return [
            (member.name, _copied(member, spool / "member"))
            for member in archive_members(path, limits=limits or Limits())
        ]

    yield unpack
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()}
    assert written <= {"upload.zip", "deep/in/spool/member"}


def _copied(member: Member, path: Path) -> str | bytes:
    try:
        member.copy_to(path)
    except Refused as refused:
        assert not path.exists()
        return str(refused)
    content = path.read_bytes()
    path.unlink()
    return content


def refusal(unpack: Unpack, content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as refused:
        unpack(content, limits)
    return str(refused.value)


def test_members_come_in_order_without_folders_and_what_systems_strew_in(unpack: Unpack) -> None:
    content = zip_file(
        {
            "press/": b"",
            "press/b.txt": b"Second",
            "__MACOSX/press/._b.txt": b"x",
            "press/.DS_Store": b"x",
            "press/Thumbs.db": b"x",
            "press/._a.txt": b"x",
            "a.txt": b"First",
            "draft.docx": docx_package("<w:p/>"),
        }
    )

    assert unpack(content) == [
        ("press/b.txt", b"Second"),
        ("a.txt", b"First"),
        ("draft.docx", docx_package("<w:p/>")),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../evil.txt", "evil.txt"),
        ("a/../../../evil.txt", "a/evil.txt"),
        ("/etc/evil.txt", "etc/evil.txt"),
        ("..\\..\\evil.txt", "evil.txt"),
        ("C:\\evil.txt", "C:/evil.txt"),
        ("\\\\server\\evil.txt", "server/evil.txt"),
    ],
)
def test_path_out_of_the_zip_is_refused_and_the_others_go_on(unpack: Unpack, name: str, shown: str) -> None:
    assert unpack(zip_file({name: b"evil", "good.txt": b"good"})) == [(shown, OUTSIDE), ("good.txt", b"good")]


def test_backslashes_of_a_windows_zip_are_folders(unpack: Unpack) -> None:
    assert unpack(zip_file({"press\\a.txt": b"First"})) == [("press/a.txt", b"First")]


def test_link_is_refused(unpack: Unpack) -> None:
    assert unpack(zip_of_link("passwords.txt", "/etc/passwd")) == [
        ("passwords.txt", "This is a link, not a file: pack the file that it points to.")
    ]


def test_nested_zip_is_refused_and_the_others_go_on(unpack: Unpack) -> None:
    inner = zip_file({"a.txt": b"First"})

    assert unpack(zip_file({"inner.zip": inner, "inner.txt": inner, "b.txt": b"Second"})) == [
        ("inner.zip", "This is a zip inside a zip: unpack it and upload it by itself."),
        ("inner.txt", "This is a zip inside a zip: unpack it and upload it by itself."),
        ("b.txt", b"Second"),
    ]


def test_member_of_a_kind_that_is_not_read_is_refused(unpack: Unpack) -> None:
    [(_, sentence)] = unpack(zip_file({"a.txt": b"\x89PNG\r\n\x1a\n\0\0"}))

    assert sentence == "This is a picture (PNG), not a text: run it through OCR first, or paste the text."


def test_member_with_a_password_is_refused(unpack: Unpack) -> None:
    assert unpack(with_flag(zip_file({"a.txt": b"First"}), 1)) == [
        ("a.txt", "This file has a password: pack it again without one.")
    ]


@pytest.mark.parametrize("packing", [12, 14])
def test_member_packed_in_a_way_that_unpacks_unboundedly_is_refused(unpack: Unpack, packing: int) -> None:
    assert unpack(zip_file({"a.txt": b"First"}, packing=packing)) == [
        ("a.txt", "This file is packed in an unusual way: pack it again as an ordinary zip.")
    ]


def test_damaged_member_is_refused_and_the_others_go_on(unpack: Unpack) -> None:
    content = bytearray(zip_file({"a.txt": b"First" * 9, "b.txt": b"Second"}, packing=0))
    content[content.index(b"First")] ^= 1

    assert unpack(bytes(content)) == [
        ("a.txt", "This file is damaged in the zip: pack it again."),
        ("b.txt", b"Second"),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Übersicht.txt", "Übersicht.txt"),
        ("статья.txt", "статья.txt"),
        ("a\nb\x07.txt", "a\ufffdb\ufffd.txt"),
        ("invoice\u202etxt.exe", "invoice\ufffdtxt.exe"),
        ("e\u0301.txt", "é.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("./a//b.txt", "a/b.txt"),
    ],
)
def test_name_is_safe_to_show(unpack: Unpack, name: str, shown: str) -> None:
    assert unpack(zip_file({name: b"First"})) == [(shown, b"First")]


def test_name_without_the_utf_8_flag_is_utf_8_where_it_can_be_and_code_page_437_otherwise(
    unpack: Unpack,
) -> None:
    utf_8 = zip_file({"aa.txt": b"First"}).replace(b"aa.txt", "é.txt".encode())
    dos = zip_file({"a.txt": b"First"}).replace(b"a.txt", b"\x82.txt")

    assert unpack(utf_8) == [("é.txt", b"First")]
    assert unpack(dos) == [("é.txt", b"First")]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x05\x06", b"PK\x03\x04" + b"x" * 100, zip_file({"a": b"b"})[:-10], b"text"]
)
def test_broken_zip_is_refused(unpack: Unpack, content: bytes) -> None:
    assert refusal(unpack, content) == DAMAGED


@pytest.mark.parametrize("members", [{}, {"press/": b""}, {"__MACOSX/._a": b"x"}])
def test_zip_without_files_is_refused(unpack: Unpack, members: dict[str, bytes]) -> None:
    assert refusal(unpack, zip_file(members)) == (
        "This zip holds no files: check that it was packed, then upload it again."
    )


def test_zip_of_too_many_files_is_refused(unpack: Unpack) -> None:
    three = zip_file({"a": b"x", "b": b"x", "c": b"x", "__MACOSX/c": b"x"})

    assert len(unpack(three, Limits(archive_files=3))) == 3
    assert refusal(unpack, three, Limits(archive_files=2)) == (
        "This zip holds 3 files, and at most 2 are read: pack them into several zips."
    )


def test_zip_with_a_vast_directory_is_refused_before_it_is_read(unpack: Unpack) -> None:
    entry = zip_file({"a.txt": b""})
    directory = entry[entry.index(b"PK\x01\x02") : entry.index(b"PK\x05\x06")]
    count = 400_000
    end = (
        b"PK\x05\x06" + bytes(4) + b"\xff\xff" * 2 + (len(directory) * count).to_bytes(4, "little") + bytes(6)
    )
    vast = directory * count + end
    tracemalloc.start()

    assert refusal(unpack, vast) == "This zip lists too many files: pack them into several zips."

    assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    tracemalloc.stop()


def test_zip_that_declares_too_much_is_refused_before_it_is_unpacked(unpack: Unpack) -> None:
    members = {f"{number}.txt": b"word " * 20 for number in range(4)}

    assert len(unpack(zip_file(members), Limits(archive_bytes=400))) == 4
    assert refusal(unpack, zip_file(members), Limits(archive_bytes=399)) == (
        "This zip unpacks to more than 0 MB: pack the files into several zips."
    )


def test_bomb_of_a_gigabyte_is_refused_with_memory_flat(unpack: Unpack) -> None:
    bomb = zip_of_packed("zeros.txt", deflated_zeros(1024), declared=1024 * MEGABYTE)
    tracemalloc.start()

    assert refusal(unpack, bomb) == (
        "This zip is packed as only zip bombs are, so nothing was unpacked: pack it again."
    )

    assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE
    tracemalloc.stop()


def test_bomb_of_many_members_that_are_each_within_the_limit_is_refused(unpack: Unpack) -> None:
    zeros = bytes(10 * MEGABYTE)

    assert refusal(unpack, zip_file({f"{number}.txt": zeros for number in range(21)})) == TOO_MUCH


def test_bomb_that_declares_little_is_stopped_while_it_unpacks(unpack: Unpack) -> None:
    bomb = zip_of_packed("zeros.txt", deflated_zeros(1024), declared=1_000)
    tracemalloc.start()

    assert unpack(bomb) == [("zeros.txt", "This file is damaged in the zip: pack it again.")]

    assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE
    tracemalloc.stop()


def test_member_over_the_limit_is_refused_and_the_others_go_on(unpack: Unpack) -> None:
    noise = zlib.compress(bytes(range(256))) * 50_000

    assert unpack(zip_file({"a.txt": noise[: 10 * MEGABYTE + 1], "b.txt": b"Second"}, packing=0)) == [
        ("a.txt", TOO_LARGE),
        ("b.txt", b"Second"),
    ]


def test_bytes_of_a_member_are_counted_whatever_it_declares(tmp_path: Path, spool: Path) -> None:
    members = archive_members(save(tmp_path, "upload.zip", zip_file({"a.txt": b"word " * 100})))
    member = replace(next(members), _limits=Limits(file_bytes=499))

    assert _copied(member, spool / "member") == TOO_LARGE.replace("10", "0")


def test_bytes_of_all_members_are_counted_whatever_they_declare(tmp_path: Path, spool: Path) -> None:
    path = save(tmp_path, "upload.zip", zip_file({"a.txt": b"word " * 100}))
    members = archive_members(path, limits=Limits(archive_bytes=999))
    member = next(members)

    assert _copied(member, spool / "member") == b"word " * 100
    assert _copied(member, spool / "member") == TOO_MUCH.replace("200", "0")


@st.composite
def damaged_zips(draw: st.DrawFn) -> bytes:
    """Draw a zip of two members in which some bytes were changed, taken out or put in."""
    packing = draw(st.sampled_from([0, 8]))
    content = bytearray(zip_file({"a.txt": b"First " * 9, "press/b.txt": b"Second"}, packing=packing))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content) - 1))
        content[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(content)


@given(content=damaged_zips())
@settings(deadline=None, max_examples=500)
def test_damaged_zip_gives_whole_members_or_refusals(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    copy = folder / "copy"
    try:
        for member in archive_members(save(folder, "damaged.zip", content)):
            copied = _copied(member, copy)
            assert copied in (b"First " * 9, b"Second") or isinstance(copied, str)
    except Refused:
        pass
