# Valkey, which speaks the protocol of Redis: two nodes in two zones, over TLS, one user with a password.
variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "clients" { type = list(string) }
variable "size" { type = object({ class = string }) }
variable "key_arn" { type = string }

variable "password" {
  type      = string
  sensitive = true
}

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-cache"
  description = "Valkey, of the cluster"
  vpc_id      = var.vpc_id

  ingress {
    description = "Valkey, of the cluster"
    from_port   = 6379
    to_port     = 6379
    protocol    = "tcp"
    cidr_blocks = var.clients
  }
}

resource "aws_elasticache_parameter_group" "this" {
  name   = var.name
  family = "valkey7"

  # A claim that is not kept would have a message sent twice.
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

# The rights of stack/servers/redis.py.
resource "aws_elasticache_user" "this" {
  user_id       = var.name
  user_name     = "loanflow"
  engine        = "valkey"
  access_string = "on ~* &* +@all -@admin -@dangerous +info"

  authentication_mode {
    type      = "password"
    passwords = [var.password]
  }
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = var.name
  engine        = "valkey"
  user_ids      = [aws_elasticache_user.this.user_id]
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  description                = "Delivery claims and live notices"
  engine                     = "valkey"
  engine_version             = "7.2"
  node_type                  = var.size.class
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  port                       = 6379
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]
  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.this.user_group_id]
  snapshot_retention_limit   = 0
}

output "host" {
  value = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "user" {
  value = aws_elasticache_user.this.user_name
}
