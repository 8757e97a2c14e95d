"""The faults: what `make faults` plays, in this order."""

import resource

from tests.faults.backlog import backlog
from tests.faults.clocks import moved, summer_time
from tests.faults.disks import full
from tests.faults.dying import held_up, killed_when
from tests.faults.fault import Fault
from tests.faults.processes import (
    SERVICES,
    frozen,
    joining,
    killed,
    relays,
    rolling,
    short_of,
    slowed,
    stopped,
    unread,
)
from tests.faults.proxy import Network
from tests.faults.records import doubled, from_the_beginning, poisoned
from tests.faults.rotations import rotated
from tests.faults.stores import crowded, emptied, locked, storm, wrong
from tests.faults.uploads import store_cut, while_uploading
from tests.faults.versions import old_and_new
from tests.faults.ways import commits_lost, to_broker, to_database, to_redis

BACKLOG_EVENTS = 100_000
_UNREAD_SECONDS = 60.0
# Why nobody is woken for what heals by itself before an alert is told.
_STARTED_AGAIN = "what ends is started again within seconds"
_CALLED_AGAIN = "it is over within seconds, and calls are made again"
_CAUGHT_UP = "it is over within seconds, and what waited is handled"
_MADE_AGAIN = "what it holds is made again"
_SMALL_DISK = "a disk in memory, which DiskNearlyFull leaves out; what stopped is up again within the minute"

FAULTS = {
    "services killed": Fault(killed(*SERVICES, times=8), "EXOD", _STARTED_AGAIN),
    "PostgreSQL killed": Fault(killed("postgres", times=2, pause=4), "EXD", _STARTED_AGAIN),
    "PostgreSQL restarted fast": Fault(stopped("postgres", 0.1), "ED", _CALLED_AGAIN),
    "PostgreSQL away": Fault(stopped("postgres", 5), "ED", alerts=("StoreDown",)),
    "PostgreSQL frozen": Fault(frozen("postgres", seconds=8), "ED", alerts=("StoreDown",)),
    "connections of PostgreSQL taken": Fault(crowded(8), "DL", _CALLED_AGAIN),
    "a table locked, the pool held": Fault(locked(8), "DL", alerts=("LatencyBudgetBurnsFast",)),
    "one application withdrawn by many at once": Fault(storm, "XO", "all but one are refused, as they should be"),
    "MongoDB killed": Fault(killed("mongo", times=2, pause=4), "EX", _STARTED_AGAIN),
    "MongoDB frozen": Fault(frozen("mongo", seconds=12), "EX", alerts=("StoreDown",)),
    "broker killed": Fault(killed("kafka", times=1, pause=4), "EXO", _STARTED_AGAIN),
    "broker away": Fault(stopped("kafka", 45), "EXOL", alerts=("BrokerDown",)),
    "broker frozen": Fault(frozen("kafka", seconds=20), "EXO", alerts=("BrokerDown",)),
    "broker slow": Fault(slowed("kafka", 20), "EXOL", _CAUGHT_UP),
    "a slow way to the broker": Fault(to_broker(Network.SLOW, 6), "EXO", _CAUGHT_UP),
    "half-open sockets to the broker": Fault(to_broker(Network.STALLED, 8), "EXO", _CAUGHT_UP),
    "answers of the broker lost": Fault(to_broker(Network.NO_ANSWERS, 6), "EXO", _CAUGHT_UP),
    "killed between produce and acknowledgement": Fault(
        killed_when("produced", "application"), "EO", "of one process, in milliseconds; another goes on"
    ),
    "killed between acknowledgement and archive": Fault(
        killed_when("acknowledged", "application"), "EXO", "of one process, in milliseconds; another goes on"
    ),
    "killed between commit and offsets": Fault(
        killed_when("handled", "customer"), "XO", "of one process, in milliseconds; another goes on"
    ),
    "killed between commit and offsets, MongoDB": Fault(
        killed_when("handled", "notification"), "XO", "of one process, in milliseconds; another goes on"
    ),
    "a handler beyond max.poll.interval": Fault(
        held_up("overdue", "customer"), "XO", "its partitions go to another member before two minutes are over"
    ),
    "relay past its lease": Fault(frozen("application", seconds=40), "EO", alerts=("ServiceDown",)),
    "two relays of the same shards": Fault(
        relays("application", 10), "EO", "listeners take the second event for what it is"
    ),
    "consumers past their session": Fault(
        frozen("document", "notification", "kyc", "risk", seconds=50), "XO", alerts=("ServiceDown",)
    ),
    "Redis away": Fault(stopped("redis", 10), "DL", alerts=("RedisDown",)),
    "Redis emptied": Fault(emptied, "X", _MADE_AGAIN),
    "Redis wrong": Fault(wrong, "XL", _MADE_AGAIN),
    "Redis frozen": Fault(frozen("redis", seconds=8), "DL", alerts=("RedisDown",)),
    "a slow way to Redis": Fault(to_redis(Network.SLOW, 4), "XL", "calls go on without it"),
    "object store away": Fault(while_uploading(stopped("s3", 10)), "DL", alerts=("StoreDown",)),
    "object store cut off in mid-upload": Fault(store_cut, "D", "that one upload is refused, and made again"),
    "registry away": Fault(stopped("registry", 10), "EL", alerts=("BrokerDown",)),
    "members killed": Fault(killed("customer", times=8, pause=2), "XO", _STARTED_AGAIN),
    "members come and go": Fault(joining("customer", 5), "XO", "others have its partitions at once"),
    "all restarted in turn, no call fails": Fault(rolling, "EXOD", "a deploy", unnoticed=True),
    "an old and a new version at once": Fault(old_and_new, "EXOD", "a deploy", unnoticed=True),
    "certificates, keys and passwords rotated": Fault(rotated, "EXDL", "every day's work", unnoticed=True),
    "no one reads the logs": Fault(
        unread(_UNREAD_SECONDS),
        "L",
        "on one machine each program writes its file by itself",
        most_seconds=_UNREAD_SECONDS / 3,
    ),
    "out of file descriptors": Fault(
        short_of(resource.RLIMIT_NOFILE, ("application", "customer"), 10), "DL", alerts=("FilesShort",)
    ),
    "out of memory": Fault(short_of(resource.RLIMIT_AS, ("application", "notification"), 10), "EXDL", _STARTED_AGAIN),
    "clock two hours ahead, then behind": Fault(
        moved("application", "+2h", "-2h"), "EXOD", "of one process: ClockWrong is told of a machine", refuses=True
    ),
    "clock of a listener two hours off": Fault(
        moved("notification", "-2h", "+2h"), "XO", "of one process: ClockWrong is told of a machine", refuses=True
    ),
    "summer time begins and ends": Fault(summer_time("application"), "EXOD", "every year"),
    "disk full under PostgreSQL": Fault(full("postgres", 10), "EXD", _SMALL_DISK, refuses=True),
    "disk full under the broker": Fault(full("kafka", 10), "EXO", _SMALL_DISK),
    "disk full under the object store": Fault(while_uploading(full("s3", 10)), "D", _SMALL_DISK, refuses=True),
    "COMMIT done, and its answer lost": Fault(commits_lost, "EXD", "of single calls, which are made again"),
    "answers of PostgreSQL lost": Fault(
        to_database(Network.NO_ANSWERS, 2), "EXD", "of single calls, which are made again"
    ),
    "a slow way to PostgreSQL": Fault(to_database(Network.SLOW, 4), "EL", _CALLED_AGAIN),
    "a stalled way to PostgreSQL": Fault(to_database(Network.STALLED, 5), "EL", _CALLED_AGAIN),
    "events twice to five times, shuffled": Fault(doubled, "XO", "listeners take them for what they are"),
    "all topics once more from the beginning": Fault(from_the_beginning, "XM", _CAUGHT_UP),
    "poison in every topic": Fault(poisoned, "XL", alerts=("DeadLettersMany", "DeadLetters"), litters=True),
    "a backlog of a hundred thousand events": Fault(
        backlog(BACKLOG_EVENTS), "OL", alerts=("ServiceDown", "ConsumerBehind"), litters=True
    ),
}
