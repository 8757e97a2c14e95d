# A million applications a day, as docs/capacity.md works them out: each service has a server of its own.
place = "production"

postgres = {
  each_service   = true
  class          = "db.m6g.4xlarge"
  gigabytes      = 1000
  most_gigabytes = 16000
}
documents = { each_service = true, class = "db.r6g.12xlarge", instances = 3 }
bus       = { class = "kafka.m7g.12xlarge", brokers = 9, gigabytes = 8000 }
cache     = { class = "cache.m7g.large" }
search    = { class = "r6g.xlarge.search", gigabytes = 500 }
nodes     = { class = "m6i.4xlarge", fewest = 18, most = 45 }
