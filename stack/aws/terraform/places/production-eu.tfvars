# Ten thousand applications a day: one server of PostgreSQL has the databases of all services.
place = "production-eu"

postgres = {
  each_service   = false
  class          = "db.m6g.large"
  gigabytes      = 400
  most_gigabytes = 4000
}
documents = { each_service = false, class = "db.r6g.large", instances = 3 }
bus       = { class = "kafka.m7g.large", brokers = 3, gigabytes = 250 }
cache     = { class = "cache.t4g.small" }
search    = { class = "m6g.large.search", gigabytes = 50 }
nodes     = { class = "m6i.xlarge", fewest = 3, most = 9 }
