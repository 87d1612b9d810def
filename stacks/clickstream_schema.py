"""The columns of the tables `interactions` and `decisions`, in the order in which records are written."""

from aws_cdk import aws_glue as glue

STRING, INTEGER, DOUBLE, BOOLEAN = (
    glue.Schema.STRING,
    glue.Schema.INTEGER,
    glue.Schema.DOUBLE,
    glue.Schema.BOOLEAN,
)
STRINGS = glue.Schema.array(STRING)
STRING_MAP = glue.Schema.map(STRING, STRING)
PLACEMENTS = glue.Schema.array(
    glue.Schema.struct(
        [
            glue.Column(name="slot", type=STRING),
            glue.Column(name="component_id", type=STRING),
            glue.Column(name="rank", type=INTEGER),
            glue.Column(name="propensity", type=DOUBLE),
            glue.Column(name="pool", type=STRINGS),
        ]
    )
)
INTERACTIONS: dict[str, glue.Type] = {
    **dict.fromkeys(("interaction_id", "match_id", "viewer_id", "cohort", "session_id", "type"), STRING),
    **dict.fromkeys(("component_id", "slot"), STRING),
    "version": INTEGER,
    **dict.fromkeys(("occurred_at", "recommendation_id"), STRING),
    "value": DOUBLE,
    "impression": STRINGS,
    "columns": STRING_MAP,
    "holdout": BOOLEAN,
    "received_at": STRING,
    "weight": DOUBLE,
}
DECISIONS: dict[str, glue.Type] = {
    **dict.fromkeys(("decided_at", "match_id"), STRING),
    "version": INTEGER,
    "moment_id": STRING,
    "columns": STRING_MAP,
    **dict.fromkeys(("cohort", "viewer_id"), STRING),
    "viewers": INTEGER,
    "holdout": BOOLEAN,
    **dict.fromkeys(("rung", "recommendation_id"), STRING),
    "candidates": STRINGS,
    "placements": PLACEMENTS,
    "refused": STRING_MAP,
}
