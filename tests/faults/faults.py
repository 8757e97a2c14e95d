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

FAULTS = {
    "services killed": Fault(killed(*SERVICES, times=8), "EXOD"),
    "PostgreSQL killed": Fault(killed("postgres", times=2, pause=4), "EXD"),
    "PostgreSQL restarted fast": Fault(stopped("postgres", 0.1), "ED"),
    "PostgreSQL away": Fault(stopped("postgres", 5), "ED"),
    "PostgreSQL frozen": Fault(frozen("postgres", seconds=8), "ED"),
    "connections of PostgreSQL taken": Fault(crowded(8), "DL"),
    "a table locked, the pool held": Fault(locked(8), "DL"),
    "one application withdrawn by many at once": Fault(storm, "XO"),
    "MongoDB killed": Fault(killed("mongo", times=2, pause=4), "EX"),
    "MongoDB frozen": Fault(frozen("mongo", seconds=12), "EX"),
    "broker killed": Fault(killed("kafka", times=1, pause=4), "EXO"),
    "broker away": Fault(stopped("kafka", 45), "EXOL"),
    "broker frozen": Fault(frozen("kafka", seconds=20), "EXO"),
    "broker slow": Fault(slowed("kafka", 20), "EXOL"),
    "a slow way to the broker": Fault(to_broker(Network.SLOW, 6), "EXO"),
    "half-open sockets to the broker": Fault(to_broker(Network.STALLED, 8), "EXO"),
    "answers of the broker lost": Fault(to_broker(Network.NO_ANSWERS, 6), "EXO"),
    "killed between produce and acknowledgement": Fault(killed_when("produced", "application"), "EO"),
    "killed between acknowledgement and archive": Fault(killed_when("acknowledged", "application"), "EXO"),
    "killed between commit and offsets": Fault(killed_when("handled", "customer"), "XO"),
    "killed between commit and offsets, MongoDB": Fault(killed_when("handled", "notification"), "XO"),
    "a handler beyond max.poll.interval": Fault(held_up("overdue", "customer"), "XO"),
    "relay past its lease": Fault(frozen("application", seconds=40), "EO"),
    "two relays of the same shards": Fault(relays("application", 10), "EO"),
    "consumers past their session": Fault(frozen("document", "notification", "kyc", "risk", seconds=50), "XO"),
    "Redis away": Fault(stopped("redis", 10), "DL"),
    "Redis emptied": Fault(emptied, "X"),
    "Redis wrong": Fault(wrong, "XL"),
    "Redis frozen": Fault(frozen("redis", seconds=8), "DL"),
    "a slow way to Redis": Fault(to_redis(Network.SLOW, 4), "XL"),
    "object store away": Fault(while_uploading(stopped("s3", 10)), "DL"),
    "object store cut off in mid-upload": Fault(store_cut, "D"),
    "registry away": Fault(stopped("registry", 10), "EL"),
    "members killed": Fault(killed("customer", times=8, pause=2), "XO"),
    "members come and go": Fault(joining("customer", 5), "XO"),
    "all restarted in turn, no call fails": Fault(rolling, "EXOD", unnoticed=True),
    "an old and a new version at once": Fault(old_and_new, "EXOD", unnoticed=True),
    "certificates, keys and passwords rotated": Fault(rotated, "EXDL", unnoticed=True),
    "no one reads the logs": Fault(unread(_UNREAD_SECONDS), "L", most_seconds=_UNREAD_SECONDS / 3),
    "out of file descriptors": Fault(short_of(resource.RLIMIT_NOFILE, ("application", "customer"), 10), "DL"),
    "out of memory": Fault(short_of(resource.RLIMIT_AS, ("application", "notification"), 10), "EXDL"),
    "clock two hours ahead, then behind": Fault(moved("application", "+2h", "-2h"), "EXOD", refuses=True),
    "clock of a listener two hours off": Fault(moved("notification", "-2h", "+2h"), "XO", refuses=True),
    "summer time begins and ends": Fault(summer_time("application"), "EXOD"),
    "disk full under PostgreSQL": Fault(full("postgres", 10), "EXD", refuses=True),
    "disk full under the broker": Fault(full("kafka", 10), "EXO"),
    "disk full under the object store": Fault(while_uploading(full("s3", 10)), "D", refuses=True),
    "COMMIT done, and its answer lost": Fault(commits_lost, "EXD"),
    "answers of PostgreSQL lost": Fault(to_database(Network.NO_ANSWERS, 2), "EXD"),
    "a slow way to PostgreSQL": Fault(to_database(Network.SLOW, 4), "EL"),
    "a stalled way to PostgreSQL": Fault(to_database(Network.STALLED, 5), "EL"),
    "events twice to five times, shuffled": Fault(doubled, "XO"),
    "all topics once more from the beginning": Fault(from_the_beginning, "XM"),
    "poison in every topic": Fault(poisoned, "XL", litters=True),
    "a backlog of a hundred thousand events": Fault(backlog(BACKLOG_EVENTS), "OL", litters=True),
}
