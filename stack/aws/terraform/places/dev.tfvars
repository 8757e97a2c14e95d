# Small, and it may be deleted. What is encrypted, closed and kept apart elsewhere is so here.
place         = "dev"
kept_for_good = false
backup_days   = 1

postgres = {
  each_service   = false
  class          = "db.t4g.medium"
  gigabytes      = 20
  most_gigabytes = 50
}
documents = { each_service = false, class = "db.t4g.medium", instances = 1 }
bus       = { class = "kafka.t3.small", brokers = 3, gigabytes = 20 }
cache     = { class = "cache.t4g.small" }
search    = { class = "t3.small.search", gigabytes = 10 }
nodes     = { class = "m6i.large", fewest = 3, most = 4 }
