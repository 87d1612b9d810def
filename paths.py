"""Where things stand in this repository: for the CDK application, the local tools, tests and benchmarks."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
CATALOGUE_FOLDER = ROOT / "catalogue"
COMPONENTS_FILE = CATALOGUE_FOLDER / "components.json"
CONSTRAINTS_FILE = CATALOGUE_FOLDER / "constraints.json"
CLIENT = ROOT / "client"
CLIENT_BUILD = CLIENT / "dist"
CONTROL_ROOM_BUILD = CLIENT / "control-room" / "dist"
ASSEMBLY = ROOT / "cdk.out"
CACHE = ROOT / ".cache"
BROADCAST_ASSEMBLY = CACHE / "broadcast.out"
"""The assembly of a stage that delivers by broadcast, for tests and benchmarks."""
REPORTS_FOLDER = ROOT / "reports"
SHARED_DATA = ROOT.parent / "shared" / "data"
