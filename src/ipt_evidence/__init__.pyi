from ipt_evidence.analysis.loading import EvidenceTables as EvidenceTables
from ipt_evidence.analysis.loading import load as load

ROOMS: tuple[str, ...]
FLOORS: tuple[str, ...]
DOORS: tuple[str, ...]
