"""Draw the architecture picture: `python -m docs.architecture` writes `docs/architecture.svg`."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 1336, 836
COLUMNS = (130, 345, 560, 775, 990, 1205)
DETECTION_Y, DISPATCH_Y, DATA_Y, TRAINING_Y, TRACKER_Y = 129, 330, 480, 600, 706
TARGET = Path(__file__).with_name("architecture.svg")

PALETTE = {
    "page": ("#ffffff", "#0d1117"),
    "rim": ("#d1d9e0", "#3d444d"),
    "panel": ("#f6f8fa", "#161b22"),
    "ink": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#a5b0bb"),
    "line": ("#8c959f", "#6e7681"),
    "goal": ("#1a7f37", "#3fb950"),
    "outside": ("#6e7781", "#8b949e"),
    "data": ("#0e7490", "#22b8cf"),
    "analytics": ("#7c3aed", "#a78bfa"),
    "delivery": ("#c2410c", "#fb923c"),
    "personalize": ("#be185d", "#f472b6"),
    "training": ("#a16207", "#e3b341"),
    "operations": ("#475569", "#94a3b8"),
    "privacy": ("#1d4ed8", "#7aa2ff"),
    "grass": ("#d7f0dc", "#12351d"),
}
"""Each colour in the light and the dark theme."""
STACKS = {
    "data": "DataStack",
    "analytics": "AnalyticsStack",
    "delivery": "DeliveryStack",
    "personalize": "Personalize- and CampaignStack",
    "training": "TrainingStack",
    "operations": "OperationsStack",
    "privacy": "PrivacyStack",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of the system; `step` is its number on the path of the goal."""

    x: int
    y: int
    title: str
    lines: tuple[str, ...] = ()
    stack: str
    step: int | None = None
    height: int = 62
    width: int = 166


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """An arrow between parts; `goal` draws it strong, and its label is centred on `label_at`."""

    path: str
    goal: bool = False
    label: str = ""
    label_at: tuple[int, int] = (0, 0)


C0, C1, C2, C3, C4, C5 = COLUMNS
NODES = (
    Node(x=C0, y=112, height=34, title="Sports feed", stack="outside"),
    Node(x=C0, y=162, height=34, title="Social posts", stack="outside"),
    Node(x=C0, y=212, height=34, title="Broadcast frames", stack="outside"),
    Node(
        x=C1,
        y=112,
        height=44,
        title="ingest_feed",
        lines=("checks the signature",),
        stack="analytics",
        step=1,
    ),
    Node(x=C1, y=162, height=44, title="crowd source", lines=("counts by match",), stack="analytics"),
    Node(x=C1, y=212, height=44, title="analyse_media", lines=("picture and speech",), stack="analytics"),
    Node(x=C2, y=162, height=144, title="signals", lines=("Kinesis stream,", "keyed by match"), stack="data"),
    Node(
        x=C3, y=DETECTION_Y, title="Flink application", lines=("rules, anomalies",), stack="analytics", step=2
    ),
    Node(x=C4, y=DETECTION_Y, title="moments", lines=("SNS topic",), stack="analytics"),
    Node(x=C5, y=DETECTION_Y, title="build_context", lines=("conditional merge",), stack="delivery", step=3),
    Node(x=C5, y=DISPATCH_Y, title="matches", lines=("table: context n+1",), stack="data"),
    Node(x=C4, y=DISPATCH_Y, title="plan_dispatch", lines=("sends missed tasks",), stack="delivery", step=4),
    Node(
        x=C3,
        y=DISPATCH_Y,
        title="dispatch_components",
        lines=("one call per cohort",),
        stack="delivery",
        step=5,
    ),
    Node(x=C2, y=DISPATCH_Y, title="WebSocket API", lines=("authorized by token",), stack="delivery"),
    Node(x=C1, y=DATA_Y, title="interact", lines=("seen, clicked, dismissed",), stack="delivery", step=7),
    Node(x=C2, y=DATA_Y, title="connections", lines=("by match and shard",), stack="data"),
    Node(x=C3, y=DATA_Y, title="components", lines=("and constraints, as data",), stack="data"),
    Node(x=C4, y=DATA_Y, title="campaign", lines=("Amazon Personalize",), stack="personalize"),
    Node(x=C1, y=TRAINING_Y, title="interactions", lines=("Kinesis stream",), stack="data"),
    Node(x=C2, y=TRAINING_Y, title="raw clickstream", lines=("S3 bucket",), stack="data"),
    Node(x=C3, y=TRAINING_Y, title="Glue jobs", lines=("three datasets",), stack="training", step=8),
    Node(x=C4, y=TRAINING_Y, title="state machine", lines=("imports and trains",), stack="training"),
    Node(x=C1, y=TRACKER_Y, title="record_interactions", lines=("batch by session",), stack="delivery"),
    Node(x=C4, y=TRACKER_Y, title="event tracker", lines=("Amazon Personalize",), stack="personalize"),
    Node(x=C5, y=DATA_Y, title="prepare_screens", lines=("ranks calm screens",), stack="delivery"),
    Node(
        x=C5 + 6,
        y=591,
        height=120,
        width=154,
        title="Operations",
        lines=("dashboards", "alarms", "kick-off capacity", "budget"),
        stack="operations",
    ),
    Node(
        x=C5 + 6,
        y=700,
        height=74,
        width=154,
        title="Privacy",
        lines=("erases and exports", "a viewer's data"),
        stack="privacy",
    ),
)
ARROWS = (
    Arrow(path="M213 112 H260", goal=True),
    Arrow(path="M213 162 H260"),
    Arrow(path="M213 212 H260"),
    Arrow(path="M428 112 H475", goal=True),
    Arrow(path="M428 162 H475"),
    Arrow(path="M428 212 H475"),
    Arrow(path=f"M643 {DETECTION_Y} H690", goal=True),
    Arrow(path=f"M858 {DETECTION_Y} H905", goal=True),
    Arrow(path=f"M1073 {DETECTION_Y} H1120", goal=True, label="SQS", label_at=(1096, DETECTION_Y - 11)),
    Arrow(path=f"M{C5} 160 V297", goal=True, label="conditional write", label_at=(C5 - 54, 234)),
    Arrow(
        path=f"M{C5 - 60} 160 V200 H{C3} V297",
        goal=True,
        label="SQS: tasks for all shards",
        label_at=(C4, 192),
    ),
    Arrow(path=f"M1122 {DISPATCH_Y} H1075", label="stream", label_at=(1098, DISPATCH_Y - 11)),
    Arrow(path=f"M907 {DISPATCH_Y} H860", label="SQS", label_at=(884, DISPATCH_Y - 11)),
    Arrow(path=f"M692 {DISPATCH_Y} H645", goal=True, label="posts", label_at=(669, DISPATCH_Y - 11)),
    Arrow(
        path=f"M477 {DISPATCH_Y - 12} H326", goal=True, label="components", label_at=(403, DISPATCH_Y - 22)
    ),
    Arrow(path=f"M325 {DISPATCH_Y + 14} H475", label="interact", label_at=(400, DISPATCH_Y + 30)),
    Arrow(path=f"M{C2} 361 V447"),
    Arrow(path=f"M{C2 - 46} 361 V405 H{C1} V447"),
    Arrow(path=f"M{C3} 361 V447", goal=True),
    Arrow(path=f"M{C3 - 46} 361 V405 H{C2 + 46} V447", goal=True),
    Arrow(path=f"M{C3 + 46} 361 V405 H{C4} V447", goal=True, label="getComponents", label_at=(C3 + 132, 397)),
    Arrow(
        path=f"M{C3 + 68} 361 V382 H{C5} V447",
        label="SQS: calm screens",
        label_at=(C5 - 107, 374),
    ),
    Arrow(path=f"M1122 {DATA_Y - 14} H1075"),
    Arrow(path=f"M{C1} 511 V567"),
    Arrow(path=f"M428 {TRAINING_Y} H475", label="Firehose", label_at=(452, TRAINING_Y - 11)),
    Arrow(path=f"M643 {TRAINING_Y} H690"),
    Arrow(path=f"M858 {TRAINING_Y} H905"),
    Arrow(path=f"M{C4} 569 V513", label="new version", label_at=(C4 - 42, 545)),
    Arrow(path=f"M{C1} 631 V673"),
    Arrow(
        path=f"M428 {TRACKER_Y} H905",
        label="PutEvents: a click counts within seconds",
        label_at=(665, TRACKER_Y - 11),
    ),
    Arrow(path=f"M1073 {TRACKER_Y} H1097 V{DATA_Y} H1075"),
)
STEPS = (
    "the feed posts the goal",
    "rules find the Moment",
    "a new context version",
    "tasks for all shards",
    "placements for each cohort",
    "shown at the right picture",
    "interactions come back",
    "the next training uses them",
)


def render() -> str:
    """Return the picture as SVG, which follows the reader's light or dark theme."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="title description" font-family="system-ui, \'Segoe UI\', Helvetica, Arial, '
        f"'Liberation Sans', sans-serif\">",
        '<title id="title">Touchline: the path of one goal</title>',
        '<desc id="description">From a sports feed through signals, moments, the context of a match and the '
        "dispatch to the screens, and back as interactions that train the recommender.</desc>",
        f"<style>{_style()}</style>",
        f"<defs>{_marker('goal')}{_marker('line')}</defs>",
        f'<rect class="page" x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="14"/>',
        '<text class="headline" x="46" y="50">The path of one goal</text>',
        '<text class="note" x="46" y="73">from the feed to the screen, and back as training data</text>',
        *(_arrow(arrow) for arrow in ARROWS),
        *(_node(node) for node in NODES),
        _screen(),
        *(_step(number, words) for number, words in enumerate(STEPS, start=1)),
        _legend(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _style() -> str:
    rules = (
        ".headline{font-size:25px;font-weight:700}.title{font-size:14.5px;font-weight:600}"
        ".note{font-size:12.5px}.label{font-size:11.5px;text-anchor:middle}.middle{text-anchor:middle}"
        ".number{font-size:13px;font-weight:700;text-anchor:middle}.arrow{fill:none;stroke-width:1.6}"
        ".strong{stroke-width:3}"
    )
    return rules + _colours(0) + f"@media (prefers-color-scheme:dark){{{_colours(1)}}}"


def _colours(theme: int) -> str:
    palette = {name: colours[theme] for name, colours in PALETTE.items()}
    named = "".join(
        f".fill-{name}{{fill:{colour}}}.stroke-{name}{{stroke:{colour}}}"
        for name, colour in palette.items()
        if name not in ("page", "rim", "panel", "ink", "muted")
    )
    return (
        f".page{{fill:{palette['page']};stroke:{palette['rim']}}}"
        f".panel{{fill:{palette['panel']};stroke:{palette['rim']}}}"
        f".headline,.title{{fill:{palette['ink']}}}.note,.label{{fill:{palette['muted']}}}"
        f".label{{paint-order:stroke;stroke:{palette['page']};stroke-width:4px}}"
        f".number{{fill:{palette['page']}}}" + named
    )


def _marker(colour: str) -> str:
    return (
        f'<marker id="{colour}" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="11" markerHeight="11" '
        f'markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="fill-{colour}" d="M0 0 L10 5 L0 10 z"/></marker>'
    )


def _arrow(arrow: Arrow) -> str:
    colour = "goal" if arrow.goal else "line"
    weight = " strong" if arrow.goal else ""
    drawn = f'<path class="arrow{weight} stroke-{colour}" d="{arrow.path}" marker-end="url(#{colour})"/>'
    if arrow.label:
        x, y = arrow.label_at
        drawn += f'<text class="label" x="{x}" y="{y}">{escape(arrow.label)}</text>'
    return drawn


def _node(node: Node) -> str:
    left, top = node.x - node.width // 2, node.y - node.height // 2
    first = node.y + 5 - 9 * len(node.lines)
    drawn = [
        f'<rect class="panel" x="{left}" y="{top}" width="{node.width}" height="{node.height}" rx="7"/>',
        f'<rect class="fill-{node.stack}" x="{left}" y="{top}" width="5" height="{node.height}" rx="2.5"/>',
        f'<text class="title middle" x="{node.x + 2}" y="{first}">{escape(node.title)}</text>',
    ]
    for index, line in enumerate(node.lines, start=1):
        drawn.append(
            f'<text class="note middle" x="{node.x + 2}" y="{first + 18 * index}">{escape(line)}</text>'
        )
    if node.step is not None:
        drawn.append(_badge(left + 20, top, node.step))
    return "".join(drawn)


def _step(number: int, words: str) -> str:
    y = 462 + 35 * (number - 1)
    return f'{_badge(60, y, number)}<text class="note" x="80" y="{y + 4}">{escape(words)}</text>'


def _badge(x: int, y: int, step: int) -> str:
    return (
        f'<circle class="fill-goal" cx="{x}" cy="{y}" r="12"/>'
        f'<text class="number" x="{x}" y="{y + 4.5}">{step}</text>'
    )


def _screen() -> str:
    """Draw the viewer's screen with a placement in each of the four slots."""
    left, top = 47, 250
    slots = (
        (left + 20, top + 18, 84, 34, "overlay"),
        (left + 184, top + 14, 76, 92, "side panel"),
        (left + 20, top + 66, 146, 26, "lower third"),
        (left + 14, top + 116, 246, 20, "ticker"),
    )
    drawn = [
        f'<rect class="panel" x="{left}" y="{top}" width="276" height="160" rx="12"/>',
        f'<rect class="fill-grass" x="{left + 8}" y="{top + 8}" width="260" height="134" rx="6"/>',
        f'<path class="arrow stroke-goal" opacity=".45" d="M{left + 138} {top + 8} v134"/>',
        f'<circle class="arrow stroke-goal" opacity=".45" cx="{left + 138}" cy="{top + 75}" r="30"/>',
    ]
    for x, y, width, height, name in slots:
        drawn.append(
            f'<rect class="panel" x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>'
            f'<text class="note middle" x="{x + width // 2}" y="{y + height // 2 + 4}">{name}</text>'
        )
    drawn.append(
        f'<text class="note middle" x="{left + 138}" y="{top + 155}">'
        "the viewer's app, in step with its picture</text>"
    )
    drawn.append(_badge(left + 20, top, 6))
    return "".join(drawn)


def _legend() -> str:
    y = HEIGHT - 38
    drawn = [f'<path class="arrow strong stroke-goal" d="M46 {y - 4} h34" marker-end="url(#goal)"/>']
    drawn.append(f'<text class="note" x="92" y="{y}">the goal, to the screen</text>')
    x = 280
    for stack, name in STACKS.items():
        drawn.append(f'<rect class="fill-{stack}" x="{x}" y="{y - 11}" width="13" height="13" rx="3"/>')
        drawn.append(f'<text class="note" x="{x + 20}" y="{y}">{name}</text>')
        x += 36 + round(6.9 * len(name))
    return "".join(drawn)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
