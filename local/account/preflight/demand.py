"""What a stage needs of an account's quotas: by its templates, and by the number of viewers expected.

The viewers' part is a model, with one constant for each assumption.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from statistics import fmean

from lambdas.logic import pass_issuer
from local.account.preflight.synthesized_stage import SynthesizedStage

RUSH_SHARE, RUSH_SECONDS = 1 / 3, 300
"""The part of the viewers who arrive in the five minutes around kick-off: each connects and signs in."""
ANSWER_SECONDS = 30
"""Viewers report what they saw within this time, by latency of their pictures and two seconds of the SDK."""
INVOCATIONS_PER_CONNECTION = 3
"""The authorizer, `connect` and `subscribe`."""
INVOCATION_SECONDS = 0.1
CHANNELS = 2
"""Channels to which an app subscribes: its audience's, and its own."""
INVOCATIONS_PER_JOIN = 2 + CHANNELS
"""`issue_pass`, and the authorizer for the connection and for each channel."""
DOCUMENTS = 2
"""Fetches of an app that joins: its audience's document, at once and again some seconds later."""
REFRESH_SECONDS = fmean(pass_issuer.REFRESH_SECONDS)
"""How often an app asks whether its audience's document has changed, on average."""
IMPRESSIONS = 3
"""Of a version, which a viewer reports in one message."""
MAILS_PER_VIEWER = 0.02
"""The part of the viewers who are new on the day of a match; each gets a code by mail."""
LEAST_UNRESERVED = 100
"""Lambda reserves no concurrency that would leave less for all other functions:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
ORCHESTRATION_KPUS = 1
"""An application has one more KPU than its parallelism asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How much of a quota is needed, and for what."""

    quota: str
    value: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The needs of a stage with this many viewers at the same time."""

    stage: SynthesizedStage
    viewers: int

    def needs(self) -> Iterator[Need]:
        """Return each need that is not zero."""
        return (need for need in self._all() if need.value)

    def _all(self) -> Iterator[Need]:
        reserved, unreserved = self._reserved(), self._unreserved()
        yield Need(
            quota="lambda_concurrency",
            value=reserved + max(LEAST_UNRESERVED, unreserved) if reserved else unreserved,
            reason=f"{reserved} reserved, and {unreserved} for what {self.viewers:,} viewers send",
        )
        yield Need(
            quota="gateway_requests",
            value=self._posts() + self._messages(),
            reason=f"{self._posts():,} posts a second by configuration, and {self._messages():,} messages",
        )
        yield Need(
            quota="new_connections",
            value=self._rush() if self._has_sockets() else 0,
            reason=f"a third of {self.viewers:,} viewers in the five minutes around kick-off",
        )
        yield Need(
            quota="channel_connects",
            value=self._setting("issue_pass", "JOINS_PER_SECOND"),
            reason="the apps that may join in a second, by configuration",
        )
        yield Need(
            quota="channel_outbound",
            value=self.viewers if self._has_channels() else 0,
            reason="a message, packed to less than 5 KB, to every viewer within a second",
        )
        yield Need(
            quota="edge_requests",
            value=self._document_reads(),
            reason="the documents of those who join, and of every viewer after a pause",
        )
        yield Need(
            quota="sign_ins",
            value=self._rush() if self._has_own_issuer() else 0,
            reason="each of them signs in or renews a session",
        )
        mails = f"{MAILS_PER_VIEWER:.0%} of {self.viewers:,} viewers sign up on a day, with a code each"
        by_cognito, by_ses = self._mails()
        yield Need(quota="cognito_mails", value=by_cognito, reason=mails)
        yield Need(quota="ses_mails", value=by_ses, reason=mails)
        yield Need(quota="kpus", value=self._kpus(), reason="the parallelism, and one KPU for orchestration")
        yield Need(quota="shards", value=self._shards(), reason="the provisioned shards of the streams")
        yield Need(
            quota="put_events",
            value=self._setting("record_interactions", "EVENT_CALLS_PER_SECOND"),
            reason="the configured rate of calls",
        )
        yield Need(
            quota="recommendations",
            value=self._setting("set_campaign_capacity", "MATCH_TRANSACTIONS_PER_SECOND"),
            reason="the campaign's rate in a match",
        )

    def _rush(self) -> int:
        """Return the viewers who arrive in a second around kick-off, if the stage has a way in for them."""
        has_way_in = self._has_sockets() or self._has_channels()
        return ceil(self.viewers * RUSH_SHARE / RUSH_SECONDS) if has_way_in else 0

    def _has_sockets(self) -> bool:
        """True if viewers are told on connections of API Gateway."""
        return bool(self.stage.variables("subscribe"))

    def _has_channels(self) -> bool:
        """True if viewers are told on channels of AppSync."""
        return bool(self.stage.variables("issue_pass"))

    def _posts(self) -> int:
        return self._setting("dispatch_components", "POSTS_PER_SECOND")

    def _messages(self) -> int:
        """Return the messages in a second: a report of each viewer who was told, and arrivals.

        Posts come at their rate; on channels all viewers are told at once.
        """
        reports = ceil(self.viewers / ANSWER_SECONDS) if self._rush() else 0
        if self._has_sockets():
            return min(self._posts(), reports) + self._rush()
        share = float(self.stage.variables("issue_pass").get("IMPRESSION_SHARE", 0))
        return ceil(reports * reporting_share(share)) + self._rush()

    def _document_reads(self) -> int:
        joins = self._setting("issue_pass", "JOINS_PER_SECOND")
        pauses = self.viewers / REFRESH_SECONDS if self._has_channels() else 0
        return ceil(DOCUMENTS * joins + pauses)

    def _reserved(self) -> int:
        return sum(
            function.get("ReservedConcurrentExecutions", 0)
            for function in self.stage.all_of_type("AWS::Lambda::Function")
        )

    def _unreserved(self) -> int:
        of_arrival = INVOCATIONS_PER_JOIN if self._has_channels() else INVOCATIONS_PER_CONNECTION
        return ceil(INVOCATION_SECONDS * (of_arrival * self._rush() + self._messages()))

    def _kpus(self) -> int:
        return sum(
            parallelism["Parallelism"] + ORCHESTRATION_KPUS
            for application in self.stage.all_of_type("AWS::KinesisAnalyticsV2::Application")
            for parallelism in [
                application["ApplicationConfiguration"]["FlinkApplicationConfiguration"][
                    "ParallelismConfiguration"
                ]
            ]
        )

    def _shards(self) -> int:
        return sum(stream.get("ShardCount", 0) for stream in self.stage.all_of_type("AWS::Kinesis::Stream"))

    def _has_own_issuer(self) -> bool:
        """True if viewers sign in with the stage's user pool: another issuer's address is a literal."""
        return not isinstance(self.stage.variables("authorize_connection").get("TOKEN_ISSUER", ""), str)

    def _mails(self) -> tuple[int, int]:
        """Return the mails of a day of the pool in which viewers sign up: by Cognito itself, and by SES."""
        mails = ceil(self.viewers * MAILS_PER_VIEWER) if self._has_own_issuer() else 0
        for pool in self.stage.all_of_type("AWS::Cognito::UserPool"):
            if not pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
                account = pool.get("EmailConfiguration", {}).get("EmailSendingAccount")
                return (0, mails) if account == "DEVELOPER" else (mails, 0)
        return 0, 0

    def _setting(self, module: str, variable: str) -> int:
        return int(self.stage.variables(module).get(variable, 0))


def reporting_share(impression_share: float) -> float:
    """Return the part of the viewers on channels who have an impression of a version to report."""
    return 1 - (1 - impression_share) ** IMPRESSIONS
