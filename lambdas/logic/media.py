"""Looking at samples of the broadcast: each analyser says what it found, as signals."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.broadcast.sample import Sample, Sampling, parse_sample_key
from domain.errors import AnalyserBusyError, AnalyserRefusedError, InvalidFieldError, UnreadableSampleError
from domain.metrics import Metric
from lambdas.logic.errors import AnalysisIncompleteError
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.ports import Analyser, DeadLetters, Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAnalysis:
    """Passes each sample to the analysers that are due; what one cannot do keeps none of the others."""

    analysers: Sequence[Analyser]
    sampling: Sampling
    observations: ObservationWriter
    dead_letters: DeadLetters
    telemetry: Telemetry

    def analyse_sample(self, bucket: str, key: str) -> int:
        """Analyse the sample of that name; how many signals were found.

        A sample that nobody can read is set aside with the reason. Raises AnalysisIncompleteError when a
        service was busy: the sample comes again, and what was found is found again under the same ids.
        """
        try:
            sample = parse_sample_key(bucket, key, self.sampling)
        except InvalidFieldError as error:
            return self._set_aside(key, str(error), error.field)
        interval = self.sampling.seconds_of(sample.kind)
        found, busy = 0, []
        for analyser in self.analysers:
            if analyser.kind is not sample.kind or not sample.is_due(analyser.every_seconds, interval):
                continue
            try:
                found += self._look_with(analyser, sample)
            except UnreadableSampleError as error:
                return found + self._set_aside(key, str(error), "body")
            except AnalyserBusyError as error:
                busy.append(f"{analyser.name}: {error}")
        if busy:
            raise AnalysisIncompleteError(key, busy)
        return found

    def _look_with(self, analyser: Analyser, sample: Sample) -> int:
        try:
            return self.observations.write(sample, analyser.analyse(sample))
        except AnalyserRefusedError as error:
            self.telemetry.count(Metric.ANALYSER_REFUSED)
            self.telemetry.warn("an analyser is of no use", analyser=analyser.name, reason=str(error))
            return 0

    def _set_aside(self, key: str, reason: str, field: str) -> int:
        self.telemetry.count(Metric.REJECTED)
        self.dead_letters.put_dead_letter(source="media", reason=reason, field=field, payload=key)
        return 0
