# DocumentDB, which speaks the API of MongoDB. What it does otherwise is in docs/adr/0054-aws.md.
variable "name" { type = string }
variable "vpc_id" { type = string }
variable "zones" { type = list(string) }
variable "subnet_ids" { type = list(string) }
variable "clients" { type = list(string) }
variable "size" { type = object({ each_service = bool, class = string, instances = number }) }
variable "backup_days" { type = number }
variable "kept_for_good" { type = bool }
variable "key_arn" { type = string }

resource "aws_docdb_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-documents"
  description = "DocumentDB, of the cluster"
  vpc_id      = var.vpc_id

  ingress {
    description = "DocumentDB, of the cluster"
    from_port   = 27017
    to_port     = 27017
    protocol    = "tcp"
    cidr_blocks = var.clients
  }
}

resource "aws_docdb_cluster_parameter_group" "this" {
  name   = var.name
  family = "docdb5.0"

  parameter {
    name  = "tls"
    value = "tls1.2+"
  }

  parameter {
    name  = "audit_logs"
    value = "enabled"
  }
}

resource "aws_docdb_cluster" "this" {
  cluster_identifier              = var.name
  engine                          = "docdb"
  engine_version                  = "5.0.0"
  availability_zones              = var.zones
  master_username                 = "platform"
  manage_master_user_password     = true
  storage_encrypted               = true
  kms_key_id                      = var.key_arn
  db_subnet_group_name            = aws_docdb_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  db_cluster_parameter_group_name = aws_docdb_cluster_parameter_group.this.name
  backup_retention_period         = var.backup_days
  preferred_backup_window         = "01:00-02:00"
  preferred_maintenance_window    = "sun:02:30-sun:03:30"
  deletion_protection             = var.kept_for_good
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.name}-last"
  apply_immediately               = false
  enabled_cloudwatch_logs_exports = ["audit"]
}

resource "aws_docdb_cluster_instance" "this" {
  count                      = var.size.instances
  identifier                 = "${var.name}-${count.index}"
  cluster_identifier         = aws_docdb_cluster.this.id
  instance_class             = var.size.class
  ca_cert_identifier         = "rds-ca-rsa2048-g1"
  auto_minor_version_upgrade = true
}

output "host" {
  value = aws_docdb_cluster.this.endpoint
}
