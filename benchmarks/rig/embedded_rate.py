"""The rate of the embedded engine, from the stream to the topic."""

import threading
import time
from collections.abc import Sequence

from benchmarks.rig.flink_rig import flink_rig
from domain.detection.outcome import Verdict
from domain.signal import Signal
from flink_app.counters import signals_counter
from flink_app.settings import APPLICATION_GROUP, Settings
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner

POLL_SECONDS = 0.01


def embedded_rate(signals: Sequence[Signal]) -> tuple[float, float]:
    """Return signals per second of the engine's processor time, and of wall time.

    Reading the stream, publishing and dead letters are included, as they are in Flink's figure. The server
    runs on the same cores.
    """
    with flink_rig() as rig:
        rig.put_signals(signals)
        kinesis, sns, sqs = (rig.client(name) for name in ("kinesis", "sns", "sqs"))
        runner = EmbeddedRunner(kinesis, sns, sqs, Settings.from_groups({APPLICATION_GROUP: rig.properties}))
        stop = threading.Event()
        engine = threading.Thread(target=runner.run, args=(stop,), name="embedded engine")
        accepted = signals_counter(Verdict.ACCEPTED)
        began, used = time.monotonic(), time.process_time()
        engine.start()
        try:
            while runner.counts[accepted] < len(signals):
                if not engine.is_alive():
                    raise ChildProcessError(f"the engine ended after {runner.counts}")
                time.sleep(POLL_SECONDS)
            took, took_of_processor = time.monotonic() - began, time.process_time() - used
        finally:
            stop.set()
            engine.join()
    return len(signals) / took_of_processor, len(signals) / took
