"""Posts in files: counts or labelled posts, gzipped or not; what is neither costs one sentence."""

import gzip
from pathlib import Path

import pytest

from local.play.feeds.errors import FeedError
from local.play.replay.social import load_posts

COUNTS = b"when,count\n" + b"".join(b"%d,%d\n" % (1623438000 + number, number) for number in range(1000))
# (workers name a test by its content, so the time of compression must not be part of it)
COMPRESSED = gzip.compress(COUNTS, mtime=0)


@pytest.mark.parametrize(("name", "content"), [("posts.csv", COUNTS), ("posts.csv.gz", COMPRESSED)])
def test_counts_are_summed_in_intervals(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    posts = load_posts(tmp_path / name, "m1")
    assert len(posts) == 100
    assert posts[0].posts is not None
    assert posts[0].posts.count == sum(range(10))


def test_labelled_posts_have_sentiments(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("label,epoch_ms\npositive,1000\nnegative,2000\nneutral,3000\n")
    (signal,) = load_posts(tmp_path / "posts.csv", "m1")
    assert signal.posts is not None
    assert (signal.posts.count, signal.posts.sentiment_sum, signal.posts.sentiment_count) == (3, 0, 3)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "got an empty file"),
        (b"when,count\n1," + b"1" * 140_000 + b"\n", "line 2, field larger than field limit"),
        (b"when,count\n1,1\n1623438000000,3\n", "line 3, epoch seconds: .* got '1623438000000'"),
        (b"when,count\n-5,3\n", "line 2, epoch seconds: .* got '-5'"),
        (b"when,count\n5,-3\n", "line 2, count: .* got '-3'"),
        (b"when,count\n5\n", "line 2, row: expected epoch seconds and a count"),
        (b"label,epoch_ms\npositive,9" + b"9" * 20 + b"\n", "line 2, epoch_ms"),
        (b"label,epoch_ms\nangry,9\n", "line 2, label: expected one of positive"),
        (b"label,epoch_ms\npositive\n", "line 2, epoch_ms: .* got ''"),
        (COMPRESSED[:500], "a damaged gzip file"),
        (COMPRESSED[:5], "a damaged gzip file"),
        (COMPRESSED[:200] + b"xx" + COMPRESSED[202:], "gzip|CRC"),
    ],
)
def test_a_file_that_holds_no_posts_is_named_with_its_line(
    tmp_path: Path, content: bytes, named: str
) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(content)
    with pytest.raises(FeedError, match=named) as refused:
        load_posts(path, "m1")
    assert str(refused.value).startswith(f"{path}: expected a header and rows")
