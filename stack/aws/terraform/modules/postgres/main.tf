# PostgreSQL in two zones, reached over TLS alone, with the log of the last days beside its backups.
variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "clients" { type = list(string) }
variable "size" { type = object({ each_service = bool, class = string, gigabytes = number, most_gigabytes = number }) }
variable "backup_days" { type = number }
variable "kept_for_good" { type = bool }
variable "key_arn" { type = string }
variable "master_key_arn" { type = string }

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-postgres"
  description = "PostgreSQL, of the cluster"
  vpc_id      = var.vpc_id

  ingress {
    description = "PostgreSQL, of the cluster"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = var.clients
  }
}

resource "aws_db_parameter_group" "this" {
  name   = var.name
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # What it logs of a statement has no values of it: those may be personal.
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  parameter {
    name  = "log_parameter_max_length_on_error"
    value = "0"
  }

  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "60000"
  }
}

resource "aws_db_instance" "this" {
  identifier                          = var.name
  engine                              = "postgres"
  engine_version                      = "16"
  instance_class                      = var.size.class
  allocated_storage                   = var.size.gigabytes
  max_allocated_storage               = var.size.most_gigabytes
  storage_type                        = "gp3"
  storage_encrypted                   = true
  kms_key_id                          = var.key_arn
  username                            = "platform"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.master_key_arn
  iam_database_authentication_enabled = false
  multi_az                            = true
  publicly_accessible                 = false
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.this.id]
  parameter_group_name                = aws_db_parameter_group.this.name
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"
  backup_retention_period             = var.backup_days
  backup_window                       = "01:00-02:00"
  maintenance_window                  = "sun:02:30-sun:03:30"
  copy_tags_to_snapshot               = true
  delete_automated_backups            = false
  deletion_protection                 = var.kept_for_good
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "${var.name}-last"
  auto_minor_version_upgrade          = true
  apply_immediately                   = false
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = var.key_arn
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]

  lifecycle {
    precondition {
      condition     = length(var.subnet_ids) >= 2
      error_message = "PostgreSQL needs subnets in two zones."
    }
  }
}

output "host" {
  value = aws_db_instance.this.address
}
