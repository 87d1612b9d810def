"""The synthesized assembly with the rate of the campaign of production, for a twin of development."""

import os
import re
import shutil
from pathlib import Path

from local.twin.provision.synthesis import ensure_assembly
from stacks.config import stage_config

_RATE = re.compile(r'("CAMPAIGN_TRANSACTIONS_PER_SECOND": )"\d+"')


def assembly_at_production_rate(folder: Path) -> Path:
    """Write the assembly to a folder; its assets are links."""
    source, target = ensure_assembly(), folder / "cdk.out"
    shutil.copytree(source, target, copy_function=os.symlink, ignore=shutil.ignore_patterns("asset.*"))
    for asset in source.glob("asset.*"):
        (target / asset.name).symlink_to(asset.resolve())
    rate = stage_config("production").personalize.match_transactions_per_second
    for link in target.rglob("*.template.json"):
        template, found = _RATE.subn(rf'\g<1>"{rate}"', link.read_text())
        if found:
            link.unlink()
            link.write_text(template)
    return target
