# Stores: encrypted at rest by a key of ours and on the way, in several zones, closed, and not to be deleted.
mock_provider "aws" {}

variables {
  name          = "loanflow-test"
  account_id    = "111122223333"
  region        = "eu-central-1"
  vpc_id        = "vpc-0"
  subnet_ids    = ["subnet-0", "subnet-1", "subnet-2"]
  zones         = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  clients       = ["10.40.0.0/20", "10.40.16.0/20", "10.40.32.0/20"]
  backup_days   = 14
  kept_for_good = true
  key_arn       = "arn:aws:kms:eu-central-1:111122223333:key/store"
  logs_key_arn  = "arn:aws:kms:eu-central-1:111122223333:key/logs"
}

run "postgres" {
  command = plan
  module {
    source = "./modules/postgres"
  }
  variables {
    size           = { each_service = false, class = "db.m6g.large", gigabytes = 100, most_gigabytes = 200 }
    master_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/secrets"
  }
  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.key_arn
    error_message = "PostgreSQL is not encrypted by its key."
  }
  assert {
    condition     = anytrue([for each in aws_db_parameter_group.this.parameter : each.name == "rds.force_ssl" && each.value == "1"])
    error_message = "PostgreSQL answers without TLS."
  }
  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.backup_retention_period == 14 && aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "PostgreSQL is in one zone, without backups, or can be deleted."
  }
  assert {
    condition     = !aws_db_instance.this.publicly_accessible && alltrue([for rule in aws_security_group.this.ingress : tolist(rule.cidr_blocks) == tolist(var.clients) && rule.from_port == 5432 && rule.to_port == 5432])
    error_message = "PostgreSQL can be reached from outside the cluster."
  }
  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "The state would hold a password of PostgreSQL."
  }
}

run "documents" {
  command = plan
  module {
    source = "./modules/documents"
  }
  variables {
    size = { each_service = false, class = "db.r6g.large", instances = 3 }
  }
  assert {
    condition     = aws_docdb_cluster.this.storage_encrypted && aws_docdb_cluster.this.kms_key_id == var.key_arn
    error_message = "DocumentDB is not encrypted by its key."
  }
  assert {
    condition     = anytrue([for each in aws_docdb_cluster_parameter_group.this.parameter : each.name == "tls" && each.value == "tls1.2+"])
    error_message = "DocumentDB answers without TLS."
  }
  assert {
    condition     = aws_docdb_cluster.this.deletion_protection && aws_docdb_cluster.this.backup_retention_period == 14 && !aws_docdb_cluster.this.skip_final_snapshot && length(aws_docdb_cluster_instance.this) == 3
    error_message = "DocumentDB has no backups, can be deleted, or has too few instances."
  }
  assert {
    condition     = aws_docdb_cluster.this.manage_master_user_password && aws_docdb_cluster.this.master_password == null
    error_message = "The state would hold a password of DocumentDB."
  }
}

run "bus" {
  command = plan
  module {
    source = "./modules/bus"
  }
  variables {
    size               = { class = "kafka.m7g.large", brokers = 3, gigabytes = 100 }
    client_authorities = ["arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0"]
  }
  assert {
    condition     = aws_msk_cluster.this.number_of_broker_nodes == 3 && strcontains(aws_msk_configuration.this.server_properties, "min.insync.replicas=2\n") && strcontains(aws_msk_configuration.this.server_properties, "default.replication.factor=3\n")
    error_message = "A record that was acknowledged could be lost with one broker."
  }
  assert {
    condition     = aws_msk_cluster.this.encryption_info[0].encryption_at_rest_kms_key_arn == var.key_arn && aws_msk_cluster.this.encryption_info[0].encryption_in_transit[0].client_broker == "TLS" && aws_msk_cluster.this.encryption_info[0].encryption_in_transit[0].in_cluster
    error_message = "Kafka is not encrypted by its key, or on the way."
  }
  assert {
    condition     = !aws_msk_cluster.this.client_authentication[0].unauthenticated && aws_msk_cluster.this.client_authentication[0].tls[0].certificate_authority_arns == var.client_authorities && strcontains(aws_msk_configuration.this.server_properties, "allow.everyone.if.no.acl.found=false\n")
    error_message = "Kafka lets in whom it does not know."
  }
  assert {
    condition     = aws_msk_cluster.this.broker_node_group_info[0].connectivity_info[0].public_access[0].type == "DISABLED"
    error_message = "Kafka can be reached from outside."
  }
}

run "a_bus_in_two_zones_is_refused" {
  command = plan
  module {
    source = "./modules/bus"
  }
  variables {
    subnet_ids         = ["subnet-0", "subnet-1"]
    size               = { class = "kafka.m7g.large", brokers = 3, gigabytes = 100 }
    client_authorities = ["arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0"]
  }
  expect_failures = [aws_msk_cluster.this]
}

run "cache" {
  command = plan
  module {
    source = "./modules/cache"
  }
  variables {
    size     = { class = "cache.t4g.small" }
    password = format("%032d", 0)
  }
  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled && aws_elasticache_replication_group.this.kms_key_id == var.key_arn && aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "Valkey is not encrypted by its key, or on the way."
  }
  assert {
    condition     = aws_elasticache_user.this.authentication_mode[0].type == "password" && aws_elasticache_user_group.this.user_ids == toset([var.name]) && aws_elasticache_replication_group.this.user_group_ids == toset([var.name])
    error_message = "Valkey lets in whoever has no password."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "Valkey is in one zone."
  }
}

run "search" {
  command = plan
  module {
    source = "./modules/search"
  }
  variables {
    size = { class = "m6g.large.search", gigabytes = 50 }
  }
  override_resource {
    target = aws_cloudwatch_log_group.this
    values = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:search" }
  }
  assert {
    condition     = aws_opensearch_domain.this.encrypt_at_rest[0].enabled && aws_opensearch_domain.this.encrypt_at_rest[0].kms_key_id == var.key_arn && aws_opensearch_domain.this.node_to_node_encryption[0].enabled && aws_opensearch_domain.this.domain_endpoint_options[0].enforce_https
    error_message = "OpenSearch is not encrypted by its key, or on the way."
  }
  assert {
    condition     = aws_opensearch_domain.this.advanced_security_options[0].enabled && !aws_opensearch_domain.this.advanced_security_options[0].anonymous_auth_enabled && length(aws_opensearch_domain.this.vpc_options[0].subnet_ids) == 3
    error_message = "OpenSearch lets in whom it does not know, or is in fewer than three zones."
  }
}

run "keys" {
  command = plan
  module {
    source = "./modules/keys"
  }
  variables {
    purposes = ["logs", "postgres"]
  }
  assert {
    condition     = alltrue([for each in aws_kms_key.this : each.enable_key_rotation && each.multi_region && each.deletion_window_in_days == 30])
    error_message = "A key is not rotated, is lost at once when it is deleted, or cannot go to another region."
  }
  assert {
    condition     = alltrue([for each in aws_kms_key.this : alltrue([for s in jsondecode(each.policy).Statement : try(s.Principal, "*") != "*" && try(s.Principal.AWS, "") != "*"])])
    error_message = "A key is open to everybody."
  }
}
