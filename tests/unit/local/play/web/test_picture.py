"""The demo's picture shows what it is given."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.match import Score, Side
from local.play.web.clock import FrameContent
from local.play.web.picture import HEIGHT, WIDTH, draw
from local.play.web.play import Play, Shot, Touch

CONTENT = FrameContent(programme_time=datetime(2021, 6, 11, tzinfo=UTC), clock="90+3:03", score=Score())


def test_a_picture_has_the_size_of_the_stream() -> None:
    frame = draw(CONTENT)
    assert frame.shape == (HEIGHT, WIDTH, 3)
    assert len(frame.tobytes()) == HEIGHT * WIDTH * 3


def test_clock_score_players_and_goals_change_the_picture() -> None:
    touch = Touch(side=Side.AWAY, player="Yusuf Yazıcı", at=(0.3, 0.3))
    shot = Shot(side=Side.AWAY, origin=(0.3, 0.3), end=(-0.015, 0.5), is_goal=True)
    plays = (Play(touches=(touch,)), Play(touches=(touch,), shot=shot), Play(ball=(0.1, 0.1)))
    others = [
        replace(CONTENT, clock="90+3:04"),
        replace(CONTENT, score=Score(home=1, away=0)),
        *(replace(CONTENT, play=play) for play in plays),
    ]
    frames = {draw(content).tobytes() for content in (CONTENT, *others)}
    assert len(frames) == 1 + len(others)
