-- The lift of the recommender: engagements per impression of the viewers it serves, compared with the holdout's.
--
-- Viewers were assigned at random, not impressions, so the unit is the viewer: the error of each rate is that of a
-- ratio of means over viewers (delta method; Deng, Knoblich and Lu, KDD 2018, https://arxiv.org/abs/1803.06336).
-- Only impressions of logged decisions count, each with its weight where apps report a sample of them. The lift's interval is symmetric on the logarithmic scale.
WITH decided AS (
    SELECT DISTINCT match_id, version, holdout FROM decisions
),
actions AS (
    SELECT DISTINCT interaction_id, holdout, viewer_id, match_id, version, type, coalesce(weight, 1) AS weight
    FROM interactions
),
viewers AS (
    SELECT
        actions.holdout,
        actions.viewer_id,
        CAST(sum(CASE WHEN actions.type = 'impression' THEN actions.weight ELSE 0 END) AS DOUBLE) AS impressions,
        CAST(sum(CASE WHEN actions.type IN ('click', 'conversion') THEN 1 ELSE 0 END) AS DOUBLE) AS engagements
    FROM actions
    INNER JOIN decided
        ON actions.match_id = decided.match_id AND actions.version = decided.version AND actions.holdout = decided.holdout
    GROUP BY actions.holdout, actions.viewer_id
),
arms AS (
    SELECT
        holdout,
        count(*) AS reporting,
        sum(CASE WHEN impressions > 0 THEN 1 ELSE 0 END) AS viewers,
        sum(impressions) AS impressions,
        sum(engagements) AS engagements,
        sum(engagements) / sum(impressions) AS rate,
        avg(impressions) AS mean_impressions,
        var_samp(engagements) AS spread_engagements,
        var_samp(impressions) AS spread_impressions,
        covar_samp(engagements, impressions) AS together
    FROM viewers
    WHERE impressions > 0 OR engagements > 0
    GROUP BY holdout
),
rated AS (
    SELECT
        holdout,
        viewers,
        impressions,
        engagements,
        rate,
        sqrt(
            (spread_engagements - 2 * rate * together + rate * rate * spread_impressions) / reporting
        ) / mean_impressions AS error
    FROM arms
),
compared AS (
    SELECT
        served.viewers AS served_viewers,
        served.impressions AS served_impressions,
        served.rate AS served_rate,
        served.error AS served_error,
        held.viewers AS holdout_viewers,
        held.impressions AS holdout_impressions,
        held.rate AS holdout_rate,
        held.error AS holdout_error,
        ln(served.rate / held.rate) AS log_ratio,
        sqrt(
            served.error * served.error / (served.rate * served.rate)
            + held.error * held.error / (held.rate * held.rate)
        ) AS log_error
    FROM rated AS served
    CROSS JOIN rated AS held
    WHERE NOT served.holdout AND held.holdout AND served.rate > 0 AND held.rate > 0
)
SELECT
    served_viewers,
    served_impressions,
    served_rate,
    served_rate - 1.96 * served_error AS served_low,
    served_rate + 1.96 * served_error AS served_high,
    holdout_viewers,
    holdout_impressions,
    holdout_rate,
    holdout_rate - 1.96 * holdout_error AS holdout_low,
    holdout_rate + 1.96 * holdout_error AS holdout_high,
    exp(log_ratio) - 1 AS lift,
    exp(log_ratio - 1.96 * log_error) - 1 AS lift_low,
    exp(log_ratio + 1.96 * log_error) - 1 AS lift_high
FROM compared
