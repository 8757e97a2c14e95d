# As production-eu, with smaller disks: what is tried here is what goes there.
place = "staging"

postgres = {
  each_service   = false
  class          = "db.m6g.large"
  gigabytes      = 50
  most_gigabytes = 200
}
documents = { each_service = false, class = "db.r6g.large", instances = 2 }
bus       = { class = "kafka.m7g.large", brokers = 3, gigabytes = 50 }
cache     = { class = "cache.t4g.small" }
search    = { class = "m6g.large.search", gigabytes = 20 }
nodes     = { class = "m6i.xlarge", fewest = 3, most = 6 }
