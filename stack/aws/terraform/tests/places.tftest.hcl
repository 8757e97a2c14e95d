# What a place may be: wrong variables are refused, each with its own validation. Nothing is asked of AWS.
mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mrk-0" }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn      = "arn:aws:eks:eu-central-1:111122223333:cluster/loanflow"
      identity = [{ oidc = [{ issuer = "https://oidc.example/id/0" }] }]
    }
  }
}

variables {
  account_id         = "111122223333"
  place              = "production-eu"
  redis_password     = format("%032d", 0)
  client_authorities = ["arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0"]
  postgres           = { each_service = false, class = "db.m6g.large", gigabytes = 100, most_gigabytes = 200 }
  documents          = { each_service = false, class = "db.r6g.large", instances = 3 }
  bus                = { class = "kafka.m7g.large", brokers = 3, gigabytes = 100 }
  cache              = { class = "cache.t4g.small" }
  search             = { class = "m6g.large.search", gigabytes = 50 }
  nodes              = { class = "m6i.xlarge", fewest = 3, most = 9 }
}

run "a_place_of_the_eu_is_where_its_overlay_says" {
  command = plan

  assert {
    condition     = output.platform["LOANFLOW_SERVER_RESIDENCY"] == "eu-central-1"
    error_message = "Personal data of production-eu stay in eu-central-1."
  }
  assert {
    condition     = alltrue([for key, value in output.platform : value == "eu-central-1" if endswith(key, "_REGION")])
    error_message = "A store of production-eu is in another region than its data may be in."
  }
  assert {
    condition     = join(" ", keys(output.buckets)) == join(" ", keys(local.catalogue.buckets)) && length(distinct(values(output.buckets))) == length(output.buckets)
    error_message = "Each keeper of files has a bucket of its own."
  }
  assert {
    condition     = join(" ", keys(output.postgres_hosts)) == "all"
    error_message = "One server has all databases here."
  }
}

run "it_may_move_within_the_eu" {
  command = plan

  variables {
    region = "eu-west-1"
  }

  assert {
    condition     = output.platform["LOANFLOW_SERVER_RESIDENCY"] == "eu-west-1" && output.platform["LOANFLOW_POSTGRES_REGION"] == "eu-west-1"
    error_message = "After a failover all stores are in the other region."
  }
}

run "each_service_has_a_server_where_the_place_says_so" {
  command = plan

  variables {
    place     = "production"
    postgres  = { each_service = true, class = "db.m6g.large", gigabytes = 100, most_gigabytes = 200 }
    documents = { each_service = true, class = "db.r6g.large", instances = 3 }
  }

  assert {
    condition     = join(" ", keys(output.postgres_hosts)) == join(" ", sort(local.catalogue.databases.postgres)) && join(" ", keys(output.documents_hosts)) == join(" ", sort(local.catalogue.databases.mongo))
    error_message = "A service has no server."
  }
  assert {
    condition     = output.platform["LOANFLOW_SERVER_RESIDENCY"] == "us-east-1"
    error_message = "production is in us-east-1."
  }
}

run "what_is_had_elsewhere_is_not_made" {
  command = plan

  variables {
    parts              = []
    redis_password     = null
    client_authorities = []
  }

  assert {
    condition     = length(setintersection(keys(output.platform), ["LOANFLOW_MONGO_HOST", "LOANFLOW_REDIS_HOST", "LOANFLOW_KAFKA_BOOTSTRAP", "LOANFLOW_SEARCH_URL"])) == 0
    error_message = "A part is made, or named, though it is had elsewhere."
  }
}

run "london_is_not_in_the_eu" {
  command = plan
  variables {
    region = "eu-west-2"
  }
  expect_failures = [var.region]
}

run "zurich_is_not_in_the_eu" {
  command = plan
  variables {
    region = "eu-central-2"
  }
  expect_failures = [var.region]
}

run "a_place_of_the_eu_is_not_in_the_us" {
  command = plan
  variables {
    region = "us-east-1"
  }
  expect_failures = [var.region]
}

run "a_place_of_the_us_is_not_in_the_eu" {
  command = plan
  variables {
    place  = "production"
    region = "eu-central-1"
  }
  expect_failures = [var.region]
}

run "there_is_no_such_place" {
  command = plan
  variables {
    place = "nowhere"
  }
  expect_failures = [var.place]
}

run "no_backup_outlives_an_erasure" {
  command = plan
  variables {
    backup_days = 31
  }
  expect_failures = [var.backup_days]
}

run "stores_of_production_cannot_be_deleted" {
  command = plan
  variables {
    kept_for_good = false
  }
  expect_failures = [var.kept_for_good]
}

run "the_api_of_the_cluster_is_not_for_everybody" {
  command = plan
  variables {
    api_readers = ["0.0.0.0/0"]
  }
  expect_failures = [var.api_readers]
}

run "a_cache_without_a_password_is_refused" {
  command = plan
  variables {
    redis_password = null
  }
  expect_failures = [var.redis_password]
}

run "a_short_password_is_refused" {
  command = plan
  variables {
    redis_password = format("%010d", 0)
  }
  expect_failures = [var.redis_password]
}

run "kafka_without_an_authority_of_its_clients_is_refused" {
  command = plan
  variables {
    client_authorities = []
  }
  expect_failures = [var.client_authorities]
}

run "an_account_that_is_none_is_refused" {
  command = plan
  variables {
    account_id = "1111"
  }
  expect_failures = [var.account_id]
}

run "brokers_are_spread_evenly" {
  command = plan
  variables {
    bus = { class = "kafka.m7g.large", brokers = 4, gigabytes = 100 }
  }
  expect_failures = [var.bus]
}

run "two_zones_are_too_few" {
  command = plan
  variables {
    zones = ["a", "b", "b"]
  }
  expect_failures = [var.zones]
}

run "an_unknown_part_is_refused" {
  command = plan
  variables {
    parts = ["bus", "queue"]
  }
  expect_failures = [var.parts]
}
