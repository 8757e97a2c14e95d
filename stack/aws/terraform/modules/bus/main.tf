# Kafka: brokers in three zones, as many in each. Topics and rights are made by the deploy (k8s/base/bootstrap), not here.
variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "clients" { type = list(string) }
variable "size" { type = object({ class = string, brokers = number, gigabytes = number }) }
variable "client_authorities" { type = set(string) }
variable "key_arn" { type = string }
variable "logs_key_arn" { type = string }

resource "aws_security_group" "this" {
  name        = "${var.name}-bus"
  description = "Kafka, of the cluster"
  vpc_id      = var.vpc_id

  ingress {
    description = "Kafka by certificate, of the cluster"
    from_port   = 9094
    to_port     = 9094
    protocol    = "tcp"
    cidr_blocks = var.clients
  }

  ingress {
    description = "Kafka by IAM, of the cluster: who gives the first rights"
    from_port   = 9098
    to_port     = 9098
    protocol    = "tcp"
    cidr_blocks = var.clients
  }

  ingress {
    description = "Figures of the brokers"
    from_port   = 11001
    to_port     = 11002
    protocol    = "tcp"
    cidr_blocks = var.clients
  }

  ingress {
    description = "Brokers among themselves"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    self        = true
  }

  egress {
    description = "Brokers among themselves"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    self        = true
  }
}

resource "aws_msk_configuration" "this" {
  name           = var.name
  kafka_versions = ["3.8.x"]
  # As stack/servers/kafka.py has it with three brokers. A service that was away for a month must still find what it missed.
  server_properties = <<-EOT
    auto.create.topics.enable=false
    allow.everyone.if.no.acl.found=false
    default.replication.factor=3
    min.insync.replicas=2
    unclean.leader.election.enable=false
    log.retention.ms=-1
  EOT
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/loanflow/${var.name}/bus"
  retention_in_days = 30
  kms_key_id        = var.logs_key_arn
}

resource "aws_msk_cluster" "this" {
  cluster_name           = var.name
  kafka_version          = "3.8.x"
  number_of_broker_nodes = var.size.brokers
  enhanced_monitoring    = "PER_TOPIC_PER_BROKER"

  broker_node_group_info {
    instance_type   = var.size.class
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.this.id]

    storage_info {
      ebs_storage_info {
        volume_size = var.size.gigabytes
      }
    }

    connectivity_info {
      public_access {
        type = "DISABLED"
      }
    }
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.key_arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  client_authentication {
    unauthenticated = false

    tls {
      certificate_authority_arns = var.client_authorities
    }

    sasl {
      iam   = true
      scram = false
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this.arn
    revision = aws_msk_configuration.this.latest_revision
  }

  open_monitoring {
    prometheus {
      jmx_exporter {
        enabled_in_broker = true
      }
      node_exporter {
        enabled_in_broker = true
      }
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this.name
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length(var.subnet_ids) == 3
      error_message = "Kafka needs a subnet in each of three zones: two of three brokers acknowledge a record."
    }
  }
}

output "brokers" {
  value = aws_msk_cluster.this.bootstrap_brokers_tls
}
