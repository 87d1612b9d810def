"""The embedded engine at full speed: from the stream to the topic, on the twin's own Kinesis and SNS."""

import threading
import time
from collections.abc import Sequence

from benchmarks.rig.flink_stage import flink_stage
from domain.signal import Signal
from local.embedded_settings import EmbeddedSettings
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner

LOOK_SECONDS = 0.01


def embedded_rate(signals: Sequence[Signal]) -> tuple[float, float]:
    """Signals per second of the engine's processor time, and of wall time with the server on the same cores.

    Reading the stream, publishing and keeping are included, as they are in Flink's figure.
    """
    with flink_stage() as stage:
        stage.put_signals(signals)
        kinesis, sns, sqs = (stage.client(name) for name in ("kinesis", "sns", "sqs"))
        runner = EmbeddedRunner(kinesis, sns, sqs, EmbeddedSettings.from_properties(stage.properties))
        stop = threading.Event()
        engine = threading.Thread(target=runner.run, args=(stop,), name="embedded engine")
        began, used = time.monotonic(), time.process_time()
        engine.start()
        try:
            while runner.counts["accepted"] < len(signals):
                if not engine.is_alive():
                    raise ChildProcessError(f"the engine ended after {runner.counts}")
                time.sleep(LOOK_SECONDS)
            took, took_of_processor = time.monotonic() - began, time.process_time() - used
        finally:
            stop.set()
            engine.join()
    return len(signals) / took_of_processor, len(signals) / took
