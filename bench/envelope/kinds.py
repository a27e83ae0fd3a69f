"""All kinds of observations: a reader decodes a line to one of them."""

from bench.envelope.busy import BusyEntry
from bench.envelope.capacity import CapacityWindow
from bench.envelope.ceiling import CeilingFound
from bench.envelope.clarity import ClarityEntry
from bench.envelope.client import ClientEntry
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.generators import GeneratorCapacity, GeneratorLatency, GeneratorLoss
from bench.envelope.growth import GrowthSlot
from bench.envelope.history import HistoryAcks, HistorySlot, HistoryWindow
from bench.envelope.images import ImagesEntry
from bench.envelope.locust import LocustRun
from bench.envelope.loss import LossEntry
from bench.envelope.metrics import MetricsScrapes, MetricsSlot
from bench.envelope.network import NetworkEntry
from bench.envelope.observation import Failed
from bench.envelope.planted import PlantedSlot
from bench.envelope.pools import PoolsEntry
from bench.envelope.profile import ProfileEntry
from bench.envelope.rolling import RollingEntry
from bench.envelope.scale import ScaleSlot
from bench.envelope.soak import SoakEntry
from bench.envelope.speed import Slot, Window
from bench.envelope.survival import SurvivalEntry
from bench.envelope.vanished import VanishedEntry
from bench.envelope.writes import WritesEntry

AnyObservation = (
    Slot
    | Window
    | PlantedSlot
    | CeilingFound
    | CapacityWindow
    | SurvivalEntry
    | WritesEntry
    | ConnectionsEntry
    | GrowthSlot
    | BusyEntry
    | ImagesEntry
    | LossEntry
    | LocustRun
    | ClientEntry
    | ClarityEntry
    | ScaleSlot
    | MetricsSlot
    | MetricsScrapes
    | NetworkEntry
    | VanishedEntry
    | PoolsEntry
    | RollingEntry
    | HistorySlot
    | HistoryWindow
    | HistoryAcks
    | SoakEntry
    | ProfileEntry
    | GeneratorLatency
    | GeneratorCapacity
    | GeneratorLoss
    | Failed
)
