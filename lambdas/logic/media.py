"""Analyses samples of the broadcast: each analyser's observations become signals."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.broadcast.sample import Sample, Sampling, parse_sample_key
from domain.errors import AnalyserBusyError, AnalyserRefusedError, InvalidFieldError, UnreadableSampleError
from domain.metrics import Metric
from lambdas.logic.errors import AnalysisIncompleteError
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.ports.broadcast import Analyser
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAnalysis:
    """Runs the analysers that are due for a sample; one failing analyser does not stop the others."""

    analysers: Sequence[Analyser]
    sampling: Sampling
    observations: ObservationWriter
    dead_letters: DeadLetters
    telemetry: Telemetry

    def analyse_sample(self, bucket: str, key: str) -> int:
        """Analyse the sample of this key; return the number of signals written.

        An unreadable sample goes to the dead-letter queue. Raises AnalysisIncompleteError if a service was
        busy: the sample is delivered again, and signals written before are written again with the same ids.
        """
        try:
            sample = parse_sample_key(bucket, key, self.sampling)
        except InvalidFieldError as error:
            return self._reject(key, str(error), error.field)
        interval = self.sampling.seconds_of(sample.kind)
        written, busy = 0, []
        for analyser in self.analysers:
            if analyser.kind is not sample.kind or not sample.is_due(analyser.every_seconds, interval):
                continue
            try:
                written += self._run_analyser(analyser, sample)
            except UnreadableSampleError as error:
                return written + self._reject(key, str(error), "body")
            except AnalyserBusyError as error:
                busy.append(f"{analyser.name}: {error}")
        if busy:
            raise AnalysisIncompleteError(key, busy)
        return written

    def _run_analyser(self, analyser: Analyser, sample: Sample) -> int:
        try:
            return self.observations.write(sample, analyser.analyse(sample))
        except AnalyserRefusedError as error:
            self.telemetry.count(Metric.ANALYSER_REFUSED)
            self.telemetry.warning("service refused the analyser", analyser=analyser.name, reason=str(error))
            return 0

    def _reject(self, key: str, reason: str, field: str) -> int:
        self.telemetry.count(Metric.REJECTED)
        self.dead_letters.put_dead_letter(source="media", reason=reason, field=field, payload=key)
        return 0
